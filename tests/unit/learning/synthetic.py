"""Rows to learn from without an encoder: vectors that tell the label, words that tell it too."""

from __future__ import annotations

import numpy as np

from stream_slm.learning.features import Gathering
from stream_slm.learning.rows import LabelledRows
from stream_slm.learning.train import Encoded
from stream_slm.tasks.language import Language
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, encoded
from stream_slm.types import TextPart

WIDTH = 16
LABELS = ("amber", "blue", "coral")


def texts_of(
    count: int, *, noise: float, multi_label: bool = False, seed: int = 0
) -> tuple[LabelledRows, list[EncodedText]]:
    """Rows of each label whose mean vectors lie around its own, and their encoded texts."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(0, 1, (len(LABELS), WIDTH)) * 0.7
    texts, labels, found = [], [], []
    for number in range(count * len(LABELS)):
        own = rng.random(len(LABELS)) < 0.4 if multi_label else np.arange(len(LABELS)) == number % len(LABELS)
        words = [f"{LABELS[each]}ish" for each in np.flatnonzero(own) if rng.random() < 0.5]
        text = " ".join(["row", str(number), "is", *words, f"word{rng.integers(40)}"])
        vector = own @ middles + rng.normal(0, noise, WIDTH)
        sentences = split([TextPart(text=text, pointer="/text")])
        found.append(encoded(sentences, vector[None].astype(np.float32), np.array([8]), Language("en", True)))
        texts.append(text + f" n{number}")
        labels.append(tuple(np.array(LABELS)[own].tolist()))
    lines = tuple(range(1, len(texts) + 1))
    return LabelledRows(texts=tuple(texts), labels=tuple(labels), lines=lines, multi_label=multi_label), found


def encoded_of(texts: list[EncodedText]) -> Encoded:
    """What `train` takes."""
    gathering = Gathering()
    for text in texts:
        gathering.add(text)
    return Encoded(features=gathering.features(), supported=np.ones(len(texts), np.bool_))
