"""Exceptions as a log may hold them: where and of which class; an exception's message may quote a record."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from typing import Any, TextIO

from stream_slm.errors import StreamSLMError

_HIDDEN = "(message not shown: it may quote a record)"
#: Their messages are of names, addresses and certificates. By name, for not all of them may be imported here.
_HARMLESS = frozenset(
    {
        *("AttributeError", "ImportError", "NameError"),
        *("ConnectionError", "TimeoutError", "SSLError", "gaierror"),
        *("KafkaConnectionError", "NoBrokersAvailable", "AuthenticationFailedError", "SaslAuthenticationFailed"),
        *("TopicAuthorizationFailedError", "GroupAuthorizationFailedError"),
    }
)
_MOST_FRAMES = 20


def is_harmless(error: BaseException) -> bool:
    """Whether what an exception says cannot be a record's content."""
    return isinstance(error, StreamSLMError) or any(kind.__name__ in _HARMLESS for kind in type(error).__mro__)


def told(exc_info: Any) -> list[dict[str, Any]]:
    """An exception and its causes, the outermost first: class, message where it is harmless, frames without locals."""
    return [
        {
            "exc_type": f"{type(each).__module__}.{type(each).__qualname__}",
            "exc_value": str(each) if is_harmless(each) else _HIDDEN,
            "frames": [
                {"filename": frame.filename, "lineno": frame.lineno, "name": frame.name}
                for frame in traceback.extract_tb(each.__traceback__)[-_MOST_FRAMES:]
            ],
        }
        for each in _chain(exc_info[1])
    ]


def as_text(out: TextIO, exc_info: Any) -> None:
    """The same for a console; the innermost first, as Python does."""
    for error in reversed(told(exc_info)):
        out.write("\nTraceback (most recent call last):\n")
        out.writelines(
            f'  File "{frame["filename"]}", line {frame["lineno"]}, in {frame["name"]}\n' for frame in error["frames"]
        )
        out.write(f"{error['exc_type']}: {error['exc_value']}")


class Unquoted(logging.Filter):
    """Libraries log exceptions as arguments of a line; here they become their class, and what they may say."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every line pass."""
        if isinstance(record.args, tuple):
            record.args = tuple(_unquoted(each) for each in record.args)
        elif isinstance(record.args, dict):
            record.args = {name: _unquoted(each) for name, each in record.args.items()}
        if isinstance(record.msg, BaseException):
            record.msg, record.args = _one_line(record.msg), ()
        if record.name == "asyncio" and isinstance(record.msg, str):
            # What follows is the repr of a task, with that of its exception in it.
            record.msg = record.msg.partition("\n")[0]
        return True


class _Said(str):
    """A repr without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _unquoted(argument: Any) -> Any:
    """Ours may stay: whoever reads them may want to know their code."""
    if isinstance(argument, BaseException) and not isinstance(argument, StreamSLMError):
        return _Said(_one_line(argument))
    return argument


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if is_harmless(error) else type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
