"""What a demo sent and what came back: counted by input record, so that a loss or a duplicate shows."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from stream_slm.cli.sender import Place
from stream_slm.cli.subscriber import Seen
from stream_slm.pipeline import clock

#: Latencies kept for the percentiles: enough for a steady p99, bounded for a demo that runs for days.
_LATENCIES = 20_000


@dataclass(eq=False, slots=True)
class Books:
    """Counts of one run. An input is known by where it lies: topic, partition, offset."""

    began_at: float = field(default_factory=time.monotonic)
    sent: int = 0
    duplicates: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    by_domain: Counter[str] = field(default_factory=Counter)
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_LATENCIES))
    first_at: float | None = None
    last_at: float = field(default_factory=time.monotonic)
    _waiting: set[Place] = field(default_factory=set)
    #: Outcomes of records that we do not know to be ours (yet): an outcome can be read before its input's
    #: acknowledgement, and on a broker that is not ours others send too.
    _unclaimed: Counter[Place] = field(default_factory=Counter)
    _finished: defaultdict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    _outcomes: int = 0
    _moved_at: float = field(default_factory=time.monotonic)

    def note_sent(self, place: Place) -> None:
        """Count a record that the broker has acknowledged."""
        self.sent += 1
        if not self._waiting:
            self._moved_at = time.monotonic()  # until now there was nothing to wait for
        early = self._unclaimed.pop(place, 0)
        if early:
            self._finish(place)
            self.duplicates += early - 1
        else:
            self._waiting.add(place)

    def note(self, seen: Seen) -> None:
        """Count a record that a subscriber read."""
        self.by_kind[seen.kind] += 1
        if seen.kind == "enriched":
            self.by_domain[seen.value["domain"]] += 1
            self._note_latency(seen)
        elif seen.kind == "dead_letter":
            self.by_code[seen.code] += 1
        if seen.kind in {"enriched", "dead_letter"} and seen.source is not None:
            self._note_outcome(seen.source)

    @property
    def outcomes(self) -> int:
        """Records that were sent and have their outcome."""
        return self._outcomes

    @property
    def missing(self) -> int:
        """Records that were sent and have no outcome yet."""
        return len(self._waiting)

    @property
    def foreign(self) -> int:
        """Outcomes of records that were not sent by this run."""
        return self._unclaimed.total()

    @property
    def idle_s(self) -> float:
        """Seconds without a new outcome while there was one to wait for."""
        return time.monotonic() - self._moved_at

    @property
    def rate(self) -> float:
        """Outcomes a second, from the first that was read to the last."""
        seconds = self.last_at - (self.first_at or self.last_at)
        return self._outcomes / seconds if seconds > 0 else 0.0

    def latency_ms(self) -> tuple[float, float] | None:
        """Milliseconds from a record's timestamp to its enriched record's: the median and the 99th percentile."""
        ordered = sorted(self.latencies_ms)
        return (_quantile(ordered, 0.5), _quantile(ordered, 0.99)) if ordered else None

    def _note_outcome(self, source: Place) -> None:
        self.last_at = time.monotonic()
        self.first_at = self.first_at or self.last_at
        topic, partition, offset = source
        if source in self._waiting:
            self._waiting.remove(source)
            self._finish(source)
        elif offset in self._finished[topic, partition]:
            self.duplicates += 1
        else:
            self._unclaimed[source] += 1

    def _finish(self, place: Place) -> None:
        topic, partition, offset = place
        self._finished[topic, partition].add(offset)
        self._outcomes += 1
        self._moved_at = time.monotonic()

    def _note_latency(self, seen: Seen) -> None:
        when = clock.parse(seen.value["source"].get("timestamp"))
        if when is not None:
            self.latencies_ms.append(seen.timestamp_ms - when.timestamp() * 1000)


def _quantile(ordered: list[float], quantile: float) -> float:
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]
