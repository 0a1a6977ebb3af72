"""What a worker takes: memory loaded and under backlogs, CPU, the time to its first output, cost of a million texts."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.arena import Arena, opened, rss_mb
from benchmarks.bench import OURS
from benchmarks.texts import MIXES, texts_of

_OURS = OURS["labels + summary"]


async def loaded_mb(arena: Arena) -> float:
    """Resident memory with the bundle loaded, before the first record: two seconds after the last growth."""
    source, sink = await arena.topics("idle")
    with arena.running(_OURS, source, sink) as process:
        largest, since = 0.0, time.monotonic()
        while time.monotonic() - since < 2:
            await asyncio.sleep(0.2)
            if (now := rss_mb(process.pid)) > largest + 1:
                largest, since = now, time.monotonic()
        return largest


def main() -> int:
    """Print the table; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--mix", choices=list(MIXES), default="mixed")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each backlog (default: 20)")
    parser.add_argument("--backlog", type=int, action="append", help="default: 1000, 100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--price-per-core-hour", type=float, help="prints what a million texts cost")
    parser.add_argument("--json", type=Path, help="write the whole result here, too")
    arguments = parser.parse_args()
    backlogs = arguments.backlog or [1_000, 100_000]
    table = Table("backlog", "MB", "min", "max", "CPU s per 1,000", "s to the first output", title=arguments.mix)
    result: dict[str, Any] = {}
    with opened() as arena:
        result["loaded_mb"] = round(asyncio.run(loaded_mb(arena)), 1)
        for backlog in backlogs:
            texts = texts_of(arguments.data, arguments.mix, backlog, seed=7)
            runs = []
            for round_ in range(arguments.rounds):
                runs.append(asyncio.run(arena.throughput(_OURS, texts, arguments.seconds)))
                print(f"backlog {backlog}, round {round_ + 1}: {runs[-1].rss_mb:.0f} MB", file=sys.stderr)
            memory = [run.rss_mb for run in runs]
            cpu = statistics.median(run.cpu_us for run in runs) / 1000
            start = statistics.median(run.start_s for run in runs)
            table.add_row(
                f"{backlog:,}",
                *(f"{each:.0f}" for each in (statistics.median(memory), min(memory), max(memory))),
                f"{cpu:.2f}",
                f"{start:.1f}",
            )
            result[str(backlog)] = {"rss_mb": statistics.median(memory), "cpu_s_per_1000": cpu, "start_s": start}
    console = Console(width=100)
    console.print(table)
    console.print(f"{result['loaded_mb']} MB with the bundle loaded and nothing read")
    if arguments.price_per_core_hour is not None:
        hours = result[str(backlogs[-1])]["cpu_s_per_1000"] * 1000 / 3600
        result["cost_per_million"] = round(hours * arguments.price_per_core_hour, 4)
        console.print(f"{result['cost_per_million']} for a million texts, at the price given")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
