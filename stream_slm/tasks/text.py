"""A text as the tasks see it: its units, their vectors, their n-grams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stream_slm.tasks import ngrams
from stream_slm.tasks.language import Language
from stream_slm.types import Sentence

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodedText:
    """One encoder pass over one text.

    Attributes:
        sentences: n units in source order: sentences, or, where texts are read whole, parts and windows of parts.
        vectors: (n, d), each unit's pooled token vectors, not normalised.
        token_counts: (n,), tokens behind each vector; the weights of the text's mean.
        buckets, bucket_counts: hashed n-grams, see `ngrams.hashed`.
        pairs: for each statement that somebody asked about, (n, d): the vectors of each unit read beside it.
    """

    sentences: tuple[Sentence, ...]
    vectors: Floats
    token_counts: NDArray[np.int64]
    buckets: NDArray[np.uint32]
    bucket_counts: NDArray[np.int64]
    language: Language
    pairs: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """Tokens of the whole text."""
        return int(self.token_counts.sum())

    @property
    def weights(self) -> Floats:
        """(n,), each unit's part of the tokens; sums to one."""
        return np.asarray(self.token_counts / self.token_counts.sum(), dtype=np.float32)


def encoded(
    sentences: tuple[Sentence, ...],
    vectors: Floats,
    token_counts: NDArray[np.int64],
    language: Language,
    pairs: Mapping[str, Floats] | None = None,
) -> EncodedText:
    """Join what the encoder gave with the n-grams of the same units."""
    buckets, bucket_counts = ngrams.hashed([sentence.text for sentence in sentences])
    return EncodedText(
        sentences=sentences,
        vectors=vectors,
        token_counts=token_counts,
        buckets=buckets,
        bucket_counts=bucket_counts,
        language=language,
        pairs=pairs or {},
    )
