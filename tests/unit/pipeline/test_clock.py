"""Rules of time: spelled as the contracts ask, read leniently, and never an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.pipeline import clock

MOMENT = datetime(2026, 11, 23, 10, 1, 2, 345678, tzinfo=timezone(timedelta(hours=2)))


def test_times_are_spelled_as_each_contract_asks() -> None:
    """Z and milliseconds in the enriched record; a numeric offset and seconds in CAP."""
    assert clock.rfc3339(MOMENT) == "2026-11-23T08:01:02.345Z"
    assert clock.cap_time(MOMENT) == "2026-11-23T08:01:02+00:00"
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T08:01:02Z", "2026-11-23T08:01:02.000Z"),
        ("2026-11-23t08:01:02z", "2026-11-23T08:01:02.000Z"),
        ("2026-11-23T10:01:02.5+02:00", "2026-11-23T08:01:02.500Z"),
        ("2026-11-23T08:01:02", "2026-11-23T08:01:02.000Z"),
        ("2026-11-23", "2026-11-23T00:00:00.000Z"),
    ],
)
def test_iso_times_are_read(text: str, expected: str) -> None:
    """With Z, z, an offset, none, or no time at all (UTC)."""
    when = clock.parse(text)
    assert when is not None
    assert clock.rfc3339(when) == expected


@pytest.mark.parametrize(
    "text", [None, "", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\0", "Z"]
)
def test_what_is_no_time_is_none(text: str | None) -> None:
    """A field that cannot be read, or that lies before the first date there is, costs the field and not the record."""
    assert clock.parse(text) is None


@given(st.text(max_size=40) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
def test_any_string_is_a_time_in_utc_or_none(text: str) -> None:
    """Whatever it is, it can be compared and spelled."""
    when = clock.parse(text)
    assert when is None or clock.rfc3339(when).endswith("Z")


@given(st.none() | st.integers(-(2**63), 2**63 - 1))
def test_any_kafka_timestamp_is_a_time_or_none(timestamp_ms: int | None) -> None:
    """The field is any 64-bit number; microseconds in it are a common mistake, and no reason to refuse a record."""
    spelled = clock.from_ms(timestamp_ms)
    if spelled is not None:
        when = clock.parse(spelled)
        assert when is not None
        assert (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) == timestamp_ms
    else:
        assert timestamp_ms is None or timestamp_ms < 0 or timestamp_ms >= 253_402_300_800_000
