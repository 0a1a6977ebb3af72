"""Progress on standard error, for whatever takes longer than a person likes to wait in silence."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

#: Told how many are done.
Count = Callable[[int], None]

#: Between two lines where no terminal shows a bar.
_LINE_EVERY_S = 5.0


@contextmanager
def counter(total: int | None = None, what: str = "records") -> Iterator[Count]:
    """A bar where standard error is a terminal, unless records run over the same one; a line now and then elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield _lines(total, what)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total, rate=0)

        def report(done: int) -> None:
            bar.update(task, completed=done, rate=round(done / max(time.monotonic() - began, 1e-9)))

        yield report


def _lines(total: int | None, what: str) -> Count:
    began = told = time.monotonic()

    def report(done: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _LINE_EVERY_S:
            told = now
            of = f" of {total}" if total is not None else ""
            click.echo(f"{done}{of} {what} after {now - began:.0f} s", err=True)

    return report
