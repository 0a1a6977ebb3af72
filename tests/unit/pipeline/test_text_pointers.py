"""Rules of JSON pointers (RFC 6901) and of the strings read at them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.text import at, check_pointer, is_text, resolve
from tests.unit.pipeline.test_decode import json_values

#: The document of RFC 6901, section 5, and the values it gives.
RFC = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_the_rfc_hold(pointer: str, value: Any) -> None:
    """Escapes, empty names, array indexes."""
    assert resolve(RFC, check_pointer(pointer)) == value


@pytest.mark.parametrize(
    "pointer",
    [
        "/foo/2",
        "/foo/-",
        "/foo/-1",
        "/foo/00",
        "/foo/01",
        "/foo/x",
        "/foo/0/0",
        "/none",
        "/foo/²",
        "/foo/" + "9" * 5000,
        "/a/b",
    ],
)
def test_where_nothing_is_there_is_none(pointer: str) -> None:
    """Out of range, leading zeros, names in arrays, indexes in strings: None, no error."""
    assert resolve(RFC, pointer) is None


@given(json_values, st.lists(st.text(max_size=5), max_size=4))
def test_any_pointer_into_any_document_resolves_without_an_error(document: Any, names: list[str]) -> None:
    """Whatever a payload holds."""
    resolve(document, "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names))


@given(st.text(max_size=10), st.text(max_size=10), json_values)
@example("~1", "~0/~", 1)
@example("~01", "/~1/", 1)
def test_an_escaped_name_leads_to_its_value(outer: str, inner: str, value: Any) -> None:
    """~ and / in names survive the escape, in this order."""
    escaped = [name.replace("~", "~0").replace("/", "~1") for name in (outer, inner)]
    assert resolve({outer: [None, {inner: value}]}, f"/{escaped[0]}/1/{escaped[1]}") == value


@pytest.mark.parametrize("pointer", ["text", "#/text", "/a~", "/a~2b", " /text"])
def test_what_is_no_pointer_is_refused_when_declared(pointer: str) -> None:
    """A span at such a pointer could be read by nobody."""
    for declare in (check_pointer, at):
        with pytest.raises(ConfigurationError):
            declare(pointer)


@given(st.fixed_dictionaries({}, optional={"a": json_values, "b": json_values, "c": json_values}))
def test_only_strings_that_say_something_are_read_in_the_order_of_the_pointers(payload: dict[str, Any]) -> None:
    """Absent, null, blank or of another type: passed over."""
    parts = at("/c", "/a", "/b")(payload)
    assert [part.pointer for part in parts] == [f"/{name}" for name in "cab" if is_text(payload.get(name))]
    assert all(part.text == resolve(payload, part.pointer) and part.text.strip() for part in parts)
