"""Rules of the splitter: nothing is lost, offsets are exact, cost is linear, feeds are split where a reader would."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stream_slm.tasks.sentences import split
from stream_slm.types import TextPart
from tests.unit.tasks.texts import hostile_texts


def parts_of(*texts: str) -> list[TextPart]:
    return [TextPart(text=text, pointer=f"/{index}") for index, text in enumerate(texts)]


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in split(parts_of(text))]


@given(st.lists(hostile_texts, max_size=4))
@example([". . .", "\n\n", "", "a.\u2028B"])
def test_every_non_blank_character_is_in_exactly_one_sentence(texts: list[str]) -> None:
    """Together the sentences are the text without white space between them: nothing lost, nothing twice."""
    parts = parts_of(*texts)
    found = split(parts)
    for part in parts:
        covered = [0] * len(part.text)
        for sentence in found:
            if sentence.part is part:
                for position in range(sentence.start, sentence.end):
                    covered[position] += 1
        assert max(covered, default=0) <= 1
        assert all(times == 1 for times, char in zip(covered, part.text, strict=True) if not char.isspace())


@given(st.lists(hostile_texts, max_size=4))
def test_offsets_are_exact_and_in_order_and_no_sentence_is_blank(texts: list[str]) -> None:
    """`part.text[start:end]` is the sentence, trimmed; sentences come in the order of parts and positions."""
    parts = parts_of(*texts)
    found = split(parts)
    for sentence in found:
        assert sentence.part.text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
    places = [(parts.index(sentence.part), sentence.start) for sentence in found]
    assert places == sorted(places)


@given(st.lists(hostile_texts, min_size=1, max_size=4))
def test_parts_are_split_each_for_itself(texts: list[str]) -> None:
    """No sentence crosses a part, and no part changes how another is split."""
    parts = parts_of(*texts)
    alone = [sentence for part in parts for sentence in split([part])]
    assert list(split(parts)) == alone


@pytest.mark.parametrize(
    "unit",
    [
        ".",
        "!",
        "…",
        "\n",
        "a",
        " ",
        "\n ",
        '."',
        ".)",
        "\r\n",
        "1. ",
        "1. A ",
        "e.g. ",
        ".A",
        "a.\n",
        "x. \n",
        "A. ",
        ". ",
    ],
)
def test_cost_is_linear_in_the_length_whatever_the_text(unit: str) -> None:
    """A megabyte of anything is split in seconds: one record must not stop the event loop for an hour."""
    for characters, limit_s in ((30_000, 1.0), (1_000_000, 8.0)):  # the small one first: the square of it shows early
        part = TextPart(text=unit * (characters // len(unit)), pointer="/text")
        began = time.process_time()
        split([part])
        assert time.process_time() - began < limit_s


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Road closed. Use Main St. Expect delays.", ["Road closed.", "Use Main St. Expect delays."]),
        ("Seen by Dr. Smith today. Stable.", ["Seen by Dr. Smith today.", "Stable."]),
        ("Take e.g. Aspirin now. Then rest.", ["Take e.g. Aspirin now.", "Then rest."]),
        ("J. Doe paid. OK", ["J. Doe paid.", "OK"]),
        ("1. Aspirin. 2. Statin.", ["1. Aspirin.", "2. Statin."]),
        ("Paid 3.50 EUR. Thanks", ["Paid 3.50 EUR.", "Thanks"]),
        ("Temp 38.5 rising", ["Temp 38.5 rising"]),
        ("See https://a.io/x.Y?z=1. Done", ["See https://a.io/x.Y?z=1.", "Done"]),
        ("one line\nwraps here", ["one line\nwraps here"]),
        ("one line\r\nwraps here", ["one line\r\nwraps here"]),
        ("Plan\nRest", ["Plan", "Rest"]),
        ("one paragraph\n\nanother", ["one paragraph", "another"]),
        ("one paragraph\n \nanother", ["one paragraph", "another"]),
        ("one paragraph\r\n\r\nanother", ["one paragraph", "another"]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("Wait... What", ["Wait...", "What"]),
        ("wait... what", ["wait... what"]),
        ("終わり。次", ["終わり。", "次"]),
        ("Done. 12 patients left.", ["Done.", "12 patients left."]),
        ("no stop at the end", ["no stop at the end"]),
        ("A.B.C", ["A.B.C"]),
    ],
)
def test_feeds_are_split_where_a_reader_would(text: str, expected: list[str]) -> None:
    """Abbreviations, initials, list numbers, decimals, addresses and wrapped lines end nothing."""
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t\u00a0\u2028"])
def test_blank_text_has_no_sentence(text: str) -> None:
    """White space of any kind is nothing to read."""
    assert sentences(text) == []


def test_a_sentence_of_rendered_text_names_its_fields_and_no_place() -> None:
    """Rendered text stands nowhere in the input."""
    part = TextPart(text="money out 5.00, USD.", pointer="", fields=("/amount", "/iso_currency_code"))
    (sentence,) = split([part])
    assert sentence.span.as_json() == {"pointer": "", "start": 0, "end": 0, "fields": ["/amount", "/iso_currency_code"]}
