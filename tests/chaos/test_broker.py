"""2. The broker is stopped, killed, and comes back."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.conftest import GUARANTEES, ProxiedKafka, SceneFactory
from tests.chaos.scale import SEED, scaled
from tests.chaos.traffic import Plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("guarantee", GUARANTEES)
async def test_broker_restarts(scene: SceneFactory, kafka: ProxiedKafka, guarantee: str) -> None:
    """Two workers and the load live through five orderly restarts and two of kill -9."""
    stops, kills, count = scaled(5, 1), scaled(2, 1), scaled(50_000, 5_000)
    records = Plain(SEED, texts=5_000)
    async with scene("2. broker restarts", guarantee, records=records, count=count, TEST_TEXTS_PER_S="1500") as at:
        at.row.faults = f"{stops} stops, {kills} kill -9"
        at.load.start(count=count)
        at.fleet.add()
        at.fleet.add()
        outages = [kafka.stop] * stops + [kafka.kill] * kills
        at.rng.shuffle(outages)
        for number, outage in enumerate(outages):
            await at.progress(round((number + at.rng.uniform(0.3, 1)) * count / (len(outages) + 1)))
            await asyncio.to_thread(outage)
            await asyncio.sleep(at.rng.uniform(0, 3))
            await asyncio.to_thread(kafka.start)
        await at.finished(faults=len(outages))
