"""What a file of pipelines may say; `json_schema` is the same for editors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, create_model, model_validator
from pydantic.json_schema import SkipJsonSchema

from stream_slm.declared.forms import Form, form_of
from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.tasks.answer import Answer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.translate import Translate

#: Our tasks by their names in a file. A new one is a line here: its form is made from its fields.
TASKS: dict[str, type] = {
    "classify": Classify,
    "summarize": Summarize,
    "extract": Extract,
    "answer": Answer,
    "translate": Translate,
}

Pointers = str | list[str]


class InstalledForm(Form):
    """A task of an installed package, by the name it has in the entry points `stream_slm.tasks`."""

    name: str = Field(description="its name in the entry points")
    options: dict[str, Any] = Field(default_factory=dict, description="what it is made with")


class WhenForm(Form):
    """A condition on the payload: one of some values stands at a pointer."""

    pointer: str = Field(description="JSON pointer into the payload, such as /status")
    values: list[str] = Field(min_length=1, description="strings that it holds for")


class ExpectForm(Form):
    """What a record should become; what is left out is not looked at."""

    status: Literal["ok", "partial", "skipped", "dead_letter"] | SkipJsonSchema[None] = Field(
        default=None, description="how it ends"
    )
    code: str | SkipJsonSchema[None] = Field(default=None, description="why it is a dead letter, such as text_missing")
    labels: dict[str, str] = Field(default_factory=dict, description="the best label, by task")
    accepted: dict[str, bool] = Field(default_factory=dict, description="whether it passes its threshold, by task")
    alerts: list[str] | SkipJsonSchema[None] = Field(default=None, description="the rules that fire; []: none does")
    summary_contains: Pointers = Field(default_factory=list, description="words of the summary")


class TestForm(Form):
    """An expectation: a payload, and what it should become."""

    name: str = Field(default="", description="what it shows")
    input: dict[str, Any] = Field(description="a payload, as it would lie in the source topic")
    expect: ExpectForm = Field(description="what it should become")


class _TaskForm(Form):
    """One question that a pipeline asks of each text."""

    @model_validator(mode="before")
    @classmethod
    def _empty_for_nothing(cls, value: Any) -> Any:
        """`summarize:` alone asks for it as it is."""
        return (
            {name: {} if each is None else each for name, each in value.items()} if isinstance(value, dict) else value
        )

    @model_validator(mode="after")
    def _exactly_one(self) -> _TaskForm:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a task is exactly one of {', '.join(type(self).model_fields)}")
        return self


def _task_fields() -> dict[str, Any]:
    forms = {name: form_of(kind) for name, kind in TASKS.items()} | {"installed": InstalledForm}
    return {name: (form | None, Field(default=None, description=form.__doc__)) for name, form in forms.items()}


TaskForm: type[Form] = create_model("Task", __base__=_TaskForm, __doc__=_TaskForm.__doc__, **_task_fields())
AlertForm = form_of(AlertRule)
PipelineForm = form_of(
    PipelineSpec,
    without=("schema",),
    text=(Pointers, Field(default="/text", description="JSON pointers of the strings that are read, in order")),
    tasks=(list[TaskForm], Field(min_length=1, description="what is asked of each text")),  # type: ignore[valid-type]
    alerts=(list[AlertForm], Field(default_factory=list, description="when an alert is due")),  # type: ignore[valid-type]
    # Under another name: pydantic has a method of this one.
    schema_=(
        str | dict[str, Any],
        Field(default=None, alias="schema", description="JSON Schema of the payload: here, or a file beside this one"),
    ),
    id_pointer=(
        Pointers,
        Field(default="/id", description="where the payload says who it is; the first that is there"),
    ),
    version_pointer=(Pointers, Field(default_factory=list, description="and which version of itself")),
    subject_pointer=(str, Field(default="", description="where the payload says whom it is about")),
    time_pointer=(str, Field(default="", description="and when it was")),
    skip=(WhenForm, Field(default=None, description="payloads that need no inference")),
    withdrawn=(WhenForm, Field(default=None, description="payloads that take back what their subject said before")),
    tests=(list[TestForm], Field(default_factory=list, description="expectations, for `stream-slm pipelines test`")),
)
DocumentForm: type[Form] = create_model(
    "Pipelines",
    __base__=Form,
    __doc__="A file of pipelines.",
    pipelines=(list[PipelineForm], Field(min_length=1, description="what is read, asked and written")),  # type: ignore[valid-type]
)


def json_schema() -> dict[str, Any]:
    """A JSON Schema 2020-12 of a file of pipelines."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **DocumentForm.model_json_schema()}
