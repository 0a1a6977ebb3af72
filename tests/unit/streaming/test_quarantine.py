"""Rules of the quarantine: a record that kills its worker is found and condemned, and no other is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_slm.errors import DeliveryStopped, EngineCrashed
from stream_slm.streaming.quarantine import Mark, Quarantine
from stream_slm.types import Outcome, Record
from tests.unit.streaming.fakes import FakeOffsets, Worker, settle

Make = Callable[..., Worker]
HERE = ("in", 0)


class Killed(Exception):
    """The process is gone."""


class Run:
    """One life of a worker on one partition; reads records as the agent loop does, many at a time."""

    def __init__(
        self, offsets: FakeOffsets, records: range, deadly: frozenset[int], window: int, attempts: int
    ) -> None:
        self.worker = Worker(max_in_flight_per_partition=window)
        self.quarantine = Quarantine(offsets, self.worker.delivery, window=window, attempts=attempts)
        self._offsets, self._records, self._deadly, self._window = offsets, records, deadly, window
        self.condemned: dict[int, int] = {}
        self.together = 0
        self._reading: set[int] = set()

    async def read_all(self) -> None:
        """Raises Killed where a deadly record is read."""
        start = self._offsets.stored.get(HERE, (0, Mark()))[0]
        for offset in [each for each in self._records if each >= start]:
            await self.quarantine.admit(self._record(offset), 1, lambda error, at=offset: self._admit(at, error))
            if len(self._reading) >= self._window:
                await self._finish()
        await self._finish()

    def _admit(self, offset: int, condemned: EngineCrashed | None) -> None:
        if condemned is not None:
            self.condemned[offset] = condemned.attempts
        elif offset in self._deadly:
            raise Killed
        self._reading.add(offset)
        self.together = max(self.together, len(self._reading))
        self.worker.delivery.admit(self._record(offset), 1, self.worker.processor, None, condemned)
        if not self.quarantine.clears(HERE, 1):  # alone: the loop waits for it
            asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(self._finish()))

    async def _finish(self) -> None:
        for offset in sorted(self._reading - set(self.condemned)):
            self.worker.processor.complete(self._record(offset))
        self._reading.clear()
        assert await self.worker.delivery.drain(5)
        for partition, offset in self.worker.committable.items():
            self._offsets.stored[partition] = (offset, Mark())
        self.worker.delivery.ledger.committed(self.worker.committable)

    def _record(self, offset: int) -> Record:
        return Record(topic="in", partition=0, offset=offset, value=b"v", key=b"k")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.frozensets(st.integers(0, 29), max_size=3), st.integers(1, 10), st.integers(1, 3))
async def test_every_deadly_record_is_condemned_and_no_other(
    count: int, deadly: frozenset[int], window: int, attempts: int
) -> None:
    """However many there are and wherever they stand: the others come out, and lives are not wasted."""
    offsets, condemned, sent = FakeOffsets(), {}, set()
    guilty = {each for each in deadly if each < count}
    lives = 0
    while True:
        lives += 1
        assert lives <= 1 + len(guilty) * (3 + attempts)
        run = Run(offsets, range(count), deadly, window, attempts)
        try:
            await run.read_all()
        except Killed:
            continue
        finally:
            condemned.update(run.condemned)
            sent |= {outcome.record.offset for outcome in run.worker.sink.durable if outcome.status == "ok"}
            run.worker.delivery.forget()
        break
    assert condemned == dict.fromkeys(guilty, attempts)
    assert sent == set(range(count)) - guilty
    assert offsets.stored[HERE][0] == count


async def test_a_worker_that_was_killed_once_or_ended_in_order_is_not_suspected(make: Make) -> None:
    """Kernels and operators kill, too; a rebalance is no death."""
    offsets = FakeOffsets()
    for _ in range(5):
        worker = make()
        quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)
        await quarantine.admit(worker_record(0), 1, lambda _: None)
        assert quarantine.clears(HERE, 1)
        assert offsets.stored[HERE] == (0, Mark(1, 0))
        await quarantine.close()
        assert offsets.stored[HERE] == (0, Mark())


async def test_closing_never_takes_a_commit_back(make: Make) -> None:
    """Where reading went on, its commits have the last word."""
    worker, offsets = make(), FakeOffsets()
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)
    await quarantine.admit(worker_record(0), 1, lambda _: worker.finish(0) and None)
    await worker.delivery.drain(5)
    offsets.stored[HERE] = (1, Mark())
    await quarantine.close()
    assert offsets.stored[HERE] == (1, Mark())


async def test_a_suspect_runs_while_nothing_else_does(make: Make) -> None:
    """Of no partition: if the process dies, there is one record to blame."""
    worker, offsets = make(), FakeOffsets()
    offsets.stored[HERE] = (0, Mark(2, 0))
    quarantine = Quarantine(offsets, worker.delivery, window=1, attempts=2)
    worker.admit(7, partition=1)
    suspect = worker_record(0)
    running = asyncio.ensure_future(
        quarantine.admit(suspect, 1, lambda _: worker.delivery.admit(suspect, 1, worker.processor, None))
    )
    await settle()
    assert ("in", 0, 0) not in worker.processor.readings
    assert not worker.delivery.has_room()
    worker.processor.complete(Record(topic="in", partition=1, offset=7, value=b"v"))
    await settle()
    assert ("in", 0, 0) in worker.processor.readings
    assert offsets.stored[HERE] == (0, Mark(1, 1))
    assert not running.done()
    assert not worker.delivery.has_room()
    worker.processor.complete(suspect)
    await asyncio.wait_for(running, 5)
    assert worker.delivery.has_room()
    assert quarantine.clears(HERE, 1)


@pytest.mark.parametrize("how", ["failed", "abandoned"])
async def test_what_is_unfinished_is_not_passed_when_delivery_ends(make: Make, how: str) -> None:
    """A worker that stops is idle, too: the next record must not be noted, for a note commits its offset."""
    worker, offsets = make(), FakeOffsets()
    offsets.stored[HERE] = (0, Mark(2, 0))
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)

    reading = asyncio.ensure_future(read(worker, quarantine, 0, 1, 2))
    await settle()
    worker.delivery.fail(DeliveryStopped("x")) if how == "failed" else worker.delivery.abandon()
    await asyncio.wait_for(reading, 5)
    assert offsets.stored[HERE][0] == 0
    assert list(worker.processor.readings) == [("in", 0, 0)]


async def test_a_note_is_not_written_when_its_generation_has_ended(make: Make) -> None:
    """Else an offset of hours ago would be committed at the next orderly end."""
    worker, offsets = make(), FakeOffsets()
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)
    await quarantine.admit(worker_record(0), 1, lambda _: worker.admit(0) and None)
    quarantine.forget()
    worker.delivery.forget()
    offsets.stored[HERE] = (1000, Mark())
    await quarantine.close()
    assert offsets.stored[HERE] == (1000, Mark())


async def test_what_the_quarantine_commits_is_not_committed_again(make: Make) -> None:
    """Faust's commit of the same offset would wipe out the note of the record that runs alone."""
    worker, offsets = make(), FakeOffsets()
    offsets.stored[HERE] = (0, Mark(2, 0))
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)

    reading = asyncio.ensure_future(read(worker, quarantine, 0, 1))
    await settle()
    worker.processor.complete(worker_record(0))
    await settle()
    assert offsets.stored[HERE] == (1, Mark(1, 3))
    assert worker.committable == {}
    reading.cancel()


async def test_a_partition_that_is_given_up_meanwhile_admits_nothing(make: Make) -> None:
    """The suspect is the next owner's."""
    worker, offsets = make(), FakeOffsets()
    offsets.stored[HERE] = (0, Mark(2, 0))
    quarantine = Quarantine(offsets, worker.delivery, window=1, attempts=2)
    worker.admit(7, partition=1)
    admitted: list[Outcome | None] = []
    running = asyncio.ensure_future(quarantine.admit(worker_record(0), 1, lambda _: admitted.append(None)))
    await settle()
    worker.delivery.close_generation(1)
    worker.delivery.forget()
    await asyncio.wait_for(running, 5)
    assert admitted == []
    assert worker.delivery.has_room()


async def test_a_group_that_has_moved_on_does_not_stop_the_reading(make: Make) -> None:
    """A note that could not be written is one that is missing, no more."""
    worker, offsets = make(), FakeOffsets()
    offsets.refuses = True
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)
    admitted: list[None] = []
    await quarantine.admit(worker_record(0), 1, lambda _: admitted.append(None))
    assert admitted == [None]
    await quarantine.close()
    assert offsets.stored == {}


async def test_what_hangs_is_suspected_from_the_next_start_on(make: Make) -> None:
    """Where it is, not where it was opened; what waits for the sink is no suspect, and quiet partitions are none."""
    worker, offsets = make(), FakeOffsets()
    offsets.stored["in", 1] = (7, Mark())
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)
    await quarantine.admit(worker_record(0), 1, lambda _: worker.finish(0) and None)
    await worker.delivery.drain(5)
    await quarantine.admit(worker_record(1), 1, lambda _: worker.admit(1) and None)
    worker.sink.gate.clear()
    sent = Record(topic="in", partition=2, offset=5, value=b"v", key=b"k")
    await quarantine.admit(sent, 1, lambda _: worker.finish(5, partition=2) and None)
    await settle()
    await quarantine.accuse()
    assert offsets.stored == {HERE: (1, Mark(2)), ("in", 1): (7, Mark()), ("in", 2): (5, Mark(1))}
    worker.sink.gate.set()
    again = Quarantine(offsets, make().delivery, window=4, attempts=2)
    await again._open(worker_record(1), 1)
    assert not again.clears(HERE, 1)


async def test_nothing_is_admitted_between_two_suspects(make: Make) -> None:
    """An agent that waits for room is woken when one suspect is done, and must not slip in before the next."""
    worker, offsets = make(max_in_flight=1), FakeOffsets()
    offsets.stored[HERE] = (0, Mark(2, 0))
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)

    async def another() -> None:
        await worker.delivery.room()
        worker.admit(7, partition=1)

    reading = asyncio.ensure_future(read(worker, quarantine, 0, 1))
    await settle()
    waiting = asyncio.ensure_future(another())
    await settle()
    worker.processor.complete(worker_record(0))
    await settle()
    assert set(worker.processor.readings) == {("in", 0, 0), ("in", 0, 1)}
    worker.processor.complete(worker_record(1))
    await asyncio.wait_for(asyncio.gather(reading, waiting), 5)


async def test_a_gap_in_the_offsets_wipes_out_no_note(make: Make) -> None:
    """Where a transaction's marker lies between two records the note stands behind the position."""
    worker, offsets = make(), FakeOffsets()
    offsets.stored[HERE] = (0, Mark(2, 0))
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)

    reading = asyncio.ensure_future(read(worker, quarantine, 0, 2))
    await settle()
    worker.processor.complete(worker_record(0))
    await settle()
    assert offsets.stored[HERE] == (2, Mark(1, 3))
    assert worker.committable == {}
    reading.cancel()


async def test_a_record_of_an_old_generation_opens_nothing(make: Make) -> None:
    """It would count as one more start."""
    worker, offsets = make(), FakeOffsets()
    quarantine = Quarantine(offsets, worker.delivery, window=4, attempts=2)
    worker.delivery.close_generation(1)
    await quarantine.admit(worker_record(0), 1, lambda _: None)
    assert offsets.stored == {}


@given(st.integers(0, 10**8), st.integers(0, 10**6))
def test_a_note_is_read_as_it_was_written(starts: int, alone: int) -> None:
    """It has to outlive its worker, in another version perhaps."""
    assert Mark.parse(str(Mark(starts, alone))) == Mark(starts, alone)


@pytest.mark.parametrize("metadata", ["", "somebody else's", "stream-slm", "stream-slm starts=x alone=0", "é" * 4000])
def test_somebody_elses_note_is_none(metadata: str) -> None:
    """Other tools write there, too."""
    assert Mark.parse(metadata) == Mark()


async def read(worker: Worker, quarantine: Quarantine, *offsets: int) -> None:
    """What an agent of ours does with what it is given."""
    for offset in offsets:
        admit = partial(worker.delivery.admit, worker_record(offset), 1, worker.processor, None)
        await quarantine.admit(worker_record(offset), 1, admit)


def worker_record(offset: int) -> Record:
    return Record(topic="in", partition=0, offset=offset, value=b"v", key=b"k")
