"""4. The network between a worker and the broker stalls, resets and delays."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from aiokafka.errors import KafkaError

from tests.chaos.conftest import GUARANTEES, ProxiedKafka, SceneFactory
from tests.chaos.proxy import Fault, Proxy
from tests.chaos.scale import SEED, scaled, seconds
from tests.chaos.scene import Scene
from tests.chaos.traffic import Plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

_FAULTS: tuple[Fault, ...] = ("stall", "reset", "delay")
#: Shorter than the longest cut: the group gives the worker's partitions to the other.
_SESSION = {"STREAM_SLM_BROKER__SESSION_TIMEOUT_S": "6"}


@pytest.mark.parametrize("guarantee", GUARANTEES)
async def test_network_cuts(scene: SceneFactory, kafka: ProxiedKafka, guarantee: str) -> None:
    """One worker behind a failing network, one beside it. Commits never go back: a fenced worker stores none."""
    cuts = scaled(10, 3)
    records = Plain(SEED, texts=5_000)
    async with (
        scene(
            "4. network cuts", guarantee, records=records, count=records.texts, TEST_TEXTS_PER_S="1500", **_SESSION
        ) as at,
        Proxy(kafka.proxy, kafka.behind, at.rng) as network,
    ):
        at.load.start(per_s=400)
        through = f"127.0.0.1:{kafka.proxy}"
        at.fleet.add(STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=through, TEST_WORKER_NAME="behind-the-proxy")
        at.fleet.add(TEST_WORKER_NAME="direct")
        commits = Commits(at)
        await at.progress(1_000)
        longest = 0.0
        for cut in range(cuts):
            length = seconds(30 if cut == cuts // 2 else at.rng.uniform(1, 30))
            longest = max(longest, length)
            await network.cut(_FAULTS[cut % len(_FAULTS)], length)
            await at.progress_by(500)
            await asyncio.sleep(at.rng.uniform(1, 6))
        at.load.stop()
        at.row.faults = f"{cuts} cuts of up to {longest:.0f} s"
        await at.drained()
        commits.stop()
        late = at.audit.duplicates_by["behind-the-proxy"]
        at.note(
            f"{len(commits.went_back)} commits went back; {late:,} duplicates came from the worker behind the proxy"
        )
        await at.finished(faults=cuts)
        assert not commits.went_back, commits.went_back


class Commits:
    """Watches the group's commits, four times a second."""

    def __init__(self, at: Scene) -> None:
        self.went_back: list[tuple[int, int, int]] = []
        self._at = at
        self._watching = asyncio.create_task(self._watch())

    def stop(self) -> None:
        """Watch no more."""
        self._watching.cancel()

    async def _watch(self) -> None:
        furthest: dict[int, int] = {}
        while True:
            with suppress(KafkaError, TimeoutError):
                for partition, offset in (await self._at.committed()).items():
                    if offset < furthest.get(partition, 0):
                        self.went_back.append((partition, furthest[partition], offset))
                    furthest[partition] = max(offset, furthest.get(partition, 0))
            await asyncio.sleep(0.25)
