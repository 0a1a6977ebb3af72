"""From logits to a classification: ranks, scores, what is accepted, and the sentences that decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stream_slm.tasks.entry import scores_of
from stream_slm.tasks.text import Floats
from stream_slm.types import Classification, Evidence, EvidenceMethod, Sentence


@dataclass(frozen=True, slots=True)
class Decision:
    """What logits say of L labels: places and scores, best first; which are accepted; which one is told."""

    order: tuple[int, ...]
    scores: tuple[float, ...]
    accepted: tuple[int, ...]

    @property
    def best(self) -> int:
        """The best accepted label, else the best of all."""
        return (self.accepted or self.order)[0]


def decide(logits: Floats, thresholds: Sequence[float], multi_label: bool, *, acceptable: bool) -> Decision:
    """Rank labels; where one label is right, the best or none is accepted, else all that reach their thresholds."""
    scores = scores_of(logits, multi_label=multi_label)
    order = np.argsort(-scores, kind="stable")
    ranked: list[float] = scores[order].tolist()
    labels: list[int] = order.tolist()
    reached = [label for label, score in zip(labels, ranked, strict=True) if score >= thresholds[label]]
    if not multi_label:
        reached = [label for label in reached if label == labels[0]]
    return Decision(tuple(labels), tuple(ranked), tuple(reached if acceptable else ()))


def classification_of(
    decided: Decision,
    labels: Sequence[str],
    thresholds: Sequence[float],
    *,
    evidence: tuple[Evidence, ...],
    model: str,
    multi_label: bool,
    calibrated: bool,
    evidence_method: EvidenceMethod,
    familiar: bool = True,
    seconds: float | None = None,
) -> Classification:
    """A decision with the names of its labels."""
    best = decided.best
    return Classification(
        label=labels[best],
        score=decided.scores[decided.order.index(best)],
        threshold=thresholds[best],
        accepted=bool(decided.accepted),
        labels=tuple(zip([labels[i] for i in decided.order], decided.scores, strict=True)),
        evidence=evidence,
        model=model,
        familiar=familiar,
        multi_label=multi_label,
        accepted_labels=tuple([labels[i] for i in decided.accepted]),
        calibrated=calibrated,
        evidence_method=evidence_method,
        seconds=seconds,
    )


def strongest(sentences: Sequence[Sentence], shares: Floats, most: int) -> tuple[Evidence, ...]:
    """The sentences with the largest shares, the first first."""
    telling = np.argsort(-shares, kind="stable")[:most]
    return tuple(Evidence(span=sentences[i].span, share=float(shares[i])) for i in telling)
