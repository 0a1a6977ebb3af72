"""Payloads against a JSON Schema (2020-12), with errors that name the place and never the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from stream_slm.errors import ConfigurationError, SchemaInvalid
from stream_slm.types import Payload


def validator(schema: Mapping[str, Any] | None, pipeline: str) -> Callable[[Payload], None]:
    """A check that raises SchemaInvalid; without a schema, one that passes everything.

    Raises:
        ConfigurationError: the schema itself is no JSON Schema.
    """
    if schema is None:
        return lambda _payload: None
    try:
        compiled = jsonschema_rs.validator_for(dict(schema))
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise ConfigurationError(f"pipeline {pipeline}: its schema is no valid JSON Schema ({error})") from None
    name = schema.get("title") or schema.get("$id") or pipeline

    def check(payload: Payload) -> None:
        if not compiled.is_valid(payload):
            raise SchemaInvalid(f"the payload does not match the schema {name}: {_places(compiled, payload)}")

    return check


def _places(compiled: Any, payload: Payload) -> str:
    """Which rules of the schema fail; not where in the payload, for its own keys may be data."""
    rules = {rule for error in compiled.iter_errors(payload) for rule in _rules(error)}
    return "; ".join(sorted(rules)[:5])


def _rules(error: Any) -> Iterator[str]:
    """The rule that failed; where it was a choice, the rules of each form that was tried."""
    forms = getattr(error.kind, "context", None)
    if forms:
        for form in forms:
            for inner in form:
                yield from _rules(inner)
        return
    path = [str(part) for part in error.schema_path]
    if "$defs" in path:  # the name of a definition says more than the way to it
        path = path[len(path) - path[::-1].index("$defs") :]
    required = isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required)
    yield "/".join(path) + (f" {error.kind.property}" if required else "")  # the schema's word, not the payload's
