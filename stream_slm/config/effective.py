"""The settings as they hold, and as they are documented: one row a setting, secrets masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from stream_slm.config.settings import PREFIX, Loaded, Settings

#: In place of a secret, whatever its length.
MASK = "********"
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting as it holds; `origin` says where it was given."""

    name: str
    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Documented:
    """A setting as it is explained: what it may be, and what it is unless given."""

    name: str
    variable: str
    kind: str
    default: str
    meaning: str


def effective(loaded: Loaded) -> Iterator[Effective]:
    """Every setting as it holds, with plain JSON values."""
    for section in Settings.model_fields:
        for name, value in getattr(loaded.settings, section):
            setting = f"{section}.{name}"
            yield Effective(setting, _plain(value), loaded.origins.get(setting, _DEFAULT))


def sections() -> Iterator[tuple[str, str, list[Documented]]]:
    """Each section: its name, what it is about, and its settings."""
    for section, info in Settings.model_fields.items():
        model = info.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        properties = model.model_json_schema()["properties"]
        rows = [_documented(section, name, each, properties[name]) for name, each in model.model_fields.items()]
        yield section, (model.__doc__ or "").strip().splitlines()[0], rows


def json_schema() -> dict[str, Any]:
    """A JSON Schema 2020-12 of the settings file, for editors; defaults and meanings in it."""
    schema = Settings.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "stream-slm settings"}


def _documented(section: str, name: str, field: FieldInfo, schema: dict[str, Any]) -> Documented:
    return Documented(
        name=f"{section}.{name}",
        variable=f"{PREFIX}{section.upper()}__{name.upper()}",
        kind=_kind(schema),
        default=_shown(_plain(field.default)),
        meaning=field.description or "",
    )


def _kind(schema: dict[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"] if each.get("type") != "null")
    kind = {"path": "path", "password": "secret"}.get(schema.get("format", ""), str(schema.get("type", "any")))
    bounds = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    told = [f"{words} {schema[bound]:g}" for bound, words in bounds.items() if bound in schema]
    return " ".join([{"array": "list", "boolean": "true, false"}.get(kind, kind), ", ".join(told)]).strip()


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)
