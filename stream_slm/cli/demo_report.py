"""The report of a demo: some enriched records of each domain, alerts, dead letters, totals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stream_slm.cli.because import SentTexts
from stream_slm.cli.demo_books import Books
from stream_slm.cli.show import about, complaint, labels, one_line, origin, severity, subject, summary
from stream_slm.cli.subscriber import Seen

_ROWS = 12
#: Of alerts and dead letters; the samples have fewer.
_MOST = 40

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Spread(Generic[T]):
    """At least `least` items (if there are so many), below twice that, evenly spread over all that were offered."""

    least: int
    kept: list[T] = field(default_factory=list)
    offered: int = 0
    _stride: int = 1

    def wants(self) -> bool:
        """Count an item, and say whether it is to be added."""
        self.offered += 1
        return (self.offered - 1) % self._stride == 0

    def add(self, item: T) -> None:
        """Keep an item."""
        self.kept.append(item)
        if len(self.kept) == 2 * self.least:
            self.kept = self.kept[::2]
            self._stride *= 2


class Report:
    """Collects while a demo runs, and prints at its end."""

    def __init__(self, console: Console, texts: SentTexts) -> None:
        self._console = console
        self._texts = texts
        self._enriched: dict[str, Spread[tuple[Seen, str]]] = {}
        self._alerts: list[Seen] = []
        self._dead_letters: list[Seen] = []

    def note(self, seen: Seen) -> None:
        """Take in a record that a subscriber read."""
        if seen.kind == "enriched":
            spread = self._enriched.setdefault(seen.value["domain"], Spread(_ROWS))
            if spread.wants():
                spread.add((seen, self._texts.because(seen.value)))
        elif seen.kind == "alert" and len(self._alerts) < _MOST:
            self._alerts.append(seen)
        elif seen.kind == "dead_letter" and len(self._dead_letters) < _MOST:
            self._dead_letters.append(seen)

    def print(self, books: Books, *, backlog: bool) -> None:
        """All of it."""
        for domain, spread in sorted(self._enriched.items()):
            rows = spread.kept[:_ROWS]
            self._section(f"{domain}: {len(rows)} of {spread.offered} enriched records", _enriched_table(rows))
        self._section(_counted("alerts", self._alerts, books.by_kind["alert"]), _alert_table(self._alerts))
        dead_letters = _counted("dead letters", self._dead_letters, books.by_kind["dead_letter"])
        self._section(dead_letters, _dead_letter_table(self._dead_letters))
        self._section("totals", totals_table(books, backlog=backlog))

    def _section(self, title: str, table: Table) -> None:
        self._console.print()
        self._console.print(Text(title.upper(), style="bold"))
        if table.row_count:
            self._console.print(table)


class Counting:
    """A view that collects for the report, and shows no more than counts."""

    def __init__(self, report: Report, say: Callable[[str], None], count: Callable[[Books], None]) -> None:
        self._report = report
        self._say = say
        self._count = count
        self._busy = False

    def note(self, seen: Seen) -> None:
        """Take in a record that a subscriber read."""
        self._report.note(seen)

    def say(self, what: str) -> None:
        """Show it in place of the counts."""
        self._busy = bool(what)
        self._say(what)

    def refresh(self, books: Books) -> None:
        """Show the counts."""
        if not self._busy:
            self._count(books)


def totals_table(books: Books, *, backlog: bool) -> Table:
    """Counts, speed, and whether anything is missing; with `backlog`, what a latency means then."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_row(f"{books.sent}", "records sent")
    enriched = ", ".join(f"{domain} {count}" for domain, count in sorted(books.by_domain.items()))
    table.add_row(f"{books.by_kind['enriched']}", f"enriched  ({enriched or '-'})", style="green")
    codes = ", ".join(f"{code} {count}" for code, count in sorted(books.by_code.items()))
    table.add_row(f"{books.by_kind['dead_letter']}", f"dead letters  ({codes or '-'})", style="yellow")
    table.add_row(f"{books.by_kind['alert']}", "alerts, updates and cancels", style="red")
    table.add_row(f"{books.by_kind['review']}", "records for review (also among the enriched)", style="yellow")
    table.add_row(f"{books.missing}", "lost: records without an outcome", style="bold red" if books.missing else "")
    table.add_row(f"{books.duplicates}", "outcomes seen more than once", style="bold red" if books.duplicates else "")
    if books.foreign:
        table.add_row(f"{books.foreign}", "outcomes of records that others sent", style="dim")
    if books.first_at is not None:
        table.add_row(f"{books.first_at - books.began_at:.1f} s", "from the start of this command to the first outcome")
    table.add_row(f"{books.rate:.0f}", "outcomes a second, from the first that was read to the last")
    latency = books.latency_ms()
    if latency:
        median, highest = latency
        waiting = "  (all were sent at once: mostly waiting in line)" if backlog else ""
        told = f"from input to output on Kafka, median; 99th percentile {highest:.0f} ms{waiting}"
        table.add_row(f"{median:.0f} ms", told)
    return table


def _name(seen: Seen) -> str:
    """What a record is about, or at least its key."""
    name = subject(seen.value)
    return name if name != "-" or seen.key is None else one_line(seen.key.decode("utf-8", "replace"))


def _counted(what: str, shown: list[Seen], count: int) -> str:
    return f"{what}: {count}" if len(shown) == count else f"{what}: {len(shown)} of {count}"


def _enriched_table(rows: list[tuple[Seen, str]]) -> Table:
    table = _table()
    table.add_column("record", max_width=26, no_wrap=True, style="dim", overflow="ellipsis")
    table.add_column("labels (? below threshold)", no_wrap=True, overflow="ellipsis", max_width=46)
    table.add_column("summary", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("because", no_wrap=True, overflow="ellipsis", ratio=2, style="italic")
    for seen, because in rows:
        table.add_row(_name(seen), labels(seen.value), summary(seen.value), because)
    return table


def _alert_table(alerts: list[Seen]) -> Table:
    table = _table()
    table.add_column("severity", no_wrap=True)
    table.add_column("event", no_wrap=True)
    table.add_column("score", no_wrap=True)
    table.add_column("record", max_width=26, no_wrap=True, style="dim", overflow="ellipsis")
    table.add_column("headline", no_wrap=True, overflow="ellipsis", ratio=1)
    for seen in alerts:
        alert = seen.value
        event, headline = one_line(str(alert["event"])), one_line(str(alert["headline"]))
        shown = headline if headline != event else "(text withheld)"
        table.add_row(severity(alert), event, f"{alert['score']:.2f}", about(alert), shown)
    return table


def _dead_letter_table(dead_letters: list[Seen]) -> Table:
    table = _table()
    table.add_column("code", no_wrap=True, style="yellow")
    table.add_column("topic/partition/offset", no_wrap=True, style="dim")
    table.add_column("what was wrong", no_wrap=True, overflow="ellipsis", ratio=1)
    for seen in dead_letters:
        headers = {name: seen.header(name) for name, _ in seen.headers}
        table.add_row(seen.code, origin(headers), complaint(headers))
    return table


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False, header_style="dim")
