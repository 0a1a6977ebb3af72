"""The classification task: labels with scores, thresholds, and the sentences that decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from stream_slm.engine.language_model import Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.tasks.entry import scores_of
from stream_slm.tasks.head import LinearHead, OpaqueHead
from stream_slm.tasks.occlusion import Occluded, sentence_shares, unit_shares
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Classification, Evidence, EvidenceMethod, Sentence


@dataclass(frozen=True, slots=True)
class Classify:
    """Ask for one label of a set, or for all that apply.

    Attributes:
        name: the task's name in the results, and the head's name in the bundle unless `labels` are given.
        threshold: accept a label from this score on, one for all or by label; None: the head's own thresholds.
        max_evidence: sentences reported, most telling first.
        labels: a description for each label: no head is needed, the text is judged by the descriptions.
        by: how described labels are judged: "similarity" of vectors, or "scoring": the probability that a language
            model gives to each label as the answer, which never leaves the label set.
        bundle: the language model of `by="scoring"`, by the name of its bundle.
        prompt: what that model is asked in place of our own question; an `Instruction` is taken as it is, and names
            the labels itself (where `multi_label`, by {label} and {description} after the text).
        multi_label: with `labels`: each is judged by itself, and any number may apply. A head knows by itself.
        evidence: "occlusion": where the head is not linear, leave each sentence out and see what it did. A linear
            head's evidence is exact and costs nothing.
    """

    name: str
    threshold: float | Mapping[str, float] | None = None
    max_evidence: int = 5
    labels: Mapping[str, str] | None = None
    multi_label: bool = False
    evidence: Literal["occlusion"] | None = None
    by: Literal["similarity", "scoring"] = "similarity"
    bundle: str | None = None
    prompt: str | Instruction | None = None

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
        if self.labels is not None and not isinstance(self.labels, Mapping):
            raise ConfigurationError(f"task {self.name}: labels must map each label to its description")
        if self.labels is not None and not (self.labels and all(name.strip() for name in self.labels)):
            raise ConfigurationError(f"task {self.name}: labels must name at least one label, none of them blank")
        self._check_way()

    def _check_way(self) -> None:
        if self.by not in ("similarity", "scoring"):
            raise ConfigurationError(f"task {self.name}: by must be 'similarity' or 'scoring'")
        if self.by == "scoring" and not (self.labels and self.bundle):
            raise ConfigurationError(
                f"task {self.name}: by='scoring' needs labels={{label: description}} and the bundle of a language model"
            )
        if self.by != "scoring" and (self.bundle is not None or self.prompt is not None):
            raise ConfigurationError(f"task {self.name}: bundle and prompt go with by='scoring'")


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
        object.__setattr__(self, "thresholds", thresholds_of(self.task, self.head.labels, self.head.thresholds))

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
        familiar = head.familiar(text)
        decided = decide(logits, self.thresholds, head.multi_label, acceptable=familiar and text.language.supported)
        best = decided.best
        if every is not None:
            sentences, shares = text.sentences, every[:, best]
        else:
            sentences, shares = self._occlusion(text, occluded, logits, best)
        classification = classification_of(
            decided,
            head.labels,
            self.thresholds,
            evidence=strongest(sentences, shares, self.task.max_evidence),
            model=self.model,
            familiar=familiar,
            multi_label=head.multi_label,
            calibrated=head.calibrated,
            evidence_method="shares" if every is not None else "occlusion",
        )
        salience = shares if sentences is text.sentences else np.zeros(len(text.sentences), np.float32)
        return classification, salience

    def _occlusion(
        self, text: EncodedText, occluded: Occluded | None, logits: Floats, best: int
    ) -> tuple[tuple[Sentence, ...], Floats]:
        """The sentences that were left out and what each did; none unless the task asks."""
        if self.task.evidence != "occlusion" or isinstance(self.head, LinearHead):
            return (), np.empty(0, np.float32)
        if occluded is None:
            return text.sentences, unit_shares(self.head, text, logits, best)
        return occluded.sentences, sentence_shares(self.head, occluded, logits, best)


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


def thresholds_of(task: Classify, labels: Sequence[str], own: Sequence[float]) -> tuple[float, ...]:
    """(L,), the task's thresholds, and its labels' own where it gives none.

    Raises:
        ConfigurationError: it gives one for a label that is none.
    """
    if task.threshold is None:
        return tuple(own)
    if not isinstance(task.threshold, Mapping):
        return (task.threshold,) * len(labels)
    if unknown := task.threshold.keys() - set(labels):
        raise ConfigurationError(
            f"task {task.name}: a threshold is given for {min(unknown)!r}; its labels are {', '.join(labels)}"
        )
    return tuple(task.threshold.get(label, each) for label, each in zip(labels, own, strict=True))
