"""Rules of windows: nothing is lost, nothing is too long, and sentences stay whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stream_slm.tasks.sentences import split
from stream_slm.tasks.units import whole, windows
from stream_slm.types import TextPart
from tests.unit.tasks.texts import hostile_texts, sentences_of


@given(st.lists(hostile_texts, max_size=4))
def test_whole_parts_hold_every_character_that_is_not_blank(texts: list[str]) -> None:
    """Each part is a unit, cut of the white space around it, and says where it stands."""
    parts = [TextPart(text=text, pointer=f"/{index}") for index, text in enumerate(texts)]
    units = whole(parts)
    assert [unit.text for unit in units] == [text.strip() for text in texts if text.strip()]
    assert all(unit.part.text[unit.start : unit.end] == unit.text for unit in units)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(10, 60))
def test_windows_join_sentences_in_order_up_to_the_limit(tokens: list[int], limit: int) -> None:
    """Every sentence is in one window; only a sentence that is too long by itself makes a window too long."""
    sentences = sentences_of([f"s{index}" for index in range(len(tokens))])
    joined = windows(sentences, tokens, limit)
    assert " ".join(window.text for window in joined) == sentences[0].part.text
    for window in joined:
        inside = [
            count
            for sentence, count in zip(sentences, tokens, strict=True)
            if window.start <= sentence.start and sentence.end <= window.end
        ]
        assert inside
        assert sum(inside) <= limit or len(inside) == 1
        assert window.part.text[window.start : window.end] == window.text


def test_windows_are_of_near_equal_length() -> None:
    """Eleven sentences of ten tokens, fifty a window: four, four and three, not five, five and one."""
    joined = windows(sentences_of(["x"] * 11), [10] * 11, 50)
    assert [len(window.text.split()) for window in joined] == [4, 4, 3]


@given(hostile_texts.filter(lambda text: text.strip() != ""))
def test_one_window_spans_all_sentences(source: str) -> None:
    """Where everything fits, a window is the part without the white space around it."""
    part = TextPart(text=source, pointer="/text")
    sentences = split([part])
    (window,) = windows(sentences, [1] * len(sentences), 1000)
    assert (window.text,) == tuple(unit.text for unit in whole([part]))
