"""Logging: structlog over the standard library, JSON or console, never a record's text."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer

#: Locals would put record text into a traceback, so they are never shown.
_SAFE_TRACEBACK = ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=20))

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    ExtraAdder(),
    TimeStamper(fmt="iso", utc=True),
]


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger of this package; bind topic, partition, offset and ids to it, never content."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def keep_records_out() -> None:
    """At DEBUG, which a user's app may choose for everything, aiokafka logs every record it sends and receives."""
    client = logging.getLogger("aiokafka")
    client.setLevel(max(client.level, logging.INFO))


def logging_config(fmt: Literal["json", "console"], level: str) -> dict[str, Any]:
    """A `logging.config.dictConfig` for the whole process, to be handed to Faust as `logging_config`."""
    renderer: list[Any] = (
        [_SAFE_TRACEBACK, structlog.processors.EventRenamer("message"), JSONRenderer()]
        if fmt == "json"
        else [ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain_traceback)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "stream_slm": {
                "()": ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        # Standard error: standard output belongs to commands whose output a script reads.
        "handlers": {
            name: {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "stream_slm"}
            for name in ("default", "stream_slm")
        },
        "root": {"level": level, "handlers": ["default"]},
        # Below WARNING aiokafka logs per request and Faust per batch; both build a LogRecord on the hot path.
        "loggers": {
            # A handler of our own: `faust worker` turns the root's handler to WARN and the root itself to DEBUG.
            "stream_slm": {"level": level, "handlers": ["stream_slm"], "propagate": False},
            "aiokafka": {"level": "WARNING"},
            "faust": {"level": "WARNING"},
            "mode": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }
