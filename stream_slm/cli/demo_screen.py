"""The live screen of a demo: the latest enriched records, alerts, dead letters, and the counts."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from stream_slm.cli.because import SentTexts
from stream_slm.cli.demo_books import Books
from stream_slm.cli.show import alert_line, dead_letter_line, domain, labels, summary
from stream_slm.cli.subscriber import Seen

#: More would flicker and tell no more.
_REFRESH_EVERY_S = 0.2
#: Lines that are neither records, alerts nor dead letters: title, heading, two rules, two lines of status.
_FIXED_LINES = 6
#: From this width on, the reason has a column.
_WIDE = 120


class Screen:
    """Draws on a `Live`; the newest record stands lowest, as in a log."""

    def __init__(self, live: Live, texts: SentTexts, title: str) -> None:
        self._live = live
        self._texts = texts
        self._title = title
        self._enriched: deque[tuple[int, Mapping[str, Any], str]] = deque(maxlen=200)
        self._alerts: deque[tuple[int, Text]] = deque(maxlen=50)
        self._dead_letters: deque[tuple[int, Text]] = deque(maxlen=50)
        self._said = ""
        self._drawn_at = 0.0

    def note(self, seen: Seen) -> None:
        """Take in a record that a subscriber read."""
        if seen.kind == "enriched":
            self._enriched.append((seen.timestamp_ms, seen.value, self._texts.because(seen.value)))
        elif seen.kind == "alert":
            self._alerts.append((seen.timestamp_ms, alert_line(seen.value)))
        elif seen.kind == "dead_letter":
            headers = {name: seen.header(name) for name, _ in seen.headers}
            self._dead_letters.append((seen.timestamp_ms, dead_letter_line(headers)))

    def say(self, what: str) -> None:
        """Show it in place of the counts."""
        self._said = what
        self._drawn_at = 0.0

    def refresh(self, books: Books) -> None:
        """Draw, unless that was done a moment ago."""
        if time.monotonic() - self._drawn_at >= _REFRESH_EVERY_S:
            self._drawn_at = time.monotonic()
            self._live.update(self._drawn(self._live.console, books), refresh=True)

    def _drawn(self, console: Console, books: Books) -> RenderableType:
        alerts, dead_letters = _heights(console.height)
        rows = max(1, console.height - _FIXED_LINES - alerts - dead_letters)
        return Group(
            Text(f" {self._title}".ljust(console.width), style="bold reverse", no_wrap=True, overflow="crop"),
            self._records(rows, console.width >= _WIDE),
            Rule(Text(f" alerts {books.by_kind['alert']} ", style="bold red"), align="left", style="red"),
            _log(self._alerts, alerts),
            Rule(
                Text(f" dead letters {books.by_kind['dead_letter']} ", style="bold yellow"),
                align="left",
                style="yellow",
            ),
            _log(self._dead_letters, dead_letters),
            Text(f" {self._said} ...", style="bold") if self._said else status(books),
        )

    def _records(self, rows: int, wide: bool) -> Table:
        table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
        table.add_column("time", width=8, style="dim")
        table.add_column("domain", width=14, no_wrap=True)
        table.add_column("labels (? below threshold)", width=40, no_wrap=True, overflow="ellipsis")
        table.add_column("summary", ratio=3, no_wrap=True, overflow="ellipsis")
        if wide:
            table.add_column("because", ratio=2, no_wrap=True, overflow="ellipsis", style="italic cyan")
        shown = list(self._enriched)[-rows:]
        for timestamp_ms, record, because in shown:
            cells: list[Text | str] = [_time(timestamp_ms), domain(record), labels(record), summary(record), because]
            table.add_row(*cells[: len(table.columns)])
        for _ in range(rows - len(shown)):
            table.add_row()
        return table


def status(books: Books) -> Text:
    """One line: what was sent, what came back, how fast."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f" {books.sent} sent", style="bold")
    line.append(f"  {books.by_kind['enriched']} enriched", style="green")
    line.append(f"  {books.by_kind['alert']} alerts", style="red")
    line.append(f"  {books.by_kind['dead_letter']} dead letters", style="yellow")
    line.append(f"  {books.missing} on their way  {books.duplicates} twice", style="dim")
    line.append(f"   {books.rate:.0f}/s")
    latency = books.latency_ms()
    if latency:
        line.append(f"   latency {latency[0]:.0f} ms, p99 {latency[1]:.0f} ms")
    return line


def _heights(height: int) -> tuple[int, int]:
    """Lines for alerts and for dead letters on a screen of some height."""
    return max(2, height // 5), max(1, height // 9)


def _log(lines: deque[tuple[int, Text]], height: int) -> Group:
    shown = list(lines)[-height:]
    drawn = [Text(f"{_time(timestamp_ms)} ", style="dim").append(line) for timestamp_ms, line in shown]
    for line in drawn:
        line.no_wrap, line.overflow = True, "ellipsis"
    return Group(*drawn, *[Text()] * (height - len(drawn)))


def _time(timestamp_ms: int) -> str:
    return datetime.fromtimestamp(timestamp_ms / 1000).astimezone().strftime("%H:%M:%S")
