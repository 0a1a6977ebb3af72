"""How long to wait before trying again, and when to give up. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter, seconds."""

    first_s: float
    max_s: float
    deadline_s: float

    def waits(self, rng: random.Random) -> Iterator[float]:
        """Waits between tries, until their sum reaches the deadline."""
        ceiling, waited = self.first_s, 0.0
        while waited < self.deadline_s:
            # Full jitter: workers that failed together do not come back together. A tenth at least, so that
            # the sum grows.
            wait = min(rng.uniform(ceiling / 10, ceiling), self.deadline_s - waited)
            waited += wait
            yield wait
            ceiling = min(ceiling * 2, self.max_s)
