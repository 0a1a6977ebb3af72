"""Rules of the flood limit: how many pass, that the rest is told of, and that its end is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stream_slm.pipeline.alert_book import MessageType, Said
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.judgement import Judgement
from stream_slm.pipeline.spec import AlertRule, Severity

START = datetime(2026, 1, 1, tzinfo=UTC)


def due(severity: Severity = "Minor") -> Judgement:
    rule = AlertRule(task="risk", labels=["a"], threshold=0.5, severity=severity)
    return Judgement(rule=rule, verdict="fires", score=0.9, labels=(("a", 0.9),))


def message(msg_type: MessageType = "Alert", identifier: str = "f") -> Said:
    return Said(origin="o", msg_type=msg_type, identifier=identifier, sent=START)


@given(st.integers(1, 5), st.lists(st.floats(0, 20), max_size=60))
def test_no_window_holds_more_than_the_limit(limit: int, waits: list[float]) -> None:
    """Wherever the window begins."""
    gate, now, passed = FloodGate(limit, 10), START, list[datetime]()
    for wait_s in waits:
        now += timedelta(seconds=wait_s)
        if gate.passes(now):
            passed.append(now)
        else:
            assert sum(now - each < timedelta(seconds=10) for each in passed) == limit
    for at in passed:
        assert sum(timedelta(0) <= each - at < timedelta(seconds=10) for each in passed) <= limit


def test_without_a_limit_all_pass() -> None:
    """0 switches it off."""
    gate = FloodGate(0, 1)
    assert all(gate.passes(START) for _ in range(1000))


def test_a_flood_is_told_once_and_again_when_it_gets_worse() -> None:
    """With the number so far and the worst that was held back; it is over a whole window after the last."""
    gate = FloodGate(1, 10)
    assert gate.hold_back(due("Minor"), START) == "Alert"
    gate.told(message())
    assert gate.hold_back(due("Minor"), START) is None
    assert gate.hold_back(due("Severe"), START + timedelta(seconds=5)) == "Update"
    gate.told(message("Update", "g"))
    assert gate.hold_back(due("Moderate"), START + timedelta(seconds=5)) is None
    flood = gate.flood
    assert flood is not None
    assert (flood.count, flood.worst.rule.severity) == (4, "Severe")
    assert [each.identifier for each in flood.said] == ["f", "g"]
    assert not gate.is_over(START + timedelta(seconds=14.9))
    assert gate.is_over(START + timedelta(seconds=15))
    gate.close()
    assert gate.flood is None
    assert not gate.is_over(START + timedelta(seconds=99))


def test_what_was_not_sent_of_a_flood_is_due_again() -> None:
    """Its begin, that it got worse, and its end."""
    gate = FloodGate(1, 10)
    gate.hold_back(due(), START)
    gate.told(message())
    gate.retract("Alert", "f")
    assert gate.hold_back(due(), START) == "Alert"
    gate.told(message())
    gate.hold_back(due("Severe"), START)
    gate.told(message("Update", "g"))
    gate.retract("Update", "g")
    assert gate.hold_back(due(), START) == "Update"
    gate.told(message("Update", "h"))
    gate.close()
    gate.retract("Cancel", "c")
    assert gate.is_over(START + timedelta(seconds=10))
    assert gate.flood is not None
    assert gate.flood.count == 4
