"""How a pull shows what it does: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Report = Callable[[str, int, int | None], None]

_STAGES = {
    "probe": "look for the Hugging Face hub",
    "wait": "wait for another pull of this bundle",
    "download": "download",
    "convert": "convert",
    "verify": "verify",
}


@contextmanager
def progress() -> Iterator[Report]:
    """A bar for each stage on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (
        TextColumn("{task.description:<30}"),
        BarColumn(),
        TextColumn("{task.fields[size]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                for earlier in tasks.values():
                    bars.update(earlier, total=1, completed=1)
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total, size="")
            bars.update(tasks[stage], completed=done, total=total, size=_size(done, total))

        yield report
        for task in tasks.values():
            bars.update(task, total=1, completed=1)


def _lines() -> Report:
    """A line at the beginning of each stage, and at each quarter of a download."""
    told: set[tuple[str, int]] = set()

    def report(stage: str, done: int, total: int | None) -> None:
        quarter = 4 * done // total if total else 0
        if (stage, quarter) not in told:
            told.add((stage, quarter))
            click.echo(f"models: {_STAGES.get(stage, stage)} {_size(done, total)}".rstrip(), err=True)

    return report


def _size(done: int, total: int | None) -> str:
    return f"{done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
