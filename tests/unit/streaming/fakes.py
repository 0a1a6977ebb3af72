"""What delivery needs, without Kafka: a processor whose readings the test completes, a sink that can refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from stream_slm.config.settings import DeadLettersConfig, DeliveryConfig
from stream_slm.errors import StreamSLMError
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.place import place_of
from stream_slm.pipeline.settlement import Settlement
from stream_slm.streaming.delivery import Delivery
from stream_slm.streaming.ledger import Partition
from stream_slm.streaming.quarantine import Mark, Marks
from stream_slm.types import Headers, Outcome, Output, Record

#: Tells what a sink does with an outcome: None takes it.
Verdict = Callable[[Outcome], StreamSLMError | None]


class FakeProcessor:
    """Reads a record when the test says so."""

    def __init__(self) -> None:
        self.readings: dict[tuple[str, int, int], asyncio.Future[Outcome]] = {}
        self.dead_letters: list[tuple[int, Exception]] = []
        self.value = b"out"
        self.alerts = 0

    def process(self, record: Record) -> asyncio.Future[Outcome]:
        reading = self.readings[record.topic, record.partition, record.offset] = asyncio.Future()
        return reading

    def dead_letter(self, record: Record, error: Exception) -> Outcome:
        self.dead_letters.append((record.offset, error))
        output = Output(topic="dlq", key=record.key, value=record.value, kind="dead_letter")
        return Outcome(record=record, pipeline="p", outputs=(output,), status="dead_letter", error=error)

    def settlement(self) -> Settlement:
        return Settlement(FloodGate(0, 1.0))

    def place(self, record: Record) -> dict[str, Any]:
        return place_of(record, "p", "event-id")

    def complete(self, record: Record) -> None:
        alerts = (Output(topic="alerts", value=b"alert", kind="alert"),) * self.alerts
        outputs = (Output(topic="out", key=record.key, value=self.value), *alerts)
        reading = self.readings[record.topic, record.partition, record.offset]
        reading.set_result(Outcome(record=record, pipeline="p", outputs=outputs, status="ok"))


class FakeSink:
    """Takes what `verdict` lets it take; remembers every attempt and what became durable, in order."""

    def __init__(self) -> None:
        self.verdict: Verdict = lambda _: None
        self.attempts: list[Outcome] = []
        self.durable: list[Outcome] = []
        self.limits: dict[str, int] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, outcomes: Sequence[Outcome]) -> list[StreamSLMError | None]:
        self.attempts += outcomes
        await self.gate.wait()
        verdicts = [self.verdict(outcome) for outcome in outcomes]
        self.durable += [outcome for outcome, error in zip(outcomes, verdicts, strict=True) if error is None]
        return verdicts

    def size_limit(self, topic: str) -> int:
        return self.limits.get(topic, 1_000_000)


class FakeOffsets:
    """A group's commits, with the notes beside them."""

    def __init__(self) -> None:
        self.stored: dict[Partition, tuple[int, Mark]] = {}
        self.refuses = False

    async def committed_mark(self, partition: Partition) -> tuple[int, Mark] | None:
        await asyncio.sleep(0)
        return self.stored.get(partition)

    async def commit_marks(self, marks: Marks) -> bool:
        await asyncio.sleep(0)
        if not self.refuses:
            self.stored.update(marks)
        return not self.refuses


class FakePauses:
    """A consumer that remembers what it holds."""

    def __init__(self) -> None:
        self.held: set[Partition] = set()
        self.calls = 0

    def hold_partition(self, partition: Partition) -> None:
        assert partition not in self.held
        self.held.add(partition)
        self.calls += 1

    def release_partition(self, partition: Partition) -> None:
        self.held.remove(partition)


class Worker:
    """A delivery with its fakes around it."""

    def __init__(self, dead_letters: DeadLettersConfig | None = None, **config: float) -> None:
        self.sink, self.processor, self.pauses = FakeSink(), FakeProcessor(), FakePauses()
        self.crashes: list[Exception] = []
        fast = {"retry_backoff_s": 1e-4, "retry_backoff_max_s": 1e-3, "retry_deadline_s": 5.0}
        settings = DeliveryConfig(**{**fast, **config})  # type: ignore[arg-type]
        self.delivery = Delivery(
            lambda _partition: self.sink, settings, crash=self.crashes.append, dead_letters=dead_letters
        )

    def admit(self, offset: int, partition: int = 0, generation: int = 1, headers: Headers = ()) -> Record:
        """Admit a record; its reading waits for `processor.complete`."""
        record = Record(topic="in", partition=partition, offset=offset, value=b"v", key=b"k", headers=headers)
        self.delivery.admit(record, generation, self.processor, self.pauses)
        return record

    def finish(self, *offsets: int, partition: int = 0) -> list[Record]:
        """Admit records and complete them at once."""
        records = [self.admit(offset, partition) for offset in offsets]
        for record in records:
            self.processor.complete(record)
        return records

    @property
    def sent(self) -> list[tuple[int, int]]:
        """Partition and offset of what was durable, in order."""
        return [(outcome.record.partition, outcome.record.offset) for outcome in self.sink.durable]

    @property
    def committable(self) -> dict[Partition, int]:
        return self.delivery.ledger.committable()


async def settle(turns: int = 50) -> None:
    """Let whatever can run without time passing run."""
    for _ in range(turns):
        await asyncio.sleep(0)


async def until_read_again(worker: Worker, offset: int, partition: int = 0) -> None:
    """Until a record whose reading failed has a new one."""
    for _ in range(1000):
        if ("in", partition, offset) in worker.processor.readings:
            return
        await asyncio.sleep(1e-3)
    raise AssertionError("it was not read again")
