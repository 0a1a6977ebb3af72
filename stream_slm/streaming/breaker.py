"""The flood breaker: tells a few bad records from a cause that makes every record bad. Pure."""

from __future__ import annotations

from collections import deque

from stream_slm.config.settings import DeadLettersConfig


class FloodBreaker:
    """One per pipeline and worker; trips when dead letters come too many in a row, or too many among the last ones."""

    def __init__(self, config: DeadLettersConfig) -> None:
        self._config = config
        self._in_a_row = 0
        self._last: deque[bool] = deque(maxlen=config.share_window)
        self._dead_among_last = 0

    def note(self, dead: bool) -> str | None:
        """Count an outcome; returns what is too many, in words, or None."""
        self._in_a_row = self._in_a_row + 1 if dead else 0
        if len(self._last) == self._last.maxlen:
            self._dead_among_last -= self._last[0]
        self._last.append(dead)
        self._dead_among_last += dead
        if not dead:
            return None
        most = self._config.max_consecutive
        if most and self._in_a_row >= most:
            return f"{self._in_a_row} records in a row (dead_letters.max_consecutive)"
        return self._too_large_a_share()

    def _too_large_a_share(self) -> str | None:
        # Not before the window is full: of the first two records of a day, one may well be bad.
        size = len(self._last)
        if self._config.max_share < 1 and size == self._last.maxlen:
            share = self._dead_among_last / size
            if share > self._config.max_share:
                return f"{share:.0%} of the last {size} records (dead_letters.max_share)"
        return None
