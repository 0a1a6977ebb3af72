"""How large a run is: CHAOS_SCALE shrinks counts, CHAOS_SECONDS caps every length of time, CHAOS_SEED draws anew."""

from __future__ import annotations

import os

SCALE = float(os.environ.get("CHAOS_SCALE", "1"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "inf"))
SEED = int(os.environ.get("CHAOS_SEED", "20"))


def scaled(count: int, least: int = 1) -> int:
    """A count at the run's scale."""
    return max(least, round(count * SCALE))


def seconds(length: float) -> float:
    """A length of time, capped."""
    return min(length, SECONDS)


def described() -> str:
    """What makes a run repeatable, as one writes it before the command."""
    parts = [f"CHAOS_SEED={SEED}"]
    if SCALE != 1:
        parts.append(f"CHAOS_SCALE={SCALE:g}")
    if float("inf") > SECONDS:
        parts.append(f"CHAOS_SECONDS={SECONDS:g}")
    return " ".join(parts)
