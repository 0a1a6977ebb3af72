"""How dead letters look: counted by code, one in full, or as JSON; the text of a record only where it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from stream_slm.cli.show import one_line
from stream_slm.cli.subscriber import by_name, readable, text_or_base64
from stream_slm.pipeline import clock
from stream_slm.pipeline.redrive import CONNECT_PREFIX, DeadLetter


@dataclass(slots=True)
class CodeCount:
    """The dead letters of one code in one topic."""

    count: int
    oldest_ms: int
    newest_ms: int
    example: str


class Counts:
    """Dead letters by topic and code."""

    def __init__(self) -> None:
        self._by_code: dict[tuple[str, str], CodeCount] = {}

    def add(self, letter: DeadLetter) -> None:
        """Count one."""
        key, when = (letter.record.topic, letter.code), letter.record.timestamp_ms or 0
        found = self._by_code.get(key)
        if found is None:
            self._by_code[key] = CodeCount(1, when, when, place_of(letter))
            return
        found.count += 1
        found.oldest_ms = min(found.oldest_ms, when)
        found.newest_ms = max(found.newest_ms, when)

    def table(self) -> Table | str:
        """The most frequent first."""
        if not self._by_code:
            return "no dead letters"
        table = Table("topic", "code", "count", "oldest", "newest", "example")
        table.columns[2].justify = "right"
        for (topic, code), found in sorted(self._by_code.items(), key=lambda item: (item[0][0], -item[1].count)):
            table.add_row(
                topic,
                Text(one_line(code), style="yellow"),
                str(found.count),
                _second(found.oldest_ms),
                _second(found.newest_ms),
                found.example.removeprefix(f"{topic}/"),
            )
        return table


def place_of(letter: DeadLetter) -> str:
    """Where it lies."""
    record = letter.record
    return f"{record.topic}/{record.partition}/{record.offset}"


def source_of(letter: DeadLetter) -> str | None:
    """Where it lay before it was one."""
    if not letter.source_topic:
        return None
    parts = (letter.source_topic, letter.source_partition, letter.source_offset)
    return "/".join("?" if part is None else str(part) for part in parts)


def as_json(letter: DeadLetter) -> dict[str, Any]:
    """One object with what a dead letter says of itself, without its key, its headers and its value."""
    record = letter.record
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": clock.from_ms(record.timestamp_ms),
        "code": letter.code,
        "reason": letter.header(f"{CONNECT_PREFIX}exception.message") or None,
        "exception": letter.header(f"{CONNECT_PREFIX}exception.class.name") or None,
        "stage": letter.header(f"{CONNECT_PREFIX}stage") or None,
        "pipeline": letter.pipeline or None,
        "group": letter.header("x-stream-slm-group") or None,
        "version": letter.header("x-stream-slm-version") or None,
        "source": source_of(letter),
        "source_timestamp": clock.from_ms(letter.original_timestamp_ms),
        "origin": letter.origin or None,
        "attempts": letter.header("x-stream-slm-attempts") or None,
        "redrives": letter.redrives,
        "bytes": None if record.value is None else len(record.value),
    }


def in_full(letter: DeadLetter, *, value: bool) -> dict[str, Any]:
    """One object with everything, the value only where it is asked for."""
    key = letter.record.key
    told = {
        **as_json(letter),
        "key": None if key is None else text_or_base64(key),
        "headers": by_name(letter.record.headers),
    }
    return {**told, "value": readable(letter.record.value)} if value else told


def page_of(letter: DeadLetter, *, value: bool) -> Group:
    """One dead letter as a person reads it."""
    told = as_json(letter)
    facts = Table.grid(padding=(0, 2))
    facts.add_row(Text(letter.code, style="bold yellow"), Text(place_of(letter), style="bold"))
    for name in ("topic", "partition", "offset", "code"):
        told.pop(name)
    key = letter.record.key
    told["key"] = None if key is None else text_or_base64(key)
    for name, fact in told.items():
        facts.add_row(Text(name.replace("_", " "), style="dim"), Text("-" if fact is None else one_line(str(fact))))
    parts: list[Any] = [facts, Text("headers of the record", style="dim"), *_header_lines(letter)]
    if value:
        parts += [Text("value", style="dim"), Text(_printable(readable(letter.record.value)))]
    return Group(*parts, Text(""))


def _header_lines(letter: DeadLetter) -> Iterable[Text]:
    lines = [
        Text(f"  {one_line(name)}: {'-' if value is None else one_line(str(text_or_base64(value)))}")
        for name, value in letter.original_headers
    ]
    return lines or [Text("  none")]


def _printable(value: Any) -> str:
    """A value without control characters, which could forge what stands on a terminal; its lines stay."""
    if value is None:
        return "  none (a tombstone)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return "\n".join(f"  {line}" for line in _clean_lines(text))


def _clean_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield "".join(each if each.isprintable() else " " for each in line)


def _second(timestamp_ms: int) -> str:
    """To the second: a table is narrow."""
    text = clock.from_ms(timestamp_ms)
    return "-" if text is None else f"{text[:19]}Z"
