"""From forms to pipelines: what a form cannot see alone is checked here, each problem at its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from stream_slm.config.problems import suggestion
from stream_slm.declared.document import TASKS
from stream_slm.declared.expectations import Expectation
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import AlertRule, PipelineSpec, SkipReason, Task
from stream_slm.pipeline.text import at, check_pointer, resolve
from stream_slm.pipeline.validation import validator
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.custom import installed_task
from stream_slm.types import Payload

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A pipeline of a file, and what is expected of it."""

    spec: PipelineSpec
    tests: tuple[Expectation, ...]


@dataclass(slots=True)
class Builder:
    """Builds the pipelines of one file; problems gather with their places, so that all are told at once."""

    folder: Path
    problems: list[tuple[Place, str]] = field(default_factory=list)

    def all(self, document: Any) -> tuple[Declared, ...]:
        """Every pipeline of a document that could be built."""
        built = [self._pipeline(form, ("pipelines", index)) for index, form in enumerate(document.pipelines)]
        for name in ("name", "source"):
            self._different(built, name)
        return tuple(each for each in built if each is not None)

    def _pipeline(self, form: Any, place: Place) -> Declared | None:
        before = len(self.problems)
        tasks = [self._task(each, (*place, "tasks", index)) for index, each in enumerate(form.tasks)]
        alerts = [self._built(AlertRule, each, (*place, "alerts", i)) for i, each in enumerate(form.alerts)]
        options = form.given(without=("tasks", "alerts", "text", "schema_", "skip", "withdrawn", "tests"))
        with self._at((*place, "text")):
            options["text"] = at(*_list(form.text))
        if form.schema_ is not None:
            with self._at((*place, "schema")):
                options["schema"] = self._schema(form.schema_, form.name)
        for name in ("skip", "withdrawn"):
            if (when := getattr(form, name)) is not None:
                with self._at((*place, name, "pointer")):
                    options[name] = _reason(check_pointer(when.pointer), frozenset(when.values))
        if len(self.problems) > before:  # what follows would only repeat it
            return None
        with self._at(place):
            spec = PipelineSpec(tasks=[each for each in tasks if each], alerts=alerts, **options)
            self._check_rules(spec, place)
            return Declared(spec, tuple(self._tests(form.tests, spec, place)))
        return None

    def _task(self, form: Any, place: Place) -> Task | None:
        (kind,) = form.model_fields_set
        given = getattr(form, kind)
        place = (*place, kind)
        if kind in TASKS:
            task: Task | None = self._built(TASKS[kind], given, place)
            return task
        with self._at(place):
            try:
                return installed_task(given.name, **given.options)
            except TypeError as error:  # the other package's own words for an option that it does not have
                raise ConfigurationError(f"task {given.name}: {error}") from None
        return None

    def _built(self, kind: type, form: Any, place: Place) -> Any:
        with self._at(place):
            return kind(**form.given())
        return None

    def _schema(self, given: str | dict[str, Any], name: str) -> dict[str, Any]:
        schema = given if isinstance(given, dict) else self._schema_file(given)
        validator(schema, name)
        return schema

    def _schema_file(self, name: str) -> dict[str, Any]:
        try:
            schema = orjson.loads((self.folder / name).read_bytes())
        except OSError as error:
            raise ConfigurationError(f"schema file {self.folder / name}: {error.strerror}") from None
        except orjson.JSONDecodeError:
            raise ConfigurationError(f"schema file {self.folder / name}: not valid JSON") from None
        if not isinstance(schema, dict):
            raise ConfigurationError(f"schema file {self.folder / name}: must hold a JSON object")
        return schema

    def _check_rules(self, spec: PipelineSpec, place: Place) -> None:
        """A rule on a label that is not described would never fire; those of a head are known with its bundle."""
        described = _described(spec)
        for index, rule in enumerate(spec.alerts):
            for number, label in enumerate(rule.labels):
                if label not in (known := described[rule.task] or [label]):
                    told = f"task {rule.task} has no label {label!r}{suggestion(label, known)}"
                    self.problems.append(((*place, "alerts", index, "labels", number), told))

    def _tests(self, forms: list[Any], spec: PipelineSpec, place: Place) -> Iterator[Expectation]:
        described = _described(spec)
        rules = [rule.name for rule in spec.alerts]
        for index, form in enumerate(forms):
            where: Place = (*place, "tests", index, "expect")
            for task, label in form.expect.labels.items():
                if task in described and described[task] and label not in described[task]:
                    told = f"task {task} has no label {label!r}{suggestion(label, described[task])}"
                    self.problems.append(((*where, "labels", task), told))
            for name in ("labels", "accepted"):
                for task in getattr(form.expect, name):
                    self._known(task, list(described), "classification", (*where, name, task))
            for number, rule in enumerate(form.expect.alerts or ()):
                self._known(rule, rules, "alert rule", (*where, "alerts", number))
            yield Expectation(
                name=form.name or f"test {index + 1}",
                payload=form.input,
                status=form.expect.status,
                code=form.expect.code,
                labels=form.expect.labels,
                accepted=form.expect.accepted,
                alerts=None if form.expect.alerts is None else frozenset(form.expect.alerts),
                summary_contains=tuple(_list(form.expect.summary_contains)),
            )

    def _known(self, name: str, known: list[str], what: str, place: Place) -> None:
        if name not in known:
            there = suggestion(name, known) if known else "; the pipeline has none"
            self.problems.append((place, f"no {what} {name!r}{there}"))

    def _different(self, built: list[Declared | None], name: str) -> None:
        seen: set[str] = set()
        for index, each in enumerate(built):
            if each is not None and (value := getattr(each.spec, name)) in seen:
                self.problems.append((("pipelines", index, name), f"{value!r} is taken by a pipeline above"))
            elif each is not None:
                seen.add(value)

    @contextmanager
    def _at(self, place: Place) -> Iterator[None]:
        try:
            yield
        except ConfigurationError as error:
            self.problems.append((place, str(error)))


def _described(spec: PipelineSpec) -> dict[str, list[str]]:
    """The labels of each classification, where they are described."""
    return {task.name: list(task.labels or ()) for task in spec.tasks if isinstance(task, Classify)}


def _reason(pointer: str, values: frozenset[str]) -> SkipReason:
    def reason(payload: Payload) -> str | None:
        value = resolve(payload, pointer)
        return f"{pointer} is {value}" if isinstance(value, str) and value in values else None

    return reason


def _list(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given
