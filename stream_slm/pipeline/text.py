"""Which strings of a payload are read, by JSON pointer (RFC 6901)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from stream_slm.errors import ConfigurationError
from stream_slm.types import Payload, TextPart

#: RFC 6901: no leading zeros; nine digits hold the index of any list in a record.
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")

#: Gives the strings to read, in order; a pipeline may bring its own.
TextOf = Callable[[Payload], Sequence[TextPart]]


def resolve(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer, or None where there is none."""
    value = document
    for token in _tokens(pointer):
        if isinstance(value, dict):
            value = value.get(token)
        elif isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value


def check_pointer(pointer: str) -> str:
    """The pointer itself.

    Raises:
        ConfigurationError: it is no JSON pointer.
    """
    if pointer and not pointer.startswith("/"):
        raise ConfigurationError(f"JSON pointer {pointer!r} must start with a slash, for example /text")
    if not _POINTER.fullmatch(pointer):
        raise ConfigurationError(f"JSON pointer {pointer!r}: write ~0 for a tilde and ~1 for a slash in a name")
    return pointer


def at(*pointers: str) -> TextOf:
    """Read the strings at some pointers; what is absent, blank or no string is passed over."""
    for pointer in pointers:
        check_pointer(pointer)

    def text_of(payload: Payload) -> list[TextPart]:
        found = ((pointer, resolve(payload, pointer)) for pointer in pointers)
        return [TextPart(text=text, pointer=pointer) for pointer, text in found if is_text(text)]

    return text_of


def is_text(value: Any) -> bool:
    """Whether a value is a string that holds more than white space."""
    return isinstance(value, str) and not value.isspace() and bool(value)


@lru_cache(maxsize=1024)  # pointers come from pipelines, a few dozen in all
def _tokens(pointer: str) -> tuple[str, ...]:
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
