"""Times as the contracts spell them."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(timezone.utc)


def rfc3339(when: datetime) -> str:
    """To the millisecond, with `Z`, as the enriched record spells it."""
    return when.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cap_time(when: datetime) -> str:
    """To the second, with a numeric offset: CAP forbids `Z`."""
    return when.astimezone(timezone.utc).isoformat(timespec="seconds")


def from_ms(timestamp_ms: int | None) -> str | None:
    """A Kafka timestamp (Unix milliseconds; negative: none) in RFC 3339."""
    if timestamp_ms is None or timestamp_ms < 0:
        return None
    return rfc3339(datetime.fromtimestamp(timestamp_ms / 1000, timezone.utc))


def parse(text: str | None) -> datetime | None:
    """A time with its offset, or None where it cannot be read."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=timezone.utc)
