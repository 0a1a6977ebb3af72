"""Adds up what shadow topics hold: agreement by pipeline, task and pair of bundles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stream_slm.learning.measures import wilson

#: Pipeline, task, digest of the bundle in use, digest of the candidate.
Pair = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often a candidate said the same; `differs` counts what was said where it did not: (in use, candidate)."""

    pipeline: str
    task: str
    serving: str
    candidate: str
    compared: int
    agreed: int
    differs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Of the compared records, those in which both agree."""
        return self.agreed / self.compared

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that share."""
        return wilson(self.agreed, self.compared)

    def as_json(self) -> dict[str, Any]:
        """One JSON object."""
        return {
            "pipeline": self.pipeline,
            "task": self.task,
            "serving": self.serving,
            "candidate": self.candidate,
            "compared": self.compared,
            "agreed": self.agreed,
            "share": round(self.share, 6),
            "interval": [round(bound, 6) for bound in self.interval],
            "differs": [
                {"serving": said, "candidate": says, "records": count}
                for (said, says), count in self.differs.most_common()
            ],
        }


class Tallies:
    """What was read so far; `skipped` counts records that are of no shadow."""

    def __init__(self) -> None:
        self.skipped = 0
        self._compared: Counter[Pair] = Counter()
        self._agreed: Counter[Pair] = Counter()
        #: By record, so that one that was read again after a restart counts once.
        self._differs: dict[Pair, dict[str, tuple[str, str]]] = {}

    def add(self, value: Any) -> None:
        """Take a record's value in."""
        try:
            self._add(value)
        except (KeyError, TypeError, ValueError):
            self.skipped += 1

    def agreements(self) -> list[Agreement]:
        """What was compared, by pipeline and task."""
        return [
            Agreement(
                pipeline=pair[0],
                task=pair[1],
                serving=pair[2],
                candidate=pair[3],
                compared=compared,
                agreed=self._agreed[pair],
                differs=Counter(self._differs.get(pair, {}).values()),
            )
            for pair, compared in sorted(self._compared.items())
        ]

    def _add(self, value: Mapping[str, Any]) -> None:
        serving, candidate = value["serving"], value["candidate"]
        pair = (str(value["pipeline"]), str(value["task"]), str(serving["digest"]), str(candidate["digest"]))
        if value["kind"] == "tally":
            compared, agreed = int(value["compared"]), int(value["agreed"])
            if not 0 <= agreed <= compared or not compared:
                raise ValueError("a tally that cannot be")
            self._compared[pair] += compared
            self._agreed[pair] += agreed
        elif value["kind"] == "disagreement":
            self._differs.setdefault(pair, {})[str(value["record_id"])] = (_said(serving), _said(candidate))
        else:
            raise ValueError("of no kind of ours")


def _said(bundle: Mapping[str, Any]) -> str:
    accepted = bundle.get("accepted_labels")
    return str(bundle["label"]) if accepted is None else ", ".join(accepted) or "none"
