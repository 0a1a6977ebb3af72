"""The three domains as training sees them: tasks, texts, generators, and the hand-written rows nothing is trained on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents import clinical_notes, transactions
from stream_slm.pipeline.text import at
from stream_slm.types import Payload, TextPart
from training.generate import clinical_notes as clinical_rows
from training.generate import traffic_events as traffic_rows
from training.generate import transactions as transaction_rows

FOLDER = Path(__file__).parent / "heldout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One domain: its tasks, how its records become text, and who generates its training rows."""

    name: str
    tasks: tuple[str, ...]
    text_of: Callable[[Payload], Sequence[TextPart]]
    generate: Callable[[int, int], Any]

    def heldout(self) -> list[Mapping[str, Any]]:
        """Rows of {"id", "record", "labels"}."""
        with (FOLDER / f"{self.name}.jsonl").open(encoding="utf-8") as file:
            return [json.loads(line) for line in file]


DOMAINS = (
    Domain(
        name="transactions",
        tasks=("category", "risk"),
        text_of=transactions.text_of,
        generate=transaction_rows.rows,
    ),
    Domain(
        name="clinical-notes",
        tasks=("specialty", "urgency"),
        text_of=clinical_notes.text_of,
        generate=clinical_rows.rows,
    ),
    Domain(
        name="traffic-events",
        tasks=("event_type", "severity"),
        text_of=at("/headline", "/description", "/text"),
        generate=traffic_rows.rows,
    ),
)
