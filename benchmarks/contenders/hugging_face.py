"""The classifier of those who use torch: transformers' own pipeline over the checkpoint, on all cores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from transformers import pipeline

from benchmarks.contenders.asked import CHECKPOINT

classifier = pipeline("text-classification", model=CHECKPOINT, device="cpu", truncation=True)


def text_of(value: bytes) -> str:
    """The text of a record."""
    text: str = json.loads(value)["text"]
    return text


def classify(texts: Sequence[str]) -> list[bytes]:
    """A label and a score for each text, as JSON."""
    results: list[dict[str, Any]] = classifier(list(texts), batch_size=32)
    return [json.dumps(result).encode() for result in results]
