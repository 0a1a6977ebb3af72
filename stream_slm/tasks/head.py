"""A linear head over the text's mean vector and its hashed n-grams, whose logit is a sum over sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from stream_slm.errors import BundleError
from stream_slm.tasks.ngrams import BUCKETS
from stream_slm.tasks.text import EncodedText, Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearHead:
    """Weights of one task; calibration is folded into them, so softmax of the logits is the calibrated score.

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

    def familiar(self, text: EncodedText) -> bool:
        """Whether the text is like those the head was fitted on: far from them a linear head is sure, and wrong."""
        if not len(self.centres):
            return True
        mean = text.weights @ text.vectors
        nearest = float((self.centres @ mean).max())
        return nearest >= self.familiar_from * float(np.linalg.norm(mean))

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

    def probabilities(self, shares: Floats) -> Floats:
        """(L,): calibrated scores from a text's shares."""
        logits = shares.sum(axis=0) + self.bias
        exponents = np.exp(logits - logits.max())
        return np.asarray(exponents / exponents.sum(), dtype=np.float32)


def load(folder: Path, entry: Mapping[str, Any]) -> LinearHead:
    """Read a head as a bundle's manifest describes it.

    Raises:
        BundleError: the file does not hold what the manifest says.
    """
    file = folder / str(entry["path"])
    try:
        labels = tuple(str(label) for label in entry["labels"])
        thresholds = tuple(float(entry["thresholds"][label]) for label in labels)
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            encoder, ngram, bias = (arrays[name].astype(np.float32) for name in ("encoder", "ngrams", "bias"))
            centres = arrays["centres"].astype(np.float32) if "centres" in arrays else encoder[:0].T[:0]
        familiar_from = float(entry.get("familiar_from", -1.0))
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"head {file}: cannot be read ({type(error).__name__})") from None
    count = len(labels)
    if ngram.shape != (BUCKETS, count) or encoder.shape[1:] != (count,) or bias.shape != (count,):
        raise BundleError(f"head {file}: its arrays do not fit {count} labels and {BUCKETS} n-gram buckets")
    if len(centres) and centres.shape[1:] != encoder.shape[:1]:
        raise BundleError(f"head {file}: its centres have another dimension than its weights")
    return LinearHead(
        labels=labels,
        encoder_weights=encoder,
        ngram_weights=ngram,
        bias=bias,
        thresholds=thresholds,
        centres=centres,
        familiar_from=familiar_from,
    )
