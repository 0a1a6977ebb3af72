"""Hashed word n-grams of sentences: unigrams and bigrams, never across a sentence."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: 2**15 buckets keep six heads under 3 MB; collisions cost less than the noise of the labels.
BUCKETS = 1 << 15

_WORD = re.compile(r"[^\W_]+(?:['’&.][^\W_]+)*|[$€£%+]")
#: Digits keep their number, not their value: an amount is read by its size.
_DIGITS = str.maketrans("123456789", "000000000")
#: Two odd constants of the golden ratio and of murmur3: the order of a pair's words must matter.
_FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
#: Words seen lately and their hashes; bounded, so a stream of random words cannot grow it.
_CACHE: dict[str, int] = {}
_CACHE_WORDS = 65_536
#: A longer "word" (a key, a line of base64) hardly comes twice, and must not be kept.
_CACHE_CHARS = 40


def words(sentence: str) -> list[str]:
    """Lower-case words, digits masked."""
    return _WORD.findall(sentence.lower().translate(_DIGITS))


def hashed(sentences: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Buckets of all n-grams, one sentence after the other, and how many belong to each sentence.

    Returns:
        buckets: (total n-grams,), counts: (sentences,).
    """
    buckets = [_sentence(words(sentence)) for sentence in sentences]
    counts = np.array([len(each) for each in buckets], dtype=np.int64)
    return np.concatenate(buckets) if buckets else np.empty(0, np.uint32), counts


def _sentence(tokens: list[str]) -> NDArray[np.uint32]:
    unigrams = np.array([_hash(token) for token in tokens], dtype=np.uint32)
    pairs = unigrams[:-1] * _FIRST ^ unigrams[1:] * _SECOND
    # The high bits of a product are the well-mixed ones.
    buckets: NDArray[np.uint32] = np.concatenate((unigrams, pairs >> np.uint32(7))) & np.uint32(BUCKETS - 1)
    return buckets


def _hash(word: str) -> int:
    known = _CACHE.get(word)
    if known is None:
        known = zlib.crc32(word.encode())
        if len(word) <= _CACHE_CHARS:
            if len(_CACHE) >= _CACHE_WORDS:
                _CACHE.clear()
            _CACHE[word] = known
    return known
