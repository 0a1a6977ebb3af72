"""Rules of judging written text: budgets end at sentences, loops are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.tasks.written import repeats, within


@pytest.mark.parametrize(
    ("text", "budget", "stopped", "kept", "finished"),
    [
        ("One two. Three four.", 10, True, "One two. Three four.", True),
        ("One two. Three four.", 3, True, "One two.", False),
        ("One two. Three fo", 10, False, "One two.", False),
        ("One two three four five", 3, True, "One two three", False),
        ("One two thr", 10, False, "One two thr", False),
        ("", 10, True, "", False),
    ],
)
def test_a_text_ends_at_a_sentence_where_that_is_possible(
    text: str, budget: int, stopped: bool, kept: str, finished: bool
) -> None:
    """A model that ran out of tokens left its last sentence open: it goes, unless it is all there is."""
    cut = within(text, budget, stopped=stopped)
    assert (cut.text, cut.finished) == (kept, finished)


@given(st.text(max_size=200), st.integers(1, 20), st.booleans())
def test_no_text_breaks_the_budget(text: str, budget: int, stopped: bool) -> None:
    """Whatever it holds; and what is left is the text's beginning."""
    cut = within(text, budget, stopped=stopped)
    assert len(cut.text.split()) <= budget
    assert text.lstrip().startswith(cut.text)


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("the lane is shut the lane is shut the lane is shut", True),
        ("no no no", True),
        ("The road is shut. Use Mill Road. The road is shut.", True),
        ("The road is shut, and Mill Road is shut, too.", False),
        ("very very wet", False),
        ("", False),
    ],
)
def test_a_loop_is_the_same_words_three_times_running_or_a_sentence_twice(text: str, loops: bool) -> None:
    """Twice may be style; that sentences have words in common is how people write."""
    assert repeats(text) is loops
