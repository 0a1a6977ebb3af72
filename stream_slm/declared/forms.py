"""Forms: how our own dataclasses look in a file, by their fields and docstrings; nothing is spelled twice."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection
from dataclasses import MISSING, fields
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

_ATTRIBUTE = re.compile(r"^    ([a-z_, ]+): (.+?)(?=^    [a-z_, ]+: |\Z)", re.MULTILINE | re.DOTALL)


class Form(BaseModel):
    """What a file may say of one thing: no unknown name, and no value of another type taken for the right one."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)

    def given(self, *, without: Collection[str] = ()) -> dict[str, Any]:
        """What the file says; the rest is left to the dataclass's defaults."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in without}


def form_of(kind: type, *, without: Collection[str] = (), **others: Any) -> type[Form]:
    """The form of a dataclass.

    Args:
        without: fields that no file can give.
        others: fields that look otherwise in a file, as `create_model` takes them.
    """
    hints = get_type_hints(kind)
    told = meanings(kind)
    taken: dict[str, Any] = {
        field.name: (hints[field.name], Field(default=_default(field), description=told.get(field.name)))
        for field in fields(kind)
        if field.init and field.name not in without and field.name not in others
    }
    summary = (inspect.getdoc(kind) or "").partition("\n")[0]
    made: type[Form] = create_model(kind.__name__, __base__=Form, __doc__=summary, **taken, **others)
    return made


def meanings(kind: type) -> dict[str, str]:
    """What each field means, as the docstring's `Attributes` say."""
    _, _, section = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    return {
        name.strip(): " ".join(meaning.split())
        for names, meaning in _ATTRIBUTE.findall(section)
        for name in names.split(",")
    }


def form_at(form: type[BaseModel], path: Collection[str | int]) -> type[BaseModel] | None:
    """The form at a place in a document; None where there is none."""
    at: type[BaseModel] | None = form
    for part in path:
        if isinstance(part, str) and at is not None:
            by_name = {field.alias or name: field.annotation for name, field in at.model_fields.items()}
            at = _form_in(by_name.get(part))
    return at


def _form_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _form_in(each))), None)


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return ... if field.default_factory is MISSING else None
