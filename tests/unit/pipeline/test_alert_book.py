"""Rules of the book of open alerts: for any history, at most one open alert a subject, and no loose references."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.pipeline.alert_book import SCORE_STEP, AlertBook, Decision, Firing

START = datetime(2026, 1, 1, tzinfo=UTC)
COOLDOWN_S, EXPIRES_S = 30, 100


def firing(origin: str, now: datetime, label: str = "stat", score: float = 0.9, urgency: str = "Immediate") -> Firing:
    return Firing(origin=origin, identifier=f"id-{origin}", sent=now, label=label, urgency=urgency, score=score)


@dataclass
class Subscriber:
    """What somebody who reads the alert topic knows of one subject, from the messages alone."""

    open_since: datetime | None = None
    latest: datetime | None = None
    ids: list[str] = field(default_factory=list)


@dataclass
class Desk:
    """A book that is asked as a settlement asks it, and what it said."""

    book: AlertBook = field(default_factory=AlertBook)
    now: datetime = START

    def fires(self, key: str, found: Firing) -> Decision:
        decision = self.book.fires(key, found, self.now, cooldown_s=COOLDOWN_S, expires_s=EXPIRES_S)
        if decision.message is not None:
            self.book.note(key, decision, self.now)
        return decision

    def clears(self, key: str, origin: str) -> Decision | None:
        decision = self.book.clears(key, origin, f"cancel-{origin}", self.now)
        if decision is not None:
            self.book.note(key, decision, self.now)
        return decision


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["fires", "clears"]),
        st.sampled_from("ab"),
        st.integers(0, 7),  # a record; the same again is a replay
        st.sampled_from([0, 1, 10, 29, 30, 31, 100]),
        st.booleans(),  # whether what it says becomes durable
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_messages_fit_together(steps: list[tuple[str, str, int, int, bool]]) -> None:
    """At most one open alert a key; Updates and Cancels refer to what was sent; a silence has its alert."""
    desk = Desk()
    subscribers = {key: Subscriber() for key in "ab"}
    for kind, key, number, wait_s, durable in steps:
        desk.now += timedelta(seconds=wait_s)
        told = subscribers[key]
        if told.latest is not None and desk.now - told.latest >= timedelta(seconds=EXPIRES_S):
            told = subscribers[key] = Subscriber()
        was_open, origin = told.open_since is not None, f"{key}{number}"
        if kind == "fires":
            found = firing(origin, desk.now, label=("asap", "stat")[number % 2], score=0.7 + 0.03 * number)
            decision = desk.fires(key, found)
        else:
            ended = desk.clears(key, origin)
            assert (ended is not None) == was_open
            if ended is None:
                continue
            decision = ended
        message = decision.message
        if message is None:
            assert was_open
            assert told.latest is not None
            assert desk.now - told.latest < timedelta(seconds=COOLDOWN_S)
            assert decision.standing == told.ids[-1]
            assert found.identifier not in told.ids  # a record is not silenced by itself
            continue
        assert {each.identifier for each in decision.references} <= set(told.ids)
        assert message.identifier == (f"cancel-{origin}" if kind == "clears" else f"id-{origin}")
        if message.msg_type == "Alert" and was_open:
            assert message.identifier in told.ids  # a repetition, not a second alert
        elif message.msg_type != "Alert":
            assert was_open
            assert decision.references
        if not durable:
            desk.book.retract(key)
            continue
        desk.book.confirm()
        if message.msg_type == "Cancel":
            subscribers[key] = Subscriber()
        elif message.identifier not in told.ids or not was_open:
            told.open_since, told.latest = told.open_since or message.sent, message.sent
            told.ids.append(message.identifier)


@given(STEPS)
def test_the_same_history_gives_the_same_messages(steps: list[tuple[str, str, int, int, bool]]) -> None:
    """Decisions rest on records and times alone, so that a replay says the same."""

    def play() -> list[Decision | None]:
        desk, said = Desk(), list[Decision | None]()
        for kind, key, number, wait_s, _ in steps:
            desk.now += timedelta(seconds=wait_s)
            origin = f"{key}{number}"
            said.append(desk.fires(key, firing(origin, desk.now)) if kind == "fires" else desk.clears(key, origin))
        return said

    assert play() == play()


def test_the_life_of_an_alert() -> None:
    """Alert, silence, Update when it changes or lasts, Cancel; then a new Alert."""
    desk = Desk()
    first = desk.fires("k", firing("1", desk.now))
    assert first.message is not None
    assert (first.message.msg_type, first.references) == ("Alert", ())
    desk.now += timedelta(seconds=10)
    assert desk.fires("k", firing("2", desk.now)).message is None
    changed = desk.fires("k", firing("3", desk.now, urgency="Expected"))
    assert changed.message is not None
    assert changed.message.msg_type == "Update"
    assert [each.identifier for each in changed.references] == ["id-1"]
    desk.now += timedelta(seconds=COOLDOWN_S)
    lasting = desk.fires("k", firing("4", desk.now, urgency="Expected"))
    assert [each.identifier for each in lasting.references] == ["id-1", "id-3"]
    over = desk.clears("k", "5")
    assert over is not None
    assert over.last == lasting.after.last  # type: ignore[union-attr]
    assert [each.identifier for each in over.references] == ["id-1", "id-3", "id-4"]
    assert desk.clears("k", "6") is None
    again = desk.fires("k", firing("7", desk.now))
    assert again.message is not None
    assert (again.message.msg_type, again.references) == ("Alert", ())


@pytest.mark.parametrize("moved", [SCORE_STEP + 0.01, -SCORE_STEP - 0.01])
def test_a_score_that_moved_by_a_step_is_news(moved: float) -> None:
    """A smaller step is not."""
    desk = Desk()
    desk.fires("k", firing("1", desk.now, score=0.8))
    assert desk.fires("k", firing("2", desk.now, score=0.8 + 0.9 * moved)).message is None
    update = desk.fires("k", firing("3", desk.now, score=0.8 + moved)).message
    assert update is not None
    assert update.msg_type == "Update"


def test_a_record_read_again_says_what_it_said() -> None:
    """The same id, kind, time and references, in its cool-down or not; and the alert's life goes on as before."""
    desk = Desk()
    alert = desk.fires("k", firing("1", desk.now))
    desk.now += timedelta(seconds=COOLDOWN_S)
    update = desk.fires("k", firing("2", desk.now))
    desk.now += timedelta(seconds=1)
    for origin, before in (("1", alert), ("2", update), ("1", alert)):
        again = desk.fires("k", firing(origin, desk.now))
        assert (again.message, again.references) == (before.message, before.references)
    assert desk.fires("k", firing("3", desk.now)).message is None


def test_a_retracted_message_was_never_said() -> None:
    """What would have been silenced by it is said, and what would have been cancelled is open."""
    desk = Desk()
    desk.fires("k", firing("1", desk.now))
    assert desk.book.is_unsure("k")
    desk.book.retract("k")
    assert not desk.book.is_unsure("k")
    assert len(desk.book) == 0
    desk.fires("k", firing("2", desk.now))
    desk.book.confirm()
    desk.clears("k", "3")
    desk.book.retract("k")
    assert desk.fires("k", firing("4", desk.now)).standing == "id-2"


def test_memory_is_bounded() -> None:
    """By number: the alert that was longest unheard of is forgotten. By time: what has expired. By messages: eight."""
    desk = Desk(AlertBook(most=3))
    for number in range(4):
        desk.fires(str(number), firing(str(number), desk.now))
    assert len(desk.book) == 3
    again = desk.fires("0", firing("9", desk.now)).message
    assert again is not None
    assert again.msg_type == "Alert"
    desk.now += timedelta(seconds=EXPIRES_S)
    desk.fires("new", firing("new", desk.now))
    assert len(desk.book) == 1
    for number in range(20):
        desk.now += timedelta(seconds=COOLDOWN_S)
        decision = desk.fires("new", firing(str(number), desk.now))
    assert len(decision.references) == 8
