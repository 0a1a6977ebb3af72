"""An engine: every word has a random vector of its own, and a text the mean of its words'."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stream_slm.engine.encoder import TokenizedText

#: The first and the last token of every chunk; no word's checksum is so small.
_OPENING, _CLOSING = 0, 1


class HashedWords:
    """Tokens are checksums of words; their vectors are drawn with the checksum as seed."""

    def __init__(self, dimension: int, max_tokens: int) -> None:
        self.dimension = dimension
        self.max_tokens = max_tokens
        self._vector = lru_cache(maxsize=65_536)(self._drawn)

    def tokenize(self, texts: Sequence[str]) -> list[TokenizedText]:
        """A token a word; longer texts in near-equal chunks of at most `max_tokens`."""
        return [TokenizedText(chunks=self._chunks([_token(word) for word in text.lower().split()])) for text in texts]

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """(n, dimension), the mean of each chunk's words."""
        return np.stack([np.mean([self._vector(token) for token in chunk], axis=0) for chunk in batch])

    def warm_up(self) -> None:
        """There is nothing to load."""

    def _chunks(self, tokens: list[int]) -> tuple[tuple[int, ...], ...]:
        parts = max(1, -(-len(tokens) // self.max_tokens))
        bounds = [len(tokens) * part // parts for part in range(parts + 1)]
        return tuple((_OPENING, *tokens[start:end], _CLOSING) for start, end in pairwise(bounds))

    def _drawn(self, token: int) -> NDArray[np.float32]:
        if token in (_OPENING, _CLOSING):
            return np.zeros(self.dimension, np.float32)
        return np.random.default_rng(token).normal(0, 1, self.dimension).astype(np.float32)


def load(folder: Path, manifest: Any, *, inter_threads: int, intra_threads: int) -> HashedWords:
    """Make the engine of a bundle; a real one would read its weights from `folder`."""
    del folder, inter_threads, intra_threads
    return HashedWords(manifest.encoder.dimension, manifest.encoder.max_tokens)


def _token(word: str) -> int:
    return max(zlib.crc32(word.encode("utf-8", "replace")), _CLOSING + 1)
