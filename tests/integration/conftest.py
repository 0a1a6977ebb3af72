"""A pipeline's topics, and workers on them, for one test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.tasks.classify import Classify
from tests.brokers.clients import create_topic, delete_topics, unique
from tests.brokers.ladder import Broker
from tests.conftest import Brokers
from tests.workers.process import Worker

PARTITIONS = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One test's topics and group on one broker."""

    bootstrap: str
    group: str
    source: str
    sink: str
    dead_letters: str
    shortest_session_s: int

    @property
    def for_kills(self) -> dict[str, str]:
        """Settings of a worker that will be killed: its partitions wait for the end of its session."""
        return {"STREAM_SLM_BROKER__SESSION_TIMEOUT_S": str(self.shortest_session_s)}


@pytest.fixture
async def stage(broker: Broker) -> AsyncIterator[Stage]:
    """Fresh topics on each broker that can be had."""
    async for each in new_stage(broker):
        yield each


@pytest.fixture
async def durable_stage(durable_broker: Broker) -> AsyncIterator[Stage]:
    """Fresh topics on a broker that keeps its records: what does not depend on the broker runs on these only."""
    async for each in new_stage(durable_broker):
        yield each


@pytest.fixture
async def restartable_stage(restartable_broker: Broker) -> AsyncIterator[Stage]:
    """Fresh topics on a broker that can be stopped and keeps its records."""
    async for each in new_stage(restartable_broker):
        yield each


@pytest.fixture
async def transactional_stage(transactional_broker: Broker) -> AsyncIterator[Stage]:
    """Fresh topics on a broker that keeps its records and has transactions."""
    async for each in new_stage(transactional_broker):
        yield each


async def new_stage(broker: Broker) -> AsyncIterator[Stage]:
    """Topics made for one test and removed after it."""
    name = unique("records")
    spec = PipelineSpec(name="test", source=f"{name}.v1", tasks=[Classify("risk")])
    for topic in spec.topics:
        await create_topic(broker.bootstrap, topic, partitions=PARTITIONS)
    # Kafka takes no session under 6 s unless told so, as ours is.
    shortest = 3 if broker.kind in ("apache", "embedded") else 6
    yield Stage(broker.bootstrap, name, spec.source, spec.sink, spec.dead_letter_topic, shortest)
    if broker.running:
        await delete_topics(broker.bootstrap, spec.topics)


@pytest.fixture
def make_worker(tmp_path: Path, default_bundle: Path) -> Iterator[Callable[..., Worker]]:
    """Workers of this test; none outlives it."""
    workers: list[Worker] = []

    def make(stage: Stage, **env: str) -> Worker:
        worker = Worker(stage.bootstrap, stage.group, stage.source, tmp_path / f"worker-{len(workers)}.log", **env)
        workers.append(worker)
        return worker

    del default_bundle  # it only has to be there before a worker starts
    yield make
    for worker in workers:
        worker.close()


@pytest.fixture
async def kafka_stage(brokers: Brokers) -> AsyncIterator[Stage]:
    """On Apache Kafka alone: for what does not depend on the broker, and takes long."""
    async for each in new_stage(brokers.get("apache")):
        yield each


@pytest.fixture
async def embedded_stage(brokers: Brokers) -> AsyncIterator[Stage]:
    """On the embedded broker alone: for what does not depend on the broker."""
    async for each in new_stage(brokers.get("embedded")):
        yield each
