"""The guard's verdict on a text that a model wrote, as the record tells it: kinds and counts, and no text."""

from __future__ import annotations

from collections import Counter

from stream_slm.tasks.guard import check
from stream_slm.tasks.written import repeats
from stream_slm.types import Guard


def verdict_on(text: str, source: str, *, said: str, guard: bool) -> Guard:
    """Whether a text may be published that a model wrote; `said` is all it wrote, of which the text may be a part.

    A long source takes milliseconds: not for the event loop.
    """
    if not text:
        return Guard(verdict="failed", reason="empty")
    if repeats(said):
        return Guard(verdict="failed", reason="repeats")
    return held_against(text, source) if guard else Guard(verdict="skipped", reason="off")


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
