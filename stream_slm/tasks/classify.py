"""The classification task: labels with scores, thresholds, and the sentences that decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from stream_slm.engine.language_model import Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.tasks.decision import classification_of, decide, strongest
from stream_slm.tasks.head import LinearHead, OpaqueHead
from stream_slm.tasks.occlusion import Occluded, sentence_shares, unit_shares
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Classification, Sentence


@dataclass(frozen=True, slots=True)
class Classify:
    """Ask for one label of a set, or for all that apply.

    Attributes:
        name: the task's name in the results, and the head's name in the bundle unless `labels` are given.
        threshold: accept a label from this score on, one for all or by label; None: the head's own thresholds.
        max_evidence: sentences reported, most telling first.
        labels: a description for each label: no head is needed, the text is judged by the descriptions.
        multi_label: with `labels`: each is judged by itself, and any number may apply. A head knows by itself.
        evidence: "occlusion": where the head is not linear, leave each sentence out and see what it did. A linear
            head's evidence is exact and costs nothing.
        by: with `labels`: "similarity" of text and description; "entailment" of a statement about each label, which
            needs a bundle with a published head for natural language inference, and an encoder pass for each label;
            or "scoring": the probability that a language model gives to each label as the answer.
        hypothesis: the statement, where it goes by entailment: `{}` stands for the description of a label; None:
            "This text is about {}."
        bundle: the language model, where it goes by scoring, by the name of its bundle.
        prompt: what that model is asked in place of our own question; an `Instruction` is taken as it is, and names
            the labels itself (where `multi_label`, by {label} and {description} after the text).
    """

    name: str
    threshold: float | Mapping[str, float] | None = None
    max_evidence: int = 5
    labels: Mapping[str, str] | None = None
    multi_label: bool = False
    evidence: Literal["occlusion"] | None = None
    by: Literal["similarity", "entailment", "scoring"] = "similarity"
    hypothesis: str | None = None
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
        ways = ("similarity", "entailment", "scoring")
        if self.by not in ways:
            raise ConfigurationError(f"task {self.name}: by must be one of {', '.join(ways)}, not {self.by!r}")
        if self.labels is None and self.by != "similarity":
            raise ConfigurationError(f"task {self.name}: by={self.by!r} goes with labels={{label: description}}")
        if self.hypothesis is not None and (self.by != "entailment" or self.hypothesis.count("{}") != 1):
            raise ConfigurationError(f"task {self.name}: hypothesis goes with by='entailment' and holds '{{}}' once")
        if self.by == "scoring" and not self.bundle:
            raise ConfigurationError(f"task {self.name}: by='scoring' needs bundle, the name of a language model's")
        if self.by != "scoring" and (self.bundle is not None or self.prompt is not None):
            raise ConfigurationError(f"task {self.name}: bundle and prompt go with by='scoring'")
        several = self.multi_label and len(self.labels or ()) > 1
        if several and isinstance(self.prompt, Instruction) and not _names_a_label(self.prompt):
            raise ConfigurationError(
                f"task {self.name}: the same question about every label has one answer; with multi_label, "
                "prompt.after needs {label} or {description}"
            )


def _names_a_label(prompt: Instruction) -> bool:
    return "{label}" in prompt.after or "{description}" in prompt.after


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
