"""Rules of expectations: what is as expected is silent, and what is not says what there is instead."""

from __future__ import annotations

from typing import Any

import pytest

from stream_slm.declared.expectations import Expectation
from stream_slm.errors import TextMissing
from stream_slm.types import Outcome, Record

RECORD = Record(topic="t.v1", partition=0, offset=0, value=b"{}")
RESULTS = {
    "topic": {"task": "classification", "label": "billing", "score": 0.61, "threshold": 0.7, "accepted": False},
    "summary": {"task": "summarization", "text": "Charged twice."},
}
ENRICHED = Outcome(
    record=RECORD,
    pipeline="t",
    outputs=(),
    status="partial",
    enriched={"results": RESULTS, "alerts": [{"rule": "outage"}]},
)
DEAD = Outcome(record=RECORD, pipeline="t", outputs=(), status="dead_letter", error=TextMissing("no text"))


def differences(outcome: Outcome, **expected: Any) -> list[str]:
    return Expectation(name="t", payload={}, **expected).differences(outcome)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (ENRICHED, {}),
        (
            ENRICHED,
            {
                "status": "partial",
                "labels": {"topic": "billing"},
                "accepted": {"topic": False},
                "alerts": frozenset({"outage"}),
                "summary_contains": ("charged", "TWICE"),
            },
        ),
        (DEAD, {"status": "dead_letter"}),
        (DEAD, {"code": "text_missing"}),
        (DEAD, {"status": "dead_letter", "code": "text_missing", "labels": {"topic": "billing"}}),
    ],
)
def test_what_is_as_expected_is_silent(outcome: Outcome, expected: dict[str, Any]) -> None:
    """And what is not asked for is not looked at."""
    assert differences(outcome, **expected) == []


@pytest.mark.parametrize(
    ("outcome", "expected", "said"),
    [
        (ENRICHED, {"status": "ok"}, ["status: partial, not ok"]),
        (ENRICHED, {"labels": {"topic": "login"}}, ["topic: billing (0.61), not login"]),
        (ENRICHED, {"labels": {"mood": "good"}}, ["mood: None (0.00), not good"]),
        (ENRICHED, {"accepted": {"topic": True}}, ["topic: not accepted (0.61 against 0.70)"]),
        (ENRICHED, {"alerts": frozenset()}, ["alerts: outage, not none"]),
        (ENRICHED, {"summary_contains": ("refund",)}, ["summary: lacks 'refund'"]),
        (ENRICHED, {"code": "text_missing"}, ["dead letter: none, not text_missing"]),
        (DEAD, {}, ["dead letter: text_missing, not none"]),
        (DEAD, {"labels": {"topic": "billing"}}, ["dead letter: text_missing, not none"]),
        (DEAD, {"code": "decode_error"}, ["dead letter: text_missing, not decode_error"]),
    ],
)
def test_what_is_not_says_what_there_is_instead(outcome: Outcome, expected: dict[str, Any], said: list[str]) -> None:
    """One line each."""
    assert differences(outcome, **expected) == said
