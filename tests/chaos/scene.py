"""A scene: fresh topics, a load, a fleet of workers, an ear and an audit. A scenario adds the fault."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiokafka.errors import KafkaError

from stream_slm.config.settings import ModelsConfig, Settings
from stream_slm.engine.bundle import default_models_dir
from tests.brokers.clients import committed_offsets, create_topic, delete_topics, unique
from tests.brokers.ladder import Broker
from tests.chaos.audit import Audit
from tests.chaos.book import Row, written
from tests.chaos.ear import Ear, ends_of
from tests.chaos.fleet import Fleet
from tests.chaos.fuzz import DOMAINS
from tests.chaos.offline import Answers, offline
from tests.chaos.scale import SEED
from tests.chaos.traffic import Load, Records
from tests.workers import writing
from tests.workers.process import Worker

PARTITIONS = 6
#: The settings' defaults, which the workers of a scene run with.
MAX_IN_FLIGHT = 4096
COMMIT_INTERVAL_S = 0.5
#: Longer than any outage here, with the waits between retries after it.
STALLED_S = 90.0
_QUIET_S = 3.0


@dataclass(frozen=True, slots=True)
class Topics:
    """One scene's topics."""

    source: str
    sink: str
    alerts: str
    review: str
    dead_letters: str

    @classmethod
    def of(cls, domain: str) -> Topics:
        """Named as a pipeline names them."""
        outputs = (f"{domain}.{each}.v1" for each in ("enriched", "alerts", "review"))
        return cls(f"{domain}.v1", *outputs, f"{domain}.v1.dlq")

    def all(self) -> tuple[str, ...]:
        """Source first."""
        return self.source, self.sink, self.alerts, self.review, self.dead_letters


class Scene:
    """What a scenario acts on."""

    def __init__(
        self,
        row: Row,
        broker: Broker,
        group: str,
        topics: Topics,
        answers: Answers,
        make: Callable[..., Worker],
    ) -> None:
        self.row = row
        self.group = group
        self.broker = broker
        self.topics = topics
        self.rng = random.Random(f"{SEED}/{row.scenario}")
        self.fleet = Fleet(make)
        self.expected = answers
        self.load = Load(broker.bootstrap, topics.source, answers.records)
        self.audit = Audit(topics.source, topics.dead_letters, answers.records, answers)
        isolation = "read_committed" if self.exactly_once else "read_uncommitted"
        self.ear = Ear(broker.bootstrap, (topics.sink, topics.dead_letters), self.audit.hear, isolation)

    @property
    def exactly_once(self) -> bool:
        """Whether duplicates are forbidden, and outputs read as committed."""
        return self.row.guarantee == "exactly_once"

    async def progress(self, count: int, timeout_s: float = STALLED_S) -> None:
        """Wait until so many records have an outcome; fail when nothing comes for a while."""
        while self.audit.distinct < count:
            self.ear.check()
            if time.monotonic() - self.audit.last_heard > timeout_s:
                raise AssertionError(f"{self.audit.distinct} outcomes, then none for {timeout_s:g} s\n{self._logs()}")
            await asyncio.sleep(0.05)

    async def progress_by(self, count: int, timeout_s: float = STALLED_S) -> None:
        """Wait for so many more."""
        self.audit.last_heard = time.monotonic()
        await self.progress(self.audit.distinct + count, timeout_s)

    async def drained(self) -> None:
        """Wait until every record that was sent has an outcome; what never comes is lost, and told by the audit."""
        await self.load.finished()
        self.audit.last_heard = time.monotonic()
        with suppress(AssertionError):
            await self.progress(sum((await ends_of(self.broker.bootstrap, self.topics.source)).values()))
        self.ear.check()

    async def finished(self, faults: int = 0, duplicates_per_fault: int | None = None) -> None:
        """Drain, dismiss the workers, hear the rest, write the row, and hold it against the promises.

        Args:
            faults: how many there were, for the bound on duplicates.
            duplicates_per_fault: default: what at-least-once allows, none with exactly-once.
        """
        await self.drained()
        await self.fleet.dismiss_all()
        while time.monotonic() - self.audit.last_heard < _QUIET_S:  # noqa: ASYNC110  (silence is no event)
            await asyncio.sleep(0.1)
        self.ear.check()
        ends = await ends_of(self.broker.bootstrap, self.topics.source)
        self._write(ends, faults, duplicates_per_fault)
        self._judge(ends)

    def begin_anew(self) -> None:
        """The source is a new one: records of the old one do not count, and its places mean others now."""
        self.audit.forget()
        self.load.acknowledged = 0

    async def lag(self) -> int:
        """Records of the source behind the group's commits."""
        ends = await ends_of(self.broker.bootstrap, self.topics.source)
        stored = await self.committed()
        return sum(end - stored.get(partition, 0) for partition, end in ends.items())

    async def committed(self) -> dict[int, int]:
        """The group's commits, by partition."""
        return await committed_offsets(self.broker.bootstrap, self.group, self.topics.source, PARTITIONS)

    def note(self, text: str) -> None:
        """Add to the row's notes."""
        self.row.notes = "; ".join(filter(None, [self.row.notes, text]))

    async def close(self) -> None:
        """End everything, however far it came."""
        self.load.abandon()
        self.fleet.close()
        await self.ear.stop()

    def _write(self, ends: dict[int, int], faults: int, duplicates_per_fault: int | None) -> None:
        found, row = self.audit.findings(ends), self.row
        row.records, row.lost, row.duplicates = found.records, found.lost, found.duplicates
        row.reordered, row.wrong, row.dead_letters = found.reordered, found.wrong, found.dead_letters
        if duplicates_per_fault is None:
            allowed = MAX_IN_FLIGHT + round(self.audit.peak_per_s() * COMMIT_INTERVAL_S)
            duplicates_per_fault = 0 if self.exactly_once else allowed
        row.duplicates_bound = faults * duplicates_per_fault
        if self.fleet.restarts:
            self.note(f"{self.fleet.restarts} exits of workers by themselves, started again")

    def _judge(self, ends: dict[int, int]) -> None:
        row = self.row
        assert self.load.refused == 0, f"the load itself lost {self.load.refused} records"
        assert row.records == self.load.acknowledged, f"{self.load.acknowledged} sent, the source holds {row.records}"
        missing = {partition: places[:5] for partition, places in self.audit.missing(ends).items() if places}
        assert row.lost == 0, f"{row.lost} lost, for example {missing}\n{self._logs()}"
        assert row.reordered == 0, f"{row.reordered} first outcomes came before an earlier record's of their key"
        assert row.wrong == 0, f"{row.wrong} wrong outputs: {dict(self.audit.wrong)}"
        assert row.duplicates is not None
        assert row.duplicates_bound is not None
        assert row.duplicates <= row.duplicates_bound, f"{row.duplicates} duplicates, {row.duplicates_bound} allowed"

    def _logs(self) -> str:
        return "\n---\n".join(worker.log_tail() for worker in self.fleet.wanted)


def _settings(env: Mapping[str, str]) -> Settings:
    """What decides, of the workers' settings, what a record becomes."""
    folder = env.get("STREAM_SLM_MODELS__DIR")
    return Settings(models=ModelsConfig(dir=Path(folder))) if folder else Settings()


@asynccontextmanager
async def set_up(
    row: Row,
    broker: Broker,
    folder: Path,
    records: Records,
    count: int,
    *,
    bootstrap: str | None = None,
    domain: str | None = None,
    topic_config: Mapping[str, str] | None = None,
    **env: str,
) -> AsyncIterator[Scene]:
    """Make topics and expectations; nothing is sent and no worker runs yet.

    Args:
        count: how many records may be sent: each kind among them is read without Kafka first.
        domain: of the reference application, which then runs in place of the test's.
        bootstrap: where the workers find the broker, if not where the test does.
        env: of every worker.
    """
    group = unique("chaos")
    topics = Topics.of(domain or group)
    env = {
        "TEST_ENGINE": row.engine,
        "STREAM_SLM_DELIVERY__PROCESSING_GUARANTEE": row.guarantee,
        **env,
    }
    numbers = iter(range(1_000_000))

    def make(**more: str) -> Worker:
        log = folder / f"worker-{next(numbers)}.log"
        app = "tests.workers.reference" if domain else "tests.workers.app"
        return Worker(bootstrap or broker.bootstrap, group, topics.source, log, app, **{**env, **more})

    with written(row):
        row.broker = broker.name.split(", cluster", 1)[0]
        if row.engine == "writing":
            models = writing.models_dir(folder / "models", default_models_dir() / Settings().models.bundle)
            env |= {"TEST_WRITING": "1", "STREAM_SLM_MODELS__DIR": str(models)}
        async with offline(row.engine, domain, _settings(env)) as pipeline:
            answers = await pipeline.answers(records, count)
        made = [topic for each in (DOMAINS if domain else [group]) for topic in Topics.of(each).all()]
        for topic in made:
            await create_topic(broker.bootstrap, topic, PARTITIONS, topic_config)
        scene = Scene(row, broker, group, topics, answers, make)
        scene.ear.start()
        try:
            yield scene
        finally:
            await scene.close()
            if broker.running:
                with suppress(KafkaError, TimeoutError):
                    await delete_topics(broker.bootstrap, made)
