"""The plan held against a run: predicted and measured CPU of a record, rate from a backlog, p99 at a share of it.

On a machine where others work the plan is made before the run and again after it, and the cores' time that the worker
got is told: the rate is to be divided by its share.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.arena import opened
from benchmarks.bench import OURS
from benchmarks.limit import tokens_of
from benchmarks.texts import MIXES, texts_of
from stream_slm.cli.progress import counter
from stream_slm.config.settings import load
from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.engine.cpu import cpu_limit
from stream_slm.pipeline.models import HEADS
from stream_slm.planning.measure import calibrate, steps
from stream_slm.planning.worker import Assumptions, backlog, latency_at, most_rate

_OURS = OURS["labels + summary"]


def main() -> int:
    """Print the table; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--mix", choices=list(MIXES), default="mixed")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--load", type=float, action="append", help="shares of the predicted rate (default: 0.4, 0.7)")
    arguments = parser.parse_args()
    bundle = Bundle.load(build_default(default_models_dir(), HEADS))
    with counter(steps(), "steps") as report:
        calibration = calibrate(load(), report)
    texts = texts_of(arguments.data, arguments.mix, 20_000, seed=11)
    counted = tokens_of(bundle.encoder(inter_threads=1, intra_threads=1), texts[:1000])
    tokens = float(np.mean(counted))
    assumed = Assumptions(cores=cpu_limit(), variation=float(np.var(counted) / tokens**2))
    most = most_rate(tokens, calibration, assumed)
    rates = [most * share for share in arguments.load or [0.4, 0.7]]
    expected = [latency_at(rate, tokens, calibration, assumed) for rate in rates]
    with opened() as arena:
        loads = [os.getloadavg()[0]]
        run = asyncio.run(arena.throughput(_OURS, texts, arguments.seconds))
        loads.append(os.getloadavg()[0])
        with counter(steps(), "steps") as report:
            after = calibrate(load(), report)
        taken = asyncio.run(arena.latencies(_OURS, texts, rates, arguments.seconds))
        loads.append(os.getloadavg()[0])
    p99_ms = [float(np.percentile(each, 99)) * 1000 for each in taken]
    p50_ms = [float(np.percentile(each, 50)) * 1000 for each in taken]
    before_us, after_us = (backlog(each.cost_s(tokens)) * 1e6 for each in (calibration, after))
    title = f"{arguments.mix}: {tokens:.0f} tokens, variation {assumed.variation:.2f}"
    table = Table("", "plan", "measured", title=title)
    table.add_row("CPU µs a record, backlog", f"{before_us:.0f}, {after_us:.0f} after", f"{run.cpu_us:.0f}")
    table.add_row("records/s, backlog", f"{most:.0f}", f"{run.rate:.0f}")
    table.add_row("cores' time it got", f"{assumed.cores}", f"{run.cpu_us * run.rate / 1e6:.2f}")
    table.add_row("memory MB", f"{calibration.memory_mb:.0f}", f"{run.rss_mb:.0f}")
    for rate, latency, p50, p99 in zip(rates, expected, p50_ms, p99_ms, strict=True):
        told = f"{latency.total_s * 1000:.0f}" if latency else "-"
        table.add_row(f"p99 ms at {rate:.0f}/s", told, f"{p99:.0f} (p50 {p50:.0f})")
    Console(width=100).print(table)
    result = {
        "calibration_load": calibration.load,
        "loads": [round(each, 2) for each in loads],
        "tokens": round(tokens, 1),
        "cpu_us": [round(before_us), round(after_us), round(run.cpu_us)],
        "cores": [assumed.cores, round(run.cpu_us * run.rate / 1e6, 2)],
        "per_s": [round(most), round(run.rate)],
        "rates": [round(rate) for rate in rates],
        "p99_ms": [[latency and round(latency.total_s * 1000) for latency in expected], list(map(round, p99_ms))],
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
