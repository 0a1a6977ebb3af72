"""Which dead letters of a partition were sent back: all before an offset, and a note of those behind it."""

from __future__ import annotations

import re
from bisect import bisect_left

#: Kafka keeps 4,096 bytes beside an offset (`offset.metadata.max.bytes`).
_NOTE_CHARS = 4000
#: The longest entry of a note.
_ENTRY_CHARS = 34
_VERSION = "1:"
_ENTRY = re.compile(r"([0-9a-f]{1,16})\.([0-9a-f]{1,16})")


class Progress:
    """The offsets of one partition that are done with.

    An offset alone could not say that of three codes one was redriven. So that the others stay open, and that one is
    not sent twice, what was done behind the first open offset is noted beside it, as `gap.length` in hexadecimal.
    """

    def __init__(self, head: int = 0, note: str = "") -> None:
        self.head = head
        self._cursor = 0
        #: Behind the head: first offsets and the offsets after the last, apart and in order.
        self._ranges: list[tuple[int, int]] = []
        end = head
        for gap, length in _ENTRY.findall(note) if note.startswith(_VERSION) else ():
            start = end + int(gap, 16)
            end = start + int(length, 16)
            self._add(start, end)

    def __contains__(self, offset: int) -> bool:
        if offset < self.head:
            return True
        index = bisect_left(self._ranges, (offset + 1,))
        return index > 0 and offset < self._ranges[index - 1][1]

    def reads_from(self, offset: int) -> None:
        """Reading begins here: what lies before was looked at before, or is gone."""
        self._cursor = offset

    def reached(self, offset: int) -> None:
        """Reading came to a record: those between it and the last one do not exist (a transaction's marks, say)."""
        before = self._cursor
        if before < offset and (before <= self.head or before - 1 in self):
            self._add(before, offset)
        self._cursor = offset + 1

    def gone(self, offset: int) -> None:
        """Nothing before this offset exists any more."""
        self._add(0, offset)

    def done(self, offset: int) -> None:
        """The broker has acknowledged this one."""
        self._add(offset, offset + 1)

    def has_room_for(self, offset: int, more: int = 0) -> bool:
        """Whether it can be noted that this one is done, and so many more that nothing is known of yet."""
        if not more and (offset <= self.head or any(each in self for each in (offset - 1, offset, offset + 1))):
            return True
        return len(self.note) <= _NOTE_CHARS - (2 + more) * _ENTRY_CHARS

    @property
    def note(self) -> str:
        """What stands beside the offset."""
        entries, end = [], self.head
        for start, after in self._ranges:
            entries.append(f"{start - end:x}.{after - start:x}")
            end = after
        return _VERSION + ",".join(entries) if entries else ""

    def _add(self, start: int, end: int) -> None:
        if self._ranges and start == self._ranges[-1][1]:  # as it mostly is
            self._ranges[-1] = (self._ranges[-1][0], end)
            return
        merged: list[tuple[int, int]] = []
        for first, after in sorted([*self._ranges, (start, end)]):
            if first <= self.head:
                self.head = max(self.head, after)
            elif merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(after, merged[-1][1]))
            else:
                merged.append((first, after))
        self._ranges = merged
