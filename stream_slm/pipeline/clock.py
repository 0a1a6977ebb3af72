"""Times as the contracts spell them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

#: A producer may write any 64-bit number into a record's timestamp; from here on it is no date.
_YEAR_10000_MS = 253_402_300_800_000


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def rfc3339(when: datetime) -> str:
    """To the millisecond, with `Z`, as the enriched record spells it."""
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC)
    return when.isoformat(timespec="milliseconds")[:-6] + "Z"  # in place of +00:00


def cap_time(when: datetime) -> str:
    """To the second, with a numeric offset: CAP forbids `Z`."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def from_ms(timestamp_ms: int | None) -> str | None:
    """A Kafka timestamp (Unix milliseconds; negative or past the year 9999: none) in RFC 3339."""
    if timestamp_ms is None or not 0 <= timestamp_ms < _YEAR_10000_MS:
        return None
    seconds, ms = divmod(timestamp_ms, 1000)
    return f"{_to_the_second(seconds)}.{ms:03}Z"


def parse(text: str | None) -> datetime | None:
    """A time in UTC (without an offset: read as UTC), or None where it cannot be read."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text.upper())  # RFC 3339 allows a small z, Python does not
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1 with an offset lies before the first date there is
        return None


@lru_cache(maxsize=1024)  # records of one batch were made in a few seconds
def _to_the_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")[:-6]
