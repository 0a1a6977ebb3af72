"""The guard's verdict on a text that a model wrote, as the record tells it: kinds and counts, and no text."""

from __future__ import annotations

from collections import Counter

from stream_slm.tasks.guard import check
from stream_slm.types import Guard


def held_against(written: str, source: str) -> Guard:
    """Look for each fact of a written text in its source; a long source takes milliseconds."""
    found = check(written, source)
    return Guard(
        verdict="passed" if found.passed else "failed",
        reason=found.reason,
        unsupported=Counter(each.kind for each in found.refused),
        suspected=Counter(f"{each.why}:{each.kind}" for each in found.findings if each not in found.refused),
        checked=found.checked,
    )
