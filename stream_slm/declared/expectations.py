"""Expectations of a pipeline: what a payload should become, and what it became instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stream_slm.errors import StreamSLMError
from stream_slm.types import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A payload, and what it should become; None and empty fields are not looked at."""

    name: str
    payload: Mapping[str, Any]
    status: str | None = None
    code: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, bool] = field(default_factory=dict)
    alerts: frozenset[str] | None = None
    summary_contains: tuple[str, ...] = ()

    def differences(self, outcome: Outcome) -> list[str]:
        """What is not as expected, one a line; none where all is."""
        return list(self._differences(outcome))

    def _differences(self, outcome: Outcome) -> Iterator[str]:
        if self.status is not None and outcome.status != self.status:
            yield f"status: {outcome.status}, not {self.status}"
        code = outcome.error.code if isinstance(outcome.error, StreamSLMError) else None
        if code != self.code and (self.code is not None or self.status != "dead_letter"):
            yield f"dead letter: {code or 'none'}, not {self.code or 'none'}"
        if outcome.enriched is None:
            return
        results = outcome.enriched["results"]
        for task, label in self.labels.items():
            found = results.get(task, {})
            if found.get("label") != label:
                yield f"{task}: {found.get('label')} ({found.get('score', 0):.2f}), not {label}"
        for task, accepted in self.accepted.items():
            found = results.get(task, {})
            if found.get("accepted") is not accepted:
                score = f"{found.get('score', 0):.2f} against {found.get('threshold', 0):.2f}"
                yield f"{task}: {'not ' * accepted}accepted ({score})"
        fired = frozenset(each["rule"] for each in outcome.enriched["alerts"])
        if self.alerts is not None and fired != self.alerts:
            yield f"alerts: {_names(fired)}, not {_names(self.alerts)}"
        summaries = " ".join(each["text"] for each in results.values() if each.get("task") == "summarization")
        for words in self.summary_contains:
            if words.casefold() not in summaries.casefold():
                yield f"summary: lacks {words!r}"


def _names(rules: frozenset[str]) -> str:
    return ", ".join(sorted(rules)) or "none"
