"""The broker of the scenarios, and scenes on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from stream_slm.streaming.embedded import free_port
from tests.brokers import NotHere, apache
from tests.chaos.book import Row
from tests.chaos.scene import Scene, set_up
from tests.chaos.traffic import Records

GUARANTEES = ("at_least_once", "exactly_once")
#: Killed workers' partitions wait for so long.
SHORT_SESSION = {"STREAM_SLM_BROKER__SESSION_TIMEOUT_S": "3"}

SceneFactory = Callable[..., AbstractAsyncContextManager[Scene]]


class ProxiedKafka(apache.ApacheKafka):
    """Apache Kafka with a second way in, which leads through a proxy's port: nothing listens there by itself."""

    def __init__(self, folder: Path) -> None:
        self.behind, self.proxy = free_port(), free_port()
        super().__init__(folder, proxied=(self.behind, self.proxy))


@pytest.fixture(scope="session")
def kafka_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedKafka]:
    """Apache Kafka: what the scenarios are about needs durability and transactions."""
    if reason := apache.available():
        pytest.skip(f"broker apache: {reason}")
    broker = ProxiedKafka(tmp_path_factory.mktemp("chaos") / "kafka")
    try:
        broker.start()
    except NotHere as missing:
        pytest.skip(f"broker apache: {missing}")
    yield broker
    broker.close()


@pytest.fixture
def kafka(kafka_of_the_session: ProxiedKafka) -> ProxiedKafka:
    """The broker, running, whatever the scenario before did to it."""
    kafka_of_the_session.start()
    return kafka_of_the_session


@pytest.fixture
def scene(kafka: ProxiedKafka, default_bundle: Path, tmp_path: Path) -> SceneFactory:
    """Scenes on Apache Kafka: `scene("1. kills", guarantee, engine, records=..., count=...)`."""
    del default_bundle  # it only has to be there before a worker starts

    def make(
        name: str, guarantee: str = "at_least_once", engine: str = "quick", *, records: Records, count: int, **more: Any
    ) -> AbstractAsyncContextManager[Scene]:
        return set_up(Row(name, guarantee, engine), kafka, tmp_path, records, count, **more)

    return make
