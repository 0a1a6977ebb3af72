"""An entailment head: labels known by a statement each, and a text by how far it bears each statement out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stream_slm.tasks.published import PublishedHead
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.tasks.zero_shot import in_words

#: The statement about each label where a task gives none; `{}` stands for the label's description.
TEMPLATE = "This text is about {}."
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntailmentHead:
    """A published head for natural language inference, which reads a text and a statement in one chunk.

    Of a text of several units each label is judged by the unit that bears its statement out most surely, entailment
    against all else: a text is about what any part of it is about, and a mean would drown that in the others.

    Attributes:
        statements: (L,), one for each label, as `EncodedText.pairs` names them.
        nli: of C outputs.
        entails: which output says that the statement follows.
        against: which outputs stand against it where each label is judged by itself.
    """

    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    statements: tuple[str, ...]
    nli: PublishedHead
    entails: int
    against: tuple[int, ...]
    multi_label: bool = False
    calibrated: bool = False

    @property
    def dimension(self) -> int:
        """Of the vectors it reads."""
        return self.nli.dimension

    def familiar(self, _text: EncodedText) -> bool:
        """Nothing is known of the texts it was fitted on: any text passes."""
        return True

    def logits(self, text: EncodedText) -> Floats:
        """(L,): of the softmax the entailment's own logits, as is usual; else entailment against contradiction."""
        sureness, logits = self._of_units(text)
        return np.asarray(logits[sureness.argmax(axis=0), np.arange(len(self.labels))], dtype=np.float32)

    def logits_without_each(self, text: EncodedText) -> Floats:
        """(n, L), of the text without each of its units; zeros where nothing is left."""
        sureness, logits = self._of_units(text)
        if len(logits) == 1:
            return np.zeros_like(logits)
        others = np.where(np.eye(len(logits), dtype=bool)[:, :, None], -np.inf, sureness[None])
        return np.asarray(logits[others.argmax(axis=1), np.arange(len(self.labels))], dtype=np.float32)

    def _of_units(self, text: EncodedText) -> tuple[Floats, Floats]:
        """(n, L) each: how sure each unit makes each statement, and its logit."""
        outputs = np.stack([self.nli.unit_logits(text.pairs[each]) for each in self.statements], axis=1)
        entails = outputs[:, :, self.entails]
        sureness = entails - _total(np.delete(outputs, self.entails, axis=2))
        return sureness, entails - _total(outputs[:, :, list(self.against)]) if self.multi_label else entails


def outputs_of(labels: Sequence[str]) -> tuple[int, tuple[int, ...]] | None:
    """Which output of a head entails, and which stand against it; None for labels that are none of inference.

    Where none is called contradiction (entailment or not), all others stand against it.
    """
    names = [label.lower() for label in labels]
    entailing = [index for index, name in enumerate(names) if name.startswith("entail")]
    if len(entailing) != 1 or len(labels) < 2:
        return None
    contradicting = tuple(index for index, name in enumerate(names) if name.startswith("contra"))
    return entailing[0], contradicting or tuple(index for index in range(len(names)) if index != entailing[0])


def entailment_head(
    labels: Mapping[str, str], template: str | None, nli: PublishedHead, *, multi_label: bool
) -> EntailmentHead:
    """Judge described labels by a head of which `outputs_of` knows the labels.

    A label's statement is the template about its description, or about its name in words where it has none.
    """
    outputs = outputs_of(nli.labels)
    assert outputs is not None, "it is a head for natural language inference"
    template = template or TEMPLATE
    return EntailmentHead(
        labels=tuple(labels),
        thresholds=(THRESHOLD,) * len(labels),
        statements=tuple(template.replace("{}", text.strip() or in_words(name)) for name, text in labels.items()),
        nli=nli,
        entails=outputs[0],
        against=outputs[1],
        multi_label=multi_label,
    )


def _total(logits: Floats) -> Floats:
    """The logarithm of the summed exponents over the last axis."""
    highest = logits.max(axis=-1)
    return np.asarray(highest + np.log(np.exp(logits - highest[..., None]).sum(axis=-1)), dtype=np.float32)
