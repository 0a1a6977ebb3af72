"""A time limit for leaving: Faust, or a call into the engine that does not return, may hold the process for ever."""

from __future__ import annotations

import os
import threading

#: What a worker may take beyond its drain: Faust leaves its group and stops its services in about 4 s.
GRACE_S = 15.0


def leave_within(seconds: float) -> None:
    """End the process if it still runs then; with status 1, so that it is started again and reads again."""
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()
