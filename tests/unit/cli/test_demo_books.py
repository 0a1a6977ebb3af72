"""Rules of a demo's counting: by input record, so that a loss or a duplicate shows."""

from __future__ import annotations

from typing import Any

from stream_slm.cli.demo_books import Books
from stream_slm.cli.demo_report import Spread
from stream_slm.cli.subscriber import Seen

SENT_AT = "2026-03-01T00:00:00.000Z"
SENT_AT_MS = 1_772_323_200_000


def enriched(offset: int, *, after_ms: int = 0) -> Seen:
    source = {"topic": "t.v1", "partition": 0, "offset": offset, "timestamp": SENT_AT}
    return seen("enriched", {"domain": "t", "source": source}, after_ms=after_ms)


def dead_letter(offset: int) -> Seen:
    headers = {
        "__connect.errors.topic": "t.v1",
        "__connect.errors.partition": "0",
        "__connect.errors.offset": str(offset),
        "x-stream-slm-error-code": "decode_error",
    }
    return seen("dead_letter", "no json", **headers)


def seen(kind: Any, value: Any, *, after_ms: int = 0, **headers: str) -> Seen:
    return Seen(
        kind=kind,
        place=("out", 0, 0),
        timestamp_ms=SENT_AT_MS + after_ms,
        key=None,
        headers=tuple((name, text.encode()) for name, text in headers.items()),
        value=value,
    )


def test_a_record_is_missing_until_its_outcome_is_read() -> None:
    """Enriched or dead-lettered: one is enough."""
    books = Books()
    for offset in range(3):
        books.note_sent(("t.v1", 0, offset))
    assert (books.sent, books.missing) == (3, 3)
    books.note(enriched(0))
    books.note(dead_letter(2))
    assert (books.outcomes, books.missing, books.duplicates) == (2, 1, 0)
    assert books.by_code == {"decode_error": 1}
    assert books.by_domain == {"t": 1}


def test_an_outcome_may_be_read_before_its_input_is_acknowledged() -> None:
    """The broker answers producer and consumer in any order."""
    books = Books()
    books.note(enriched(5))
    assert (books.outcomes, books.foreign) == (0, 1)
    books.note_sent(("t.v1", 0, 5))
    assert (books.outcomes, books.foreign, books.missing, books.duplicates) == (1, 0, 0, 0)


def test_a_second_outcome_of_a_record_is_a_duplicate_and_covers_no_other() -> None:
    """Two outcomes of one record do not make up for none of another."""
    books = Books()
    books.note(enriched(0))
    books.note(enriched(0))
    books.note_sent(("t.v1", 0, 0))
    books.note_sent(("t.v1", 0, 1))
    books.note(dead_letter(0))
    assert (books.outcomes, books.missing, books.duplicates) == (1, 1, 2)


def test_outcomes_of_records_that_others_sent_are_not_ours() -> None:
    """On a broker that is shared."""
    books = Books()
    books.note_sent(("t.v1", 0, 0))
    books.note(enriched(77))
    assert (books.missing, books.foreign, books.duplicates) == (1, 1, 0)


def test_an_alert_is_counted_and_is_no_outcome() -> None:
    """A record with an alert has an enriched record, too."""
    books = Books()
    books.note_sent(("t.v1", 0, 0))
    books.note(seen("alert", {"source": {"topic": "t.v1", "partition": 0, "offset": 0}}))
    assert (books.by_kind["alert"], books.missing) == (1, 1)


def test_latency_is_from_the_inputs_timestamp_to_the_outputs() -> None:
    """Median and 99th percentile, in milliseconds."""
    books = Books()
    assert books.latency_ms() is None
    for offset in range(100):
        books.note(enriched(offset, after_ms=offset))
    assert books.latency_ms() == (50.0, 99.0)


def test_rows_of_a_report_are_spread_over_all_that_came() -> None:
    """Whatever their number, known or not, beginning with the first."""
    for offered in (1, 5, 12, 100, 3_027):
        spread = Spread[int](12)
        for item in range(offered):
            if spread.wants():
                spread.add(item)
        assert spread.offered == offered
        assert min(12, offered) <= len(spread.kept) < 24
        gaps = {second - first for first, second in zip(spread.kept, spread.kept[1:], strict=False)}
        assert spread.kept[0] == 0
        assert len(gaps) <= 1
