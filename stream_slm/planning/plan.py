"""Workers, partitions, memory and cost for a load: pure decisions over a calibration."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace

from stream_slm.errors import ConfigurationError
from stream_slm.planning.calibration import Calibration, Level
from stream_slm.planning.worker import (
    Assumptions,
    Latency,
    Load,
    backlog,
    bound_of,
    latency_at,
    most_rate,
    refuse_nonsense,
    worker_rate_within,
)

#: Partitions a worker: room to grow fourfold, and when one is lost no other gets more than a quarter on top.
PARTITIONS_A_WORKER = 4
#: Above so many members, joining takes a group of the classic protocol longer than a rebalance should.
LARGE_GROUP = 100
#: How much each assumption is moved to see which one the answer hangs on.
MOVED = 1.25
#: What a worker may hold at once: its bytes of text (delivery.max_in_flight_bytes) and what becomes of them.
_IN_FLIGHT_MB = 8.4 * 15
_MEMORY_STEP_MIB = 256
_HOURS_A_MONTH = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer.

    Attributes:
        replicas, partitions, memory_mib: workers, partitions of each topic, and memory to reserve a worker.
        worker_rate: records a second that one worker takes within the p99, with room for a rebalance.
        most_rate: records a second that one worker does from a backlog.
        busy: share of the cores' time at the planned rate, all workers up.
        latency: of the busiest worker after one was lost.
        bound: what ends a worker's rate first: `p99`, `cores`, `event loop`.
        caught_up_s: seconds from a worker's death until all is worked down that waited for it.
        sensitivity: workers that the load itself takes (a fraction), were an assumption `MOVED` times as much.
        share: the same number, as things are assumed.
    """

    replicas: int
    partitions: int
    memory_mib: int
    worker_rate: float
    most_rate: float
    busy: float
    latency: Latency
    bound: str
    caught_up_s: float
    share: float
    sensitivity: dict[str, float]

    @property
    def dominant(self) -> str:
        """The assumption that the number of workers hangs on most."""
        return max(self.sensitivity, key=lambda name: self.sensitivity[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of the workers alone, in the price's currency: a month of 730 hours, a million records at the planned rate."""

    month: float
    million: float


def plan(load: Load, calibration: Calibration, assumed: Assumptions | None = None) -> Plan:
    """How many workers a load needs, one of them lost, and what follows from it.

    Raises:
        ConfigurationError: a number makes no sense, or no number of workers keeps the p99.
    """
    assumed = assumed or Assumptions()
    refuse_nonsense(load, assumed)
    worker_rate = worker_rate_within(load, calibration, assumed)
    replicas = replicas_for(load.rate, worker_rate)
    most = most_rate(load.tokens, calibration, assumed)
    busiest = busiest_rate(load.rate, replicas)
    latency = latency_at(busiest, load.tokens, calibration, assumed)
    assert latency is not None, "the busiest worker takes no more than one may"
    return Plan(
        replicas=replicas,
        partitions=replicas * PARTITIONS_A_WORKER,
        memory_mib=memory_mib(calibration.memory_mb),
        worker_rate=worker_rate,
        most_rate=most,
        busy=load.rate * backlog(calibration.cost_s(load.tokens)) / (replicas * assumed.cores),
        latency=latency,
        bound=bound_of(load, worker_rate, calibration, assumed),
        caught_up_s=caught_up_s(load.rate, replicas, most, assumed.session_s),
        share=load.rate / worker_rate,
        sensitivity=_sensitivity(load, calibration, assumed),
    )


def cost_of(replicas: int, cores: int, rate: float, price_per_core_hour: float) -> Cost:
    """What the workers cost, running all the time at the planned rate."""
    hour = replicas * cores * price_per_core_hour
    return Cost(month=hour * _HOURS_A_MONTH, million=hour / (rate * 3600) * 1e6)


def replicas_for(rate: float, worker_rate: float) -> int:
    """The fewest workers of which, after one is lost, none gets more than `worker_rate`; at least two."""
    workers = range(2, 2 + 2 * math.ceil(rate / worker_rate) + 4)
    return workers[bisect_left(workers, True, key=lambda count: busiest_rate(rate, count) <= worker_rate)]


def busiest_rate(rate: float, replicas: int) -> float:
    """Records a second of the worker with most partitions after one was lost; partitions get equal shares."""
    partitions = replicas * PARTITIONS_A_WORKER
    return rate * math.ceil(partitions / (replicas - 1)) / partitions


def memory_mib(measured_mb: float) -> int:
    """What to reserve: what was measured and what may be in flight, and a quarter of both."""
    needed = (measured_mb + _IN_FLIGHT_MB) * 1.25 * 1e6 / 2**20
    return math.ceil(needed / _MEMORY_STEP_MIB) * _MEMORY_STEP_MIB


def caught_up_s(rate: float, replicas: int, most: float, session_s: float) -> float:
    """Seconds from a worker's death until the rest have found its partitions and worked down what waited there."""
    spare = (replicas - 1) * most - rate
    return session_s + session_s * rate / replicas / spare


def _sensitivity(load: Load, calibration: Calibration, assumed: Assumptions) -> dict[str, float]:
    def scaled(level: Level) -> Level:
        return replace(level, record_s=level.record_s * MOVED, loop_record_s=level.loop_record_s * MOVED)

    longer = replace(load, tokens=load.tokens * MOVED)
    dearer = replace(calibration, levels=tuple(map(scaled, calibration.levels)))
    dearer_kafka = replace(calibration, kafka_s=calibration.kafka_s * MOVED)
    slower_kafka = replace(assumed, kafka_latency_s=assumed.kafka_latency_s * MOVED)
    uneven = replace(assumed, variation=assumed.variation * MOVED)
    return {
        "tokens of a record, or CPU of a token": _share_of(longer, calibration, assumed),
        "CPU of a record besides its tokens": _share_of(load, dearer, assumed),
        "CPU of a record in Kafka's clients": _share_of(load, dearer_kafka, assumed),
        "how much records differ in length": _share_of(load, calibration, uneven),
        "p99 of the way through Kafka": _share_of(load, calibration, slower_kafka),
    }


def _share_of(load: Load, calibration: Calibration, assumed: Assumptions) -> float:
    try:
        return load.rate / worker_rate_within(load, calibration, assumed)
    except ConfigurationError:  # moved so far, no number of workers would do
        return math.inf
