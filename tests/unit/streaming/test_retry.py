"""Rules of waiting: every wait is positive, none beyond the cap, and together they end at the deadline."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.streaming.retry import RetryPolicy

seconds = st.floats(0.01, 20)


@given(seconds, seconds, st.floats(0.01, 100), st.integers())
def test_waits_are_positive_and_end_at_the_deadline(first: float, cap: float, deadline: float, seed: int) -> None:
    """Whatever the settings: it never spins, and it gives up when it says."""
    waits = list(islice(RetryPolicy(first_s=first, max_s=cap, deadline_s=deadline).waits(random.Random(seed)), 200_000))
    assert min(waits) > 0
    assert sum(waits) == pytest.approx(deadline)
    assert max(waits) <= max(first, cap)


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    """Short trouble is over soon; long trouble is not hammered."""

    class Highest(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return max(a, b)

    waits = list(RetryPolicy(first_s=1, max_s=5, deadline_s=30).waits(Highest()))
    assert waits == [1, 2, 4, 5, 5, 5, 5, 3]


def test_workers_that_failed_together_do_not_come_back_together() -> None:
    """Full jitter."""
    policy = RetryPolicy(first_s=1, max_s=5, deadline_s=30)
    assert len({next(policy.waits(random.Random(seed))) for seed in range(20)}) > 15
