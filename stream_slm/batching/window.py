"""The window of waiting entries, and the pure decision which of them form the next batch."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: Neighbours in one batch differ in length by at most a quarter (and 4 tokens, for the shortest): padding is what
#: costs, and a wider net fills batches with it.
_LENGTH_RATIO = 1.25
_LENGTH_SLACK = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a batch may be: padded tokens (longest entry times entries) and entries."""

    max_batch_tokens: int
    max_batch_size: int


@dataclass(eq=False, slots=True)
class Waiting(Generic[T]):
    """An entry in the window: its length in tokens, and since when it waits (monotonic seconds)."""

    item: T
    length: int
    since: float
    taken: bool = False


class Window(Generic[T]):
    """Entries by arrival and by length.

    A batch is built around the oldest entry from its neighbours in length, so nothing starves and little is padded.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_arrival: deque[Waiting[T]] = deque()
        self._by_length: dict[int, deque[Waiting[T]]] = {}
        self._lengths: list[int] = []  # sorted keys of _by_length
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, item: T, length: int, now: float) -> None:
        """Let an entry wait."""
        entry = Waiting(item, length, now)
        self._by_arrival.append(entry)
        bucket = self._by_length.get(length)
        if bucket is None:
            bucket = self._by_length[length] = deque()
            insort(self._lengths, length)
        bucket.append(entry)
        self._count += 1

    def oldest_since(self) -> float | None:
        """When the longest waiting entry came, if any waits."""
        oldest = self._oldest()
        return oldest.since if oldest else None

    def full(self) -> bool:
        """Whether the next batch would reach its limits."""
        oldest = self._oldest()
        if oldest is None:
            return False
        count, longest = 0, 0
        for length in self._neighbours(oldest.length):
            for _ in self._by_length[length]:
                longest = max(longest, length)
                count += 1
                if not self._fits(count + 1, longest):
                    return True
        return False

    def take(self) -> list[T]:
        """Remove and return the next batch; empty only if nothing waits."""
        oldest = self._oldest()
        if oldest is None:
            return []
        batch = [oldest]
        self._remove(oldest)
        longest = oldest.length
        for length in list(self._neighbours(oldest.length)):
            bucket = self._by_length.get(length)
            while bucket and self._fits(len(batch) + 1, max(longest, length)):
                longest = max(longest, length)
                batch.append(bucket[0])
                self._remove(bucket[0])
        return [entry.item for entry in batch]

    def clear(self) -> list[T]:
        """Remove and return everything."""
        items = [entry.item for entry in self._by_arrival if not entry.taken]
        self._by_arrival.clear()
        self._by_length.clear()
        self._lengths.clear()
        self._count = 0
        return items

    def _fits(self, count: int, longest: int) -> bool:
        return count <= self._limits.max_batch_size and count * longest <= self._limits.max_batch_tokens

    def _oldest(self) -> Waiting[T] | None:
        while self._by_arrival and self._by_arrival[0].taken:
            self._by_arrival.popleft()
        return self._by_arrival[0] if self._by_arrival else None

    def _remove(self, entry: Waiting[T]) -> None:
        # Every taker starts from the head of a bucket, and the oldest entry of all is the head of its own.
        entry.taken = True
        bucket = self._by_length[entry.length]
        bucket.popleft()
        if not bucket:
            del self._by_length[entry.length]
            self._lengths.pop(bisect_left(self._lengths, entry.length))
        self._count -= 1

    def _neighbours(self, length: int) -> Iterator[int]:
        """Waiting lengths near this one, nearest first; shorter before longer, for they add no padding to others."""
        low = min(int(length / _LENGTH_RATIO), length - _LENGTH_SLACK)
        high = max(int(length * _LENGTH_RATIO), length + _LENGTH_SLACK)
        near = self._lengths[bisect_left(self._lengths, low) : bisect_left(self._lengths, high + 1)]
        return iter(sorted(near, key=lambda other: (abs(other - length), other)))
