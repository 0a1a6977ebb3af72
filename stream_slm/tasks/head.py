"""Heads, which turn an encoded text into logits of labels; the linear one, whose logit is a sum over sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from stream_slm.errors import BundleError
from stream_slm.tasks.entry import HeadFile, read_head, scores_of
from stream_slm.tasks.ngrams import BUCKETS
from stream_slm.tasks.published import published
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.tasks.zero_shot import zero_shot


class Head(Protocol):
    """What a classification needs of a head."""

    @property
    def labels(self) -> tuple[str, ...]:
        """L names."""
        ...

    @property
    def thresholds(self) -> tuple[float, ...]:
        """(L,), the score from which a label is accepted."""
        ...

    @property
    def multi_label(self) -> bool:
        """Whether each label is judged by itself; else one of them is right."""
        ...

    @property
    def calibrated(self) -> bool:
        """Whether its scores were fitted to be probabilities."""
        ...

    @property
    def dimension(self) -> int:
        """Of the vectors it reads."""
        ...

    def logits(self, text: EncodedText) -> Floats:
        """(L,), whose softmax (or sigmoid, where multi-label) are the scores."""
        ...

    def familiar(self, text: EncodedText) -> bool:
        """Whether the text is like those the head was fitted on."""
        ...


class OpaqueHead(Head, Protocol):
    """A head whose logit is no sum over sentences: only leaving one out shows what it did."""

    def logits_without_each(self, text: EncodedText) -> Floats:
        """(n, L), of the text without each of its units."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearHead:
    """Weights over the text's mean vector and its hashed n-grams; calibration is folded into them.

    Attributes:
        labels: L names.
        encoder_weights: (d, L).
        ngram_weights: (buckets, L).
        bias: (L,).
        thresholds: (L,), the score from which a label is accepted.
        centres: (k, d) unit vectors, the kinds of text the head was fitted on; empty: any text is familiar.
        familiar_from: the least cosine of a text to its nearest centre; below it a score means nothing.
    """

    labels: tuple[str, ...]
    encoder_weights: Floats
    ngram_weights: Floats
    bias: Floats
    thresholds: tuple[float, ...]
    centres: Floats = field(default_factory=lambda: np.empty((0, 0), np.float32))
    familiar_from: float = -1.0
    multi_label: bool = False
    calibrated: bool = True

    @property
    def dimension(self) -> int:
        """Of the vectors it reads."""
        return len(self.encoder_weights)

    def familiar(self, text: EncodedText) -> bool:
        """Whether the text is like those the head was fitted on: far from them a linear head is sure, and wrong."""
        if not len(self.centres):
            return True
        nearest = float((self.centres @ text.mean).max())
        return nearest >= self.familiar_from * float(np.sqrt(text.mean @ text.mean))

    def shares(self, text: EncodedText) -> Floats:
        """(n, L): what each sentence adds to each label's logit; their sum plus the bias is the logit."""
        shares = (text.vectors * text.weights[:, None]) @ self.encoder_weights
        total = int(text.bucket_counts.sum())
        if total:
            filled = np.flatnonzero(text.bucket_counts)
            starts = np.concatenate(([0], np.cumsum(text.bucket_counts[filled])[:-1]))
            sums = np.add.reduceat(self.ngram_weights[text.buckets], starts, axis=0)
            # One scale for the whole text keeps the sum over sentences exact and long texts comparable.
            shares[filled] += sums / np.float32(np.sqrt(total))
        return np.asarray(shares, dtype=np.float32)

    def logits(self, text: EncodedText) -> Floats:
        """(L,), of the whole text."""
        return self.logits_of(self.shares(text))

    def logits_of(self, shares: Floats) -> Floats:
        """(L,), from a text's shares."""
        logits: Floats = shares.sum(axis=0) + self.bias
        return logits

    def probabilities(self, shares: Floats) -> Floats:
        """(L,): calibrated scores from a text's shares."""
        return scores_of(self.logits_of(shares), multi_label=self.multi_label)


def load(folder: Path, entry: Mapping[str, Any]) -> LinearHead | OpaqueHead:
    """Read a head as a bundle's manifest describes it; one that names no kind is linear.

    Raises:
        BundleError: the kind is unknown, or the file does not hold what the manifest says.
    """
    kind = entry.get("kind", "linear")
    if kind not in _KINDS:
        raise BundleError(
            f"head {folder / str(entry.get('path'))}: {kind!r} is no kind of head; {', '.join(_KINDS)} are"
        )
    return _KINDS[kind](read_head(folder, entry))


def linear(head: HeadFile) -> LinearHead:
    """Read the weights `encoder`, `ngrams`, `bias`, and the `centres` where there are any.

    Raises:
        BundleError: they do not fit the labels.
    """
    try:
        encoder, ngram, bias = (head.arrays[name] for name in ("encoder", "ngrams", "bias"))
        centres = head.arrays["centres"] if "centres" in head.arrays else encoder[:0].T[:0]
        familiar_from = float(head.entry.get("familiar_from", -1.0))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise head.refused(f"cannot be read ({type(error).__name__})") from None
    count = len(head.labels)
    if ngram.shape != (BUCKETS, count) or encoder.shape[1:] != (count,) or bias.shape != (count,):
        raise head.refused(f"its arrays do not fit {count} labels and {BUCKETS} n-gram buckets")
    if len(centres) and centres.shape[1:] != encoder.shape[:1]:
        raise head.refused("its centres have another dimension than its weights")
    return LinearHead(
        labels=head.labels,
        encoder_weights=encoder,
        ngram_weights=ngram,
        bias=bias,
        thresholds=head.thresholds,
        centres=centres,
        familiar_from=familiar_from,
        multi_label=head.multi_label,
        calibrated=head.calibrated,
    )


_KINDS: dict[str, Callable[[HeadFile], LinearHead | OpaqueHead]] = {
    "linear": linear,
    "published": published,
    "zero_shot": zero_shot,
}
