"""What one worker does within a p99: a queueing model over a calibration."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stream_slm.errors import ConfigurationError
from stream_slm.planning.calibration import Calibration
from stream_slm.planning.queueing import mean_wait_s, wait_s

#: A rebalance stops all reading for so long, and what piled up is to be worked down in so long.
REBALANCE_S, CAUGHT_UP_S = 3.0, 20.0
#: Rates that are tried, as parts of the most; the share of records that may be late.
_STEPS = 200
_BEYOND = 0.01
#: How many records a worker may hold at once, up to delivery.max_in_flight.
_IN_FLIGHT = tuple(2 ** (step / 4) for step in range(49))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked for.

    Attributes:
        rate: records a second, at the peak.
        tokens: of a record on average, as the encoder counts them.
        p99_s: seconds from a record's timestamp to its output's append that 99 of 100 records keep.
    """

    rate: float
    tokens: float
    p99_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What a calibration does not tell.

    Attributes:
        cores: of a worker; whole ones of its own.
        kafka_latency_s: of a record's way into and out of Kafka, at p99.
        variation: squared coefficient of variation of what records cost; 1: as spread as their mean.
        session_s: after so long a killed worker's partitions are given to others (broker.session_timeout_s).
    """

    cores: int = 2
    kafka_latency_s: float = 0.1
    variation: float = 1.0
    session_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Where the p99 of a worker goes, in seconds; the sum of the parts' own p99, so a little too much."""

    kafka_s: float
    work_s: float
    loop_wait_s: float
    core_wait_s: float

    @property
    def total_s(self) -> float:
        """All of it."""
        return self.kafka_s + self.work_s + self.loop_wait_s + self.core_wait_s


def backlog(by_in_flight: Callable[[float], float]) -> float:
    """What a record costs where as many as may are in flight."""
    return by_in_flight(_IN_FLIGHT[-1])


def most_rate(tokens: float, calibration: Calibration, assumed: Assumptions) -> float:
    """Records a second that a worker does from a backlog: by its cores, or by its event loop."""
    return min(assumed.cores / backlog(calibration.cost_s(tokens)), 1 / backlog(calibration.loop_s(tokens)))


def worker_rate_within(load: Load, calibration: Calibration, assumed: Assumptions) -> float:
    """Records a second up to which a worker keeps the p99 at every lower rate, too, and works a rebalance down in time.

    Raises:
        ConfigurationError: there is none.
    """
    most = most_rate(load.tokens, calibration, assumed)
    costs = _costs(load.tokens, calibration)
    kept, at = 0.0, 0
    for step in range(1, int(_STEPS * _room()) + 1):
        rate = most * step / _STEPS
        agreed = _agreed(rate, costs, assumed, at)
        if agreed is None or _latency(rate, costs[agreed], assumed).total_s > load.p99_s:
            break
        kept, at = rate, agreed  # a higher rate never agrees with fewer in flight
    if not kept:
        raise ConfigurationError(_too_tight(load, calibration, assumed))
    return kept


def latency_at(rate: float, tokens: float, calibration: Calibration, assumed: Assumptions) -> Latency | None:
    """The p99 of one worker at a rate; None where records pile up without end.

    A record passes the event loop (one server) and the cores (as many servers as there are), each M/G/c with Poisson
    arrivals. What it costs depends on how many are in flight, since they fill the batches; how many are in flight is
    the rate times the time each takes (Little): the least number that agrees with itself is taken.
    """
    costs = _costs(tokens, calibration)
    agreed = _agreed(rate, costs, assumed, 0)
    return None if agreed is None else _latency(rate, costs[agreed], assumed)


@dataclass(frozen=True, slots=True)
class _Cost:
    """CPU seconds of a record with so many in flight: on any core, in the event loop; and of a full batch."""

    in_flight: float
    core_s: float
    loop_s: float
    batch_s: float


def _costs(tokens: float, calibration: Calibration) -> list[_Cost]:
    core_s, loop_s = calibration.cost_s(tokens), calibration.loop_s(tokens)
    batch_s = calibration.batch_tokens / calibration.tokens_per_core_s
    return [_Cost(in_flight, core_s(in_flight), loop_s(in_flight), batch_s) for in_flight in _IN_FLIGHT]


def _agreed(rate: float, costs: Sequence[_Cost], assumed: Assumptions, first: int) -> int | None:
    """The first of the costs, from one on, with which no more records are in flight than it is for."""
    for at in range(first, len(costs)):
        cost = costs[at]
        if rate * cost.core_s >= assumed.cores or rate * cost.loop_s >= 1:
            continue
        core_wait_s = mean_wait_s(assumed.cores, cost.core_s, rate, assumed.variation)
        if rate * (cost.core_s + cost.batch_s + core_wait_s + mean_wait_s(1, cost.loop_s, rate, 1.0)) <= cost.in_flight:
            return at
    return None


def _latency(rate: float, cost: _Cost, assumed: Assumptions) -> Latency:
    return Latency(
        kafka_s=assumed.kafka_latency_s,
        # The 99th of 100 exponential services takes ln(100) = 4.6 times the mean; others in proportion.
        work_s=cost.batch_s + cost.core_s * (1 + 3.6 * math.sqrt(assumed.variation)),
        loop_wait_s=wait_s(1, cost.loop_s, rate, 1.0, _BEYOND),
        core_wait_s=wait_s(assumed.cores, cost.core_s, rate, assumed.variation, _BEYOND),
    )


def refuse_nonsense(load: Load, assumed: Assumptions) -> None:
    """Refuse numbers with which no answer means anything.

    Raises:
        ConfigurationError: names the option and what it may be.
    """
    for option, value, low, high in (
        ("--rate", load.rate, 1e-6, 1e8),
        ("--tokens", load.tokens, 1, 1e6),
        ("--p99", load.p99_s, 1e-3, 3600),
        ("--cores", assumed.cores, 1, 256),
    ):
        if not low <= value <= high:
            raise ConfigurationError(f"{option} is {value:g}, and must be from {low:g} to {high:g}")


def bound_of(load: Load, worker_rate: float, calibration: Calibration, assumed: Assumptions) -> str:
    """What ends a worker's rate first: `p99`, `cores` or `event loop`."""
    if worker_rate < most_rate(load.tokens, calibration, assumed) * (_room() - 1 / _STEPS):
        return "p99"
    a_core = backlog(calibration.cost_s(load.tokens)) / assumed.cores
    return "event loop" if backlog(calibration.loop_s(load.tokens)) >= a_core else "cores"


def _room() -> float:
    """The share of its most that a worker may be asked for, to work down in time what a rebalance piled up."""
    return CAUGHT_UP_S / (CAUGHT_UP_S + REBALANCE_S)


def _too_tight(load: Load, calibration: Calibration, assumed: Assumptions) -> str:
    lowest = most_rate(load.tokens, calibration, assumed) / _STEPS
    latency = latency_at(lowest, load.tokens, calibration, assumed)
    if latency is None:
        return f"--tokens {load.tokens:g}: one worker cannot hold a record a second of these; give it more --cores"
    least = math.ceil(latency.total_s * 1000) + 1
    return (
        f"--p99 {load.p99_s * 1000:g} ms is less than an idle worker takes: {latency.kafka_s * 1000:.0f} ms in Kafka "
        f"and {latency.work_s * 1000:.0f} ms of work on a long record; ask for --p99 {least}ms or more, or cut the "
        "texts"
    )
