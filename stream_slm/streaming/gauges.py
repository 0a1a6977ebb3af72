"""The gauges of a running worker: asked for by a scrape, fed by a look at the broker every few seconds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from aiokafka.errors import KafkaError
from prometheus_client.core import GaugeMetricFamily

from stream_slm.batching.batcher import Work
from stream_slm.log import get_logger
from stream_slm.metrics import LIVE, PREFIX
from stream_slm.streaming.delivery import Delivery
from stream_slm.streaming.lag import Lag, Pace
from stream_slm.streaming.ledger import Partition

log = get_logger(__name__)

#: Looks that may fail before the lag is told no more.
_MISSED_LOOKS = 3


class Broker(Protocol):
    """What the gauges need of a consumer."""

    def assigned(self) -> Collection[Partition]:
        """Partitions whose records are in our books."""

    async def ends_and_starts(
        self, partitions: Collection[Partition], unread: Collection[Partition]
    ) -> tuple[dict[Partition, int], dict[Partition, int]]:
        """Where partitions end; and where those begin of which nothing was read.

        Raises:
            KafkaError, TimeoutError: no broker answers.
        """


class Engine(Protocol):
    """What they need of the models."""

    @property
    def name(self) -> str:
        """Of the encoder's bundle."""

    @property
    def work(self) -> Work:
        """How the encoder's batcher stands."""


class Gauges:
    """One per worker; `start` inside its event loop."""

    def __init__(self, group: str, broker: Broker, delivery: Delivery, engine: Engine, interval_s: float) -> None:
        self._group = group
        self._broker = broker
        self._delivery = delivery
        self._engine = engine
        self._interval_s = interval_s
        self._lag = Lag(delivery.ledger, stale_after_s=max(_MISSED_LOOKS * interval_s, 15.0))
        self._pace = Pace()
        self._assigned: Collection[Partition] = ()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, and to answer scrapes."""
        LIVE.read = self.collect
        self._task = asyncio.create_task(self._look_on(), name="stream-slm-gauges")

    def stop(self) -> None:
        """Look no more; a worker that is gone has no lag."""
        LIVE.read = lambda: ()
        if self._task is not None:
            self._task.cancel()

    async def _look_on(self) -> None:
        while True:
            try:
                await self.look()
            except (KafkaError, TimeoutError) as error:
                log.debug("lag_unknown", reason=type(error).__name__)
            except Exception as error:  # what is measured must not end what is measured
                log.warning("lag_unknown", reason=type(error).__name__)
            await asyncio.sleep(self._interval_s)

    async def look(self) -> None:
        """Note how far the engine has come, and where partitions end.

        Raises:
            KafkaError, TimeoutError: no broker answers.
        """
        work = self._engine.work
        self._pace.note(work.tokens, work.busy_s, self._delivery.finished)
        self._assigned = tuple(self._broker.assigned())
        ends, starts = await self._broker.ends_and_starts(self._assigned, self._lag.unread(self._assigned))
        self._lag.note(ends, starts)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges of this moment; in the thread of whoever scrapes."""
        work, model, lag = self._engine.work, (self._engine.name,), self._lag()
        yield _gauge("in_flight", "Records read and not yet finished", [((), self._delivery.ledger.in_flight)])
        yield _gauge("queue_size", "Sentences that wait for the encoder", [(model, work.queued)], "model")
        yield _gauge("queue_tokens", "Their tokens", [(model, work.queued_tokens)], "model")
        yield _gauge("requests_running", "Sentences in batches that run", [(model, work.running)], "model")
        yield _gauge(
            "assigned_partitions",
            "Partitions this worker reads",
            [((topic,), count) for topic, count in Counter(topic for topic, _ in self._assigned).items()],
            "topic",
        )
        places = [((self._group, topic, str(number)), each) for (topic, number), each in sorted(lag.items())]
        yield _gauge(
            "consumer_lag",
            "Records of an assigned partition that are not finished",
            [(place, each.records) for place, each in places],
            "group",
            "topic",
            "partition",
        )
        yield _gauge(
            "consumer_lag_seconds",
            "Age of the first record that is not finished; 0 where there is none",
            [(place, each.seconds) for place, each in places],
            "group",
            "topic",
            "partition",
        )
        backlog_s = self._pace.seconds_for(
            queued_tokens=work.queued_tokens,
            in_flight=self._delivery.ledger.in_flight,
            unread=sum(each.unread for each in lag.values()),
        )
        known = backlog_s is not None and (bool(lag) or not self._assigned)
        yield _gauge(
            "backlog_seconds",
            "Work that waits for this worker: queued tokens and records of its lag, at its measured pace",
            [((self._group,), backlog_s)] if known and backlog_s is not None else [],
            "group",
        )


def _gauge(name: str, says: str, samples: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, says, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family
