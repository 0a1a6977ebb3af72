"""What a record costs outside the model: CPU of bare aiokafka, of a bare Faust agent, and of ours, in one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from rich.console import Console
from rich.table import Table

from benchmarks.bench import PARTITIONS, ROOT, texts_of
from stream_slm.config.settings import load
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming.topics import Topics
from stream_slm.tasks.classify import Classify
from tests.brokers import ladder

WAYS = ("aiokafka", "faust", "ours")


async def measure(bootstrap: str, way: str, name: str, texts: list[str], log: Path) -> float:
    """CPU microseconds a record, between the first output seen and the last: start and stop do not count."""
    spec = PipelineSpec(name="cost", source=f"{name}.v1", tasks=[Classify("risk")])
    async with Topics({"bootstrap_servers": [bootstrap]}) as topics:
        await topics.create([spec], load().topics.model_copy(update={"partitions": PARTITIONS}))
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5) as producer:
        payloads = [json.dumps({"id": i, "text": text}).encode() for i, text in enumerate(texts)]
        await asyncio.gather(
            *[await producer.send(spec.source, p, partition=i % PARTITIONS) for i, p in enumerate(payloads)]
        )
    worker = _start(bootstrap, way, name, spec, log)
    try:
        return await _cpu_between(bootstrap, spec.sink, len(texts), worker, log)
    finally:
        worker.send_signal(signal.SIGTERM if way != "aiokafka" else signal.SIGKILL)
        await asyncio.to_thread(worker.wait, 60)


def _start(bootstrap: str, way: str, name: str, spec: PipelineSpec, log: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": bootstrap,
        "STREAM_SLM_APP__ID": name,
        "STREAM_SLM_APP__DATADIR": str(log.parent / f"{name}-data"),
        "BENCH_SOURCE": spec.source,
        "BENCH_SINK": spec.sink,
    }
    command = [sys.executable, "-m", "benchmarks.cost_apps", way, "worker", "--without-web"]
    with log.open("ab") as file:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)


async def _cpu_between(bootstrap: str, sink: str, count: int, worker: subprocess.Popen[bytes], log: Path) -> float:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, fetch_max_wait_ms=20)
    await consumer.start()
    try:
        partitions = [TopicPartition(sink, partition) for partition in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        seen, first_seen, first_cpu, waited = 0, 0, 0.0, 0
        while seen < count:
            if worker.poll() is not None:
                raise SystemExit(f"the worker ended; see {log}")
            arrived = sum(map(len, (await consumer.getmany(timeout_ms=100)).values()))
            waited = 0 if arrived else waited + 1
            if waited > 600:
                raise SystemExit(f"{count - seen} records never came out; see {log}")
            seen += arrived
            # From a tenth on: caches are warm then, and the first commit is made.
            if not first_seen and seen >= count // 10:
                first_seen, first_cpu = seen, _cpu_seconds(worker.pid)
        return (_cpu_seconds(worker.pid) - first_cpu) / (seen - first_seen) * 1e6
    finally:
        await consumer.stop()


def _cpu_seconds(pid: int) -> float:
    """Of all threads, to the nanosecond where the kernel says so."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return total / 1e9


def main() -> int:
    """Print the table; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    parser.add_argument("--mix", default="short")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=WAYS, action="append")
    arguments = parser.parse_args()
    texts = texts_of(arguments.data, arguments.mix, arguments.records, seed=4)
    figures: dict[str, list[float]] = {way: [] for way in arguments.only or WAYS}
    with tempfile.TemporaryDirectory() as folder:
        broker = next(rung.make(Path(folder) / rung.kind) for rung in ladder.ladder() if rung.reason is None)
        broker.start()
        try:
            for round_ in range(arguments.rounds):
                for way, taken in figures.items():  # interleaved, so that all meet the same machine
                    name = f"cost-{way}-{round_}-{os.getpid()}"
                    log = Path(folder) / f"{name}.log"
                    taken.append(asyncio.run(measure(broker.bootstrap, way, name, texts, log)))
                    print(f"round {round_ + 1}: {way} {taken[-1]:.0f} µs", file=sys.stderr)
            title = f"CPU a record on {broker.name}, {len(texts)} records"
        finally:
            broker.close()
    table = Table("worker", "median µs", "min", "max", title=title)
    for way, taken in figures.items():
        table.add_row(way, *(f"{each:.0f}" for each in (statistics.median(taken), min(taken), max(taken))))
    Console(width=100).print(table)
    print(json.dumps({way: round(statistics.median(taken), 1) for way, taken in figures.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
