"""How near to the limit, and how far ahead of what a user would write instead: one machine, one run, interleaved."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.arena import Arena, Contender, Run, opened
from benchmarks.limit import Limit
from benchmarks.rivals import rivals
from benchmarks.texts import MIXES, texts_of
from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.engine.cpu import cpu_limit
from stream_slm.pipeline.models import HEADS

OURS = {
    "labels": Contender(name="ours-labels", module="benchmarks.contenders.ours", environment={"BENCH_TASKS": "labels"}),
    "labels + summary": Contender(
        name="ours-summary", module="benchmarks.contenders.ours", environment={"BENCH_TASKS": "labels,summary"}
    ),
}


def contest(
    arena: Arena, limit: Limit, mix: str, contenders: Sequence[tuple[str, Contender]], arguments: argparse.Namespace
) -> dict[str, Any]:
    """Measure one mix: limit, ours, the others, and again; medians, and ratios within each round."""
    probe = texts_of(arguments.data, mix, 300, seed=1)
    layout = limit.choose(probe)
    expected = limit.rate(probe)
    # Enough that the fastest is not done before its time, whatever the first batches cost.
    texts = texts_of(arguments.data, mix, int(expected * arguments.seconds * 1.5), seed=2)
    sample = texts[: max(300, int(expected * arguments.seconds / 2))]
    limits: list[float] = []
    runs: dict[str, list[Run]] = {name: [] for name, _ in contenders}
    for round_ in range(arguments.rounds):
        limits.append(limit.rate(sample))
        _say(f"{mix}, round {round_ + 1} of {arguments.rounds}: limit {limits[-1]:.0f} texts/s")
        for name, contender in contenders:
            run = asyncio.run(arena.throughput(contender, texts, arguments.seconds))
            runs[name].append(run)
            _say(f"  {name}: {run.rate:.0f} texts/s, {run.cpu_us:.0f} µs CPU a text, {run.rss_mb:.0f} MB")
    return {
        "layout": {"replicas": layout.replicas, "intra_threads": layout.intra_threads, "batch_tokens": layout.budget},
        "limit_per_s": _spread(limits),
        "tokens_per_text": limit.tokens(sample) / len(sample),
        "contenders": {name: _judged(taken, limits) for name, taken in runs.items()},
    }


def _judged(taken: Sequence[Run], limits: Sequence[float]) -> dict[str, Any]:
    return {
        "per_s": _spread([run.rate for run in taken]),
        "of_limit": _spread([run.rate / limit for run, limit in zip(taken, limits, strict=True)]),
        "cpu_us": _spread([run.cpu_us for run in taken]),
        "rss_mb": max(run.rss_mb for run in taken),
        "start_s": statistics.median(run.start_s for run in taken),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    named = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 3) for name, value in named.items()}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _table(mix: str, result: dict[str, Any]) -> Table:
    ours = result["contenders"][next(reversed(OURS))]["per_s"]["median"]
    title = (
        f"{mix}: {result['tokens_per_text']:.0f} tokens a text, limit {result['limit_per_s']['median']:.0f} texts/s "
        f"({result['layout']['replicas']} x {result['layout']['intra_threads']} threads, "
        f"{result['layout']['batch_tokens']} tokens a batch)"
    )
    table = Table("", "texts/s", "min", "max", "of the limit", "CPU µs", "MB", "we are faster by", title=title)
    for name, each in result["contenders"].items():
        rate = each["per_s"]
        table.add_row(
            name,
            *(f"{rate[key]:.0f}" for key in ("median", "min", "max")),
            f"{each['of_limit']['median']:.2f}",
            f"{each['cpu_us']['median']:.0f}",
            f"{each['rss_mb']:.0f}",
            "" if name in OURS else f"{ours / rate['median']:.1f}x",
        )
    return table


def main() -> int:
    """Print the tables; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--mix", action="append", choices=list(MIXES), help="default: mixed")
    parser.add_argument("--seconds", type=float, default=15.0, help="window of one measurement (default: 15)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rivals", action="store_true", help="also what a user would write instead")
    parser.add_argument("--json", type=Path, help="write the whole result here, too")
    arguments = parser.parse_args()
    bundle = Bundle.load(build_default(default_models_dir(), HEADS))
    limit = Limit(bundle)
    result: dict[str, Any] = {"cores": cpu_limit(), "seconds": arguments.seconds, "rounds": arguments.rounds}
    with opened() as arena:
        contenders = list(OURS.items())
        if arguments.rivals:
            contenders += [(each.name, each) for each in rivals(bundle, arena.folder)]
        result["broker"] = arena.name
        result["mixes"] = {mix: contest(arena, limit, mix, contenders, arguments) for mix in arguments.mix or ["mixed"]}
    console = Console(width=130)
    for mix, each in result["mixes"].items():
        console.print(_table(mix, each))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps(_ratios(result)))
    return 0


def _ratios(result: dict[str, Any]) -> dict[str, Any]:
    """The ratios that are aimed at: over the limit, and over each other way."""
    ratios: dict[str, Any] = {}
    for mix, each in result["mixes"].items():
        rates = {name: way["per_s"]["median"] for name, way in each["contenders"].items()}
        ours = rates["labels + summary"]
        ratios[mix] = {
            "over_limit": each["contenders"]["labels + summary"]["of_limit"]["median"],
            "over_others": {name: round(ours / rate, 2) for name, rate in rates.items() if name not in OURS},
        }
    return ratios


if __name__ == "__main__":
    raise SystemExit(main())
