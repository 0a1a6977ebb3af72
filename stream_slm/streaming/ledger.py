"""The books of delivery: what was read, what is finished, what may be committed. Pure; no clock, no asyncio."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: Topic and partition; Faust's `TP` is one of these.
Partition = tuple[str, int]


@dataclass(eq=False, slots=True)
class Slot:
    """One record in flight; `finished` once its outcome is durable.

    `since` is when it was admitted (monotonic seconds), `timestamp_ms` its own Unix time in Kafka.
    """

    partition: Partition
    generation: int
    offset: int
    size_bytes: int = 0
    since: float = 0.0
    timestamp_ms: int | None = None
    finished: bool = False


@dataclass(eq=False, slots=True)
class _Log:
    """One partition in one generation of the group: its slots in offset order, and how far it may be committed."""

    generation: int
    slots: deque[Slot] = field(default_factory=deque)
    #: The last offset that was admitted.
    read: int = -1
    #: The next offset to read after the contiguous finished head; None until something finished.
    position: int | None = None
    committed: int | None = None


class Ledger:
    """Says for each partition which offset is safe to commit: the one after its contiguous finished head.

    "Contiguous" is meant in the order of reading, not of numbers: offsets that hold no record (compacted away,
    transaction markers) never hold a commit back, and a commit never passes a record that is not finished.
    """

    def __init__(self) -> None:
        self._logs: dict[Partition, _Log] = {}
        self.in_flight = 0
        self.in_flight_bytes = 0

    def admit(
        self,
        partition: Partition,
        generation: int,
        offset: int,
        size_bytes: int = 0,
        *,
        since: float = 0.0,
        timestamp_ms: int | None = None,
    ) -> Slot:
        """Note a record that was read; a new generation of its partition forgets the old one."""
        log = self._logs.get(partition)
        if log is None or log.generation != generation:
            if log is not None:
                self.forget([partition])
            log = self._logs[partition] = _Log(generation)
        slot = Slot(partition, generation, offset, size_bytes, since, timestamp_ms)
        log.slots.append(slot)
        log.read = offset
        self.in_flight += 1
        self.in_flight_bytes += size_bytes
        return slot

    def finish(self, slot: Slot) -> None:
        """Note that a record's outcome is durable. A slot of a forgotten generation changes nothing."""
        if slot.finished:
            return
        slot.finished = True
        if not self.owns(slot):
            return
        log = self._logs[slot.partition]
        while log.slots and log.slots[0].finished:
            head = log.slots.popleft()
            log.position = head.offset + 1
            self._release(head)

    def has_read(self, partition: Partition, generation: int, offset: int) -> bool:
        """Whether a record was admitted already in this generation of its partition."""
        log = self._logs.get(partition)
        return log is not None and log.generation == generation and offset <= log.read

    def owns(self, slot: Slot) -> bool:
        """Whether the slot's generation of its partition still has books."""
        log = self._logs.get(slot.partition)
        return log is not None and log.generation == slot.generation

    def held(self, partition: Partition) -> int:
        """Records of a partition that are not yet behind its position."""
        log = self._logs.get(partition)
        return len(log.slots) if log else 0

    def position(self, partition: Partition) -> int | None:
        """The offset after a partition's contiguous finished head; None where nothing is finished."""
        log = self._logs.get(partition)
        return log.position if log else None

    def head(self, partition: Partition) -> Slot | None:
        """The first record of a partition that is not finished, if one is in flight."""
        log = self._logs.get(partition)
        return log.slots[0] if log and log.slots else None

    def next_unread(self, partition: Partition) -> int | None:
        """The offset after the last record that was admitted; None where none was."""
        log = self._logs.get(partition)
        return log.read + 1 if log else None

    def committable(self) -> dict[Partition, int]:
        """Offsets that are safe to commit and not yet noted as committed."""
        return {
            partition: log.position
            for partition, log in self._logs.items()
            if log.position is not None and (log.committed is None or log.position > log.committed)
        }

    def is_committed(self, partition: Partition, offset: int) -> bool:
        """Whether the broker has stored an offset, or one behind it where the offsets between hold no record."""
        log = self._logs.get(partition)
        return log is not None and log.committed is not None and offset <= log.committed

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Note what the broker has stored."""
        for partition, offset in offsets.items():
            log = self._logs.get(partition)
            if log is not None:
                log.committed = offset

    def forget(self, partitions: Iterable[Partition]) -> int:
        """Drop the books of partitions that were given up; returns how many unfinished records they held."""
        dropped = 0
        for partition in partitions:
            log = self._logs.pop(partition, None)
            if log is not None:
                for slot in log.slots:
                    self._release(slot)
                    dropped += not slot.finished
        return dropped

    def _release(self, slot: Slot) -> None:
        self.in_flight -= 1
        self.in_flight_bytes -= slot.size_bytes

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Partitions with books."""
        return tuple(self._logs)
