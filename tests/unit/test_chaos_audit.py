"""Rules of the audit behind `make chaos`: each kind of harm is seen, and nothing else."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos.audit import Audit, Findings
from tests.chaos.book import Row, page
from tests.chaos.fleet import slope
from tests.chaos.offline import Expected, difference
from tests.chaos.traffic import NUMBER, Mixed, Plain

RECORDS = Plain(1, texts=4, keys=2)
SUMMARY = {"task": "summarization", "text": "Short.", "method": "verbatim"}


def classification(score: float, accepted: bool = True, label: str = "a", duration_ms: float = 1.0) -> dict[str, Any]:
    labels = [{"label": "a", "score": score}, {"label": "b", "score": 1 - score}]
    return {"task": "classification", "label": label, "score": score, "threshold": 0.7, "accepted": accepted,
            "labels": labels, "duration_ms": duration_ms}  # fmt: skip


def results(score: float = 0.9) -> dict[str, Any]:
    return {"risk": classification(score), "summary": SUMMARY}


def output_of(partition: int, offset: int, **changes: Any) -> dict[str, Any]:
    source = {"partition": partition, "offset": offset}
    return {"status": "ok", "source": source, "results": results(), "processing": {"worker": "pod-1"}, **changes}


def expected(number: int) -> Expected:
    """Record 3 is a dead letter."""
    read = {name: {k: v for k, v in each.items() if k != "duration_ms"} for name, each in results().items()}
    return Expected("dead_letter", "decode_error", {}) if number == 3 else Expected("ok", None, read)


def out(number: int, **changes: Any) -> Any:
    """The outcome of a record; keys alternate, so offsets of a partition are half the number."""
    sent = RECORDS(number)
    if number == 3:
        places = [("__connect.errors.partition", b"1"), ("__connect.errors.offset", b"1")]
        places.append(("__connect.errors.task.id", b"pod-1"))
        headers = [*sent.headers, *places, ("x-stream-slm-error-code", b"decode_error")]
        found = {"topic": "dlq", "key": sent.key, "value": sent.value, "headers": headers}
    else:
        body = output_of(number % 2, number // 2)
        found = {"topic": "out", "key": sent.key, "value": json.dumps(body), "headers": list(sent.headers)}
    return SimpleNamespace(**{**found, **changes})


def audited(*outputs: Any) -> Audit:
    audit = Audit("in", "dlq", RECORDS, expected)
    for output in outputs:
        audit.hear(output)
    return audit


ENDS = {0: 2, 1: 2}
CLEAN = Findings(records=4, lost=0, duplicates=0, reordered=0, wrong=0, dead_letters=1)


def test_all_is_well() -> None:
    assert audited(*map(out, range(4))).findings(ENDS) == CLEAN


def test_a_record_without_an_outcome_is_lost() -> None:
    audit = audited(out(0), out(1), out(3))
    assert audit.findings(ENDS).lost == 1
    assert audit.missing(ENDS) == {0: [1], 1: []}
    assert audited().findings(ENDS).lost == 4


@pytest.mark.parametrize("again", [0, 3])
def test_a_second_outcome_is_a_duplicate_and_not_reordered(again: int) -> None:
    audit = audited(*map(out, range(4)), out(again))
    found = audit.findings(ENDS)
    assert audit.duplicates_by == {"pod-1": 1}
    assert (found.duplicates, found.reordered, found.lost, found.dead_letters) == (1, 0, 0, 1)


def test_a_first_outcome_before_an_earlier_one_is_reordered() -> None:
    assert audited(out(2), out(0)).reordered == 1
    assert audited(out(1), out(0)).reordered == 0  # keys of their own


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (0, {"key": b"other"}),
        (0, {"value": json.dumps(output_of(0, 0, status="skipped", results={}))}),
        (0, {"value": json.dumps(output_of(0, 0, results=results(0.8)))}),
        (3, {"value": b"cut"}),
        (3, {"key": b"other"}),
    ],
)
def test_another_outcome_than_the_expected_is_wrong(number: int, changes: dict[str, Any]) -> None:
    assert sum(audited(out(number, **changes)).wrong.values()) == 1


def test_a_good_record_in_the_dead_letters_and_a_bad_one_in_the_outputs_are_wrong() -> None:
    bad = out(3)
    bad.headers[0] = (NUMBER, b"0")
    assert audited(bad).wrong == {"dead letter decode_error, not ok": 1}
    good = out(0)
    good.headers = [(NUMBER, b"3")]
    good.key = RECORDS(3).key
    assert audited(good).wrong == {"status ok, not dead_letter": 1}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (classification(0.9), classification(0.9009), True),
        (classification(0.9), classification(0.902), False),
        (classification(0.9), classification(0.9, accepted=False), False),
        (classification(0.7004), classification(0.6996, accepted=False), True),
        (classification(0.5), classification(0.4995, label="b"), True),
        (classification(0.6), classification(0.6, label="b"), False),
        (SUMMARY, {**SUMMARY, "text": "Other."}, False),
        (SUMMARY, {**SUMMARY, "method": "extractive"}, False),
    ],
)
def test_results_are_the_same_within_a_thousandth(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert (difference(Expected("ok", None, {"t": one}), {"t": other}) is None) is same
    assert difference(Expected("ok", None, {}), {"t": other}) == "tasks"


def test_a_number_always_gives_the_same_record() -> None:
    one, other = Mixed(5), Mixed(5)
    assert [one(number) for number in range(300)] == [other(number) for number in range(300)]
    kinds = [one.kind(number) for number in range(20_000)]
    assert 150 < kinds.count("poison") < 250
    assert 150 < kinds.count("malformed") < 250
    assert 20 < kinds.count("large") < 60


def test_a_slope_is_least_squares() -> None:
    assert slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2)


def test_a_scenario_that_failed_is_seen_in_the_table() -> None:
    good = Row("1. kills", "exactly_once", "quick", records=5, lost=0, duplicates=0, duplicates_bound=0, run="SEED=1")
    bad = Row("2. cuts", "at_least_once", "quick", failure="3 lost", run="SEED=1")
    text = page([good, bad], "a machine")
    assert "| 1. kills | exactly-once | quick | 5 |" in text
    assert "| **FAILED** |" in text
    assert "**FAILED**: 3 lost" in text
    assert text.count("passed |") == 1
    assert "passed (short run)" in page(
        [Row("1. kills", "exactly_once", "quick", run="CHAOS_SEED=1 CHAOS_SCALE=0.1")], ""
    )
