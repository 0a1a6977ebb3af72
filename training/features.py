"""Texts to features, through the same sentence splitter, encoder and n-grams as the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stream_slm.engine.bundle import default_models_dir
from stream_slm.engine.encoder import Encoder
from stream_slm.tasks.language import Language
from stream_slm.tasks.ngrams import BUCKETS
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, encoded
from stream_slm.types import TextPart

_BATCH = 48


def encoder_only() -> Path:
    """A models folder of its own: a bundle without heads must not take the place of the user's."""
    return default_models_dir().parent / "encoder-only"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """means: (n, d) mean vectors; ngrams: (n, buckets) counts over the root of their number."""

    means: NDArray[np.float32]
    ngrams: sparse.csr_matrix

    def rows(self, chosen: NDArray[np.int64]) -> Features:
        return Features(means=self.means[chosen], ngrams=self.ngrams[chosen])


def read(encoder: Encoder, texts: Sequence[Sequence[TextPart]]) -> list[EncodedText]:
    """Encode every text, sentences of all texts batched by length."""
    sentences = [split(parts) for parts in texts]
    flat = [sentence.text for each in sentences for sentence in each]
    tokenized = encoder.tokenize(flat)
    chunks = [(index, chunk) for index, text in enumerate(tokenized) for chunk in text.chunks]
    chunks.sort(key=lambda item: len(item[1]))
    sums = np.zeros((len(flat), encoder.dimension), np.float32)
    for start in range(0, len(chunks), _BATCH):
        batch = chunks[start : start + _BATCH]
        for (index, chunk), vector in zip(batch, encoder.encode([chunk for _, chunk in batch]), strict=True):
            sums[index] += vector * len(chunk)
    counts = np.array([text.token_count for text in tokenized], np.int64)
    vectors = sums / counts[:, None]
    ends = np.cumsum([len(each) for each in sentences])
    return [
        encoded(each, vectors[end - len(each) : end], counts[end - len(each) : end], Language("en", True))
        for each, end in zip(sentences, ends, strict=True)
    ]


def features(texts: Sequence[EncodedText]) -> Features:
    """What a linear head sees of each text."""
    means = np.stack([text.weights @ text.vectors for text in texts]).astype(np.float32)
    columns, values, starts = [], [], [0]
    for text in texts:
        buckets, counts = np.unique(text.buckets, return_counts=True)
        columns.append(buckets)
        values.append(counts / np.sqrt(max(1, counts.sum())))
        starts.append(starts[-1] + len(buckets))
    ngrams = sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns).astype(np.int64), np.array(starts)),
        shape=(len(texts), BUCKETS),
    )
    return Features(means=means, ngrams=ngrams)
