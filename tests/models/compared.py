"""A checkpoint pulled, and what its bundle makes of the texts, to hold against transformers."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from stream_slm.engine.bundle import Bundle
from stream_slm.engine.pull import Wish, pull
from stream_slm.engine.sources import parse_source
from tests.models.published import TEXTS, Floats


def pulled(folder: Path, models: Path, quantization: str = "float32", **wish: Any) -> Bundle:
    source = parse_source(f"path:{folder}")
    return Bundle.load(pull(models, source, Wish(quantization=quantization, **wish)))


def encoded(bundle: Bundle) -> Floats:
    encoder = bundle.encoder(inter_threads=1)
    return encoder.encode([text.chunks[0] for text in encoder.tokenize(TEXTS)])


def head_logits(bundle: Bundle, task: str = "label") -> Floats:
    """The logits of a published head, computed as the manifest says."""
    entry = bundle.manifest.heads[task]
    functions = {"none": lambda x: x, "tanh": np.tanh, "relu": lambda x: np.maximum(x, 0), "gelu": gelu}
    values = encoded(bundle)
    with np.load(bundle.path(entry["path"])) as arrays:
        for index, activation in enumerate(entry["activations"]):
            values = functions[activation](values @ arrays[f"w{index}"] + arrays[f"b{index}"])
    return values


def least_cosine(left: Floats, right: Floats) -> float:
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(1) / norms).min())


def same_vectors(left: Floats, right: Floats) -> bool:
    """In full precision: the cosine alone would not see the bias of a query."""
    return least_cosine(left, right) >= 0.999 and float(np.abs(left - right).max()) <= 1e-3


def gelu(values: Floats) -> Floats:
    return values * (1 + np.vectorize(math.erf)(values / math.sqrt(2))) / 2
