"""Rules of reading a stream: in order, finished when the next is asked for, stopped when a body raises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from stream_slm.errors import BrokerUnavailable, DeliveryStopped, SchemaInvalid
from stream_slm.streaming.agents import ReadAhead, deliver_stream
from stream_slm.streaming.quarantine import Quarantine
from stream_slm.types import Record
from tests.unit.streaming.fakes import FakeOffsets, Worker, settle, until_read_again

Make = Callable[..., Worker]


class FakeStream:
    """A Faust stream of some offsets that then stays open, or breaks."""

    def __init__(self, offsets: range, error: Exception | None = None) -> None:
        self._offsets, self._error = offsets, error

    def noack(self) -> FakeStream:
        return self

    async def events(self) -> AsyncIterator[Any]:
        for offset in self._offsets:
            message = SimpleNamespace(
                topic="in",
                partition=0,
                offset=offset,
                key=b"k",
                value=b"v",
                headers=None,
                timestamp=1.5,
                generation_id=1,
            )
            yield SimpleNamespace(message=message)
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()


class FakeRuntime:
    """A runtime around a fake worker."""

    def __init__(self, worker: Worker) -> None:
        self.delivery, self.consumer = worker.delivery, worker.pauses
        self.quarantine = Quarantine(FakeOffsets(), worker.delivery, window=8, attempts=2)
        self._worker = worker
        self._wakes: list[Callable[[], None]] = []

    @property
    def crashed(self) -> bool:
        return bool(self._worker.crashes)

    def on_crash(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def crash(self, error: Exception) -> None:
        self.delivery.fail(error)
        for wake in self._wakes:
            wake()


def complete(worker: Worker, *offsets: int) -> None:
    for offset in offsets:
        worker.processor.complete(Record(topic="in", partition=0, offset=offset, value=b"v"))


def ahead_of(worker: Worker, offsets: range) -> AsyncIterator[Any]:
    stream, runtime = FakeStream(offsets), FakeRuntime(worker)
    return ReadAhead(stream, runtime, worker.processor).events()  # type: ignore[arg-type]


async def test_events_come_in_order_and_are_finished_when_the_next_is_asked_for(make: Make) -> None:
    """Acknowledged by progress: what the body works on is not committed."""
    worker = make()
    events = ahead_of(worker, range(3))
    first = asyncio.ensure_future(anext(events))
    await settle()
    complete(worker, 2, 1)
    await settle()
    assert not first.done()
    complete(worker, 0)
    seen = []
    event, outcome = await first
    for expected in (None, 1, 2):
        assert worker.committable.get(("in", 0)) == expected
        seen.append((event.message.offset, outcome.record.offset))
        if expected != 2:
            event, outcome = await anext(events)
    assert seen == [(0, 0), (1, 1), (2, 2)]
    last = asyncio.ensure_future(anext(events))  # asks for a fourth, which does not come
    await settle()
    assert worker.committable == {("in", 0): 3}
    last.cancel()
    await settle()
    assert worker.crashes == []


async def test_a_dead_letter_is_delivered_and_not_given_out(make: Make) -> None:
    """The body sees good records only."""
    worker = make()
    events = ahead_of(worker, range(2))
    first = asyncio.ensure_future(anext(events))
    await settle()
    bad = Record(topic="in", partition=0, offset=0, value=b"v")
    worker.processor.readings["in", 0, 0].set_result(worker.processor.dead_letter(bad, SchemaInvalid("x")))
    complete(worker, 1)
    event, _ = await first
    assert event.message.offset == 1
    await settle()
    assert [outcome.status for outcome in worker.sink.durable] == ["dead_letter"]
    assert worker.committable == {("in", 0): 1}
    await events.aclose()  # type: ignore[attr-defined]


async def test_a_body_that_ends_on_a_record_stops_the_worker(make: Make) -> None:
    """Its record is not finished, and is read again."""
    worker = make()
    events = ahead_of(worker, range(2))
    first = asyncio.ensure_future(anext(events))
    await settle()
    complete(worker, 0, 1)
    await first
    with pytest.raises(RuntimeError, match="the body"):
        await events.athrow(RuntimeError("the body"))  # type: ignore[attr-defined]
    (error,) = worker.crashes
    assert isinstance(error, DeliveryStopped)
    assert worker.committable == {}


async def test_a_record_of_a_given_up_partition_is_not_given_out(make: Make) -> None:
    """Whoever owns it now reads it."""
    worker = make()
    events = ahead_of(worker, range(2))
    first = asyncio.ensure_future(anext(events))
    await settle()
    worker.delivery.forget()
    complete(worker, 0, 1)
    await settle()
    assert not first.done()
    first.cancel()
    await settle()


async def test_no_exception_leaves_the_loop_that_delivers(make: Make) -> None:
    """Faust would acknowledge the event and go on: the record would be lost."""
    worker = make()
    stream = FakeStream(range(2), OSError("stream"))
    await deliver_stream(stream, FakeRuntime(worker), worker.processor)  # type: ignore[arg-type]
    assert [type(error) for error in worker.crashes] == [OSError]
    assert worker.committable == {}


async def test_the_loop_that_delivers_reads_to_the_bound_and_no_further(make: Make) -> None:
    """The rest stays in Kafka."""
    worker = make(max_in_flight=2)
    loop = asyncio.ensure_future(
        deliver_stream(FakeStream(range(5)), FakeRuntime(worker), worker.processor)  # type: ignore[arg-type]
    )
    await settle()
    assert len(worker.processor.readings) == 2
    complete(worker, 0)
    await settle()
    assert len(worker.processor.readings) == 3
    loop.cancel()
    await settle()


async def test_a_worker_that_crashes_gives_out_nothing_more(make: Make) -> None:
    """The body's loop ends, so that the worker can leave."""
    worker = make()
    runtime = FakeRuntime(worker)
    events = ReadAhead(FakeStream(range(0)), runtime, worker.processor).events()  # type: ignore[arg-type]
    waiting = asyncio.ensure_future(anext(events, None))
    await settle()
    runtime.crash(OSError("x"))
    assert await asyncio.wait_for(waiting, 5) is None


async def test_a_body_that_raised_is_found_when_its_agent_comes_again(make: Make) -> None:
    """A generator whose consumer raised is not closed at once: the restarted agent must still see the record."""
    worker = make()
    ahead = ReadAhead(FakeStream(range(1)), FakeRuntime(worker), worker.processor)  # type: ignore[arg-type]
    assert not ahead.stop_if_abandoned()
    events = ahead.events()
    first = asyncio.ensure_future(anext(events))
    await settle()
    complete(worker, 0)
    await first
    assert ahead.stop_if_abandoned()
    assert len(worker.crashes) == 1
    await events.aclose()


async def test_a_reading_that_fails_for_a_while_is_given_out_in_its_place(make: Make) -> None:
    """What may succeed later is tried again, and nothing overtakes it."""
    worker = make()
    events = ahead_of(worker, range(2))
    first = asyncio.ensure_future(anext(events))
    await settle()
    worker.processor.readings.pop(("in", 0, 0)).set_exception(BrokerUnavailable("away"))
    complete(worker, 1)
    await until_read_again(worker, 0)
    complete(worker, 0)
    event, _ = await asyncio.wait_for(first, 5)
    assert event.message.offset == 0
    await events.aclose()  # type: ignore[attr-defined]
