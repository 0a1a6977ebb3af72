"""What a record costs outside the model: CPU of bare aiokafka, of a bare Faust agent, and of ours, in one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.arena import Contender, opened
from benchmarks.texts import MIXES, texts_of

_AT = "benchmarks.contenders."
WAYS = {
    "aiokafka": Contender(name="bare-aiokafka", module=f"{_AT}bare_aiokafka"),
    "faust": Contender(name="bare-faust", module=f"{_AT}bare_faust"),
    "ours": Contender(
        name="ours-instant",
        module=f"{_AT}ours",
        environment={"BENCH_TASKS": "labels,summary", "BENCH_ENGINE": "instant"},
    ),
}


def main() -> int:
    """Print the table; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--mix", choices=list(MIXES), default="short")
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="longest window of one measurement (default: 20)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=WAYS, action="append")
    arguments = parser.parse_args()
    texts = texts_of(arguments.data, arguments.mix, arguments.records, seed=4)
    figures: dict[str, list[float]] = {way: [] for way in arguments.only or WAYS}
    with opened() as arena:
        for round_ in range(arguments.rounds):
            for way, taken in figures.items():  # interleaved, so that all meet the same machine
                run = asyncio.run(arena.throughput(WAYS[way], texts, arguments.seconds))
                taken.append(run.cpu_us)
                print(f"round {round_ + 1}: {way} {run.cpu_us:.0f} µs, {run.rate:.0f} a second", file=sys.stderr)
        title = f"CPU a record on {arena.name}, {len(texts)} records"
    table = Table("worker", "median µs", "min", "max", title=title)
    for way, taken in figures.items():
        table.add_row(way, *(f"{each:.0f}" for each in (statistics.median(taken), min(taken), max(taken))))
    Console(width=100).print(table)
    print(json.dumps({way: round(statistics.median(taken), 1) for way, taken in figures.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
