"""Rules of judging written text: budgets end at sentences, loops are found."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.tasks.written import repeats, rests_on, within
from tests.unit.tasks.texts import text_of


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


@pytest.mark.parametrize("piece", ["_", "ab_", "1_", "abcd_"])
def test_what_a_text_rests_on_is_found_in_linear_time(piece: str) -> None:
    """A form's line of underscores is one long word: four times of it take about four times as long, nine at most."""

    def took(length: int) -> float:
        source = text_of(f"{piece * (length // len(piece))}\nThe road is closed.")
        best = 1e9
        for _ in range(2):
            began = time.process_time()
            rests_on(text_of("Closed."), source)
            best = min(best, time.process_time() - began)
        return best

    assert took(12_000) < 9 * max(took(3_000), 0.001)


@pytest.mark.parametrize("word", ["I405", "405", "mile_12", "12th", "B12"])
def test_a_text_rests_on_the_sentence_that_has_its_number(word: str) -> None:
    """Whatever letters and underscores stand before its digits."""
    source, written = text_of(f"Some other words are here.\nThis one names {word} too."), text_of(f"So {word}.")
    source = replace(source, vectors=np.ones_like(source.vectors))
    written = replace(written, vectors=np.ones_like(written.vectors))
    assert rests_on(written, source) == (source.sentences[1].span,)
