"""Reads a file of pipelines, and tells what is wrong with it by line and pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

from stream_slm.config.problems import suggestion
from stream_slm.config.settings import Settings
from stream_slm.declared.build import Builder, Declared, Place
from stream_slm.declared.document import DocumentForm
from stream_slm.declared.forms import form_at
from stream_slm.declared.lines import line_of, lines_by_pointer, pointer_of
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.text import resolve

_OURS = "Value error, "


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that is wrong: where, and how to mend it."""

    line: int
    pointer: str
    message: str

    def told(self, file: Path) -> str:
        """As compilers tell it, so that editors find the place."""
        return f"{file}:{self.line}: {self.pointer or '/'}: {self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file of pipelines as it was read; `pipelines` are those without a problem."""

    pipelines: tuple[Declared, ...]
    problems: tuple[Problem, ...]


def read(file: Path) -> Document:
    """Read a file: one of pipelines, or a settings file that declares some.

    Raises:
        ConfigurationError: it cannot be read at all.
    """
    try:
        text = file.read_text(encoding="utf-8")
        lines, wrong_keys = lines_by_pointer(text)
        document = yaml.safe_load(text)
    except OSError as error:
        raise ConfigurationError(f"pipelines file {file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f":{where.line + 1}" if where else ""
        raise ConfigurationError(f"{file}{line}: not valid YAML") from None
    problems = [Problem(line_of(lines, at), at, told) for at, told in wrong_keys]
    pipelines: tuple[Declared, ...] = ()
    try:
        # As JSON: a list is then good for a tuple, and yet a number is no text.
        spelled = orjson.dumps(_without_settings(document), option=orjson.OPT_NON_STR_KEYS)
        form = DocumentForm.model_validate_json(spelled)
    except orjson.JSONEncodeError:
        problems.append(Problem(1, "", "holds what JSON cannot spell, such as !!binary"))
    except ValidationError as error:
        problems += [Problem(line_of(lines, at), at, told) for at, told in _explained(error, document)]
    else:
        builder = Builder(file.parent)
        pipelines = builder.all(form)
        for place, told in builder.problems:
            pointer = pointer_of(place)
            problems.append(Problem(line_of(lines, pointer), pointer, told))
    return Document(pipelines, tuple(sorted(problems)))


def declared_in(file: Path) -> tuple[Declared, ...]:
    """The pipelines of a file.

    Raises:
        ConfigurationError: names each problem, one a line.
    """
    document = read(file)
    if document.problems:
        raise ConfigurationError("\n".join(problem.told(file) for problem in document.problems))
    return document.pipelines


def declares_pipelines(file: Path) -> bool:
    """Whether a settings file that was read before declares pipelines too."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return isinstance(document, dict) and "pipelines" in document


def _without_settings(document: Any) -> Any:
    """In a settings file the sections of the settings stand beside the pipelines."""
    if not isinstance(document, dict):
        return document
    return {name: given for name, given in document.items() if name not in Settings.model_fields}


def _explained(error: ValidationError, document: Any) -> Iterator[tuple[str, str]]:
    """Pointers with what is wrong there; alternatives that failed at one place are told as one."""
    by_place: dict[str, list[str]] = {}
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        place = _in_document(problem["loc"], document, missing=problem["type"] == "missing")
        told = problem["msg"].removeprefix(_OURS)
        if problem["type"] == "extra_forbidden":
            form = form_at(DocumentForm, place[:-1])
            known = [each.alias or name for name, each in form.model_fields.items()] if form else []
            told = f"no such field{suggestion(str(place[-1]), known)}"
        elif problem["type"] == "missing":
            told = "must be given"
        found = by_place.setdefault(pointer_of(place), [])
        if told not in found:
            found.append(told)
    for pointer, messages in by_place.items():
        yield pointer, " or ".join(messages)


def _in_document(loc: tuple[str | int, ...], document: Any, *, missing: bool) -> Place:
    """A place without the names of alternatives, which pydantic mixes in."""
    place: Place = ()
    for part in loc:
        longer = (*place, part)
        around = resolve(document, pointer_of(place)) if place else document
        there = part in around if isinstance(around, dict) else isinstance(around, list) and isinstance(part, int)
        if there or (missing and part == loc[-1]):
            place = longer
    return place
