"""The classification task: labels with scores, thresholds, and the sentences that decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.entry import scores_of
from stream_slm.tasks.head import LinearHead, OpaqueHead
from stream_slm.tasks.occlusion import Occluded, sentence_shares, unit_shares
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Classification, Evidence, Sentence


@dataclass(frozen=True, slots=True)
class Classify:
    """Ask for one label of a set, or for all that apply.

    Attributes:
        name: the task's name in the results, and the head's name in the bundle unless `labels` are given.
        threshold: accept a label from this score on, one for all or by label; None: the head's own thresholds.
        max_evidence: sentences reported, most telling first.
        labels: a description for each label: no head is needed, the text is compared with the descriptions.
        multi_label: with `labels`: each is judged by itself, and any number may apply. A head knows by itself.
        evidence: "occlusion": where the head is not linear, leave each sentence out and see what it did. A linear
            head's evidence is exact and costs nothing.
        by: with `labels`: "similarity" of text and description, or "entailment" of a statement about each label, which
            needs a bundle with a published head for natural language inference, and an encoder pass for each label.
        hypothesis: the statement, where it goes by entailment: `{}` stands for the description of a label; None:
            "This text is about {}."
    """

    name: str
    threshold: float | Mapping[str, float] | None = None
    max_evidence: int = 5
    labels: Mapping[str, str] | None = None
    multi_label: bool = False
    evidence: Literal["occlusion"] | None = None
    by: Literal["similarity", "entailment"] = "similarity"
    hypothesis: str | None = None

    def __post_init__(self) -> None:
        given = self.threshold.values() if isinstance(self.threshold, Mapping) else [self.threshold or 0.0]
        if not all(0 <= each <= 1 for each in given):
            raise ConfigurationError(f"task {self.name}: threshold must be between 0 and 1")
        if self.max_evidence < 0:
            raise ConfigurationError(f"task {self.name}: max_evidence must not be negative")
        if self.evidence not in (None, "occlusion"):
            raise ConfigurationError(f"task {self.name}: evidence must be 'occlusion' or None")
        if self.labels is None and self.multi_label:
            raise ConfigurationError(f"task {self.name}: multi_label goes with labels; a head knows by itself")
        if self.by not in ("similarity", "entailment"):
            raise ConfigurationError(f"task {self.name}: by must be 'similarity' or 'entailment', not {self.by!r}")
        if self.labels is None and self.by == "entailment":
            raise ConfigurationError(f"task {self.name}: by='entailment' goes with labels={{label: description}}")
        if self.hypothesis is not None and (self.by != "entailment" or self.hypothesis.count("{}") != 1):
            raise ConfigurationError(f"task {self.name}: hypothesis goes with by='entailment' and holds '{{}}' once")
        if self.labels is not None and not isinstance(self.labels, Mapping):
            raise ConfigurationError(f"task {self.name}: labels must map each label to its description")
        if self.labels is not None and not (self.labels and all(name.strip() for name in self.labels)):
            raise ConfigurationError(f"task {self.name}: labels must name at least one label, none of them blank")


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A classification bound to its head.

    Raises:
        ConfigurationError: a threshold is given for a label that the head does not know.
    """

    task: Classify
    head: LinearHead | OpaqueHead
    model: str
    thresholds: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "thresholds", _thresholds(self.task, self.head))

    @property
    def occludes(self) -> bool:
        """Whether it wants sentences left out."""
        return self.task.evidence == "occlusion" and not isinstance(self.head, LinearHead)

    def classify(self, text: EncodedText, occluded: Occluded | None = None) -> tuple[Classification, Floats]:
        """The labels of a text, and (n,) each unit's share of the best label's logit; zeros where none is known.

        `occluded` is the text without each of its sentences, for a task that `occludes` a text that was read whole.
        """
        head = self.head
        every: Floats | None = None
        if isinstance(head, LinearHead):
            every = head.shares(text)
            logits = head.logits_of(every)
        else:
            logits = head.logits(text)
        scores = scores_of(logits, multi_label=head.multi_label)
        order = np.argsort(-scores, kind="stable")
        ranked: list[float] = scores[order].tolist()
        labels = order.tolist()
        familiar = head.familiar(text)
        accepted = self._accepted(labels, ranked) if familiar and text.language.supported else []
        best = accepted[0] if accepted else labels[0]
        if every is not None:
            sentences, shares = text.sentences, every[:, best]
        else:
            sentences, shares = self._occlusion(text, occluded, logits, best)
        classification = Classification(
            label=head.labels[best],
            score=ranked[labels.index(best)],
            threshold=self.thresholds[best],
            accepted=bool(accepted),
            labels=tuple(zip([head.labels[i] for i in labels], ranked, strict=True)),
            evidence=self._evidence(sentences, shares),
            model=self.model,
            familiar=familiar,
            multi_label=head.multi_label,
            accepted_labels=tuple([head.labels[i] for i in accepted]),
            calibrated=head.calibrated,
            evidence_method="shares" if every is not None else "occlusion",
        )
        salience = shares if sentences is text.sentences else np.zeros(len(text.sentences), np.float32)
        return classification, salience

    def _accepted(self, labels: Sequence[int], scores: Sequence[float]) -> list[int]:
        """Labels that reach their thresholds, best first; where one label is right, the best or none."""
        if not self.head.multi_label:
            return [labels[0]] if scores[0] >= self.thresholds[labels[0]] else []
        return [label for label, score in zip(labels, scores, strict=True) if score >= self.thresholds[label]]

    def _occlusion(
        self, text: EncodedText, occluded: Occluded | None, logits: Floats, best: int
    ) -> tuple[tuple[Sentence, ...], Floats]:
        """The sentences that were left out and what each did; none unless the task asks."""
        if self.task.evidence != "occlusion" or isinstance(self.head, LinearHead):
            return (), np.empty(0, np.float32)
        if occluded is None:
            return text.sentences, unit_shares(self.head, text, logits, best)
        return occluded.sentences, sentence_shares(self.head, occluded, logits, best)

    def _evidence(self, sentences: Sequence[Sentence], shares: Floats) -> tuple[Evidence, ...]:
        telling = np.argsort(-shares, kind="stable")[: self.task.max_evidence]
        return tuple(Evidence(span=sentences[i].span, share=float(shares[i])) for i in telling)


def _thresholds(task: Classify, head: LinearHead | OpaqueHead) -> tuple[float, ...]:
    if task.threshold is None:
        return head.thresholds
    if not isinstance(task.threshold, Mapping):
        return (task.threshold,) * len(head.labels)
    if unknown := task.threshold.keys() - set(head.labels):
        raise ConfigurationError(
            f"task {task.name}: a threshold is given for {min(unknown)!r}; its labels are {', '.join(head.labels)}"
        )
    return tuple(task.threshold.get(label, own) for label, own in zip(head.labels, head.thresholds, strict=True))
