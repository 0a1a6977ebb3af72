"""The book of runs: a row a scenario, kept as JSON; `python -m tests.chaos.book` makes docs/reliability.md of it."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.scale import described

ROOT = Path(__file__).parents[2]
ROWS = ROOT / "build" / "chaos.json"
PAGE = ROOT / "docs" / "reliability.md"


@dataclass(slots=True)
class Row:
    """One scenario in one run; None where it was not reached or is not measured."""

    scenario: str
    guarantee: str
    engine: str
    records: int | None = None
    faults: str = ""
    lost: int | None = None
    duplicates: int | None = None
    duplicates_bound: int | None = None
    reordered: int | None = None
    wrong: int | None = None
    dead_letters: int | None = None
    seconds: float = 0.0
    notes: str = ""
    failure: str = ""
    run: str = ""
    date: str = ""
    broker: str = ""


@contextmanager
def written(row: Row) -> Iterator[Row]:
    """Write a row however its scenario ends: one that fails is in the table, as failed."""
    began = time.monotonic()
    try:
        yield row
    except BaseException as error:
        row.failure = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise
    finally:
        row.seconds = round(time.monotonic() - began, 1)
        _write(replace(row, run=described(), date=datetime.now(UTC).date().isoformat()))


def rows() -> list[Row]:
    """All rows so far."""
    return [Row(**each) for each in json.loads(ROWS.read_text())] if ROWS.exists() else []


def _write(row: Row) -> None:
    name = (row.scenario, row.guarantee, row.engine)
    kept = [each for each in rows() if (each.scenario, each.guarantee, each.engine) != name]
    ROWS.parent.mkdir(parents=True, exist_ok=True)
    ROWS.write_text(json.dumps([asdict(each) for each in sorted([*kept, row], key=_order)], indent=1))


def _order(row: Row) -> tuple[int, str, str, str]:
    number = row.scenario.split(" ", 1)[0].rstrip("abcd.")
    return (int(number) if number.isdigit() else 99, row.scenario, row.guarantee, row.engine)


_PAGE = """# Reliability

Every scenario sends numbered records with keys to six partitions, does the harm, waits until all is delivered, and then
audits the output topics. *Lost*: records of the source without an outcome. *Duplicates*: outcomes beyond one, and after
the slash how many the guarantee allows: none with exactly-once, read as `read_committed`; with at-least-once, for each
fault the records in flight (`delivery.max_in_flight`) and those acknowledged since the last commit (the fastest second
times `delivery.commit_interval_s`). *Reordered*: first outcomes of a key that come before an earlier record's. *Wrong*:
outcomes that differ from what the pipeline gives for the same record without Kafka (scores within 0.001; an accepted
label is not compared where its score is within 0.001 of its threshold), and dead letters whose bytes, key or headers
changed. *Short run*: at less than the full size, as its note says. *Engine*: `default` is the default bundle; `quick`
draws its vectors from a hash, so that delivery and not inference is what a long run strains; tokens, batches, heads and
lanes are the real ones; `writing` is the default bundle and two tiny language models of random weights, which are asked
for a label, a summary, a translation and an answer of each record.

Rows may come from several runs of parts; each says below with which seed and on which day.

Command: `make chaos` (a part of it: `make chaos CHAOS="-k kills"`; shorter: `CHAOS_SCALE=0.1 CHAOS_SECONDS=20`).
Machine: {machine}. Broker: {broker}.

| scenario | guarantee | engine | records | faults | lost | duplicates | reordered | wrong | dead letters | s | result |
|---|---|---|---|---|---|---|---|---|---|---|---|
{rows}

Notes of the runs:

{notes}
"""


def page(found: list[Row], machine: str) -> str:
    """The page of some rows."""
    return _PAGE.format(
        machine=machine,
        broker=" / ".join(sorted({row.broker for row in found if row.broker})) or "none ran",
        rows="\n".join(map(_line, found)) or "| nothing was run | | | | | | | | | | | |",
        notes="\n".join(f"- {_name(row)}: {note}" for row in found if (note := _note(row))) or "none",
    )


def _line(row: Row) -> str:
    bound = "" if row.duplicates_bound is None else f" / {row.duplicates_bound:,}"
    cells = [
        row.scenario,
        row.guarantee.replace("_", "-"),
        row.engine,
        _number(row.records),
        row.faults,
        _number(row.lost),
        _number(row.duplicates) + bound,
        _number(row.reordered),
        _number(row.wrong),
        _number(row.dead_letters),
        f"{row.seconds:.0f}",
        ("**FAILED**" if row.failure else "passed") + (" (short run)" if row.run.count("=") > 1 else ""),
    ]
    return f"| {' | '.join(cells)} |"


def _note(row: Row) -> str:
    failure = f"**FAILED**: {row.failure}" if row.failure else ""
    return ". ".join(filter(None, [failure, row.notes, f"`{row.run}`, {row.date}"]))


def _name(row: Row) -> str:
    return f"{row.scenario} ({row.guarantee.replace('_', '-')}, {row.engine})"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _machine() -> str:
    return f"{len(os.sched_getaffinity(0))} cores, {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    PAGE.write_text(page(rows(), _machine()), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(rows())} rows\n")
