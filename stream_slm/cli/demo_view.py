"""What a demo shows: a live table on a terminal, a report elsewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from stream_slm.cli.demo_books import Books
from stream_slm.cli.show import alert_line, dead_letter_line, labels, subject, summary
from stream_slm.cli.subscriber import Seen

#: Rows a report prints of each domain; the rest is in the totals.
_REPORT_ROWS = 10
_LIVE_ALERTS, _LIVE_DEAD_LETTERS = 6, 4


class View(Protocol):
    """Shows what a subscriber reads."""

    def show(self, seen: Seen) -> None:
        """One record that was read."""

    def refresh(self, books: Books) -> None:
        """The counts, a few times a second."""


class Report:
    """Prints as it goes: some enriched records of each domain, every alert, every dead letter."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, int] = {}

    def show(self, seen: Seen) -> None:
        """Print it, unless enough of its kind were printed."""
        kind = seen.kind
        if kind == "enriched":
            value = seen.value
            if self._room(value["domain"]):
                self._console.print(_row(value))
        elif kind == "alert" and self._room("alerts", 40):
            self._console.print(Text("  ALERT ", style="bold red") + alert_line(seen.value))
        elif kind == "dead_letter" and self._room("dead letters", 40):
            self._console.print(Text("  DEAD LETTER ", style="bold yellow") + dead_letter_line(seen.headers))

    def refresh(self, books: Books) -> None:
        """Nothing moves in a report."""

    def _room(self, what: str, most: int = _REPORT_ROWS) -> bool:
        self._rows[what] = self._rows.get(what, 0) + 1
        return self._rows[what] <= most


class Dashboard:
    """A live screen: the latest enriched records, alerts, dead letters, counts."""

    def __init__(self, live: Live, console: Console) -> None:
        self._live = live
        self._console = console
        self._enriched: deque[dict[str, Any]] = deque(maxlen=60)
        self._alerts: deque[Text] = deque(maxlen=_LIVE_ALERTS)
        self._dead_letters: deque[Text] = deque(maxlen=_LIVE_DEAD_LETTERS)

    def show(self, seen: Seen) -> None:
        """Put it on the screen at the next refresh."""
        if seen.kind == "enriched":
            self._enriched.append(seen.value)
        elif seen.kind == "alert":
            self._alerts.append(alert_line(seen.value))
        elif seen.kind == "dead_letter":
            self._dead_letters.append(dead_letter_line(seen.headers))

    def refresh(self, books: Books) -> None:
        """Draw."""
        rows = max(5, self._console.height - _LIVE_ALERTS - _LIVE_DEAD_LETTERS - 10)
        table = Table(expand=True, box=None, pad_edge=False)
        table.add_column("domain", width=15)
        table.add_column("subject", width=12, no_wrap=True, style="dim")
        table.add_column("labels", ratio=4, no_wrap=True)
        table.add_column("summary", ratio=6, no_wrap=True, overflow="ellipsis")
        for record in list(self._enriched)[-rows:]:
            table.add_row(record["domain"], subject(record), labels(record), summary(record))
        self._live.update(
            Group(
                Panel(table, title="enriched records", border_style="green"),
                Panel(_lines(self._alerts, _LIVE_ALERTS), title="alerts", border_style="red"),
                Panel(_lines(self._dead_letters, _LIVE_DEAD_LETTERS), title="dead letters", border_style="yellow"),
                totals(books) + Text("   Ctrl-C ends", style="dim"),
            ),
            refresh=True,
        )


@contextmanager
def view(console: Console, live: bool) -> Iterator[View]:
    """A dashboard on a terminal, else a report."""
    if not live:
        yield Report(console)
        return
    with Live(console=console, auto_refresh=False, screen=True) as screen:
        yield Dashboard(screen, console)


def totals(books: Books) -> Text:
    """One line: what was sent, what came back, how fast."""
    line = Text()
    line.append(f"sent {books.sent}  ", style="bold")
    line.append(f"enriched {books.by_kind['enriched']}  ", style="green")
    line.append(f"alerts {books.by_kind['alert']}  ", style="red")
    line.append(f"dead letters {books.by_kind['dead_letter']}  ", style="yellow")
    line.append(f"waiting {books.missing}  twice {books.duplicates}  ")
    line.append(f"{books.rate:.0f}/s  ")
    p50, p99 = books.latency_ms(0.5), books.latency_ms(0.99)
    if p50 is not None and p99 is not None:
        line.append(f"latency p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    return line


def summary_table(books: Books) -> Table:
    """The end of a report."""
    table = Table(title="what a subscriber saw", title_justify="left", show_header=False)
    table.add_row("records sent", str(books.sent))
    for domain, count in sorted(books.by_domain.items()):
        table.add_row(f"enriched, {domain}", str(count))
    table.add_row("alerts", str(books.by_kind["alert"]))
    for code, count in sorted(books.by_code.items()):
        table.add_row(f"dead letters, {code}", str(count))
    table.add_row("without an outcome", str(books.missing))
    table.add_row("outcomes seen twice", str(books.duplicates))
    table.add_row("outcomes a second", f"{books.rate:.0f}")
    p50, p99 = books.latency_ms(0.5), books.latency_ms(0.99)
    if p50 is not None and p99 is not None:
        table.add_row("latency, p50 / p99", f"{p50:.0f} ms / {p99:.0f} ms")
    return table


def _row(record: dict[str, Any]) -> Text:
    line = Text(f"{record['domain']:<15}{subject(record):<22.22} ")
    line.append(labels(record))
    line.append(f"\n{'':<15}{summary(record)[:150]}", style="dim")
    return line


def _lines(lines: deque[Text], height: int) -> Group:
    blank = [Text()] * (height - len(lines))
    kept = [line.copy() for line in lines]
    for line in kept:
        line.no_wrap, line.overflow = True, "ellipsis"
    return Group(*kept, *blank)
