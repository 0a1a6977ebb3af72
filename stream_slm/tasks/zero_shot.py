"""A zero-shot head: labels known by a description alone, and a text by its closeness to each description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stream_slm.tasks.entry import HeadFile
from stream_slm.tasks.text import EncodedText, Floats

#: Of the default encoder, where labels are described and nothing was fitted; see docs/classify.md for what each gives.
TEMPERATURE = 0.05
THRESHOLD = 0.7
OFFSET = 0.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZeroShotHead:
    """Vectors of L labels; a label's logit is `(cosine - offset) / temperature`.

    Attributes:
        vectors: (L, d) unit vectors.
        temperature: how much closer is how much surer.
        offset: the cosine from which a label of a multi-label set is more likely than not; no part in a single label.
    """

    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    vectors: Floats
    temperature: float
    offset: float = 0.0
    multi_label: bool = False
    calibrated: bool = False

    @property
    def dimension(self) -> int:
        """Of the vectors it reads."""
        return int(self.vectors.shape[1])

    def familiar(self, _text: EncodedText) -> bool:
        """It was fitted on no text: any passes."""
        return True

    def logits(self, text: EncodedText) -> Floats:
        """(L,), of the whole text."""
        return self._logits(text.mean)

    def logits_without_each(self, text: EncodedText) -> Floats:
        """(n, L), of the text without each of its units; nothing is as close to a label as chance has it: cosine 0."""
        if len(text.token_counts) == 1:
            return self._logits(np.zeros_like(text.vectors))
        weighted = text.weights[:, None] * text.vectors
        return self._logits(weighted.sum(axis=0) - weighted)  # their length plays no part

    def _logits(self, means: Floats) -> Floats:
        lengths = np.maximum(np.linalg.norm(means, axis=-1, keepdims=True), 1e-9)
        return np.asarray((means / lengths @ self.vectors.T - self.offset) / self.temperature, dtype=np.float32)


def zero_shot(head: HeadFile) -> ZeroShotHead:
    """Read the vectors of the labels.

    Raises:
        BundleError: there are not as many as labels, one is zero, or the temperature is none.
    """
    vectors = head.arrays.get("vectors")
    if vectors is None or vectors.ndim != 2 or len(vectors) != len(head.labels):
        raise head.refused(f"it must hold vectors of {len(head.labels)} labels")
    numbers = [head.entry.get(name, default) for name, default in (("temperature", None), ("offset", 0.0))]
    if not all(isinstance(each, (int, float)) for each in numbers) or not numbers[0] > 0:
        raise head.refused("its temperature must be a number above 0, its offset a number")
    if not np.linalg.norm(vectors, axis=1).all():
        raise head.refused("a label has no vector")
    return ZeroShotHead(
        labels=head.labels,
        thresholds=head.thresholds,
        vectors=unit(vectors),
        temperature=float(numbers[0]),
        offset=float(numbers[1]),
        multi_label=head.multi_label,
        calibrated=head.calibrated,
    )


def described(labels: Mapping[str, str]) -> list[str]:
    """What stands for each label: its name in words, and its description."""
    return [f"{in_words(name)}: {text}" if text.strip() else in_words(name) for name, text in labels.items()]


def unit(vectors: Floats) -> Floats:
    """The same vectors at length one."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def in_words(name: str) -> str:
    """A label's name as prose spells it: `urology_nephrology` is two words, and MAJOR is no acronym."""
    spaced = name.replace("_", " ").replace("-", " ").strip()
    return spaced.lower() if spaced.isupper() else spaced
