"""Rules of alerts in delivery: decided in the order of the partition, on what is durable, for as long as it is ours."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_slm.errors import BrokerUnavailable, OutputTooLarge, ProduceRejected
from stream_slm.metrics import SUPPRESSED
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.settlement import Settlement
from stream_slm.pipeline.spec import AlertRule
from stream_slm.streaming.agents import ReadAhead
from stream_slm.types import Outcome, Record
from tests.unit.pipeline.fakes import FakeModels, json_of, log_of, pipeline, record
from tests.unit.streaming.fakes import FakeProcessor, Worker, settle
from tests.unit.streaming.test_read_ahead import FakeRuntime, FakeStream

Make = Callable[..., Worker]
RULE = AlertRule(name="urgent", task="urgency", labels=["stat"], threshold=0.7, severity="Severe")
FIRES, CALM = (0.01, 0.01, 0.01, 0.97), (0.97, 0.01, 0.01, 0.01)


class RealProcessor(FakeProcessor):
    """A pipeline with an alert rule, whose readings the test completes; every record is about one subject."""

    def __init__(self) -> None:
        super().__init__()
        self._pipelines = {
            scores: pipeline(
                FakeModels({"urgency": log_of(*scores), "risk": log_of(0.9, 0.05, 0.05)}),
                alerts=(RULE,),
                subject_pointer="/about",
            )
            for scores in (FIRES, CALM)
        }
        spec = self._pipelines[FIRES].spec
        gate = FloodGate(spec.flood_limit, spec.flood_window_s)
        self.settlement = lambda: Settlement(gate)  # type: ignore[method-assign]

    async def outcome(self, given: Record, scores: tuple[float, ...], size: int = 0) -> Outcome:
        value = {"id": given.offset, "about": "s", "text": "Pain."}
        place = {"topic": given.topic, "partition": given.partition, "offset": given.offset}
        return await self._pipelines[scores].process(record(value, key=b"k" * (1 + size), **place))

    async def complete_with(self, given: Record, scores: tuple[float, ...], size: int = 0) -> None:
        self.readings[given.topic, given.partition, given.offset].set_result(await self.outcome(given, scores, size))


@pytest.fixture
def worker(make: Make) -> Worker:
    made = make()
    made.processor = RealProcessor()
    return made


def told(worker: Worker) -> list[tuple[int, str]]:
    """Offset and kind of every alert message that was durable, in order."""
    return [
        (outcome.record.offset, json_of(output)["msgType"])
        for outcome in worker.sink.durable
        for output in outcome.outputs
        if output.kind == "alert"
    ]


async def complete(worker: Worker, records: list[Record], scores: list[tuple[float, ...]]) -> None:
    for each, score in zip(records, scores, strict=True):
        await worker.processor.complete_with(each, score)  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([FIRES, CALM]), min_size=1, max_size=12), st.integers(0, 2**32))
async def test_alerts_are_decided_in_input_order_however_readings_complete(
    scores: list[tuple[float, ...]], seed: int
) -> None:
    """The first firing alerts, those that follow are silent, the next calm record cancels."""
    worker, rng = Worker(), random.Random(seed)
    worker.processor = RealProcessor()
    records = [worker.admit(offset) for offset in range(len(scores))]
    order = list(range(len(scores)))
    rng.shuffle(order)
    for index in order:
        await worker.processor.complete_with(records[index], scores[index])
        await settle(rng.randrange(4))
    assert await worker.delivery.drain(5)
    expected: list[tuple[int, str]] = []
    is_open = False
    for offset, score in enumerate(scores):
        if (score == FIRES) != is_open:
            expected.append((offset, "Cancel" if is_open else "Alert"))
            is_open = not is_open
    assert told(worker) == expected
    assert worker.crashes == []
    worker.delivery.forget()


async def test_a_retry_decides_nothing_anew(worker: Worker) -> None:
    """The same outcome is sent again, with the same alert."""
    failures = iter([BrokerUnavailable("away")] * 3)
    worker.sink.verdict = lambda _: next(failures, None)
    await complete(worker, [worker.admit(0), worker.admit(1)], [FIRES, FIRES])
    assert await worker.delivery.drain(5)
    assert told(worker) == [(0, "Alert")]
    assert len({id(outcome) for outcome in worker.sink.attempts if outcome.record.offset == 0}) == 1


async def test_an_alert_that_the_broker_refuses_silences_nobody(worker: Worker) -> None:
    """Its record becomes a dead letter, and the next firing of the same round is the alert."""
    refused = ProduceRejected("no")
    worker.sink.verdict = lambda out: refused if out.record.offset == 0 and out.status != "dead_letter" else None
    await complete(worker, [worker.admit(0), worker.admit(1), worker.admit(2)], [FIRES, FIRES, FIRES])
    assert await worker.delivery.drain(5)
    assert told(worker) == [(1, "Alert")]
    assert [error for _, error in worker.processor.dead_letters] == [refused]


async def test_a_cancel_that_the_broker_refuses_leaves_the_alert_open(worker: Worker) -> None:
    """What was durable before it holds."""
    refused = ProduceRejected("no")
    worker.sink.verdict = lambda out: refused if out.record.offset == 1 and out.status != "dead_letter" else None
    for offset, scores in enumerate([FIRES, CALM, FIRES, CALM]):
        await complete(worker, [worker.admit(offset)], [scores])
        assert await worker.delivery.drain(5)
    assert told(worker) == [(0, "Alert"), (3, "Cancel")]


async def test_an_alert_whose_record_is_too_large_silences_nobody(worker: Worker) -> None:
    """Known before it is sent."""
    worker.sink.limits["things.enriched.v1"] = 4000
    large, small = worker.admit(0), worker.admit(1)
    await worker.processor.complete_with(large, FIRES, size=9000)  # type: ignore[attr-defined]
    await worker.processor.complete_with(small, FIRES)  # type: ignore[attr-defined]
    assert await worker.delivery.drain(5)
    assert told(worker) == [(1, "Alert")]
    assert [type(error) for _, error in worker.processor.dead_letters] == [OutputTooLarge]


async def test_what_was_said_is_forgotten_with_the_partition(worker: Worker) -> None:
    """Whoever owns it meanwhile has said other things: a new generation alerts again."""
    await complete(worker, [worker.admit(0)], [FIRES])
    assert await worker.delivery.drain(5)
    worker.delivery.forget([("in", 0)])
    await complete(worker, [worker.admit(1)], [FIRES])
    assert await worker.delivery.drain(5)
    await complete(worker, [worker.admit(2, generation=2)], [FIRES])
    assert await worker.delivery.drain(5)
    assert told(worker) == [(0, "Alert"), (1, "Alert"), (2, "Alert")]


async def test_partitions_have_books_of_their_own(worker: Worker) -> None:
    """One subject lies in one partition; where it does not, nothing is silenced that another said."""
    await complete(worker, [worker.admit(0), worker.admit(1, partition=1)], [FIRES, FIRES])
    assert await worker.delivery.drain(5)
    assert sorted(told(worker)) == [(0, "Alert"), (1, "Alert")]


async def test_what_is_suppressed_is_counted_once_it_is_durable(worker: Worker) -> None:
    """By pipeline and reason."""

    def count() -> float:
        return SUPPRESSED.labels("things", "cooldown")._value.get()  # type: ignore[no-any-return]

    before = count()
    worker.sink.verdict = lambda out: BrokerUnavailable("away") if len(worker.sink.attempts) < 4 else None
    await complete(worker, [worker.admit(0), worker.admit(1)], [FIRES, FIRES])
    assert await worker.delivery.drain(5)
    assert count() == before + 1


async def test_a_fault_in_settling_is_a_dead_letter(worker: Worker) -> None:
    """It must not stop the partition."""
    broken = worker.processor.settlement()
    fault = RuntimeError("ours")

    def settle_badly(outcome: Outcome) -> Outcome:
        raise fault

    broken.settle = settle_badly  # type: ignore[method-assign]
    worker.processor.settlement = lambda: broken  # type: ignore[method-assign]
    await complete(worker, [worker.admit(0)], [FIRES])
    assert await worker.delivery.drain(5)
    assert worker.processor.dead_letters == [(0, fault)]
    assert [outcome.status for outcome in worker.sink.durable] == ["dead_letter"]


async def test_a_body_of_ones_own_is_given_settled_outcomes(worker: Worker) -> None:
    """In the order of the partition, too."""
    events = ReadAhead(FakeStream(range(3)), FakeRuntime(worker), worker.processor).events()  # type: ignore[arg-type]
    first = asyncio.ensure_future(anext(events))
    await settle()
    records = [Record(topic="in", partition=0, offset=offset, value=b"v") for offset in (2, 1, 0)]
    await complete(worker, records, [CALM, FIRES, FIRES])
    outcomes = [(await first)[1]]
    settlement = worker.delivery.settlement(worker.delivery.ledger._logs["in", 0].slots[0], worker.processor)
    another = await worker.processor.outcome(records[0], CALM)  # type: ignore[attr-defined]
    assert settlement.waits(another)  # the body has not taken the alert over yet
    outcomes.append((await anext(events))[1])
    assert not settlement.waits(another)
    outcomes.append((await anext(events))[1])
    said = [[each["msgType"] for each in outcome.enriched["alerts"]] for outcome in outcomes]  # type: ignore[index]
    assert said == [["Alert"], [None], ["Cancel"]]
    assert outcomes[1].suppressed == ("cooldown",)
    worker.delivery.forget()
    await events.aclose()
