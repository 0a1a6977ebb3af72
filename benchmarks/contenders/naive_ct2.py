"""The classifier of those who use CTranslate2 as its documentation shows it: one replica, all cores, padded batches."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from benchmarks.contenders.asked import BUNDLE

_CORES = len(os.sched_getaffinity(0))
encoder = ctranslate2.Encoder(str(BUNDLE / "encoder"), device="cpu", inter_threads=1, intra_threads=_CORES)
tokenizer = Tokenizer.from_file(str(BUNDLE / "tokenizer.json"))
tokenizer.enable_truncation(512)
tokenizer.no_padding()
#: A head of three labels; its numbers do not change what it costs.
_HEAD = np.random.default_rng(0).standard_normal((384, 3), np.float32)
_LABELS = ("routine", "review", "suspicious")


def text_of(value: bytes) -> str:
    """The text of a record."""
    text: str = json.loads(value)["text"]
    return text


def classify(texts: Sequence[str]) -> list[bytes]:
    """A label and a score for each text, as JSON."""
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    hidden = np.asarray(encoder.forward_batch(ids).last_hidden_state)
    lengths = np.array([len(each) for each in ids])
    mask = (np.arange(hidden.shape[1]) < lengths[:, None])[..., None]
    logits = (hidden * mask).sum(1) / lengths[:, None] @ _HEAD
    scores = np.exp(logits - logits.max(1, keepdims=True))
    scores /= scores.sum(1, keepdims=True)
    return [
        json.dumps({"label": _LABELS[best], "score": float(row[best])}).encode()
        for row, best in zip(scores, scores.argmax(1), strict=True)
    ]
