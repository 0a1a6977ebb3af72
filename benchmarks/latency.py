"""How long a record waits: from its timestamp to the append of its output, at parts of the highest load."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.arena import Arena, opened
from benchmarks.bench import OURS
from benchmarks.texts import MIXES, texts_of

#: Of the highest load; the first is an idle worker's, a few records a second.
LOADS = (0.3, 0.5, 0.7, 0.9)
_IDLE_PER_S = 4.0


def measure(arena: Arena, mix: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Find the highest load of a mix, then measure at parts of it."""
    ours = OURS["labels + summary"]
    backlog = texts_of(arguments.data, mix, arguments.backlog, seed=5)
    highest = asyncio.run(arena.throughput(ours, backlog, arguments.seconds)).rate
    print(f"{mix}: {highest:.0f} texts/s at the most", file=sys.stderr)
    rates = [_IDLE_PER_S, *(highest * load for load in LOADS)]
    taken = asyncio.run(arena.latencies(ours, texts_of(arguments.data, mix, 5000, seed=6), rates, arguments.seconds))
    names = ["idle", *(f"{load:.0%}" for load in LOADS)]
    points = {name: _points(each) for name, each in zip(names, taken, strict=True)}
    return {"highest_per_s": highest, "ms": points, "p99_at_70_over_idle_p50": points["70%"][99] / points["idle"][50]}


def _points(seconds: list[float]) -> dict[int, float]:
    return {point: round(float(np.percentile(seconds, point)) * 1000, 1) for point in (50, 95, 99)}


def main() -> int:
    """Print the table; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--mix", action="append", choices=list(MIXES), help="default: short, mixed")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each load (default: 15)")
    parser.add_argument("--backlog", type=int, default=20_000, help="records to find the highest load with")
    parser.add_argument("--json", type=Path, help="write the whole result here, too")
    arguments = parser.parse_args()
    table = Table("mix", "load", "p50 ms", "p95 ms", "p99 ms", title="record timestamp to output append")
    result: dict[str, Any] = {}
    with opened() as arena:
        for mix in arguments.mix or ["short", "mixed"]:
            result[mix] = measure(arena, mix, arguments)
            for load, points in result[mix]["ms"].items():
                table.add_row(mix, load, *(f"{each:.1f}" for each in points.values()))
    Console(width=100).print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps({mix: round(each["p99_at_70_over_idle_p50"], 2) for mix, each in result.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
