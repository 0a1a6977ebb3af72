"""Delivery: admits records within bounds, has them read, and keeps lanes and books in step."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, Protocol

from stream_slm.config.settings import DeadLettersConfig, DeliveryConfig
from stream_slm.errors import DeadLetterFlood, StreamSLMError, WorkerStopped
from stream_slm.log import get_logger
from stream_slm.pipeline.place import place_of
from stream_slm.pipeline.settlement import Settlement
from stream_slm.streaming.breaker import FloodBreaker
from stream_slm.streaming.counting import Counting
from stream_slm.streaming.lane import InFlight, Lane
from stream_slm.streaming.ledger import Ledger, Partition, Slot
from stream_slm.streaming.retry import RetryPolicy
from stream_slm.streaming.sink import Sink
from stream_slm.tracing import Tracing
from stream_slm.types import REDRIVE_HEADER, Outcome, Record

log = get_logger(__name__)


class Processor(Protocol):
    """What delivery needs of a pipeline."""

    def process(self, record: Record) -> Awaitable[Outcome]:
        """What a record becomes."""

    def dead_letter(self, record: Record, error: Exception) -> Outcome:
        """The outcome of a record whose outputs cannot be sent."""

    def settlement(self) -> Settlement:
        """What settles the alerts of one partition while we own it."""

    def place(self, record: Record) -> dict[str, Any]:
        """Where a record lies and what it is called, for a line of the log."""


class Pauses(Protocol):
    """What delivery needs of a consumer: to leave one partition unread for a while."""

    def hold_partition(self, partition: Partition) -> None:
        """Stop fetching from it; what was fetched still comes."""

    def release_partition(self, partition: Partition) -> None:
        """Fetch from it again."""


class Delivery:
    """One per worker; belongs to its event loop."""

    def __init__(
        self,
        sink_of: Callable[[Partition], Sink],
        config: DeliveryConfig,
        *,
        crash: Callable[[Exception], None],
        dead_letters: DeadLettersConfig | None = None,
        counting: Counting | None = None,
        tracing: Tracing | None = None,
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
        self._counting = counting or Counting()
        self._tracing = tracing
        #: Records whose outcome is durable, since the start.
        self.finished = 0
        self._lanes: dict[tuple[Partition, int], Lane] = {}
        self._settlements: dict[tuple[Partition, int], Settlement] = {}
        self._held: dict[Partition, Pauses] = {}
        self._most: dict[str, int] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._shut = self._abandoned = False
        self._failure: Exception | None = None
        self._breakers: dict[str, FloodBreaker] = {}
        self._dead_letters = dead_letters or DeadLettersConfig()
        self._rng = random.Random()  # noqa: S311  (jitter)
        #: The last few are enough: events of older ones have left Faust's queues long ago.
        self._closed_generations: deque[int] = deque(maxlen=16)

    def admit(
        self,
        record: Record,
        generation: int,
        processor: Processor,
        consumer: Pauses | None,
        condemned: Exception | None = None,
    ) -> None:
        """Take a record in: its reading starts now, its outcome is delivered in its partition's order."""
        slot = self.book(record, generation, consumer)
        self.hand_over(slot, self.reading(record, processor, condemned), processor, record)

    def reading(
        self, record: Record, processor: Processor, condemned: Exception | None = None
    ) -> asyncio.Future[Outcome]:
        """What a record becomes; one that is condemned becomes a dead letter without being read."""
        if condemned is not None:
            return ended(processor.dead_letter(record, condemned))
        if self._tracing is None:
            return asyncio.ensure_future(processor.process(record))
        with self._tracing.within(record):  # the task takes the context with it
            return asyncio.ensure_future(processor.process(record))

    async def outcome_of(self, reading: asyncio.Future[Outcome], record: Record, processor: Processor) -> Outcome:
        """The outcome of a reading that has ended.

        What may succeed later is tried again until the deadline, then dead-lettered.
        """
        attempts, waits = 1, self._retry.waits(self._rng)
        while True:
            try:
                return await reading
            except StreamSLMError as error:
                if not error.retriable or isinstance(error, WorkerStopped):
                    raise
                wait = next(waits, None)
                if wait is None:
                    error.attempts = attempts
                    return processor.dead_letter(record, error)
                self._counting.failed(record, error)
                place = {**processor.place(record), **self._trace_of(record)}
                log.warning("reading_retried", **place, attempt=attempts, code=error.code, wait_s=wait)
            await asyncio.sleep(wait)
            attempts += 1
            reading = self.reading(record, processor)

    def book(self, record: Record, generation: int, consumer: Pauses | None) -> Slot:
        """Count a record as in flight until its slot is finished."""
        partition = (record.topic, record.partition)
        self.topics.add(record.topic)
        slot = self.ledger.admit(
            partition,
            generation,
            record.offset,
            len(record.value or b""),
            since=monotonic(),
            timestamp_ms=record.timestamp_ms,
        )
        if self._tracing is not None:
            self._tracing.began(record)
        self._note_load(partition, consumer)
        return slot

    def hand_over(self, slot: Slot, outcome: asyncio.Future[Outcome], processor: Processor, record: Record) -> None:
        """Let a record's lane deliver its outcome and finish its slot; not where its partition was given up."""
        if not self.owns(slot):
            return
        record_in_flight = InFlight(
            slot,
            outcome,
            dead_letter=partial(processor.dead_letter, record),
            insist=partial(self.outcome_of, outcome, record, processor),
        )
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
        self.finished += 1
        self._counting.finished(outcome, slot.since)
        if outcome.status == "dead_letter":
            self._tell_dead_letter(outcome)
        if self._tracing is not None and self.owns(slot):
            self._tracing.ended(outcome)
        self._after_finish(slot.partition)
        self._watch_for_a_flood(outcome)

    def owns(self, slot: Slot) -> bool:
        """Whether a slot's partition is still ours, in the slot's generation."""
        return self.ledger.owns(slot)

    def limit(self, topic: str, most: int) -> None:
        """Hold fewer records of each partition of a topic: those that take seconds each must not fill all the room."""
        self._most[topic] = min(most, self._config.max_in_flight_per_partition)

    def has_room(self) -> bool:
        """Whether another record may be admitted."""
        ledger, config = self.ledger, self._config
        if self._shut:
            return False
        return ledger.in_flight < config.max_in_flight and ledger.in_flight_bytes < config.max_in_flight_bytes

    async def room(self) -> None:
        """Wait until another record may be admitted."""
        while not self._room.is_set():  # whoever is woken late may find it shut again
            await self._room.wait()

    @property
    def failed(self) -> bool:
        """Whether delivery has stopped for a reason of its own, which it has told."""
        return self._failure is not None

    def shut(self) -> None:
        """Admit nothing more until `reopen`, whatever room there is."""
        self._shut = True
        self._room.clear()

    def reopen(self) -> None:
        """Admit again."""
        self._shut = False
        if self.has_room():
            self._room.set()

    def position(self, partition: Partition) -> int | None:
        """The offset after the finished head of a partition; None where nothing of it is finished."""
        return self.ledger.position(partition)

    def reads(self, partition: Partition) -> bool:
        """Whether a partition waits for a reading, and not for the sink."""
        lanes = [lane for (each, _), lane in self._lanes.items() if each == partition]
        return lanes[0].reads if lanes else self.ledger.held(partition) > 0

    def sends(self, partition: Partition) -> bool:
        """Whether outputs of a partition are on their way: in a transaction, its offset goes with them."""
        return any(lane.sends for (each, _), lane in self._lanes.items() if each == partition)

    def committed(self, partition: Partition, offset: int) -> None:
        """Note that somebody else has committed an offset, so that it is not committed again."""
        self.ledger.committed({partition: offset})

    async def idle(self) -> None:
        """Wait until nothing is in flight, or delivery has failed."""
        await self._idle.wait()

    async def drain(self, timeout_s: float) -> bool:
        """Wait until all that was admitted is durable; False if it is not: for want of time, or given up."""
        if self._failure is None and not self._abandoned:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    # An agent may admit what it held back in the very moment in which the last record finishes.
                    while self.ledger.in_flight and self._failure is None and not self._abandoned:
                        await self._idle.wait()
                        await asyncio.sleep(0)
        return not self.ledger.in_flight and self._failure is None

    def abandon(self) -> None:
        """Wait for nothing any more: what is in flight is read again by whoever comes next."""
        self._abandoned = True
        self._idle.set()

    def accepts(self, record: Record, generation: int) -> bool:
        """Whether a record may be admitted: its generation is open, it was not read in it before, and we go on.

        Faust seeks to the committed offsets once more after it may have handed out records behind them.
        """
        if self._failure is not None or self._abandoned or generation in self._closed_generations:
            return False
        return not self.ledger.has_read((record.topic, record.partition), generation, record.offset)

    def open_generation(self, generation: int) -> None:
        """Admit records of a generation: a group that was deleted meanwhile counts from 1 again."""
        with suppress(ValueError):
            self._closed_generations.remove(generation)

    def close_generation(self, generation: int) -> None:
        """Refuse what is still on its way from a generation whose partitions are given up.

        An event that Faust has handed to an agent, but the agent not to us, would open the books again behind the
        records that were just dropped, and a commit of it would skip them.
        """
        if generation not in self._closed_generations:  # a rebalance closes it, and Faust's wait after it
            self._closed_generations.append(generation)

    def forget(self, partitions: Iterable[Partition] | None = None) -> int:
        """Give partitions up (None: all): nothing of theirs is sent or committed any more."""
        given_up = set(self.ledger.partitions if partitions is None else partitions)
        for key in [key for key in self._lanes if key[0] in given_up]:
            self._lanes.pop(key).cancel()
        self._drop_settlements(given_up)
        dropped = self.ledger.forget(given_up)
        if self._tracing is not None:
            self._tracing.dropped(given_up)
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

    def _tell_dead_letter(self, outcome: Outcome) -> None:
        place = place_of(outcome.record, outcome.pipeline, outcome.event_id)
        code = outcome.error.code if isinstance(outcome.error, StreamSLMError) else "internal_error"
        log.warning("dead_lettered", **{**place, **self._trace_of(outcome.record)}, code=code)

    def _trace_of(self, record: Record) -> Mapping[str, str]:
        return {} if self._tracing is None else self._tracing.ids(record)

    def _watch_for_a_flood(self, outcome: Outcome) -> None:
        name = outcome.pipeline
        # What an operator has sent again may fail again; that says nothing about the stream.
        if any(header == REDRIVE_HEADER for header, _ in outcome.record.headers):
            return
        breaker = self._breakers.get(name)
        if breaker is None:
            breaker = self._breakers[name] = FloodBreaker(self._dead_letters)
        dead = outcome.status == "dead_letter"
        too_many = breaker.note(dead)
        if too_many:
            code = outcome.error.code if isinstance(outcome.error, StreamSLMError) else "internal_error"
            self.fail(
                DeadLetterFlood(
                    f"pipeline {name}: {too_many} became dead letters, the last with code {code}. The cause is hardly "
                    "in the records: see `stream-slm dlq list`, mend it, restart, `stream-slm dlq redrive`"
                )
            )

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
        self._idle.clear()
        if not self.has_room():
            self._room.clear()
        if (
            consumer is not None
            and partition not in self._held
            and self.ledger.held(partition) >= self._most_of(partition)
        ):
            self._held[partition] = consumer
            consumer.hold_partition(partition)

    def _after_finish(self, partition: Partition = ("", -1)) -> None:
        if self.has_room():
            self._room.set()
        if not self.ledger.in_flight:
            self._idle.set()
        # Half the cap, so that a partition at its limit is not held and released for every record.
        if partition in self._held and self.ledger.held(partition) <= self._most_of(partition) // 2:
            self._held.pop(partition).release_partition(partition)

    def _most_of(self, partition: Partition) -> int:
        return self._most.get(partition[0], self._config.max_in_flight_per_partition)


def ended(outcome: Outcome) -> asyncio.Future[Outcome]:
    """A reading that has ended."""
    reading: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    reading.set_result(outcome)
    return reading
