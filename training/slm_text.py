"""Texts of records for the language model, put together as the pipeline does, and files of rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stream_slm.types import TextPart


def source_of(parts: Sequence[TextPart]) -> str:
    """One text of the parts, each on lines of its own."""
    return "\n".join(text for part in parts if (text := part.text.strip()))


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
