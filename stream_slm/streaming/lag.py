"""How far behind a worker is: in records, in seconds, and in seconds of work."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from stream_slm.streaming.ledger import Ledger, Partition

#: Seconds of work after which what was measured counts half: enough to be steady, few enough to follow a feed.
_HALF_LIFE_S = 30.0
#: Looks at a partition's end that are remembered at most: they say since when a record waits.
_LOOKS = 720


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """A partition's lag: records that are not finished, the age of the first of them, records that are not read."""

    records: int
    seconds: float
    unread: int


class Lag:
    """Ends of partitions, looked up now and then, held against the books whenever somebody asks.

    The books move by themselves; a look that is older than `stale_after_s` says nothing any more, and no lag is told.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        stale_after_s: float,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._stale_after_s = stale_after_s
        self._monotonic = monotonic
        self._wall = wall
        self._looked_at = -stale_after_s
        #: Looks at each assigned partition's end: when, and where it was.
        self._ends: dict[Partition, tuple[tuple[float, int], ...]] = {}
        self._starts: dict[Partition, int] = {}

    def unread(self, partitions: Collection[Partition]) -> list[Partition]:
        """Those of which nothing was read: only the broker knows where reading them begins."""
        return [each for each in partitions if self._ledger.next_unread(each) is None]

    def note(self, ends: Mapping[Partition, int], starts: Mapping[Partition, int]) -> None:
        """Take a look in: where all assigned partitions end, and where those begin of which nothing was read."""
        now = self._looked_at = self._monotonic()
        looks = {partition: self._looks(partition, end, now, starts) for partition, end in ends.items()}
        # As one: whoever asks does so from another thread.
        self._starts, self._ends = dict(starts), looks

    def __call__(self) -> dict[Partition, PartitionLag]:
        """The lag of each assigned partition; of none at all where the last look is too old."""
        now = self._monotonic()
        if now - self._looked_at > self._stale_after_s:
            return {}
        lags = {partition: self._of(partition, looks, now) for partition, looks in self._ends.items()}
        return {partition: lag for partition, lag in lags.items() if lag is not None}

    def _looks(
        self, partition: Partition, end: int, now: float, starts: Mapping[Partition, int]
    ) -> tuple[tuple[float, int], ...]:
        """The looks at a partition that still matter: at ends behind which something is not finished, and this one."""
        position = self._position(partition, starts)
        earlier = [each for each in self._ends.get(partition, ()) if position is None or each[1] > position]
        if not earlier or earlier[-1][1] != end:
            earlier.append((now, end))
        # Of many the first says how old the lag is.
        return tuple(earlier if len(earlier) <= _LOOKS else [earlier[0], *earlier[2:]])

    def _of(self, partition: Partition, looks: tuple[tuple[float, int], ...], now: float) -> PartitionLag | None:
        end = looks[-1][1]
        position = self._position(partition, self._starts)
        if position is None:  # its books were closed since
            return None
        records = max(end - position, self._ledger.held(partition), 0)
        read = self._ledger.next_unread(partition)
        unread = max(0, end - max(position, read or 0))
        return PartitionLag(records, self._age(partition, position, looks, now) if records else 0.0, unread)

    def _position(self, partition: Partition, starts: Mapping[Partition, int]) -> int | None:
        """Where the first record lies that is not finished."""
        head = self._ledger.head(partition)
        if head is not None:
            return head.offset
        position = self._ledger.position(partition)
        return starts.get(partition) if position is None else position

    def _age(self, partition: Partition, position: int, looks: tuple[tuple[float, int], ...], now: float) -> float:
        """By its own timestamp where the record is in flight, else since it was first seen to wait."""
        head = self._ledger.head(partition)
        if head is not None and head.timestamp_ms is not None:
            return max(0.0, self._wall() - head.timestamp_ms / 1000)
        return now - next((at for at, end in looks if end > position), now)


@dataclass(slots=True)
class Pace:
    """How fast the engine works, and how many tokens a record has, of late; idle time neither counts nor fades."""

    _totals: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _recent: tuple[float, float, float] = field(default=(0.0, 0.0, 0.0))

    def note(self, tokens: float, busy_s: float, records: float) -> None:
        """Take totals since the start in: tokens computed, seconds the engine ran, records finished."""
        new = (tokens - self._totals[0], busy_s - self._totals[1], records - self._totals[2])
        fade = 0.5 ** (new[1] / _HALF_LIFE_S)
        self._totals = (tokens, busy_s, records)
        self._recent = (
            self._recent[0] * fade + new[0],
            self._recent[1] * fade + new[1],
            self._recent[2] * fade + new[2],
        )

    def seconds_for(self, *, queued_tokens: int, in_flight: int, unread: int) -> float | None:
        """Seconds of work in what waits; None before anything was measured.

        Records in flight that wait for the tokenizer are in no queue of tokens yet: they count as the mean of late.
        """
        tokens, busy_s, records = self._recent
        if not queued_tokens and not in_flight and not unread:
            return 0.0
        if not tokens or not busy_s or not records:
            return None
        mean = tokens / records
        return (max(queued_tokens, in_flight * mean) + unread * mean) * busy_s / tokens
