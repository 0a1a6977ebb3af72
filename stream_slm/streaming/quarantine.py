"""Quarantine: records that may have killed earlier workers are run one at a time, until the culprit stands alone.

A process that dies in native code leaves no word of its own. What is left is the group's committed offset, and the
free text Kafka keeps beside it: at the start of a partition we note there how often reading began at this offset.
Progress or an orderly end takes the note away. Where it has stayed for two starts, whatever was in flight behind that
offset is under suspicion, on whichever worker reads it next; no file has to survive the process.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self

from stream_slm.errors import EngineCrashed
from stream_slm.log import get_logger
from stream_slm.streaming.ledger import Partition
from stream_slm.types import Record

log = get_logger(__name__)

#: A first kill is the kernel's or an operator's more often than a record's.
_SUSPECT_AFTER_STARTS = 2
_MARK = re.compile(r"stream-slm starts=(\d{1,9}) alone=(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Mark:
    """The note beside a committed offset: how often reading began there, and how many records run alone from there."""

    starts: int = 0
    alone: int = 0

    def __str__(self) -> str:
        return f"stream-slm starts={self.starts} alone={self.alone}" if self.starts or self.alone else ""

    @classmethod
    def parse(cls, metadata: str) -> Self:
        """The note, or an empty one where it is somebody else's."""
        found = _MARK.fullmatch(metadata)
        return cls(int(found[1]), int(found[2])) if found else cls()


Marks = Mapping[Partition, tuple[int, Mark]]


class Offsets(Protocol):
    """The group's committed offsets and the notes beside them."""

    async def committed_mark(self, partition: Partition) -> tuple[int, Mark] | None:
        """Of an assigned partition; None where nothing is committed."""

    async def commit_marks(self, marks: Marks) -> bool:
        """Commit offsets with their notes; False where the group has moved on."""


class Door(Protocol):
    """What a quarantine needs of delivery."""

    def accepts(self, record: Record, generation: int) -> bool:
        """Whether a record may still be admitted."""

    def shut(self) -> None:
        """Let nobody else admit a record."""

    def reopen(self) -> None:
        """Let them again."""

    async def idle(self) -> None:
        """Wait until nothing is in flight."""

    def position(self, partition: Partition) -> int | None:
        """The offset after the finished head of a partition."""

    def reads(self, partition: Partition) -> bool:
        """Whether a partition waits for a reading, and not for the sink."""

    def sends(self, partition: Partition) -> bool:
        """Whether outputs of a partition are on their way."""

    def committed(self, partition: Partition, offset: int) -> None:
        """Note that an offset was committed: Faust's next commit of it would wipe the note beside it."""


#: Admits a record; with an error it is condemned, and becomes a dead letter unread.
Admit = Callable[[EngineCrashed | None], None]


class Quarantine:
    """One per worker; belongs to its event loop.

    Args:
        window: how many records of a partition can have been in flight when a worker died.
        attempts: deaths on a record that ran alone, after which it is condemned.
    """

    def __init__(self, offsets: Offsets, door: Door, *, window: int, attempts: int) -> None:
        self._offsets = offsets
        self._door = door
        self._window = window
        self._attempts = attempts
        #: Generation in which a partition was opened, and the offset that was marked then.
        self._opened: dict[Partition, int] = {}
        self._marked: dict[Partition, int] = {}
        #: Partitions under suspicion: how many records are still to run alone, and the culprit so far.
        self._suspected: dict[Partition, int] = {}
        self._culprit: dict[Partition, tuple[int, int]] = {}
        self._one_at_a_time = asyncio.Lock()

    def clears(self, partition: Partition, generation: int) -> bool:
        """Whether records of a partition may be admitted without ado; the hot path."""
        return self._opened.get(partition) == generation and partition not in self._suspected

    async def admit(self, record: Record, generation: int, admit: Admit) -> None:
        """Open the record's partition if need be, and admit the record: at once, or alone."""
        partition = (record.topic, record.partition)
        async with self._one_at_a_time:
            if not self._door.accepts(record, generation):
                return
            if self._opened.get(partition) != generation:
                await self._open(record, generation)
            if partition in self._suspected:
                await self._run_alone(record, generation, admit)
            elif self._door.accepts(record, generation):
                admit(None)

    async def close(self) -> None:
        """After an orderly end: take the notes away of partitions that are where they were when they were marked.

        Where reading went on, the commits that followed have taken them away.
        """
        unmoved = {
            each: (offset, Mark())
            for each, offset in self._marked.items()
            if (self._door.position(each) or offset) <= offset and not self._door.sends(each)
        }
        self.forget()
        if unmoved:
            await self._offsets.commit_marks(unmoved)

    def forget(self) -> None:
        """The generation has ended: its offsets are not ours to write any more."""
        self._marked.clear()

    async def accuse(self) -> None:
        """Before an end that is known to be some record's fault: suspect what is in flight from the next start on."""
        guilty = {
            each: (self._door.position(each) or offset, Mark(_SUSPECT_AFTER_STARTS))
            for each, offset in self._marked.items()
            # What is being sent is no suspect; in a transaction its offset must not be written beside it, either.
            if self._door.reads(each) and each not in self._suspected
        }
        if guilty:
            await self._offsets.commit_marks(guilty)

    async def _open(self, record: Record, generation: int) -> None:
        """Read the note of a partition at its first record, and write a new one."""
        partition = (record.topic, record.partition)
        # Where a group is new nothing is committed: this is the first record it reads there.
        offset, mark = await self._offsets.committed_mark(partition) or (record.offset, Mark())
        self._opened[partition] = generation
        self._marked.pop(partition, None)
        self._suspected.pop(partition, None)
        self._culprit.pop(partition, None)
        if mark.alone:
            self._suspect(partition, offset, mark.alone)
            self._culprit[partition] = (offset, mark.starts)
        elif mark.starts >= _SUSPECT_AFTER_STARTS:
            self._suspect(partition, offset, self._window)
        # Suspects are marked record by record.
        elif await self._commit({partition: (offset, replace(mark, starts=mark.starts + 1))}):
            self._marked[partition] = offset

    def _suspect(self, partition: Partition, offset: int, alone: int) -> None:
        self._suspected[partition] = alone
        topic, number = partition
        log.warning(
            "crash_loop",
            topic=topic,
            partition=number,
            offset=offset,
            records=alone,
            note="workers died behind this offset: its records are run one at a time",
        )

    async def _run_alone(self, record: Record, generation: int, admit: Admit) -> None:
        partition = (record.topic, record.partition)
        self._door.shut()
        try:
            await self._door.idle()
            # It also is when delivery has failed or given up; then what is unfinished must not be passed.
            if not self._door.accepts(record, generation):
                return
            earlier, alone = self._deaths(partition, record.offset), self._suspected[partition]
            if earlier >= self._attempts:
                log.error("record_condemned", topic=partition[0], partition=partition[1], offset=record.offset)
                admit(_verdict(earlier))
            else:
                # Everything before it is finished, or the worker would not be idle.
                await self._commit({partition: (record.offset, Mark(earlier + 1, alone))})
                if not self._door.accepts(record, generation):
                    return
                self._marked[partition] = record.offset
                admit(None)
            await self._door.idle()
            await self._count_down(record)
        finally:
            self._door.reopen()

    async def _commit(self, marks: Marks) -> bool:
        stored = await self._offsets.commit_marks(marks)
        if stored:
            for partition, (offset, _) in marks.items():
                self._door.committed(partition, offset)
        return stored

    def _deaths(self, partition: Partition, offset: int) -> int:
        """How often a worker died on this record while it ran alone."""
        culprit, starts = self._culprit.pop(partition, (0, 0))
        # The offset in the note may be one where no record is any more (compacted away, a transaction's marker).
        return starts if culprit <= offset else 0

    async def _count_down(self, record: Record) -> None:
        """Take the blame from a finished record: now, not at the next commit, for what follows may be deadly, too."""
        partition, next_offset = (record.topic, record.partition), record.offset + 1
        if (self._door.position(partition) or 0) < next_offset:
            return  # given up, or delivery has failed
        left = self._suspected[partition] - 1
        await self._commit({partition: (next_offset, Mark(0, left) if left else Mark(1))})
        self._marked[partition] = next_offset
        if left:
            self._suspected[partition] = left
        else:
            del self._suspected[partition]
            log.info("crash_loop_over", topic=partition[0], partition=partition[1])


def _verdict(deaths: int) -> EngineCrashed:
    error = EngineCrashed(f"the worker died {deaths} times while it read this record alone")
    error.attempts = deaths
    return error
