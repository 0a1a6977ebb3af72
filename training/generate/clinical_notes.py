"""Generates clinical notes with specialty and urgency, from facts about problem, history, findings and plan."""

from __future__ import annotations

import random
from collections.abc import Iterator

from training.generate import clinical_facts, clinical_styles
from training.generate.grammar import count_entries, weighted
from training.generate.vocabulary import clinical_words as words


def vocabulary_size() -> int:
    """How many phrases the tables of this domain hold."""
    tables = [
        value for module in (clinical_facts, clinical_styles) for name, value in vars(module).items() if name.isupper()
    ]
    unique = {id(entry): entry for entry in tables if isinstance(entry, dict)}
    return sum(
        count_entries(entry) for entry in unique.values() if all(isinstance(v, list | dict) for v in entry.values())
    )


def rows(count: int, seed: int) -> Iterator[dict]:
    """Yield labelled notes, the same ones for the same seed."""
    rng = random.Random(f"clinical-notes-{seed}")
    for number in range(count):
        facts = clinical_facts.draw(rng)
        style = "report" if facts.specialty == "radiology" else weighted(rng, clinical_styles.STYLE_WEIGHTS)
        text = clinical_styles.finish(rng, clinical_styles.STYLES[style](rng, facts), style)
        record = {"id": f"note-{seed}-{number}", "text": text}
        if rng.random() < 0.85:
            record["note_type"] = rng.choice(words.NOTE_TYPES[style])
        yield {"record": record, "labels": {"specialty": facts.specialty, "urgency": facts.urgency}}
