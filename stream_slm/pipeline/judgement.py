"""What an alert rule makes of one record: it fires, or is clear; or the record takes back what was said before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.types import Classification, Summary, TaskResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A rule's verdict on a record, and what it rests on: `labels` are the rule's own, best first."""

    rule: AlertRule
    verdict: Literal["fires", "clear", "withdrawn"]
    score: float = 0.0
    labels: tuple[tuple[str, float], ...] = ()
    model: str | None = None
    text: str | None = None

    @property
    def label(self) -> str:
        """The most probable of the rule's labels."""
        return self.labels[0][0]

    @property
    def urgency(self) -> str:
        """CAP's urgency, which may depend on the label."""
        urgency = self.rule.urgency
        return urgency if isinstance(urgency, str) else urgency.get(self.label, "Unknown")


def judgements(
    spec: PipelineSpec, results: Mapping[str, TaskResult], *, supported: bool, withdrawn: bool
) -> tuple[Judgement, ...]:
    """One for each rule that can judge the record; a foreign language or an unfamiliar text is judged by none."""
    if withdrawn:
        return tuple(Judgement(rule=rule, verdict="withdrawn") for rule in spec.alerts)
    return tuple(_judged(spec, results)) if supported else ()


def _judged(spec: PipelineSpec, results: Mapping[str, TaskResult]) -> Iterator[Judgement]:
    for rule in spec.alerts:
        result = results.get(rule.task)
        if isinstance(result, Classification) and result.familiar:
            score = result.probability(frozenset(rule.labels))
            fires = score >= rule.threshold
            yield Judgement(
                rule=rule,
                verdict="fires" if fires else "clear",
                score=min(score, 1.0),
                labels=tuple((label, each) for label, each in result.labels if label in rule.labels),
                model=result.model,
                text=_summary_of(results) if fires and rule.include_text else None,
            )


def _summary_of(results: Mapping[str, TaskResult]) -> str | None:
    return next((result.text for result in results.values() if isinstance(result, Summary)), None)
