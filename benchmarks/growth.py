"""How cost grows: with the length of texts, the number of partitions, of pipelines, and the backlog."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.arena import opened
from benchmarks.bench import OURS
from benchmarks.limit import Limit
from benchmarks.texts import texts_of
from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.pipeline.models import HEADS

_OURS = OURS["labels + summary"]
#: Texts of about a hundred words, joined so many times over.
LENGTHS = (1, 2, 4, 8, 16)
PARTITIONS = (1, 8, 64)
PIPELINES = (3, 30)
BACKLOGS = (1_000, 10_000, 100_000)


def lengths(base: Sequence[str], arguments: argparse.Namespace) -> dict[str, Any]:
    """CPU of a text by its tokens, and the straight line through it."""
    limit = Limit(Bundle.load(build_default(default_models_dir(), HEADS)))
    points = []
    with opened() as arena:
        for times in LENGTHS:
            texts = [" ".join(base[(i + k) % len(base)] for k in range(times)) for i in range(arguments.texts // times)]
            tokens = limit.tokens(texts[:200]) / min(200, len(texts))
            taken = [asyncio.run(arena.throughput(_OURS, texts, arguments.seconds)).cpu_us for _ in range(3)]
            points.append((tokens, statistics.median(taken)))
            print(f"{tokens:.0f} tokens: {points[-1][1]:.0f} µs CPU", file=sys.stderr)
    x, y = np.array(points).T
    slope, intercept = np.polyfit(x, y, 1)
    residual = ((y - slope * x - intercept) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return {"points": points, "us_per_token": slope, "us_per_text": intercept, "r2": 1 - residual}


def rates(base: Sequence[str], arguments: argparse.Namespace) -> dict[str, dict[int, float]]:
    """Texts a second by partitions, pipelines and backlog."""
    found: dict[str, dict[int, float]] = {"partitions": {}, "pipelines": {}, "backlog": {}}
    texts = [base[i % len(base)] + f" {i}" for i in range(arguments.texts)]
    for number in PARTITIONS:
        with opened(partitions=number) as arena:
            found["partitions"][number] = asyncio.run(arena.throughput(_OURS, texts, arguments.seconds)).rate
    with opened() as arena:
        for number in PIPELINES:
            many = replace(_OURS, environment={**_OURS.environment, "BENCH_PIPELINES": str(number)})
            found["pipelines"][number] = asyncio.run(arena.throughput(many, texts, arguments.seconds)).rate
        for number in BACKLOGS:
            backlog = [base[i % len(base)] + f" {i}" for i in range(number)]
            found["backlog"][number] = asyncio.run(arena.throughput(_OURS, backlog, arguments.seconds)).rate
    return found


def main() -> int:
    """Print the tables; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement (default: 10)")
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--json", type=Path, help="write the whole result here, too")
    arguments = parser.parse_args()
    base = [text for text in texts_of(arguments.data, "mixed", 4000, seed=8) if 60 <= len(text.split()) <= 140]
    result: dict[str, Any] = {"length": lengths(base, arguments), **rates(base, arguments)}
    line = result["length"]
    console = Console(width=100)
    table = Table("tokens of a text", "CPU µs", title="length")
    for tokens, cpu in line["points"]:
        table.add_row(f"{tokens:.0f}", f"{cpu:.0f}")
    console.print(table)
    console.print(f"{line['us_per_text']:.0f} µs + {line['us_per_token']:.1f} µs a token, R² {line['r2']:.4f}")
    for name in ("partitions", "pipelines", "backlog"):
        table = Table(name, "texts/s")
        for number, rate in result[name].items():
            table.add_row(f"{number:,}", f"{rate:.0f}")
        console.print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps({"r2": round(line["r2"], 4), **{n: result[n] for n in ("partitions", "pipelines", "backlog")}}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
