"""The two ways a stream is read: by an agent of ours that delivers, and ahead of an agent of the user's."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from stream_slm.errors import DeliveryStopped
from stream_slm.log import about
from stream_slm.streaming.delivery import Processor, ended
from stream_slm.streaming.lane import settled_in_turn
from stream_slm.streaming.ledger import Slot
from stream_slm.streaming.quarantine import Admit
from stream_slm.streaming.runtime import Runtime, record_of
from stream_slm.types import Outcome, Record


async def deliver_stream(stream: Any, runtime: Runtime, processor: Processor) -> None:
    """Admit every event of a stream; outcomes are delivered behind its back. No exception leaves this loop."""
    delivery, consumer = runtime.delivery, runtime.consumer
    try:
        async for event in stream.noack().events():
            record, generation = record_of(event.message), event.message.generation_id
            admit = partial(delivery.admit, record, generation, processor, consumer)
            await _admit(runtime, record, generation, admit, processor)
    except Exception as error:  # Faust would ack the event, restart the agent and lose the record
        runtime.crash(error)


async def _admit(runtime: Runtime, record: Record, generation: int, admit: Admit, processor: Processor) -> None:
    """Wait for room; then admit a record that is still ours, alone if it is under suspicion."""
    await runtime.delivery.room()
    if runtime.delivery.accepts(record, generation):
        if runtime.quarantine.clears((record.topic, record.partition), generation):
            admit(None)
        else:
            with about(partial(processor.place, record)):
                await runtime.quarantine.admit(record, generation, admit)


class ReadAhead:
    """Events of a stream with their outcomes, in order, read ahead to the in-flight bound.

    A record is finished, and may be committed, when the consumer asks for the next one. Dead letters are delivered
    and not given out. If the consumer's body raises, the worker stops and the record is read again.
    """

    def __init__(self, stream: Any, runtime: Runtime, processor: Processor) -> None:
        self._stream = stream
        self._runtime = runtime
        self._processor = processor
        self._queue: deque[tuple[Any, Record, Slot, asyncio.Future[Outcome]]] = deque()
        self._arrived = asyncio.Event()
        self._given_out: Slot | None = None
        runtime.on_crash(self._arrived.set)

    def stop_if_abandoned(self) -> bool:
        """Stop the worker if a body took a record and did not ask for the next: it has raised."""
        if self._given_out is not None:
            self._runtime.crash(DeliveryStopped("the body of an enrich() loop ended on a record; it is read again"))
        return self._given_out is not None

    async def events(self) -> AsyncIterator[tuple[Any, Outcome]]:
        """Yield (event, outcome)."""
        delivery = self._runtime.delivery
        reader = asyncio.create_task(self._read(), name="stream-slm-read-ahead")
        try:
            while arrived := await self._next():
                event, record, slot, reading = arrived
                await asyncio.wait([reading])
                if reading.cancelled() or not delivery.owns(slot):
                    continue  # its partition was given up: whoever owns it now reads it
                outcome = await delivery.outcome_of(reading, record, self._processor)
                if not delivery.owns(slot):
                    continue  # meanwhile
                settlement = delivery.settlement(slot, self._processor)
                outcome = settled_in_turn(settlement, outcome, partial(self._processor.dead_letter, record))
                if outcome.status == "dead_letter":
                    delivery.hand_over(slot, ended(outcome), self._processor, record)
                    continue
                self._given_out = slot
                yield event, outcome
                self._given_out = None
                settlement.confirm()
                delivery.finish(slot, outcome)
        finally:
            reader.cancel()
            self.stop_if_abandoned()

    async def _read(self) -> None:
        try:
            async for event in self._stream.noack().events():
                record, generation = record_of(event.message), event.message.generation_id
                await _admit(self._runtime, record, generation, partial(self._take, event, record), self._processor)
        except Exception as error:  # as in deliver_stream
            self._runtime.crash(error)

    def _take(self, event: Any, record: Record, condemned: Exception | None) -> None:
        delivery = self._runtime.delivery
        slot = delivery.book(record, event.message.generation_id, self._runtime.consumer)
        reading = delivery.reading(record, self._processor, condemned)
        reading.add_done_callback(_noted)
        self._queue.append((event, record, slot, reading))
        self._arrived.set()

    async def _next(self) -> tuple[Any, Record, Slot, asyncio.Future[Outcome]] | None:
        """The next record that was read; None once the worker has crashed."""
        while not self._queue:
            if self._runtime.crashed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        return self._queue.popleft()


def _noted(reading: asyncio.Future[Outcome]) -> None:
    """A reading that fails after its partition was given up is of no interest to anyone, asyncio included."""
    if not reading.cancelled():
        reading.exception()
