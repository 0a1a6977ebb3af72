"""Rules of the extraction: places are exact, values have one form, patterns are checked at start."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.facts.fact import KINDS
from stream_slm.types import TextPart
from tests.unit.tasks.facts.test_facts import texts

NOTE = TextPart(text="Paid €1.200,50 on 26 Oct 2016; case AB/77. Lisinopril 20mg bid on I-405.", pointer="/text")


def said(task: Extract, *parts: TextPart) -> list[dict[str, Any]]:
    return [each.as_json() for each in task.extract(parts).spans]


def test_each_span_says_where_what_and_in_one_form() -> None:
    """In source order; numbers, currencies, units and frequencies apart."""
    found = said(Extract(text=False, patterns={"case_id": r"case (?P<value>[A-Z]+/\d+)"}), NOTE)
    without_place = [{k: v for k, v in each.items() if k not in ("pointer", "start", "end")} for each in found]
    assert without_place == [
        {"kind": "amount", "value": "1200.5", "unit": "EUR"},
        {"kind": "date", "value": "2016-10-26"},
        {"kind": "case_id", "value": "AB/77"},
        {"kind": "drug_dose", "value": "20", "unit": "mg", "drug": "lisinopril", "frequency": "2/d"},
        {"kind": "road", "value": "I-405"},
    ]


@given(st.lists(texts, min_size=1, max_size=3))
def test_a_span_slices_to_its_words(strings: list[str]) -> None:
    """Code points into the string at its pointer, whatever the string."""
    parts = [TextPart(text=text, pointer=f"/{index}") for index, text in enumerate(strings)]
    task = Extract(kinds=KINDS, patterns={"vowels": "[aeiou]+"}, max_spans=10_000)
    for each in task.extract(parts).spans:
        part = parts[int(each.span.pointer[1:])]
        assert part.text[each.span.start : each.span.end] == each.text
        assert each.value
        assert each.text


def test_rendered_text_points_to_its_fields() -> None:
    """It stands nowhere in the input."""
    part = TextPart(text="Amount 5.00 USD.", pointer="", fields=("/amount", "/currency"))
    (found,) = said(Extract(), part)
    assert found == {
        "pointer": "",
        "start": 0,
        "end": 0,
        "fields": ["/amount", "/currency"],
        "kind": "amount",
        "value": "5",
        "unit": "USD",
        "text": "5.00 USD",
    }


def test_only_what_is_asked_for_is_found() -> None:
    """By kind; patterns alone are enough."""
    assert [each["kind"] for each in said(Extract(kinds=["road"]), NOTE)] == ["road"]
    assert [each["value"] for each in said(Extract(kinds=(), patterns={"year": r"\b20\d\d\b|$(?<=x)"}), NOTE)] == [
        "2016"
    ]


def test_the_number_of_spans_is_bounded() -> None:
    """And the record says that there were more."""
    part = TextPart(text="$5 " * 7, pointer="/text")
    cut = Extract(max_spans=3).extract([part])
    assert (len(cut.spans), cut.truncated) == (3, True)
    assert not Extract(max_spans=7).extract([part]).truncated


def test_an_ambiguous_date_is_read_as_told() -> None:
    """American unless day_first."""
    part = TextPart(text="03/04/2015", pointer="/text")
    assert said(Extract(), part)[0]["value"] == "2015-03-04"
    assert said(Extract(day_first=True), part)[0]["value"] == "2015-04-03"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"kinds": ["amounts"]}, "not 'amounts'"),
        ({"kinds": "amount"}, "must be a list"),
        ({"kinds": ()}, "at least one"),
        ({"kinds": ["custom"]}, "not 'custom'"),
        ({"max_spans": 0}, "max_spans"),
        ({"patterns": {"case_id": "("}}, "'case_id' is no regular expression"),
        ({"patterns": {"case_id": None}}, "'case_id' is no regular expression"),
        ({"patterns": {"case_id": "a*"}}, "at least one character"),
        ({"patterns": {"Case Id": "a"}}, "'Case Id'"),
        ({"patterns": {"road": "a"}}, "'road'"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_start(options: dict[str, Any], says: str) -> None:
    """With the task's name and the fix."""
    with pytest.raises(ConfigurationError, match=f"task mine: .*{says}"):
        Extract("mine", **options)
