"""Kafka to Kafka beside the limit: the raw CTranslate2 loop on the same sentences, in the same run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from rich.console import Console
from rich.table import Table

from stream_slm.config.settings import load
from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.engine.cpu import cpu_limit
from stream_slm.engine.encoder import Encoder
from stream_slm.pipeline.models import HEADS
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming.embedded import EmbeddedBroker
from stream_slm.streaming.topics import Topics
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.sentences import split
from stream_slm.types import TextPart

ROOT = Path(__file__).resolve().parent.parent
#: Words of a text in each mix.
MIXES = {"short": (5, 25), "mixed": (5, 400), "long": (120, 3000)}
PARTITIONS = 4
#: The limit is the best over these budgets of tokens in a batch.
BUDGETS = (128, 256, 512, 1024)


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one measured run, and CPU seconds where a process of its own made it."""

    seconds: float
    cpu_seconds: float = 0.0


def texts_of(data: Path | None, mix: str, count: int, seed: int) -> list[str]:
    """Texts of one mix, from the sets below `data`, else from the hand-written rows and samples of the repository."""
    low, high = MIXES[mix]
    pool = [text for text in _pool(data) if low <= len(text.split()) <= high]
    if not pool:
        raise SystemExit(f"no text of {low} to {high} words; name a folder of sets with --data")
    rng = random.Random(seed)
    rng.shuffle(pool)
    # Numbered where they repeat: equal texts in flight are computed once, and that is not what is measured here.
    return [pool[i] if i < len(pool) else f"{pool[i % len(pool)]} {i}" for i in range(count)]


def _pool(data: Path | None) -> Iterator[str]:
    if data is not None:
        for file in sorted(data.glob("*/data.jsonl")):
            with file.open(encoding="utf-8") as lines:
                yield from (json.loads(line)["text"] for line in lines)
        return
    for file in sorted((ROOT / "training" / "heldout").glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)["record"]
                text = record.get("text") or record.get("description") or record.get("name")
                if isinstance(text, str):
                    yield text


def raw_loop(encoder: Encoder, texts: Sequence[str], budget: int, threads: int) -> Run:
    """The limit: split, tokenize and encode everything, sentences sorted by length, every thread busy, no Kafka."""
    started = time.perf_counter()
    sentences = [s.text for text in texts for s in split([TextPart(text=text, pointer="")])]
    with ThreadPoolExecutor(threads) as pool:
        slices = [sentences[i : i + 512] for i in range(0, len(sentences), 512)]
        chunks = [chunk for part in pool.map(encoder.tokenize, slices) for text in part for chunk in text.chunks]
        chunks.sort(key=len, reverse=True)
        list(pool.map(encoder.encode, _batches(chunks, budget)))
    return Run(time.perf_counter() - started)


def _batches(chunks: list[tuple[int, ...]], budget: int) -> Iterator[list[tuple[int, ...]]]:
    start = 0
    while start < len(chunks):
        size = max(1, budget // len(chunks[start]))
        yield chunks[start : start + size]
        start += size


async def kafka_to_kafka(bootstrap: str, name: str, texts: Sequence[str], log: Path) -> Run:
    """Fill the source, start a worker, and time from its first output to its last."""
    spec = PipelineSpec(name="bench", source=f"{name}.v1", tasks=[Classify("risk")])
    settings = load()
    async with Topics({"bootstrap_servers": [bootstrap]}) as topics:
        await topics.create([spec], settings.topics.model_copy(update={"partitions": PARTITIONS}))
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)
    await producer.start()
    payloads = [json.dumps({"id": i, "text": text}).encode() for i, text in enumerate(texts)]
    sent = [await producer.send(spec.source, p, partition=i % PARTITIONS) for i, p in enumerate(payloads)]
    await asyncio.gather(*sent)
    await producer.stop()
    worker = _start_worker(bootstrap, name, spec.source, log)
    try:
        seconds = await _time_outputs(bootstrap, spec.sink, len(texts), worker, log)
        cpu = _cpu_seconds(worker.pid)
    finally:
        worker.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.wait, 60)
    return Run(seconds, cpu)


def _start_worker(bootstrap: str, name: str, source: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "faust", "-q", "-A", "benchmarks.bench_app", "worker", "--without-web"],
            cwd=ROOT,
            env={
                **os.environ,
                "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": bootstrap,
                "STREAM_SLM_APP__ID": name,
                "STREAM_SLM_APP__DATADIR": str(log.parent / f"{name}-data"),
                "BENCH_SOURCE": source,
            },
            stdout=file,
            stderr=subprocess.STDOUT,
        )


async def _time_outputs(bootstrap: str, sink: str, count: int, worker: subprocess.Popen[bytes], log: Path) -> float:
    """Seconds between the first and the last output's append; the clock is the broker's."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, fetch_max_wait_ms=50)
    await consumer.start()
    partitions = [TopicPartition(sink, partition) for partition in range(PARTITIONS)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    seen, first, last = 0, 0.0, time.monotonic()
    try:
        while seen < count:
            if worker.poll() is not None:
                raise SystemExit(f"the worker ended:\n{_tail(log)}")
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                now = time.monotonic()
                first = first or now
                seen += len(batch)
                last = now
            if time.monotonic() - last > 120:
                raise SystemExit(f"{count - seen} records never came out")
    finally:
        await consumer.stop()
    return last - first


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the table; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--bootstrap", help="a running broker; default: the embedded one")
    parser.add_argument("--mix", action="append", choices=list(MIXES), help="default: short, mixed")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long the limit should run (default: 8)")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    encoder = Bundle.load(build_default(default_models_dir(), HEADS)).encoder()
    threads = cpu_limit()
    table = Table("mix", "texts", "limit texts/s", "ours texts/s", "ratio", "min", "max", "worker CPU µs/text")
    result: dict[str, object] = {"threads": threads}
    with tempfile.TemporaryDirectory() as folder:
        broker = None if arguments.bootstrap else EmbeddedBroker()
        if broker is not None:
            broker.start()
        try:
            bootstrap = arguments.bootstrap or (broker.bootstrap if broker else "")
            for mix in arguments.mix or ["short", "mixed"]:
                row = _measure(mix, encoder, threads, bootstrap, Path(folder), arguments)
                table.add_row(mix, *row["cells"])
                result[mix] = row["json"]
        finally:
            if broker is not None:
                broker.stop()
    Console(width=120).print(table)
    result["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    print(json.dumps(result))
    return 0


def _measure(
    mix: str, encoder: Encoder, threads: int, bootstrap: str, folder: Path, arguments: argparse.Namespace
) -> dict[str, object]:
    probe = texts_of(arguments.data, mix, 200, seed=1)
    budget = min(BUDGETS, key=lambda each: raw_loop(encoder, probe, each, threads).seconds)
    count = int(len(probe) / raw_loop(encoder, probe, budget, threads).seconds * arguments.seconds)
    texts = texts_of(arguments.data, mix, count, seed=2)
    limits, ours, ratios = [], [], []
    for round_ in range(arguments.rounds):
        print(f"{mix}: round {round_ + 1} of {arguments.rounds}, {count} texts", file=sys.stderr)
        limit = raw_loop(encoder, texts, budget, threads)
        name = f"bench-{mix}-{round_}-{os.getpid()}"
        run = asyncio.run(kafka_to_kafka(bootstrap, name, texts, folder / f"{name}.log"))
        limits.append(count / limit.seconds)
        ours.append(Run(count / run.seconds, run.cpu_seconds / count * 1e6))
        ratios.append(limit.seconds / run.seconds)
    rate, cpu = statistics.median(r.seconds for r in ours), statistics.median(r.cpu_seconds for r in ours)
    limit_rate, ratio = statistics.median(limits), statistics.median(ratios)
    return {
        "cells": [
            str(count),
            f"{limit_rate:.0f}",
            f"{rate:.0f}",
            f"{ratio:.2f}",
            f"{min(ratios):.2f}",
            f"{max(ratios):.2f}",
            f"{cpu:.0f}",
        ],
        "json": {
            "texts": count,
            "limit_per_s": round(limit_rate, 1),
            "ours_per_s": round(rate, 1),
            "ratio": round(ratio, 3),
            "ratio_min": round(min(ratios), 3),
            "ratio_max": round(max(ratios), 3),
            "limit_batch_tokens": budget,
        },
    }


if __name__ == "__main__":
    raise SystemExit(main())
