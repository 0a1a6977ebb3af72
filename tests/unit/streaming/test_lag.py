"""Lag and pace: gauges that move by themselves, and stop being told rather than stand still."""

from __future__ import annotations

import pytest

from stream_slm.streaming.lag import Lag, Pace, PartitionLag
from stream_slm.streaming.ledger import Ledger, Partition

PLACE: Partition = ("in", 0)


class Clocks:
    """A monotonic clock and a wall clock that are wound by hand."""

    def __init__(self) -> None:
        self.now, self.wall = 1000.0, 1_700_000_000.0

    def advance(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def lag(ledger: Ledger, clocks: Clocks) -> Lag:
    return Lag(ledger, stale_after_s=15, monotonic=lambda: clocks.now, wall=lambda: clocks.wall)


def test_a_look_is_held_against_books_that_moved_since(lag: Lag, ledger: Ledger, clocks: Clocks) -> None:
    """Between two looks the lag falls as records are finished; what is in flight is lag, and not unread."""
    slots = [ledger.admit(PLACE, 1, offset, timestamp_ms=round(clocks.wall * 1000) - 4000) for offset in (10, 11)]
    lag.note({PLACE: 30}, {})
    assert lag() == {PLACE: PartitionLag(records=20, seconds=pytest.approx(4), unread=18)}
    ledger.finish(slots[0])
    assert lag()[PLACE].records == 19
    ledger.finish(slots[1])
    assert lag()[PLACE] == PartitionLag(records=18, seconds=0.0, unread=18)


def test_a_stalled_reader_ages(lag: Lag, ledger: Ledger, clocks: Clocks) -> None:
    """Nothing is read and nothing arrives: Faust's gauge would show no change, the age of what waits grows."""
    ledger.finish(ledger.admit(PLACE, 1, 0))
    lag.note({PLACE: 1}, {})
    assert lag()[PLACE] == PartitionLag(0, 0.0, 0)
    clocks.advance(5)
    lag.note({PLACE: 4}, {})
    for _ in range(3):
        clocks.advance(10)
        lag.note({PLACE: 4}, {})
    assert lag()[PLACE] == PartitionLag(records=3, seconds=pytest.approx(30), unread=3)


def test_the_age_is_of_the_first_record_that_waits(lag: Lag, ledger: Ledger, clocks: Clocks) -> None:
    """Looks at what is finished meanwhile are forgotten."""
    ledger.finish(ledger.admit(PLACE, 1, 0))
    for end in (5, 10, 15):
        lag.note({PLACE: end}, {})
        clocks.advance(10)
    for offset in range(1, 8):
        ledger.finish(ledger.admit(PLACE, 1, offset))
    lag.note({PLACE: 15}, {})
    assert lag()[PLACE].seconds == pytest.approx(20)  # offset 8 was first seen at the second look


def test_a_partition_of_which_nothing_was_read_has_the_lag_of_its_start(lag: Lag, ledger: Ledger) -> None:
    """A worker that is stuck from the beginning is behind by all that waits."""
    assert lag.unread([PLACE]) == [PLACE]
    lag.note({PLACE: 50, ("in", 1): 9}, {PLACE: 20, ("in", 1): 9})
    assert {place: each.records for place, each in lag().items()} == {PLACE: 30, ("in", 1): 0}
    ledger.admit(PLACE, 1, 20)
    assert lag.unread([PLACE]) == []


def test_no_lag_is_told_where_it_is_not_known(lag: Lag, ledger: Ledger, clocks: Clocks) -> None:
    """An old look is no answer, nor are books that were closed; a partition that was given up is gone at once."""
    assert lag() == {}
    ledger.admit(PLACE, 1, 3)
    lag.note({PLACE: 10, ("in", 1): 10}, {})
    assert list(lag()) == [PLACE]
    lag.note({("in", 1): 10}, {("in", 1): 0})
    assert list(lag()) == [("in", 1)]
    clocks.advance(15.1)
    assert lag() == {}


def test_an_end_behind_what_was_read_is_no_negative_lag(lag: Lag, ledger: Ledger) -> None:
    """Looks are older than books; some brokers tell ends that are wrong."""
    for offset in range(5):
        ledger.admit(PLACE, 1, offset)
    lag.note({PLACE: 2}, {})
    assert lag()[PLACE].records == 5
    assert lag()[PLACE].unread == 0


def test_seconds_of_work_follow_from_what_was_measured() -> None:
    """2,000 tokens in 4 busy seconds are 500 a second; 100 records of 20 tokens each."""
    pace = Pace()
    assert seconds(pace) == 0.0
    assert seconds(pace, queued_tokens=100) is None
    pace.note(2000, 4.0, 100)
    assert seconds(pace, queued_tokens=1000) == pytest.approx(2.0)
    assert seconds(pace, unread=500) == pytest.approx(20.0)
    assert seconds(pace, queued_tokens=1000, unread=500) == pytest.approx(22.0)
    # The queue holds some of what is in flight: whichever says more is right.
    assert seconds(pace, queued_tokens=1000, in_flight=10) == pytest.approx(2.0)
    assert seconds(pace, queued_tokens=1000, in_flight=100) == pytest.approx(4.0)
    pace.note(2000, 4.0, 100)  # idle: nothing fades
    assert seconds(pace, queued_tokens=1000) == pytest.approx(2.0)


def test_the_pace_follows_a_feed_that_changes() -> None:
    """After some minutes of work at half the speed it is near that speed."""
    pace = Pace()
    tokens = busy = records = 0.0
    for speed in [1000.0] * 60 + [500.0] * 60:
        tokens, busy, records = tokens + speed * 5, busy + 5, records + 10
        pace.note(tokens, busy, records)
    assert seconds(pace, queued_tokens=1000) == pytest.approx(2.0, rel=0.01)


def seconds(pace: Pace, *, queued_tokens: int = 0, in_flight: int = 0, unread: int = 0) -> float | None:
    return pace.seconds_for(queued_tokens=queued_tokens, in_flight=in_flight, unread=unread)
