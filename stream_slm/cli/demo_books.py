"""What a demo sent and what came back: counted by input record, so that a loss or a duplicate shows."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from stream_slm.cli.subscriber import Seen
from stream_slm.pipeline import clock

#: Latencies kept for the percentiles: enough for a steady p99, bounded for a demo that runs for days.
_LATENCIES = 20_000


@dataclass(eq=False, slots=True)
class Books:
    """Counts of one run. An input's identity is its topic, partition and offset."""

    sent: int = 0
    outcomes: set[tuple[str, str, str]] = field(default_factory=set)
    duplicates: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    by_domain: Counter[str] = field(default_factory=Counter)
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_LATENCIES))
    first_at: float | None = None
    last_at: float = field(default_factory=time.monotonic)

    def note(self, seen: Seen) -> None:
        """Count a record that a subscriber read."""
        kind = seen.kind
        self.by_kind[kind] += 1
        self.last_at = time.monotonic()
        self.first_at = self.first_at or self.last_at
        if kind == "enriched":
            value = seen.value
            self.by_domain[value["domain"]] += 1
            self._outcome(_source(value["source"]))
            self._latency(seen, value["source"].get("timestamp"))
        elif kind == "dead_letter":
            headers = seen.headers
            self.by_code[headers["x-stream-slm-error-code"]] += 1
            source = [headers[f"__connect.errors.{part}"] for part in ("topic", "partition", "offset")]
            self._outcome((source[0], source[1], source[2]))

    @property
    def missing(self) -> int:
        """Records that were sent and have no outcome yet."""
        return self.sent - len(self.outcomes)

    @property
    def rate(self) -> float:
        """Outcomes a second, from the first that was read to the last."""
        seconds = self.last_at - (self.first_at or self.last_at)
        return len(self.outcomes) / seconds if seconds > 0 else 0.0

    def latency_ms(self, quantile: float) -> float | None:
        """Milliseconds from a record's timestamp to its enriched record's, at a quantile."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] if ordered else None

    def _outcome(self, source: tuple[str, str, str]) -> None:
        if source in self.outcomes:
            self.duplicates += 1
        self.outcomes.add(source)

    def _latency(self, seen: Seen, sent: str | None) -> None:
        when = clock.parse(sent)
        if when is not None:
            self.latencies_ms.append(seen.record.timestamp - when.timestamp() * 1000)


def _source(source: dict[str, Any]) -> tuple[str, str, str]:
    return str(source["topic"]), str(source["partition"]), str(source["offset"])
