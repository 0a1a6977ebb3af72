"""Which dead letters a command is about: the filters, and how they are typed."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from stream_slm.pipeline import clock
from stream_slm.pipeline.redrive import DeadLetter

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(?:\d{1,6}[smhdw])+")
_PART = re.compile(r"(\d+)([smhdw])")
_OFFSETS = re.compile(r"(\d{1,18})(?:(-)(\d{1,18})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a dead letter must be to be taken; times are its own, in Unix milliseconds, offsets include both ends."""

    codes: frozenset[str] = frozenset()
    since_ms: int | None = None
    until_ms: int | None = None
    partitions: frozenset[int] = frozenset()
    offsets: tuple[int, int | None] = (0, None)
    pipeline: str | None = None
    origin: str | None = None
    limit: int | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Whether a dead letter is meant."""
        first, last = self.offsets
        record = letter.record
        return (
            (not self.codes or letter.code in self.codes)
            and (not self.partitions or record.partition in self.partitions)
            and first <= record.offset
            and (last is None or record.offset <= last)
            and self._is_of_the_time(record.timestamp_ms or 0)
            and self.pipeline in (None, letter.pipeline)
            and self.origin in (None, letter.origin)
        )

    def _is_of_the_time(self, timestamp_ms: int) -> bool:
        return (self.since_ms is None or self.since_ms <= timestamp_ms) and (
            self.until_ms is None or timestamp_ms < self.until_ms
        )


class When(click.ParamType):
    """A time: RFC 3339, or so long ago."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time in UTC."""
        if isinstance(value, datetime):
            return value
        when = when_of(value, clock.now())
        if when is None:
            self.fail(f"{value!r} is neither a time (2026-11-24T08:00:00Z) nor a duration (15m, 2h, 1d12h)", param, ctx)
        return when


class Offsets(click.ParamType):
    """Offsets: one, from one to another, or from one on."""

    name = "offsets"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int | None]:
        """The first and the last."""
        if isinstance(value, tuple):
            return value
        found = _OFFSETS.fullmatch(value)
        first = int(found[1]) if found else 0
        last = int(found[3]) if found and found[3] else None if found and found[2] else first
        if not found or (last is not None and last < first):
            self.fail(f"{value!r} is no range of offsets: write 12, 12-40 or 12-", param, ctx)
        return first, last


def when_of(text: str, now: datetime) -> datetime | None:
    """A time as it is written, or so long before now; None where it is neither."""
    try:
        if _DURATION.fullmatch(text):
            return now - sum((timedelta(**{_UNITS[u]: int(n)}) for n, u in _PART.findall(text)), timedelta())
    except OverflowError:
        return None
    return clock.parse(text)


def milliseconds(when: datetime | None) -> int | None:
    """A time as Kafka counts it."""
    return None if when is None else round(when.timestamp() * 1000)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The filters as options of a command, which gets them as its argument `selection`."""

    @click.option("--code", multiple=True, help="Only with this error code. Repeatable.")
    @click.option("--since", type=When(), help="Only dead since this time: RFC 3339, or so long ago (2h, 15m).")
    @click.option("--until", type=When(), help="Only dead before this time, written likewise.")
    @click.option("--partition", type=click.IntRange(min=0), multiple=True, help="Only of this partition. Repeatable.")
    @click.option("--offset", type=Offsets(), metavar="A-B", help="Only at these offsets: 12, 12-40, 12-.")
    @click.option("--pipeline", help="Only of this pipeline.")
    @click.option("--origin", metavar="ID", help="Only of the record with this identity (x-stream-slm-origin-id).")
    @click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many.")
    @functools.wraps(command)
    def with_selection(
        *arguments: Any,
        code: tuple[str, ...],
        since: datetime | None,
        until: datetime | None,
        partition: tuple[int, ...],
        offset: tuple[int, int | None] | None,
        pipeline: str | None,
        origin: str | None,
        limit: int | None,
        **options: Any,
    ) -> Any:
        selection = Selection(
            codes=frozenset(code),
            since_ms=milliseconds(since),
            until_ms=milliseconds(until),
            partitions=frozenset(partition),
            offsets=offset or (0, None),
            pipeline=pipeline,
            origin=origin,
            limit=limit,
        )
        return command(*arguments, selection=selection, **options)

    return with_selection
