"""What of Faust's and aiokafka's log is worth an operator's reading."""

from __future__ import annotations

import logging
import logging.config
import time
from collections.abc import Callable
from typing import Any

from stream_slm.errors import StreamSLMError
from stream_slm.log import logging_config
from stream_slm.plugin import StreamSLM

#: aiokafka tells of a broker that is away about seventy times a second; each kind of line once in so long will do.
_REPEAT_AFTER_S = 10.0


def set_up_logging(slm: StreamSLM, *, debug: bool) -> None:
    """As the settings say, or as the application's own `logging_config` does; all of it with `debug`."""
    ours = logging_config(slm.settings.log.format, slm.settings.log.level)
    logging.config.dictConfig(slm.app.conf.logging_config or ours)
    if not debug:
        filters = (ServiceNoise(), Repeats(_REPEAT_AFTER_S))
        for name in (None, "stream_slm"):
            for handler in logging.getLogger(name).handlers:
                for each in filters:
                    handler.addFilter(each)


class ServiceNoise(logging.Filter):
    """Drops what Faust's services tell of their own starting and stopping, and of a crash that was told already."""

    def __init__(self) -> None:
        super().__init__()
        self._told = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is worth reading."""
        # Services sign their lines with their place in the tree: `[^-App]: `.
        if not str(record.msg).startswith("[^"):
            return True
        if any(isinstance(each, StreamSLMError) for each in _arguments(record)):
            self._told = True
        return not self._told and record.levelno > logging.INFO


class Repeats(logging.Filter):
    """Drops a line of aiokafka's whose like was let through a moment ago."""

    def __init__(self, after_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._after_s = after_s
        self._clock = clock
        self._told_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is worth reading."""
        if not record.name.startswith("aiokafka"):
            return True
        kind, now = (record.name, str(record.msg)), self._clock()
        if now - self._told_at.get(kind, -self._after_s) < self._after_s:
            return False
        self._told_at[kind] = now
        return True


def _arguments(record: logging.LogRecord) -> tuple[Any, ...]:
    return record.args if isinstance(record.args, tuple) else (record.args,)
