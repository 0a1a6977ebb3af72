"""An engine that returns at once: what is left is what the pipeline itself costs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from unittest.mock import patch

import numpy as np

from stream_slm.engine.encoder import Encoder, TokenizedText, Vectors

#: Tokens of a sentence: about those of a bank transaction.
_TOKENS = 20
_VECTORS = np.random.default_rng(0).standard_normal((1024, 384), np.float32)
_numbers = count()


def install() -> None:
    """Replace the encoder's two calls; the tokenizer's is replaced too, for it is the model's cost as well."""
    patch.multiple(Encoder, tokenize=_tokenize, encode=_encode).start()


def _tokenize(_encoder: Encoder, texts: Sequence[str]) -> list[TokenizedText]:
    # Different each time: equal requests in flight would be computed once.
    return [TokenizedText(chunks=((101, next(_numbers), *(102,) * (_TOKENS - 2)),)) for _ in texts]


def _encode(_encoder: Encoder, batch: Sequence[Sequence[int]]) -> Vectors:
    return _VECTORS[: len(batch)]
