"""Rules of the watchdog: it ends a process whose engine hangs, and no other."""

from __future__ import annotations

import threading

from stream_slm.streaming.watchdog import EXIT_STATUS, Watchdog


def test_a_call_that_takes_too_long_ends_the_process() -> None:
    """Once, and whatever becomes of its last words."""
    left, statuses = threading.Event(), []

    def leave(status: int) -> None:
        statuses.append(status)
        left.set()

    def last_words() -> None:
        statuses.append(-1)
        raise TimeoutError("nobody listens")

    watchdog = Watchdog(lambda: 2.0, 0.01, last_words=last_words, leave=leave)
    watchdog.start()
    assert left.wait(10)
    watchdog.stop()
    assert statuses == [-1, EXIT_STATUS]


def test_calls_that_return_in_time_do_not() -> None:
    """However many; and a watchdog that is stopped is gone."""
    looks = 0
    enough = threading.Event()

    def longest() -> float:
        nonlocal looks
        looks += 1
        if looks == 20:
            enough.set()
        return 0.009

    watchdog = Watchdog(longest, 0.01, leave=lambda _: None)
    watchdog.start()
    assert enough.wait(10)
    watchdog.stop()
    assert not watchdog._thread.is_alive()


def test_a_process_that_was_paused_goes_on() -> None:
    """At its first look every call seems too long; at the second it has returned."""
    looks = 0
    enough = threading.Event()

    def longest() -> float:
        nonlocal looks
        looks += 1
        if looks == 20:
            enough.set()
        return 100.0 if looks % 2 else 0.0

    left: list[int] = []
    watchdog = Watchdog(longest, 0.01, leave=left.append)
    watchdog.start()
    assert enough.wait(10)
    watchdog.stop()
    assert left == []
