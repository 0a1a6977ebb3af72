"""Rules of pipelines in YAML: what a file says is what a pipeline is, and each mistake is told at its place."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from stream_slm.declared.document import TASKS, DocumentForm, json_schema
from stream_slm.declared.forms import form_of, meanings
from stream_slm.declared.reading import declared_in, declares_pipelines, read
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import TextPart

EXAMPLE = Path(__file__).parents[3] / "examples" / "support-tickets" / "pipelines.yaml"
WHOLE = """\
pipelines:
  - name: tickets
    source: tickets.v1
    text: [/subject, /body]
    id_pointer: [/id, /number]
    version_pointer: /version
    subject_pointer: /customer
    sink: tickets.done.v1
    review_topic: null
    flood_limit: 5
    include_original: true
    skip: {pointer: /kind, values: [spam]}
    withdrawn: {pointer: /status, values: [closed, merged]}
    schema: {type: object}
    tasks:
      - classify: {name: risk, threshold: {high: 0.7}}
      - classify: {name: mood, labels: {good: a glad text, bad: an angry text}, multi_label: true}
      - summarize:
    alerts:
      - {task: risk, labels: [high], threshold: 1, severity: Severe, urgency: {high: Immediate}}
"""


def pipelines_file(folder: Path, text: str) -> Path:
    file = folder / "pipelines.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def told(folder: Path, text: str) -> list[str]:
    """Each problem as `line pointer: message`."""
    return [f"{each.line} {each.pointer}: {each.message}" for each in read(pipelines_file(folder, text)).problems]


def test_a_file_says_all_that_a_declaration_in_python_can(tmp_path: Path) -> None:
    """Field by field; what it leaves out has the same defaults."""
    (declared,) = declared_in(pipelines_file(tmp_path, WHOLE))
    spec = declared.spec
    python = PipelineSpec(
        name="tickets",
        source="tickets.v1",
        tasks=[
            Classify("risk", threshold={"high": 0.7}),
            Classify("mood", labels={"good": "a glad text", "bad": "an angry text"}, multi_label=True),
            Summarize(),
        ],
        alerts=[AlertRule(task="risk", labels=["high"], threshold=1, severity="Severe", urgency={"high": "Immediate"})],
        text=spec.text,
        id_pointer=["/id", "/number"],
        version_pointer="/version",
        subject_pointer="/customer",
        sink="tickets.done.v1",
        review_topic=None,
        flood_limit=5,
        include_original=True,
        schema={"type": "object"},
        skip=spec.skip,
        withdrawn=spec.withdrawn,
    )
    assert spec == python
    assert spec.text({"subject": "a", "body": "b"}) == [
        TextPart(text="a", pointer="/subject"),
        TextPart(text="b", pointer="/body"),
    ]
    assert spec.skip({"kind": "spam"}) == "/kind is spam"
    assert spec.skip({"kind": ["spam"]}) is None
    assert spec.withdrawn({"status": "merged"}) == "/status is merged"
    assert spec.withdrawn({"status": "open"}) is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    source: tickets.v1\n", "", "2 /pipelines/0/source: must be given"),
        ("sink:", "snk:", "8 /pipelines/0/snk: no such field; did you mean sink?"),
        ("flood_limit: 5", "flood_limit: five", "10 /pipelines/0/flood_limit: Input should be a valid integer"),
        ("flood_limit: 5", "flood_limit: -1", "2 /pipelines/0: pipeline tickets: flood_limit must be at least 0"),
        ("include_original: true", "include_original: 'yes'", "11 /pipelines/0/include_original: Input should be a"),
        ("/subject, /body", "/subject, body", "4 /pipelines/0/text: JSON pointer 'body' must start with a slash"),
        ("/status, val", "status, val", "13 /pipelines/0/withdrawn/pointer: JSON pointer 'status' must start"),
        ("{type: object}", "{type: nothing}", "14 /pipelines/0/schema: pipeline tickets: its schema is no valid JSON"),
        ("{type: object}", "none.json", "14 /pipelines/0/schema: schema file "),
        ("threshold: {high: 0.7}", "treshold: 1", "/classify/treshold: no such field; did you mean threshold?"),
        ("threshold: {high: 0.7}", "threshold: 7", "16 /pipelines/0/tasks/0/classify: task risk: threshold must be"),
        (
            "threshold: {high: 0.7}",
            "threshold: high",
            "/threshold: Input should be a valid number or Input should be a",
        ),
        ("name: mood, labels", "name: risk, labels", "2 /pipelines/0: pipeline tickets: needs at least one task, and"),
        ("{good: a", "{no: a", "17 /pipelines/0/tasks/1/classify/labels/no: write it in quotes: YAML takes no"),
        ("{type: object}", "{x: !!binary aGk=}", "1 : holds what JSON cannot spell"),
        ("angry text", "angry text, 7: seven", "17 /pipelines/0/tasks/1/classify/labels/7: write it in quotes"),
        ("sink: tickets.done.v1", "sink: 7", "8 /pipelines/0/sink: Input should be a valid string"),
        ("- summarize:", "- sumarize:", "18 /pipelines/0/tasks/2/sumarize: no such field; did you mean summarize?"),
        ("- summarize:", "- {summarize: {}, classify: {name: x}}", "18 /pipelines/0/tasks/2: a task is exactly one of"),
        (
            "- summarize:",
            "- {}",
            "18 /pipelines/0/tasks/2: a task is exactly one of classify, summarize, extract,",
        ),
        (
            "- summarize:",
            "- installed: {name: nonesuch}",
            "18 /pipelines/0/tasks/2/installed: no installed package has",
        ),
        ("labels: [high]", "labels: []", "20 /pipelines/0/alerts/0: alert rule on risk: labels must be a list"),
        ("severity: Severe", "severity: Bad", "20 /pipelines/0/alerts/0/severity: Input should be 'Extreme', 'Severe'"),
        ("{task: risk, labels: [high]", "{task: mood, labels: [bad, god]", "0/labels/1: task mood has no label 'god'"),
        ("{task: risk", "{task: rsk", "2 /pipelines/0: pipeline tickets: alert rule rsk-high asks for task 'rsk'"),
        ("pipelines:", "pipelnes:", "1 /pipelnes: no such field; did you mean pipelines?"),
    ],
)
def test_a_mistake_is_told_by_line_and_pointer_with_the_fix(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """As an editor would show it."""
    assert old in WHOLE
    found = told(tmp_path, WHOLE.replace(old, new))
    assert any(problem in each for each in found), found


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Not one a run."""
    text = WHOLE.replace("/subject, /body", "body").replace("threshold: 1", "threshold: 2")
    assert [each.partition(":")[0] for each in told(tmp_path, text)] == [
        "4 /pipelines/0/text",
        "20 /pipelines/0/alerts/0",
    ]


def test_a_key_given_twice_is_told(tmp_path: Path) -> None:
    """YAML would keep the last, in silence."""
    text = WHOLE.replace("    flood_limit: 5\n", "    flood_limit: 5\n    flood_limit: 50\n")
    assert told(tmp_path, text) == ["11 /pipelines/0/flood_limit: given twice; the last one counts"]


def test_two_pipelines_must_differ_in_name_and_source(tmp_path: Path) -> None:
    """The second is told."""
    text = WHOLE + WHOLE.removeprefix("pipelines:\n")
    problems = ["21 /pipelines/1/name: 'tickets' is taken", "22 /pipelines/1/source: 'tickets.v1' is taken"]
    assert [each.partition(" by ")[0] for each in told(tmp_path, text)] == problems


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ("{labels: {mod: good}}", "labels/mod: no classification 'mod'; did you mean mood?"),
        ("{labels: {mood: god}}", "labels/mood: task mood has no label 'god'; did you mean good?"),
        ("{labels: {risk: whatever}}", ""),  # a head's labels are known with its bundle
        ("{accepted: {mood: 1}}", "accepted/mood: Input should be a valid boolean"),
        ("{alerts: [rsk-high]}", "alerts/0: no alert rule 'rsk-high'; did you mean risk-high?"),
        ("{status: fine}", "status: Input should be 'ok'"),
        ("{lables: {}}", "lables: no such field; did you mean labels?"),
    ],
)
def test_an_expectation_must_fit_its_pipeline(tmp_path: Path, expect: str, problem: str) -> None:
    """One that could never be met, or never fail, is a mistake."""
    found = told(tmp_path, f"{WHOLE}    tests:\n      - {{input: {{text: x}}, expect: {expect}}}\n")
    assert [each for each in found if f"/expect/{problem}" in each] == found
    assert bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: [", "pipelines.yaml:1: not valid YAML"), ("a:\n  b: *c\n", "pipelines.yaml:2: not valid YAML")],
)
def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """Before anything else can be said."""
    with pytest.raises(ConfigurationError, match=said):
        read(pipelines_file(tmp_path, text))
    with pytest.raises(ConfigurationError, match="No such file"):
        read(tmp_path / "none.yaml")


@pytest.mark.parametrize("text", ["", "[]", "text", "pipelines: []", "pipelines: {}", "pipelines: [1]"])
def test_a_file_without_pipelines_has_a_problem(tmp_path: Path, text: str) -> None:
    """And no traceback."""
    with pytest.raises(ConfigurationError, match=r"pipelines\.yaml:1: "):
        declared_in(pipelines_file(tmp_path, text))


def test_a_settings_file_may_declare_pipelines_beside_its_sections(tmp_path: Path) -> None:
    """One file for a whole deployment."""
    file = pipelines_file(tmp_path, "broker: {bootstrap_servers: 'a:1'}\n" + WHOLE)
    assert declares_pipelines(file)
    assert [each.spec.name for each in declared_in(file)] == ["tickets"]
    assert not declares_pipelines(pipelines_file(tmp_path, "broker: {}"))


def test_the_schema_for_editors_takes_what_we_take() -> None:
    """The example and the whole form; and it refuses an unknown field."""
    schema = jsonschema_rs.validator_for(json_schema())
    for document in (yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")), yaml.safe_load(WHOLE)):
        assert schema.is_valid(document), [str(error) for error in schema.iter_errors(document)]
    assert not schema.is_valid({"pipelines": [{"name": "x", "source": "x.v1", "tasks": [{"nonsense": {}}]}]})


@pytest.mark.parametrize("kind", [*TASKS.values(), AlertRule, PipelineSpec])
def test_each_field_of_a_task_stands_in_the_schema(kind: type) -> None:
    """A field that is added to a task can be given in YAML without another line of code."""
    properties = json_schema()["$defs"][kind.__name__]["properties"]
    assert {field.name for field in fields(kind) if field.init} <= set(properties)
    assert json.dumps(properties)


def test_a_new_task_needs_no_form_of_its_own() -> None:
    """Its fields, defaults and docstring are its form."""

    @dataclass(frozen=True)
    class Translate:
        """Ask for another language.

        Attributes:
            target: the language, as an ISO 639 code.
            source, name: and two more
                of whatever kind.
        """

        target: str
        glossary: tuple[str, ...] = ()
        source: str = "en"
        name: str = "translation"

    form = form_of(Translate)
    assert meanings(Translate) == {
        "target": "the language, as an ISO 639 code.",
        "source": "and two more of whatever kind.",
        "name": "and two more of whatever kind.",
    }
    assert form.model_json_schema()["required"] == ["target"]
    given = form.model_validate_json('{"target": "de", "name": "x", "glossary": ["a", "b"]}').given()
    assert Translate(**given) == Translate("de", ("a", "b"), name="x")


def test_the_example_is_without_a_problem() -> None:
    """What docs show works."""
    (declared,) = declared_in(EXAMPLE)
    assert declared.spec.topics[0] == "support-tickets.v1"
    assert len(declared.tests) >= 4
    assert DocumentForm.model_fields.keys() == {"pipelines"}
