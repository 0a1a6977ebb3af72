"""The watchdog: a call into the engine that never returns ends the process, so that it is started again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress

from stream_slm.log import get_logger

log = get_logger(__name__)

#: sysexits' EX_SOFTWARE: neither an orderly end nor a crash that Python could tell of.
EXIT_STATUS = 70
#: Looks at the engine in one timeout; the process ends at most this share of it late.
_LOOKS = 10


class Watchdog:
    """A thread of its own: native code that hangs may well hang the event loop, too.

    Args:
        longest_call_s: seconds since the oldest call that has not returned began; 0 where there is none.
        setting: what to raise where the timeout is too short.
        last_words: called before the end.
        leave: ends the process.
    """

    def __init__(
        self,
        longest_call_s: Callable[[], float],
        timeout_s: float,
        *,
        setting: str = "batching.call_timeout_s",
        last_words: Callable[[], None] = lambda: None,
        leave: Callable[[int], None] = os._exit,
    ) -> None:
        self._longest_call_s = longest_call_s
        self._timeout_s = timeout_s
        self._setting = setting
        self._last_words = last_words
        self._leave = leave
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stream-slm-watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        late = 0
        while not self._stopped.wait(self._timeout_s / _LOOKS):
            longest = self._longest_call_s()
            # Twice: a process that was paused finds every call too long at its first look.
            late = late + 1 if longest > self._timeout_s else 0
            if late == 2:
                log.critical(
                    "engine_hangs",
                    seconds=round(longest),
                    note=f"the process ends; the record is read again, alone if need be ({self._setting})",
                )
                with suppress(Exception):  # whatever it is, the process must end
                    self._last_words()
                self._leave(EXIT_STATUS)
                return
