"""The texts that are measured with: three mixes by length, from labelled sets or from the repository's own rows."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Words of a text in each mix.
MIXES = {"short": (5, 25), "mixed": (5, 400), "long": (200, 3000)}


def texts_of(data: Path | None, mix: str, count: int, seed: int) -> list[str]:
    """Texts of one mix, from the sets below `data`, else from the hand-written rows of the repository."""
    low, high = MIXES[mix]
    pool = [text for text in _pool(data) if low <= len(text.split()) <= high]
    if not pool:
        raise SystemExit(f"no text of {low} to {high} words; name a folder of sets with --data")
    rng = random.Random(seed)
    rng.shuffle(pool)
    # Numbered where they repeat: equal texts in flight are computed once, and that is not what is measured here.
    return [pool[i] if i < len(pool) else f"{pool[i % len(pool)]} {i}" for i in range(count)]


def _pool(data: Path | None) -> Iterator[str]:
    if data is not None:
        for file in sorted(data.glob("*/data.jsonl")):
            with file.open(encoding="utf-8") as lines:
                yield from (json.loads(line)["text"] for line in lines)
        return
    for file in sorted((ROOT / "training" / "heldout").glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)["record"]
                text = record.get("text") or record.get("description") or record.get("name")
                if isinstance(text, str):
                    yield text
