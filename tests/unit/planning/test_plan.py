"""Rules of the plan: more load never needs less, and what is promised of a lost worker holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.planning.calibration import Calibration, Level
from stream_slm.planning.plan import Plan, busiest_rate, cost_of, memory_mib, plan, replicas_for
from stream_slm.planning.worker import Assumptions, Load, latency_at, most_rate, worker_rate_within


def level(in_flight: int, record_us: float, token_us: float) -> Level:
    return Level(
        in_flight=in_flight,
        record_s=record_us / 1e6,
        token_s=token_us / 1e6,
        loop_record_s=record_us / 2e6,
        loop_token_s=token_us / 20e6,
    )


def calibration(*levels: Level, kafka_us: float = 200) -> Calibration:
    return Calibration(
        bundle="b",
        digest="sha256:0",
        levels=levels or (level(1, 800, 120), level(8, 600, 90), level(64, 500, 65), level(256, 400, 60)),
        kafka_s=kafka_us / 1e6,
        batch_tokens=256,
        memory_mb=220,
        cpus=2,
        load=0.0,
    )


LOAD = Load(rate=5000, tokens=60, p99_s=1)

calibrations = st.builds(
    lambda records, tokens, kafka: calibration(
        *(level(8**at, record, token) for at, (record, token) in enumerate(zip(records, tokens, strict=True))),
        kafka_us=kafka,
    ),
    st.lists(st.floats(0, 3000), min_size=4, max_size=4),  # noisy: not even falling
    st.lists(st.floats(1, 400), min_size=4, max_size=4),
    st.floats(0, 1000),
)
loads = st.builds(Load, rate=st.floats(0.1, 1e6), tokens=st.floats(1, 2000), p99_s=st.floats(0.15, 30))
assumptions = st.builds(Assumptions, cores=st.integers(1, 16), variation=st.floats(0, 3))


def planned(load: Load, measured: Calibration, assumed: Assumptions) -> Plan:
    try:
        return plan(load, measured, assumed)
    except ConfigurationError:
        assume(False)
        raise


@given(loads, calibrations, assumptions, st.floats(1, 100))
def test_more_records_never_need_fewer_workers(
    load: Load, measured: Calibration, assumed: Assumptions, times: float
) -> None:
    less = planned(load, measured, assumed)
    more = plan(replace(load, rate=load.rate * times), measured, assumed)
    assert more.replicas >= less.replicas
    assert more.partitions >= less.partitions


@given(loads, calibrations, assumptions, st.floats(1, 100))
def test_a_tighter_p99_never_needs_fewer_workers(
    load: Load, measured: Calibration, assumed: Assumptions, times: float
) -> None:
    tight = planned(load, measured, assumed)
    loose = plan(replace(load, p99_s=load.p99_s * times), measured, assumed)
    assert tight.replicas >= loose.replicas


@given(loads, calibrations, assumptions)
def test_the_promise_holds_with_one_worker_lost(load: Load, measured: Calibration, assumed: Assumptions) -> None:
    found = planned(load, measured, assumed)
    assert found.replicas >= 2
    assert found.partitions >= found.replicas
    assert found.latency.total_s <= load.p99_s or found.latency.total_s == pytest.approx(load.p99_s, rel=0.05)
    # The rest can do it, whoever of them got most partitions, and have room left for what piled up.
    assert busiest_rate(load.rate, found.replicas) <= found.worker_rate < found.most_rate
    assert found.caught_up_s > assumed.session_s
    assert 0 < found.busy < 1


@given(st.floats(0.01, 1e7), st.floats(1, 1e4))
def test_no_fewer_workers_would_do(rate: float, worker_rate: float) -> None:
    count = replicas_for(rate, worker_rate)
    assert busiest_rate(rate, count) <= worker_rate
    assert count == 2 or busiest_rate(rate, count - 1) > worker_rate


def test_latency_grows_with_the_rate_once_workers_are_busy() -> None:
    # Below, a fuller batch may well make a record cheaper than it makes it wait.
    measured, assumed = calibration(), Assumptions()
    most = most_rate(60, measured, assumed)
    half, nearly = (latency_at(most * share, 60, measured, assumed) for share in (0.7, 0.97))
    assert half
    assert nearly
    assert nearly.total_s > half.total_s
    assert latency_at(most * 1.01, 60, measured, assumed) is None


def test_batches_that_fill_carry_more_than_lone_records_would() -> None:
    # Two cores do 250 lone records of 60 tokens a second, and 434 from a backlog.
    measured, assumed = calibration(), Assumptions()
    alone = 2 / measured.cost_s(60)(1)
    assert worker_rate_within(LOAD, measured, assumed) > 1.3 * alone


def test_the_limit_is_named() -> None:
    assumed = Assumptions()
    assert plan(LOAD, calibration(), assumed).bound == "cores"
    assert plan(replace(LOAD, p99_s=0.2), calibration(), assumed).bound == "p99"
    found = plan(replace(LOAD, tokens=5), calibration(), Assumptions(cores=16))
    assert found.bound == "event loop"


@pytest.mark.parametrize(
    ("load", "dominant"),
    [
        (replace(LOAD, tokens=1000, p99_s=5), "tokens of a record, or CPU of a token"),
        (replace(LOAD, tokens=1, p99_s=5), "CPU of a record besides its tokens"),
        (replace(LOAD, tokens=5, p99_s=0.14), "p99 of the way through Kafka"),
    ],
)
def test_the_assumption_that_decides_is_named(load: Load, dominant: str) -> None:
    assert plan(load, calibration(), Assumptions()).dominant == dominant


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (replace(LOAD, p99_s=0.05), "ask for --p99 1[0-9][0-9]ms or more"),
        (replace(LOAD, rate=0), "--rate is 0, and must be"),
        (replace(LOAD, rate=float("nan")), "--rate is nan"),
        (replace(LOAD, tokens=-3), "--tokens is -3"),
        (replace(LOAD, p99_s=float("inf")), "--p99 is inf"),
    ],
)
def test_nonsense_is_refused_with_what_would_do(load: Load, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        plan(load, calibration())


def test_what_a_refusal_offers_is_granted() -> None:
    with pytest.raises(ConfigurationError) as refused:
        plan(replace(LOAD, p99_s=0.05), calibration())
    offered = int(str(refused.value).partition("ask for --p99 ")[2].partition("ms")[0])
    assert plan(replace(LOAD, p99_s=offered / 1000), calibration()).replicas > 2


def test_cost_is_of_all_workers_all_the_time() -> None:
    cost = cost_of(replicas=10, cores=2, rate=1000, price_per_core_hour=0.05)
    assert cost.month == pytest.approx(730)
    assert cost.million == pytest.approx(1 / 3.6)  # an hour costs 1 and has 3.6 million records


def test_memory_is_reserved_in_quarters_of_a_gibibyte() -> None:
    assert memory_mib(220) == 512
    assert memory_mib(900) == 1280
