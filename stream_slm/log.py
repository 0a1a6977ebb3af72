"""Logging: structlog over the standard library, JSON or console, never a record's text."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, Literal

import structlog
from structlog.dev import ConsoleRenderer
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter

from stream_slm.tracebacks import Unquoted, as_text, told

try:
    from opentelemetry import trace as otel
except ImportError:  # an optional extra
    otel = None  # type: ignore[assignment]

#: What the lines of this task concern: asked only when there is a line.
_ABOUT: ContextVar[Callable[[], Mapping[str, Any]] | None] = ContextVar("stream_slm_about", default=None)


class about:  # noqa: N801  (read as a word: `with about(place):`; a generator would cost a microsecond a record more)
    """Every line in here carries what `place` says, a library's or a user's as well as ours."""

    __slots__ = ("_place", "_token")

    def __init__(self, place: Callable[[], Mapping[str, Any]]) -> None:
        self._place = place

    def __enter__(self) -> None:
        self._token = _ABOUT.set(self._place)

    def __exit__(self, *_: object) -> None:
        _ABOUT.reset(self._token)


def _add_place(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    place = _ABOUT.get()
    if place is not None:
        found = place()
        # A line may be about another record than the one at hand; then it says so itself.
        if event.get("offset", found["offset"]) == found["offset"]:
            for name, value in found.items():
                event.setdefault(name, value)
    return event


def _add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    here = otel.get_current_span().get_span_context() if otel is not None else None
    if here is not None and here.is_valid:
        event.setdefault("trace_id", f"{here.trace_id:032x}")
        event.setdefault("span_id", f"{here.span_id:016x}")
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    ExtraAdder(),
    TimeStamper(fmt="iso", utc=True),
    _add_trace,
    _add_place,
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
        [ExceptionRenderer(told), structlog.processors.EventRenamer("message"), JSONRenderer()]
        if fmt == "json"
        else [ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=as_text)]
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
        "filters": {"unquoted": {"()": Unquoted}},
        "formatters": {
            "stream_slm": {
                "()": ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        # Standard error: standard output belongs to commands whose output a script reads.
        "handlers": {
            name: {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "stream_slm",
                "filters": ["unquoted"],
            }
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
