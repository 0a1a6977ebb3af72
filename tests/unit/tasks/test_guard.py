"""Rules of the guard: what the source says passes in every spelling, what it does not say is found where it stands."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.facts.find import find
from stream_slm.tasks.guard import check, source_facts
from tests.unit.tasks.facts.formats import dates, money, whole
from tests.unit.tasks.facts.test_facts import texts

SOURCE = (
    "Patient denies chest pain. She takes lisinopril 20 mg daily and metformin 1,000 mg twice a day. "
    "She paid $1,200.00 on October 26, 2016 at 7:51 am. Two lanes of I-405 near Mercer St in Seattle are blocked; "
    "case DBC-52446. BP 120/80 mmHg, 5 mL given. Her weight? 150. In pounds? Yes."
)
KNOWN = source_facts(SOURCE)


def told(summary: str) -> list[tuple[str, str, str]]:
    return [(each.why, each.kind, summary[each.start : each.end]) for each in check(summary, KNOWN).findings]


@pytest.mark.parametrize(
    "summary",
    [
        SOURCE,
        "1200 dollars were paid on 26.10.2016 at 07:51.",
        "In 2016 she paid USD 1.200,00.",
        "October 2016, in October, on 26 October",
        "2 lanes of Interstate 405 near Mercer Street in SEATTLE are blocked, case DBC52446.",
        "Lisinopril twenty milligrams a day; Metformin 1000mg b.i.d.",
        "lisinopril 20 mg",
        "120 over 80, that is 120/80 mm Hg",
        "She weighs 150 lbs.",
        "One of the first to come denies chest pain.",
        "",
    ],
)
def test_what_the_source_says_passes_in_every_spelling(summary: str) -> None:
    """Nothing is found at all."""
    verdict = check(summary, SOURCE)
    assert (verdict.passed, verdict.findings, verdict.reason) == (True, (), None)


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("She paid $1,300.", ("absent", "amount", "$1,300")),
        ("She paid 1200 euros.", ("unit", "amount", "1200 euros")),
        ("Paid on October 27, 2016.", ("absent", "date", "October 27, 2016")),
        ("Paid in 2017.", ("absent", "number", "2017")),
        ("Paid at 7:51 pm.", ("absent", "time", "7:51 pm")),
        ("Three lanes are blocked.", ("absent", "quantity", "Three lanes")),
        ("On I-5 it is blocked.", ("absent", "road", "I-5")),
        ("Blocked near Mercer St in Tacoma.", ("absent", "name", "Tacoma")),
        ("Case DBC-52447.", ("absent", "id", "DBC-52447")),
        ("She was given 5 mg.", ("unit", "quantity", "5 mg")),
        ("lisinopril 1,000 mg", ("absent", "drug_dose", "lisinopril 1,000 mg")),
        ("lisinopril 20 mg b.i.d.", ("absent", "drug_dose", "lisinopril 20 mg b.i.d.")),
        ("about 1,000 dollars", ("unit", "amount", "1,000 dollars")),
        ("BP 120/90 mmHg", ("absent", "quantity", "120/90 mmHg")),
    ],
)
def test_what_the_source_does_not_say_is_refused_where_it_stands(summary: str, found: tuple[str, str, str]) -> None:
    """And nothing else of that summary is."""
    verdict = check(summary, KNOWN)
    assert not verdict.passed
    assert [(each.why, each.kind, summary[each.start : each.end]) for each in verdict.refused] == [found]
    assert verdict.reason == f"{found[0]}:{found[1]}"


def test_a_dropped_negation_is_reported_and_refuses_only_if_told_to() -> None:
    """Both ways: what was denied is affirmed, what was affirmed is denied."""
    assert told("Patient has chest pain.") == [("negation", "name", "chest"), ("negation", "name", "pain")]
    assert check("Patient has chest pain.", KNOWN).passed
    assert not check("Patient has chest pain.", KNOWN, refuse=("negation",)).passed
    assert told("No lanes are blocked.") == [("negation", "name", "lanes"), ("negation", "name", "blocked")]
    assert told("No chest pain.") == []


def test_a_value_that_belongs_to_other_words_is_reported_as_a_swap() -> None:
    """The words around it stand near another value in the source."""
    source = "The hospital invoice came to $250.00 in March. The taxi fare to work was $40.00 that week."
    assert [each.why for each in check("The taxi fare was $250.", source).findings] == ["swap"]
    assert [each.why for each in check("The taxi fare was $40.", source).findings] == []


def test_an_unknown_finding_is_refused_at_once() -> None:
    """With those there are."""
    with pytest.raises(ConfigurationError, match="'sway' is no finding; use absent, unit, swap, negation"):
        check("a", "b", refuse=("sway",))  # type: ignore[arg-type]


@given(texts)
def test_a_text_is_faithful_to_itself(text: str) -> None:
    """Whatever it is."""
    assert check(text, text).refused == ()


@given(texts, texts)
def test_findings_slice_to_facts_of_the_summary(summary: str, source: str) -> None:
    """A verdict on any two texts; refused are those that were told to refuse."""
    verdict = check(summary, source, refuse=("absent",))
    assert verdict.passed == (not verdict.refused)
    assert set(verdict.refused) == {each for each in verdict.findings if each.why == "absent"}
    places = {(fact.kind, fact.start, fact.end) for fact in find(summary)}
    assert all((each.kind, each.start, each.end) in places for each in verdict.refused)


@given(st.integers(2, 10**8), st.integers(2, 10**8), st.data())
def test_a_number_is_supported_by_itself_and_by_no_other(one: int, other: int, data: st.DataObject) -> None:
    """In any two spellings that are not ambiguous."""
    spelling, again = (data.draw(st.sampled_from(whole(each))) for each in (one, one))
    assert check(f"we saw {again} of them", f"there are {spelling} of them").passed
    assume(other not in (one, one * 1000) and one != other * 1000)
    assert not check(f"we saw {other} of them", f"there are {spelling} of them").passed


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.data())
def test_an_amount_is_supported_by_itself_and_by_no_other(one: int, other: int, data: st.DataObject) -> None:
    """In any two spellings."""
    spelling, again = (data.draw(st.sampled_from(money(each))) for each in (one, one))
    assert check(f"paid {again} euros", f"it was €{spelling}").passed
    assume(other not in (one, one * 1000) and one != other * 1000)
    assert not check(f"paid €{other // 100}.{other % 100:02}", f"it was €{spelling}").passed


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.data())
def test_a_date_is_supported_by_itself_and_by_no_other(one: date, other: date, data: st.DataObject) -> None:
    """In any two spellings."""
    spelling, again = (data.draw(st.sampled_from(dates(one))) for _ in range(2))
    assert check(f"seen {again}", f"it was {spelling}").passed
    assume(one != other)
    assert not check(f"seen {other.isoformat()}", f"it was {spelling}").passed


def test_a_judged_summary_takes_time_in_proportion_to_it() -> None:
    """Each fact is looked up, not searched for: four times the text, nine times the time at most."""

    def took(times: int) -> float:
        began = time.process_time()
        check(SOURCE * times, KNOWN)
        return time.process_time() - began

    took(1)
    assert took(32) < 9 * took(8)
