"""Delivery: admits records within bounds, has them read, and keeps lanes and books in step."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from functools import partial
from typing import Protocol

import stream_slm.metrics as metrics
from stream_slm.config.settings import DeliveryConfig
from stream_slm.errors import StreamSLMError
from stream_slm.log import get_logger
from stream_slm.pipeline.settlement import Settlement
from stream_slm.streaming.lane import InFlight, Lane
from stream_slm.streaming.ledger import Ledger, Partition, Slot
from stream_slm.streaming.retry import RetryPolicy
from stream_slm.streaming.sink import Sink
from stream_slm.types import Outcome, Record

log = get_logger(__name__)


class Processor(Protocol):
    """What delivery needs of a pipeline."""

    def process(self, record: Record) -> Awaitable[Outcome]:
        """What a record becomes."""

    def dead_letter(self, record: Record, error: Exception) -> Outcome:
        """The outcome of a record whose outputs cannot be sent."""

    def settlement(self) -> Settlement:
        """What settles the alerts of one partition while we own it."""


class Pauses(Protocol):
    """What delivery needs of a consumer: to leave one partition unread for a while."""

    def hold_partition(self, partition: Partition) -> None:
        """Stop fetching from it; what was fetched still comes."""

    def release_partition(self, partition: Partition) -> None:
        """Fetch from it again."""


class Delivery:
    """One per worker; belongs to its event loop."""

    def __init__(
        self, sink_of: Callable[[Partition], Sink], config: DeliveryConfig, *, crash: Callable[[Exception], None]
    ) -> None:
        self.ledger = Ledger()
        #: Topics whose records are delivered, or finished, by us.
        self.topics: set[str] = set()
        self._sink_of = sink_of
        self._config = config
        self._retry = RetryPolicy(
            first_s=config.retry_backoff_s, max_s=config.retry_backoff_max_s, deadline_s=config.retry_deadline_s
        )
        self._crash = crash
        self._lanes: dict[tuple[Partition, int], Lane] = {}
        self._settlements: dict[tuple[Partition, int], Settlement] = {}
        self._held: dict[Partition, Pauses] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._failure: Exception | None = None
        #: The last few are enough: events of older ones have left Faust's queues long ago.
        self._closed_generations: deque[int] = deque(maxlen=16)

    def admit(self, record: Record, generation: int, processor: Processor, consumer: Pauses | None) -> None:
        """Take a record in: its reading starts now, its outcome is delivered in its partition's order."""
        slot = self.book(record, generation, consumer)
        self.hand_over(slot, asyncio.ensure_future(processor.process(record)), processor, record)

    def book(self, record: Record, generation: int, consumer: Pauses | None) -> Slot:
        """Count a record as in flight until its slot is finished."""
        partition = (record.topic, record.partition)
        self.topics.add(record.topic)
        slot = self.ledger.admit(partition, generation, record.offset, len(record.value or b""))
        self._note_load(partition, consumer)
        return slot

    def hand_over(
        self, slot: Slot, outcome: asyncio.Future[Outcome], processor: Processor, record: Record
    ) -> None:
        """Let a record's lane deliver its outcome and finish its slot."""
        record_in_flight = InFlight(slot, outcome, partial(processor.dead_letter, record))
        self._lane(slot, processor).put(record_in_flight)

    def settlement(self, slot: Slot, processor: Processor) -> Settlement:
        """What settles the alerts of a slot's partition; a new generation of it knows of none."""
        key = slot.partition, slot.generation
        if key not in self._settlements:
            self._drop_settlements({slot.partition})
            self._settlements[key] = processor.settlement()
        return self._settlements[key]

    def finish(self, slot: Slot, outcome: Outcome) -> None:
        """Note that a record's outcome is durable, and make room."""
        self.ledger.finish(slot)
        _count(outcome)
        self._after_finish(slot.partition)

    def owns(self, slot: Slot) -> bool:
        """Whether a slot's partition is still ours, in the slot's generation."""
        return self.ledger.owns(slot)

    def has_room(self) -> bool:
        """Whether another record may be admitted."""
        ledger, config = self.ledger, self._config
        return ledger.in_flight < config.max_in_flight and ledger.in_flight_bytes < config.max_in_flight_bytes

    async def room(self) -> None:
        """Wait until another record may be admitted."""
        await self._room.wait()

    async def drain(self, timeout_s: float) -> bool:
        """Wait until all that was admitted is durable; False if the time ran out or delivery has failed."""
        if self._failure is not None:
            return False
        try:
            await asyncio.wait_for(self._idle.wait(), timeout_s)
        except TimeoutError:
            return False
        return self._failure is None

    def accepts(self, record: Record, generation: int) -> bool:
        """Whether a record may be admitted: its generation is open, and it was not read in it before.

        Faust seeks to the committed offsets once more after it may have handed out records behind them.
        """
        partition = (record.topic, record.partition)
        closed = generation in self._closed_generations
        return not closed and not self.ledger.has_read(partition, generation, record.offset)

    def open_generation(self, generation: int) -> None:
        """Admit records of a generation: a group that was deleted meanwhile counts from 1 again."""
        with suppress(ValueError):
            self._closed_generations.remove(generation)

    def close_generation(self, generation: int) -> None:
        """Refuse what is still on its way from a generation whose partitions are given up.

        An event that Faust has handed to an agent, but the agent not to us, would open the books again behind the
        records that were just dropped, and a commit of it would skip them.
        """
        self._closed_generations.append(generation)

    def forget(self, partitions: Iterable[Partition] | None = None) -> int:
        """Give partitions up (None: all): nothing of theirs is sent or committed any more."""
        given_up = set(self.ledger.partitions if partitions is None else partitions)
        for key in [key for key in self._lanes if key[0] in given_up]:
            self._lanes.pop(key).cancel()
        self._drop_settlements(given_up)
        dropped = self.ledger.forget(given_up)
        for partition in given_up:
            self._held.pop(partition, None)  # the assignment that follows starts with nothing held
        self._after_finish()
        return dropped

    def fail(self, error: Exception) -> None:
        """Delivery cannot go on: nothing more is waited for, the worker stops, what is unfinished is read again."""
        if self._failure is None:
            self._failure = error
            known = isinstance(error, StreamSLMError)
            log.error("delivery_stopped", reason=str(error) if known else type(error).__name__, exc_info=not known)
            self._idle.set()
            self._room.set()
            self._crash(error)

    def _drop_settlements(self, partitions: Collection[Partition]) -> None:
        for key in [key for key in self._settlements if key[0] in partitions]:
            self._settlements.pop(key).abandon()

    def _lane(self, slot: Slot, processor: Processor) -> Lane:
        partition, generation = slot.partition, slot.generation
        lane = self._lanes.get((partition, generation))
        if lane is None:
            for key in [key for key in self._lanes if key[0] == partition]:
                self._lanes.pop(key).cancel()
            lane = self._lanes[partition, generation] = Lane(
                partition,
                self._sink_of(partition),
                self._retry,
                self.settlement(slot, processor),
                finished=self.finish,
                failed=self.fail,
            )
        return lane

    def _note_load(self, partition: Partition, consumer: Pauses | None) -> None:
        metrics.IN_FLIGHT.set(self.ledger.in_flight)
        self._idle.clear()
        if not self.has_room():
            self._room.clear()
        if (
            consumer is not None
            and partition not in self._held
            and self.ledger.held(partition) >= self._config.max_in_flight_per_partition
        ):
            self._held[partition] = consumer
            consumer.hold_partition(partition)

    def _after_finish(self, partition: Partition = ("", -1)) -> None:
        metrics.IN_FLIGHT.set(self.ledger.in_flight)
        if self.has_room():
            self._room.set()
        if not self.ledger.in_flight:
            self._idle.set()
        # Half the cap, so that a partition at its limit is not held and released for every record.
        if partition in self._held and self.ledger.held(partition) <= self._config.max_in_flight_per_partition // 2:
            self._held.pop(partition).release_partition(partition)


def _count(outcome: Outcome) -> None:
    metrics.RECORDS.labels(outcome.pipeline, outcome.status).inc()
    metrics.ALERTS.labels(outcome.pipeline).inc(sum(output.kind == "alert" for output in outcome.outputs))
    for reason in outcome.suppressed:
        metrics.SUPPRESSED.labels(outcome.pipeline, reason).inc()
    if isinstance(outcome.error, StreamSLMError):
        metrics.FAILURES.labels(outcome.pipeline, outcome.error.code).inc()
