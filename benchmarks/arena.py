"""One broker, and what is measured on it: topics filled before, a contender's process started, its outputs counted."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.texts import ROOT
from tests.brokers import ladder

#: A start with torch takes this long at most, on a busy machine.
_START_S = 120.0
_CLOCK_TICK = os.sysconf("SC_CLK_TCK")
_numbers = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A way to do the job: the module to run, in which Python, told what by environment."""

    name: str
    module: str
    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run gave: outputs in a window of seconds, CPU seconds of the contender's process, its memory."""

    outputs: int
    seconds: float
    cpu_s: float
    rss_mb: float
    start_s: float

    @property
    def rate(self) -> float:
        """Outputs a second."""
        return self.outputs / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU microseconds an output."""
        return self.cpu_s / self.outputs * 1e6


class Arena:
    """A broker under measurement."""

    def __init__(self, bootstrap: str, folder: Path, *, name: str, partitions: int) -> None:
        self.bootstrap = bootstrap
        self.folder = folder
        self.name = name
        self._partitions = partitions

    async def topics(self, name: str) -> tuple[str, str]:
        """Make a source and a sink (whose records bear the time of their append); returns their names."""
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()) + f"-{next(_numbers)}-{os.getpid()}"
        source, sink, dead = f"{stem}.v1", f"{stem}.out", f"{stem}.v1.dlq"
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.create_topics(
                [
                    NewTopic(source, self._partitions, 1, topic_configs={"max.message.bytes": "8388608"}),
                    NewTopic(sink, self._partitions, 1, topic_configs={"message.timestamp.type": "LogAppendTime"}),
                    NewTopic(dead, 1, 1),
                ]
            )
        finally:
            await admin.close()
        await asyncio.sleep(0.5)  # a partition has its leader a moment after its topic is there
        return source, sink

    async def fill(self, source: str, texts: Sequence[str]) -> None:
        """Write all texts before anything is measured."""
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap, linger_ms=5, max_request_size=8_388_608) as out:
            sent = []
            for i, text in enumerate(texts):
                value = json.dumps({"id": i, "text": text}).encode()
                sent.append(await out.send(source, value, partition=i % self._partitions))
            await asyncio.gather(*sent)

    @contextmanager
    def running(self, contender: Contender, source: str, sink: str) -> Iterator[subprocess.Popen[bytes]]:
        """A contender at work."""
        log = self.folder / f"{source}.log"
        environment = {
            **os.environ,
            **contender.environment,
            "BENCH_BOOTSTRAP": self.bootstrap,
            "BENCH_SOURCE": source,
            "BENCH_SINK": sink,
            "BENCH_GROUP": f"group-{source}",
            "STREAM_SLM_APP__DATADIR": str(self.folder / f"{source}-data"),
            "STREAM_SLM_LOG__LEVEL": "WARNING",
            "STREAM_SLM_TOPICS__CREATE": "true",
        }
        command = [contender.python, "-m", contender.module, "worker"]
        with log.open("ab") as file:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
        try:
            yield process
            if process.poll() is not None:
                raise SystemExit(
                    f"{contender.name} ended:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}"
                )
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @asynccontextmanager
    async def outputs(self, sink: str) -> AsyncIterator[AIOKafkaConsumer]:
        """A reader of a sink, from its beginning."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=None, fetch_max_wait_ms=20)
        async with consumer:
            partitions = [TopicPartition(sink, partition) for partition in range(self._partitions)]
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            yield consumer

    async def throughput(self, contender: Contender, texts: Sequence[str], seconds: float) -> Run:
        """Count outputs from the first on, for some seconds, or until all texts are through."""
        source, sink = await self.topics(contender.name)
        await self.fill(source, texts)
        began = time.monotonic()
        with self.running(contender, source, sink) as process:
            async with self.outputs(sink) as consumer:
                return await self._window(consumer, process, len(texts), seconds, began)

    async def latencies(
        self, contender: Contender, texts: Sequence[str], rates: Sequence[float], seconds: float
    ) -> list[list[float]]:
        """Seconds from a record's timestamp to its output's append, for each rate of records a second.

        One process for all rates, warmed up by records that do not count; both times are the broker's machine's.
        """
        source, sink = await self.topics(contender.name)
        with self.running(contender, source, sink):
            async with (
                self.outputs(sink) as consumer,
                AIOKafkaProducer(bootstrap_servers=self.bootstrap, linger_ms=0) as producer,
            ):
                await self._paced(producer, source, consumer, texts[:100], rate=50)
                return [
                    await self._paced(
                        producer, source, consumer, [texts[i % len(texts)] for i in range(int(r * seconds))], r
                    )
                    for r in rates
                ]

    async def _paced(
        self, producer: AIOKafkaProducer, source: str, consumer: AIOKafkaConsumer, texts: Sequence[str], rate: float
    ) -> list[float]:
        reading = asyncio.create_task(_appended(consumer, len(texts)))
        began = asyncio.get_running_loop().time()
        for i, text in enumerate(texts):
            await asyncio.sleep(max(0.0, began + i / rate - asyncio.get_running_loop().time()))
            value = json.dumps({"id": next(_numbers), "text": text}).encode()
            await producer.send(source, value, partition=i % self._partitions)
        return await reading

    async def _window(
        self, consumer: AIOKafkaConsumer, process: subprocess.Popen[bytes], most: int, seconds: float, began: float
    ) -> Run:
        seen, first, first_seen, first_cpu = 0, 0.0, 0, 0.0
        last = began
        while process.poll() is None:
            arrived = sum(map(len, (await consumer.getmany(timeout_ms=50)).values()))
            now = time.monotonic()
            seen += arrived
            if arrived:
                last = now
            if arrived and not first:
                first, first_seen, first_cpu = now, seen, cpu_seconds(process.pid)
            if not first and now - began > _START_S:
                raise SystemExit(f"no output within {_START_S:.0f} s; see the logs in {self.folder}")
            if seen >= most or (first and now - first >= seconds):
                break
            if first and now - last > 60:
                raise SystemExit(f"no further output for 60 s after {seen}; see the logs in {self.folder}")
        else:
            return Run(outputs=0, seconds=1.0, cpu_s=0.0, rss_mb=0.0, start_s=0.0)  # `running` tells why
        return Run(
            outputs=max(1, seen - first_seen),
            seconds=max(last - first, 1e-3),
            cpu_s=cpu_seconds(process.pid) - first_cpu,
            rss_mb=rss_mb(process.pid),
            start_s=first - began,
        )


async def _appended(consumer: AIOKafkaConsumer, count: int) -> list[float]:
    """How long after its input each of the next outputs was appended; an output says when its input was made."""
    taken: list[float] = []
    silent = 0
    while len(taken) < count and silent < 60:
        fetched = [record for each in (await consumer.getmany(timeout_ms=1000)).values() for record in each]
        silent = 0 if fetched else silent + 1
        for record in fetched:
            made = datetime.fromisoformat(json.loads(record.value)["source"]["timestamp"])
            taken.append(record.timestamp / 1000 - made.timestamp())
    if len(taken) < count:
        raise SystemExit(f"{count - len(taken)} outputs never came")
    return taken


@contextmanager
def opened(*, partitions: int = 4) -> Iterator[Arena]:
    """An arena on the first broker that can be had here, Apache Kafka where there is Java."""
    with tempfile.TemporaryDirectory(prefix="stream-slm-bench-") as folder:
        rung = next(each for each in ladder.ladder() if each.reason is None)
        broker = rung.make(Path(folder) / rung.kind)
        broker.start()
        try:
            yield Arena(broker.bootstrap, Path(folder), name=broker.name, partitions=partitions)
        finally:
            broker.close()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICK


def rss_mb(pid: int) -> float:
    """Resident memory of a process, in megabytes."""
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
