"""The three domains in one stream: each item of any of them, by weight."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from training.generate.summaries import clinical_notes, traffic_events, transactions
from training.generate.summaries.item import Item

DOMAINS = {
    "transactions": (transactions.items, 0.4),
    "traffic-events": (traffic_events.items, 0.4),
    # Clinical notes stay extractive by default.
    "clinical-notes": (clinical_notes.items, 0.2),
}


def items(count: int, seed: int, *, heldout: bool) -> Iterator[Item]:
    """`count` items, domain after domain, the same ones for the same seed."""
    return chain.from_iterable(
        generate(round(count * share), seed, heldout=heldout) for generate, share in DOMAINS.values()
    )
