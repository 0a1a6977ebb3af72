"""The window of waiting entries, and the pure decision which of them form the next batch."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a batch may be: tokens and entries."""

    max_batch_tokens: int
    max_batch_size: int


@dataclass(eq=False, slots=True)
class Waiting(Generic[T]):
    """An entry in the window: its kind, its length in tokens, and since when it waits (monotonic seconds)."""

    item: T
    kind: Hashable
    length: int
    since: float
    taken: bool = False


def exactly(length: int) -> int:
    """For models whose answer would change with padding."""
    return length


def within_an_eighth(length: int) -> int:
    """The upper end of steps an eighth of a power of two wide: 16, 18, 20, ... 32, 36, 40, ..."""
    step = 1 << max(0, length.bit_length() - 4)
    return -(-length // step) * step


class Window(Generic[T]):
    """Entries by arrival, and by kind and length.

    A batch is built of the oldest entry and others of its kind and, by default, of exactly its length: nothing starves
    and nothing is padded.

    Not of neighbours in length, which fill batches sooner: with int8 weights a padded batch moves an encoder's vector
    by up to 0.06, so that a text's scores would depend on what happens to be in flight beside it. Measured with 256
    waiting, equal lengths cost 0 to 4 % more CPU time than neighbours within a quarter; with 64 waiting, 14 to 26 %.
    What a language model writes was bit-identical among neighbours, so there `near` may say what goes together: the
    longest length that an entry may share a batch with.
    """

    def __init__(self, limits: Limits, near: Callable[[int], int] = exactly) -> None:
        self._limits = limits
        self._near = near
        self._by_arrival: deque[Waiting[T]] = deque()
        self._alike: defaultdict[tuple[Hashable, int], deque[Waiting[T]]] = defaultdict(deque)
        self._count = 0
        #: Tokens of all that wait.
        self.tokens = 0

    def __len__(self) -> int:
        return self._count

    def add(self, item: T, length: int, now: float, kind: Hashable = None) -> None:
        """Let an entry wait; only entries of one `kind` go together."""
        entry = Waiting(item, kind, length, now)
        self._by_arrival.append(entry)
        self._alike[kind, self._near(length)].append(entry)
        self._count += 1
        self.tokens += length

    def oldest_since(self) -> float | None:
        """When the longest waiting entry came, if any waits."""
        oldest = self._oldest()
        return oldest.since if oldest else None

    def full(self) -> bool:
        """Whether the next batch would reach its limits."""
        oldest = self._oldest()
        if oldest is None:
            return False
        longest = self._near(oldest.length)
        return len(self._alike[oldest.kind, longest]) >= self._most(longest)

    def take(self) -> list[T]:
        """Remove and return the next batch; empty only if nothing waits."""
        oldest = self._oldest()
        if oldest is None:
            return []
        longest = self._near(oldest.length)
        bucket = self._alike[oldest.kind, longest]
        batch = [bucket.popleft() for _ in range(min(len(bucket), self._most(longest)))]
        if not bucket:
            del self._alike[oldest.kind, longest]
        for entry in batch:
            entry.taken = True
            self.tokens -= entry.length
        self._count -= len(batch)
        return [entry.item for entry in batch]

    def clear(self) -> list[T]:
        """Remove and return everything."""
        items = [entry.item for entry in self._by_arrival if not entry.taken]
        self._by_arrival.clear()
        self._alike.clear()
        self._count = self.tokens = 0
        return items

    def _most(self, length: int) -> int:
        """Entries of a length that make a batch; one that is larger than the budget is a batch of its own."""
        return max(1, min(self._limits.max_batch_size, self._limits.max_batch_tokens // max(1, length)))

    def _oldest(self) -> Waiting[T] | None:
        while self._by_arrival and self._by_arrival[0].taken:
            self._by_arrival.popleft()
        return self._by_arrival[0] if self._by_arrival else None
