"""Encoded texts as the features that a linear head sees, and what makes the two kinds of them comparable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stream_slm.tasks.ngrams import BUCKETS
from stream_slm.tasks.text import EncodedText


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """means: (n, d) mean vectors; ngrams: (n, buckets) counts over the root of their number."""

    means: NDArray[np.float32]
    ngrams: sparse.csr_matrix

    def rows(self, chosen: NDArray[np.int64]) -> Features:
        """Some of the rows."""
        return Features(means=self.means[chosen], ngrams=self.ngrams[chosen])


class Gathering:
    """Features of texts as they come; the texts themselves need not be kept."""

    def __init__(self) -> None:
        self._means: list[NDArray[np.float32]] = []
        self._buckets: list[NDArray[np.int32]] = []
        self._values: list[NDArray[np.float64]] = []

    def add(self, text: EncodedText) -> None:
        """One more row."""
        buckets, counts = np.unique(text.buckets, return_counts=True)
        self._means.append(text.mean.astype(np.float32))
        self._buckets.append(buckets.astype(np.int32))
        self._values.append(counts / np.sqrt(max(1, counts.sum())))

    def features(self) -> Features:
        """All rows so far; at least one."""
        starts = np.cumsum([0, *map(len, self._buckets)])
        ngrams = sparse.csr_matrix(
            (np.concatenate(self._values), np.concatenate(self._buckets), starts), shape=(len(self._means), BUCKETS)
        )
        return Features(means=np.stack(self._means), ngrams=ngrams)


def features(texts: Iterable[EncodedText]) -> Features:
    """What a linear head sees of each text."""
    gathering = Gathering()
    for text in texts:
        gathering.add(text)
    return gathering.features()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaling:
    """What makes the two kinds of features comparable; folded into the weights afterwards."""

    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    idf: NDArray[np.float32]
    #: Buckets that any training row fills; the others' weights would stay zero, and cost time.
    seen: NDArray[np.int64]

    @classmethod
    def of(cls, features: Features) -> Scaling:
        """Measure the training rows."""
        filled = np.asarray((features.ngrams > 0).sum(axis=0)).ravel()
        idf = np.log((1 + features.ngrams.shape[0]) / (1 + filled)) + 1
        weighted = features.ngrams.multiply(idf)
        norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).mean())
        deviation = features.means.std(axis=0) + 1e-6
        return cls(
            centre=features.means.mean(axis=0),
            # Unit norm on average, like the n-grams, so that one penalty fits both.
            spread=(1 / (deviation * np.sqrt(features.means.shape[1]))).astype(np.float32),
            idf=(idf / max(norm, 1e-9)).astype(np.float32),
            seen=np.flatnonzero(filled),
        )

    def means(self, features: Features) -> NDArray[np.float32]:
        """(n, d): the scaled mean vectors."""
        return (features.means - self.centre) * self.spread

    def words(self, features: Features) -> sparse.csr_matrix:
        """(n, seen): the scaled n-grams."""
        return features.ngrams.multiply(self.idf).tocsr()[:, self.seen].astype(np.float32)
