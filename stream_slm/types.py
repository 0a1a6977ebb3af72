"""What travels between the layers: records in, results, records out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

#: Kafka headers: names may repeat, values are bytes or absent.
Headers = tuple[tuple[str, bytes | None], ...]

#: How often an operator has sent a dead letter back to its topic.
REDRIVE_HEADER = "x-stream-slm-redrive-count"

#: A decoded JSON object.
Payload = Mapping[str, Any]

Status = Literal["ok", "partial", "skipped"]

#: How a sentence's share was found: it is a summand of the logit, or the sentence was left out.
EvidenceMethod = Literal["shares", "occlusion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it lies in Kafka: bytes, untouched. `timestamp_ms` is Unix time in milliseconds."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One record to be produced; `partition` None leaves the choice to the key."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    kind: Literal["enriched", "alert", "review", "dead_letter"] = "enriched"

    @property
    def size_bytes(self) -> int:
        """What the record takes on the wire, near enough to compare with a topic's limit."""
        overhead = 96  # batch header (61) plus a record's own varints and lengths, rounded up
        headers = sum(len(name) + len(value or b"") + 10 for name, value in self.headers)
        return overhead + len(self.key or b"") + len(self.value or b"") + headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a piece of text stands in the input.

    `start` and `end` are Unicode code points into the decoded string at JSON pointer `pointer`. Text rendered from
    several fields has pointer "" and start = end = 0, and names the `fields` it was rendered from.
    """

    pointer: str
    start: int
    end: int
    fields: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The span as the enriched record spells it."""
        where: dict[str, Any] = {"pointer": self.pointer, "start": self.start, "end": self.end}
        if self.fields:
            where["fields"] = list(self.fields)
        return where


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence's share of a label's logit: its summand, or what the logit loses without it."""

    span: Span
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Labels of one task, best first, with scores in 0..1.

    `familiar` is False for a text unlike those the head was made on: its label is never accepted, and raises no alert.
    `calibrated` is False where a score orders texts but is no probability. `accepted_labels` are all that reached
    their thresholds: one at most, unless `multi_label`; `label` is then the best of them, else the best of all.
    """

    label: str
    score: float
    threshold: float
    accepted: bool
    labels: Sequence[tuple[str, float]]
    evidence: Sequence[Evidence]
    model: str
    familiar: bool = True
    multi_label: bool = False
    accepted_labels: tuple[str, ...] = ()
    calibrated: bool = True
    evidence_method: EvidenceMethod = "shares"

    def probability(self, labels: frozenset[str]) -> float:
        """The score of any of some labels: their sum where one label is right, the highest where each may be."""
        scores = [score for label, score in self.labels if label in labels]
        return max(scores, default=0.0) if self.multi_label else sum(scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A short text and what it rests on; `model` None where the text itself is the summary."""

    text: str
    method: Literal["verbatim", "extractive", "generative"]
    spans: Sequence[Span]
    language: str | None
    input_tokens: int
    truncated: bool
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A span of the input and what it says in one form, see docs/extract.md; None where there is nothing to say."""

    span: Span
    kind: str
    value: str
    unit: str | None = None
    drug: str | None = None
    frequency: str | None = None
    text: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The span as the enriched record spells it."""
        said = {name: getattr(self, name) for name in ("kind", "value", "unit", "drug", "frequency", "text")}
        return {**self.span.as_json(), **{name: value for name, value in said.items() if value is not None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Spans in source order; `truncated` where there were more. `run_s` is the time it took, in seconds."""

    spans: Sequence[Extracted]
    truncated: bool
    run_s: float


class CustomResult(Protocol):
    """The answer of a task that is none of ours."""

    def as_json(self) -> Any:
        """What stands in the enriched record: anything that JSON can spell."""
        ...


TaskResult = Classification | Summary | Extraction | CustomResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one input record became: the outputs to send, in order, and how it went.

    `error` is set for a dead letter; `results` holds each task's answer by name; `enriched` is the enriched record;
    `suppressed` says, for each alert that was due and is not sent, why.
    """

    record: Record
    pipeline: str
    outputs: tuple[Output, ...]
    status: Status | Literal["dead_letter"]
    results: Mapping[str, TaskResult] = field(default_factory=dict)
    enriched: Mapping[str, Any] | None = None
    error: Exception | None = None
    suppressed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """One string to read: as it stands at `pointer` of the input, or rendered from several `fields` (pointer "")."""

    text: str
    pointer: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A piece of a text part: `text` is `part.text[start:end]`."""

    part: TextPart
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where the sentence stands in the input."""
        if self.part.fields:
            return Span(pointer="", start=0, end=0, fields=self.part.fields)
        return Span(pointer=self.part.pointer, start=self.start, end=self.end)
