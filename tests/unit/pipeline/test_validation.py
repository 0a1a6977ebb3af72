"""Rules of validation: the message names rules of the schema and nothing of the payload."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError, SchemaInvalid
from stream_slm.pipeline.validation import validator

SCHEMA: dict[str, Any] = {
    "title": "Thing",
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string", "maxLength": 4}, "kind": {"enum": ["a"]}, "n": {"type": "integer"}},
    "patternProperties": {"^x-": {"type": "number"}},
}
SECRET = "secret-4711"


@pytest.mark.parametrize(
    ("payload", "rules"),
    [
        ({"text": SECRET}, "properties/text/maxLength"),
        ({"text": "ok", "kind": SECRET}, "properties/kind/enum"),
        ({"text": "ok", "n": SECRET}, "properties/n/type"),
        ({"text": "ok", SECRET: 1}, "additionalProperties"),
        ({"text": "ok", f"x-{SECRET}": SECRET}, "patternProperties/^x-/type"),
        ({SECRET: SECRET}, "additionalProperties; required text"),
    ],
)
def test_the_message_names_the_rules_and_neither_values_nor_keys(payload: dict[str, Any], rules: str) -> None:
    """It travels in headers and logs."""
    with pytest.raises(SchemaInvalid) as caught:
        validator(SCHEMA, "things")(payload)
    assert str(caught.value) == f"the payload does not match the schema Thing: {rules}"
    assert caught.value.__cause__ is None


@given(st.dictionaries(st.sampled_from(["text", "kind", "n", "x-1", "other"]), st.text(max_size=6) | st.integers()))
def test_a_payload_passes_or_raises_schema_invalid(payload: dict[str, Any]) -> None:
    """Nothing else comes out."""
    text = payload.get("text")
    try:
        validator(SCHEMA, "things")(payload)
    except SchemaInvalid:
        return
    assert isinstance(text, str)
    assert len(text) <= 4
    assert "other" not in payload


def test_many_failures_are_told_in_one_short_line() -> None:
    """A header is no report: five rules at most."""
    schema = {"properties": {f"p{index}": {"type": "string"} for index in range(50)}}
    with pytest.raises(SchemaInvalid) as caught:
        validator(schema, "things")({f"p{index}": index for index in range(50)})
    assert str(caught.value).count("/type") == 5


def test_depth_is_no_error() -> None:
    """A thousand brackets, as deep as JSON is parsed, are judged like any payload."""
    deep: Any = "x"
    for _ in range(1000):
        deep = [deep]
    check = validator({"properties": {"text": {"type": "string"}}}, "things")
    check({"more": deep})
    with pytest.raises(SchemaInvalid):
        check({"more": deep, "text": 1})


def test_without_a_schema_everything_passes() -> None:
    """A schema is an offer."""
    validator(None, "things")({"anything": object()})


@pytest.mark.parametrize("schema", [{"type": "strin"}, {"$ref": "#/nowhere"}, {"pattern": "("}, {"required": "text"}])
def test_a_schema_that_is_none_is_refused_at_start(schema: dict[str, Any]) -> None:
    """Not at the first record."""
    with pytest.raises(ConfigurationError, match="things"):
        validator(schema, "things")
