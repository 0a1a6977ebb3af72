"""The Kafka side of a worker: topics checked, producer connected, delivery open; closed in reverse."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any

import faust

from stream_slm.config.settings import Settings
from stream_slm.errors import ConfigurationError, DeliveryStopped
from stream_slm.log import get_logger
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.pipeline.writers import names_of
from stream_slm.streaming import topics, transactions
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.consumer import Consumer
from stream_slm.streaming.counting import Counting
from stream_slm.streaming.delivery import Delivery
from stream_slm.streaming.leaving import GRACE_S, leave_within
from stream_slm.streaming.ledger import Partition
from stream_slm.streaming.quarantine import Quarantine
from stream_slm.streaming.sink import KafkaSink, Sink
from stream_slm.streaming.traced_sink import TracedSink
from stream_slm.streaming.transactions import TransactionalSinks
from stream_slm.tracing import Tracing
from stream_slm.types import Record

log = get_logger(__name__)

#: A commit takes well under a second, where the event loop and the broker still answer.
_LAST_WORDS_S = 5.0
#: A storm of joins assigns anew every few seconds; twins do it at each heartbeat, three seconds apart or less.
_TWIN_ASSIGNMENTS, _TWIN_WITHIN_S = 8, 30.0


class Runtime:
    """Between a Faust app and our delivery."""

    def __init__(self, app: faust.App, settings: Settings, tracing: Tracing | None = None) -> None:
        self._app = app
        self._settings = settings
        self._tracing = tracing
        self._sink: KafkaSink | None = None
        self._crashing: asyncio.Future[None] | None = None
        self._on_crash: list[Callable[[], None]] = []
        self._delivery: Delivery | None = None
        self._quarantine: Quarantine | None = None
        self._transactions: TransactionalSinks | None = None
        self._sources: frozenset[str] = frozenset()
        self._started = asyncio.Event()
        #: Whether the group has given us partitions, or none, since the start.
        self.joined = False
        self._assigned_at: deque[tuple[float, frozenset[Partition]]] = deque(maxlen=_TWIN_ASSIGNMENTS)

    async def start(self, specs: Sequence[PipelineSpec], sources: Collection[str]) -> None:
        """Check the topics of some pipelines, connect the producer, open delivery for the sources of our agents.

        Raises:
            BrokerUnavailable: no broker answers.
            ConfigurationError: topics are missing, or the delivery mode is not to be had.
        """
        where = connection_of_app(self._app)
        if self._tracing is not None:
            self._tracing.group = self._app.conf.id
        limits = await self._checked_topics(where, specs)
        sink_of = await self._sinks(where, limits)
        self._delivery = Delivery(
            sink_of if self._tracing is None else _traced(sink_of, self._tracing),
            self._settings.delivery,
            crash=self._crash_app,
            dead_letters=self._settings.dead_letters,
            counting=Counting(self._app.conf.id, specs),
            tracing=self._tracing,
        )
        self._quarantine = Quarantine(
            self.consumer,
            self._delivery,
            window=self._settings.delivery.max_in_flight_per_partition,
            attempts=self._settings.delivery.crash_attempts,
        )
        for spec in specs:
            if names_of(spec.tasks):
                self._delivery.limit(spec.source, self._settings.generation.max_in_flight_per_partition)
        self._sources = frozenset(sources)
        self._delivery.topics |= self._sources
        self.consumer.delivery, self.consumer.quarantine = self._delivery, self._quarantine
        self._started.set()

    async def take_partitions(self, partitions: Collection[Partition]) -> None:
        """Before the offsets of an assignment are read: with exactly-once, fence whoever owned its partitions."""
        self._look_for_a_twin(frozenset(partitions))
        if self.exactly_once:
            await self._started.wait()
            if self._transactions is not None and not self.crashed:
                try:
                    await self._transactions.open([each for each in partitions if each[0] in self._sources])
                except Exception as error:  # aiokafka would log it and go on as a member that reads nothing
                    self.crash(DeliveryStopped(transactions.why_closed(self._app.conf.id, error)))
        self.joined = True

    def _look_for_a_twin(self, partitions: frozenset[Partition]) -> None:
        """Two workers of one static name take the partitions from each other at every heartbeat, for ever."""
        name = self._app.conf.consumer_group_instance_id
        if name:
            now = asyncio.get_running_loop().time()
            full = len(self._assigned_at) == _TWIN_ASSIGNMENTS
            first = self._assigned_at[0][0] if full else now
            # A group that grows gives each time others.
            same = all(each == partitions for _, each in self._assigned_at)
            self._assigned_at.append((now, partitions))
            if full and same and now - first < _TWIN_WITHIN_S:
                self.crash(
                    ConfigurationError(
                        f"broker.group_instance_id {name!r}: another worker of the group has the same; "
                        "give each its own, such as its pod's name in a StatefulSet"
                    )
                )

    async def give_partitions_up(self, partitions: Collection[Partition]) -> None:
        """After the last commit of partitions that go to another worker."""
        if self._transactions is not None:
            await self._transactions.close(partitions)

    @property
    def exactly_once(self) -> bool:
        """Whether outputs and offsets go in transactions."""
        return self._settings.delivery.processing_guarantee == "exactly_once"

    async def _sinks(self, where: dict[str, Any], limits: dict[str, int]) -> Callable[[Partition], Sink]:
        hands_out_ids = await transactions.supported(where)
        if not self.exactly_once:
            sink = self._sink = KafkaSink(self._settings.producer, where)
            # Numbered batches cannot overtake each other when one of them is sent again.
            await sink.start(limits, idempotent=hands_out_ids)
            log.info("producer_started", idempotent=hands_out_ids)
            return lambda _partition: sink
        if not hands_out_ids:
            raise ConfigurationError(
                "delivery.processing_guarantee: this broker has no transactions, which exactly_once needs; "
                "use at_least_once (the default), whose duplicates carry equal ids"
            )
        self._transactions = TransactionalSinks(self._app.conf.id, self._settings.producer, where, limits)
        return self._transactions.of

    @property
    def delivery(self) -> Delivery:
        """Open once `start` has returned."""
        assert self._delivery is not None
        return self._delivery

    @property
    def quarantine(self) -> Quarantine:
        """Made when `start` has returned."""
        assert self._quarantine is not None
        return self._quarantine

    def accuse(self, loop: asyncio.AbstractEventLoop) -> None:
        """From another thread: suspect what is in flight, so that the next worker runs it one at a time."""
        if self._quarantine is not None:
            asyncio.run_coroutine_threadsafe(self._quarantine.accuse(), loop).result(_LAST_WORDS_S)

    @property
    def consumer(self) -> Consumer:
        """The app's consumer, of our class."""
        consumer: Consumer = self._app.consumer
        return consumer

    def crash(self, error: Exception) -> None:
        """Stop the worker with a non-zero exit; what is not finished is not committed."""
        if self._delivery is not None:
            self._delivery.fail(error)
        else:
            self._crash_app(error)

    def on_crash(self, wake: Callable[[], None]) -> None:
        """Call something once the worker crashes, so that it does not wait for records that will not come."""
        self._on_crash.append(wake)

    @property
    def crashed(self) -> bool:
        """Whether the worker is on its way out: an agent that Faust's supervisor restarts now must not wait."""
        return self._crashing is not None

    def _crash_app(self, error: Exception) -> None:
        if self._crashing is None:
            self._crashing = asyncio.ensure_future(self._app.crash(error))
            if self._app.in_worker:  # elsewhere the process is not ours to end
                # Faust can wait for ever on its way out (faust#324); a crashed worker must leave to be restarted.
                leave_within(self._settings.delivery.drain_timeout_s + GRACE_S)
            self._started.set()
            for wake in self._on_crash:
                wake()

    async def stop(self) -> None:
        """Give up what is in flight, disconnect."""
        if self._delivery is not None:
            self._delivery.forget()
        if self._sink is not None:
            sink, self._sink = self._sink, None
            await sink.stop()
        if self._transactions is not None:
            await self._transactions.close()

    async def _checked_topics(self, where: dict[str, Any], specs: Sequence[PipelineSpec]) -> dict[str, int]:
        async with topics.Topics(where) as admin:
            if self._settings.topics.create:
                created = await admin.create(specs, self._settings.topics)
                if created:
                    log.info("topics_created", topics=created)
            await admin.check_rights(specs, self._app.conf.id)
            topics.check(specs, await admin.existing())
            limits = await admin.size_limits([topic for spec in specs for topic in spec.topics])
        for each in topics.too_small_for_dead_letters(specs, limits, self._settings.producer.max_request_bytes):
            log.warning("dead_letters_may_not_fit", problem=each)
        return limits


def _traced(sink_of: Callable[[Partition], Sink], tracing: Tracing) -> Callable[[Partition], Sink]:
    return lambda partition: TracedSink(sink_of(partition), tracing)


def record_of(message: Any) -> Record:
    """A Faust message as a record; its bytes are what the broker sent, whatever the topic's codec is."""
    timestamp = message.timestamp
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple(message.headers or ()),
        timestamp_ms=None if timestamp is None else round(timestamp * 1000),
    )
