"""What a pipeline is: where it reads, what it asks, when it alerts, where it writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.text import TextOf, at, check_pointer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.custom import CustomTask
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Payload

_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")
_VERSION = re.compile(r"\.v\d+$")

Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Scope = Literal["Public", "Restricted", "Private"]
#: CAP 1.2's terms; a typing mistake must not wait for the first alert to be noticed.
_CAP_TERMS = {
    "severity": get_args(Severity),
    "scope": get_args(Scope),
    "category": (
        "Geo",
        "Met",
        "Safety",
        "Security",
        "Rescue",
        "Fire",
        "Health",
        "Env",
        "Transport",
        "Infra",
        "CBRNE",
        "Other",
    ),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "response_type": ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"),
}
#: The rule that alerts name when too many of them were due.
FLOOD = "flood"
Task = Classify | Summarize | Extract | CustomTask

#: Says why a record needs no inference, or None.
SkipReason = Callable[[Payload], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Alert when the summed probability of some labels of a task reaches a threshold.

    Of a multi-label task the highest of their scores counts: scores of labels that may all apply make no sum.

    Attributes:
        name: part of the alert's identity and of its `dedup_key`; default: task and labels.
        severity, category, event, scope, urgency, response_type: CAP 1.2 terms. `urgency` may map labels to terms,
            read for the most probable of the rule's labels.
        expires_s: seconds after which subscribers may forget the alert, and we do.
        cooldown_s: seconds in which the same said again about the same subject is no message; 0: every firing is an
            alert of its own, none is updated or cancelled.
        include_text: let the summary stand in headline and description.
    """

    task: str
    labels: Sequence[str]
    threshold: float
    severity: Severity
    name: str = ""
    event: str = ""
    category: str = "Other"
    scope: Scope = "Private"
    urgency: str | Mapping[str, str] = "Unknown"
    response_type: str = "Assess"
    expires_s: int = 7200
    cooldown_s: int = 300
    include_text: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise ConfigurationError(f"alert rule on {self.task}: threshold must be above 0 and at most 1")
        if self.expires_s <= 0 or self.cooldown_s < 0:
            raise ConfigurationError(f"alert rule on {self.task}: expires_s must be above 0, cooldown_s at least 0")
        if self.name == FLOOD:
            raise ConfigurationError(f"alert rule on {self.task}: the name {FLOOD!r} is taken by the flood limit")
        if not self.labels or isinstance(self.labels, str):
            raise ConfigurationError(f"alert rule on {self.task}: labels must be a list of at least one label")
        for term, known in _CAP_TERMS.items():
            given = getattr(self, term)
            for value in given.values() if isinstance(given, Mapping) else (given,):
                if value not in known:
                    raise ConfigurationError(
                        f"alert rule on {self.task}: {term} {value!r} is no CAP term; use {', '.join(known)}"
                    )
        if not self.name:
            object.__setattr__(self, "name", f"{self.task}-{'-'.join(self.labels)}".lower())
        if not self.event:
            object.__setattr__(self, "event", f"{self.task}: {', '.join(self.labels)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSpec:
    """One pipeline, as its user declares it.

    Attributes:
        name: in every output, and part of output ids.
        source: input topic; the other topics' names follow from it (`<domain>.v1` gives `<domain>.enriched.v1`,
            `<domain>.alerts.v1`, `<domain>.review.v1`, `<domain>.v1.dlq`) unless given.
        text: which strings are read.
        schema: JSON Schema 2020-12 of the payload, if it is to be checked.
        id_pointer, subject_pointer, time_pointer: where the payload says who it is, whom it is about, when it was. Of
            several id pointers the first counts that has a value.
        version_pointer: where the payload says which version of itself it is, part of its identity: without one, all
            records with one id are the same record read again.
        skip: says why a payload needs no inference.
        withdrawn: says why a payload takes back what its subject said before: it raises no alert, and cancels them.
        review_topic: where records go that an alert rule could not judge with confidence; None: nowhere.
        flood_limit, flood_window_s: alerts and updates that a worker sends in so many seconds, at most; 0: any number.
        include_original: put the payload into the enriched record.
    """

    name: str
    source: str
    tasks: Sequence[Task]
    alerts: Sequence[AlertRule] = ()
    text: TextOf = field(default_factory=lambda: at("/text"))
    schema: Mapping[str, Any] | None = None
    sink: str = ""
    alerts_topic: str = ""
    dead_letter_topic: str = ""
    review_topic: str | None = ""
    domain: str = ""
    id_pointer: str | Sequence[str] = "/id"
    subject_pointer: str = ""
    time_pointer: str = ""
    version_pointer: str | Sequence[str] = ()
    skip: SkipReason = lambda _payload: None
    withdrawn: SkipReason = lambda _payload: None
    include_original: bool = False
    flood_limit: int = 60
    flood_window_s: float = 60.0

    def __post_init__(self) -> None:
        domain = _VERSION.sub("", self.source)
        version = self.source.removeprefix(domain) or ".v1"
        defaults = {
            "domain": domain,
            "sink": f"{domain}.enriched{version}",
            "alerts_topic": f"{domain}.alerts{version}",
            "review_topic": f"{domain}.review{version}",
            "dead_letter_topic": f"{self.source}.dlq",
        }
        for name, value in defaults.items():
            if getattr(self, name) == "":
                object.__setattr__(self, name, value)
        self._check()

    @property
    def id_pointers(self) -> tuple[str, ...]:
        """Where the payload says who it is, in order."""
        return _pointers(self.id_pointer)

    @property
    def version_pointers(self) -> tuple[str, ...]:
        """Where the payload says which version of itself it is, in order."""
        return _pointers(self.version_pointer)

    @property
    def reviewed(self) -> str | None:
        """The topic for records that an alert rule could not judge; None where there is none."""
        return self.review_topic if self.alerts else None

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic the pipeline touches, the source first."""
        alerts = (self.alerts_topic,) if self.alerts else ()
        review = (self.reviewed,) if self.reviewed else ()
        return (self.source, self.sink, *alerts, *review, self.dead_letter_topic)

    def _check(self) -> None:
        if not self.name.strip():
            raise ConfigurationError(f"the pipeline on {self.source} needs a name")
        for topic in self.topics:
            if not _TOPIC.fullmatch(topic):
                raise ConfigurationError(
                    f"pipeline {self.name}: {topic!r} is no topic name; use letters, digits, dot, dash, underscore"
                )
        if len(set(self.topics)) != len(self.topics):
            raise ConfigurationError(f"pipeline {self.name}: source and outputs must be different topics")
        self._check_tasks()
        labelled = {task.name for task in self.tasks if isinstance(task, Classify)}
        for rule in self.alerts:
            if rule.task not in labelled:
                raise ConfigurationError(
                    f"pipeline {self.name}: alert rule {rule.name} asks for task {rule.task!r}; "
                    f"it has {', '.join(sorted(labelled)) or 'no classification'}"
                )
        rules = [rule.name for rule in self.alerts]
        if len(set(rules)) != len(rules):
            raise ConfigurationError(f"pipeline {self.name}: give its alert rules different names")
        if self.flood_limit < 0 or not self.flood_window_s > 0:
            raise ConfigurationError(f"pipeline {self.name}: flood_limit must be at least 0, flood_window_s above 0")
        for pointer in (*self.id_pointers, *self.version_pointers, self.subject_pointer, self.time_pointer):
            check_pointer(pointer)

    def _check_tasks(self) -> None:
        for task in self.tasks:
            if not isinstance(task, Classify | Summarize | Extract | CustomTask):
                raise ConfigurationError(
                    f"pipeline {self.name}: {type(task).__name__} is no task: it lacks a name, needs or run()"
                )
            if isinstance(task, CustomTask) and task.needs not in ("units", "sentences"):
                raise ConfigurationError(
                    f"pipeline {self.name}: task {task.name} must need 'units' or 'sentences', not {task.needs!r}"
                )
        names = [task.name for task in self.tasks]
        if not names or len(set(names)) != len(names):
            raise ConfigurationError(f"pipeline {self.name}: needs at least one task, and different names for each")


def _pointers(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
