"""The classification task: calibrated labels, thresholds, and the sentences that decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.head import LinearHead
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Classification, Evidence


@dataclass(frozen=True, slots=True)
class Classify:
    """Ask for one label of a head's set.

    Attributes:
        name: the task's name in the results, and the head's name in the bundle.
        threshold: accept a label from this score on; None: the head's own thresholds.
        max_evidence: sentences reported, most telling first.
    """

    name: str
    threshold: float | None = None
    max_evidence: int = 5

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ConfigurationError(f"task {self.name}: threshold must be between 0 and 1")
        if self.max_evidence < 0:
            raise ConfigurationError(f"task {self.name}: max_evidence must not be negative")


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A classification bound to its head."""

    task: Classify
    head: LinearHead
    model: str

    def classify(self, text: EncodedText) -> tuple[Classification, Floats]:
        """The labels of a text, and (n,) each sentence's share of the best label's logit."""
        shares = self.head.shares(text)
        scores = self.head.probabilities(shares)
        order = np.argsort(-scores, kind="stable")
        best = int(order[0])
        ranked: list[float] = scores[order].tolist()
        score = ranked[0]
        familiar = self.head.familiar(text)
        threshold = self.head.thresholds[best] if self.task.threshold is None else self.task.threshold
        classification = Classification(
            label=self.head.labels[best],
            score=score,
            threshold=threshold,
            accepted=score >= threshold and familiar and text.language.supported,
            labels=tuple((self.head.labels[i], each) for i, each in zip(order.tolist(), ranked, strict=True)),
            evidence=self._evidence(text, shares[:, best]),
            model=self.model,
            familiar=familiar,
        )
        return classification, shares[:, best]

    def _evidence(self, text: EncodedText, shares: Floats) -> tuple[Evidence, ...]:
        telling = np.argsort(-shares, kind="stable")[: self.task.max_evidence]
        return tuple(Evidence(span=text.sentences[i].span, share=float(shares[i])) for i in telling)
