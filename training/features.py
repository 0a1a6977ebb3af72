"""Many texts through the worker's sentence splitter, encoder and n-grams, in batches that are always the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stream_slm.engine.bundle import default_models_dir
from stream_slm.engine.encoder import Encoder
from stream_slm.tasks.language import Language
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, encoded
from stream_slm.types import TextPart

_BATCH = 48


def encoder_only() -> Path:
    """A models folder of its own: a bundle without heads must not take the place of the user's."""
    return default_models_dir().parent / "encoder-only"


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
