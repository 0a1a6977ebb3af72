"""Rules of the flood breaker: a few bad records never trip it, a cause that makes all bad soon does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.config.settings import DeadLettersConfig
from stream_slm.streaming.breaker import FloodBreaker


def tripped_at(outcomes: list[bool], **config: float) -> int | None:
    """The index of the outcome that was one too many."""
    breaker = FloodBreaker(DeadLettersConfig(**config))  # type: ignore[arg-type]
    return next((index for index, dead in enumerate(outcomes) if breaker.note(dead)), None)


@given(st.lists(st.booleans(), max_size=120), st.integers(1, 8), st.sampled_from([0.2, 0.5, 0.9]), st.integers(10, 30))
def test_it_trips_at_the_first_outcome_that_is_too_much(
    outcomes: list[bool], most: int, share: float, window: int
) -> None:
    """By the definitions, counted anew each time."""

    def too_much(count: int) -> bool:
        seen = outcomes[:count]
        last = seen[-window:]
        in_a_row = len(seen) >= most and all(seen[-most:])
        return seen[-1] and (in_a_row or (len(last) == window and sum(last) / window > share))

    expected = next((count - 1 for count in range(1, len(outcomes) + 1) if too_much(count)), None)
    assert tripped_at(outcomes, max_consecutive=most, max_share=share, share_window=window) == expected


@pytest.mark.parametrize("config", [{"max_consecutive": 0, "max_share": 1.0}])
def test_it_can_be_switched_off(config: dict[str, float]) -> None:
    """For a replay of known rubbish, say."""
    assert tripped_at([True] * 5000, **config) is None


def test_one_bad_record_in_a_hundred_is_no_flood() -> None:
    """With the default limits, for ever."""
    assert tripped_at([index % 100 == 0 for index in range(20_000)]) is None


def test_the_first_records_of_a_stream_are_no_flood() -> None:
    """A share needs a full window."""
    assert tripped_at([True] * 9 + [False, True], max_consecutive=0, max_share=0.5, share_window=10) == 10
    assert tripped_at([True] * 9, max_consecutive=0, max_share=0.5, share_window=10) is None
