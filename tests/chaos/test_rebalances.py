"""3. Workers join and leave all the time; 7. SIGTERM under load."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from tests.chaos.conftest import GUARANTEES, SceneFactory
from tests.chaos.scale import SEED, scaled, seconds
from tests.chaos.traffic import Plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("guarantee", GUARANTEES)
async def test_rebalance_storm(scene: SceneFactory, guarantee: str) -> None:
    """Every few seconds a worker joins or leaves, at most three and at least one, under load."""
    length = seconds(120)
    records = Plain(SEED, texts=5_000)
    async with scene(
        "3. rebalance storm", guarantee, records=records, count=records.texts, TEST_TEXTS_PER_S="1500"
    ) as at:
        at.load.start(per_s=400)
        at.fleet.add()
        await at.progress(100)
        changes, end = 0, time.monotonic() + length
        while time.monotonic() < end:
            present = at.fleet.wanted
            if len(present) == 1 or (len(present) == 2 and at.rng.random() < 0.5):
                at.fleet.add()
            else:
                leaving = at.rng.choice(present)
                status, reads = await at.fleet.dismiss(leaving), leaving.has_logged('"partitions_assigned"')
                # One that has not come so far as to catch a signal is ended by it, with nothing in its hands.
                assert status == 0 or (status == -signal.SIGTERM and not reads), leaving.log_tail()
            changes += 1
            await asyncio.sleep(at.rng.uniform(2, 5))
        at.load.stop()
        at.row.faults = f"{changes} joins and leaves in {length:.0f} s"
        await at.finished(faults=changes)


async def test_sigterm_under_load(scene: SceneFactory) -> None:
    """A worker that is asked to leave finishes what it holds: nothing comes twice."""
    stops, count = scaled(10, 2), scaled(30_000, 5_000)
    records = Plain(SEED, texts=5_000)
    async with scene("7. SIGTERM under load", records=records, count=count, TEST_TEXTS_PER_S="3000") as at:
        at.row.faults = f"{stops} SIGTERM"
        at.load.start(count=count)
        worker = at.fleet.add()
        for stop in range(stops):
            await worker.logged('"partitions_assigned"')  # before that, nobody would hear the signal
            await at.progress(round((stop + at.rng.uniform(0.3, 1)) * count / (stops + 1)))
            assert await at.fleet.dismiss(worker) == 0, worker.log_tail()
            worker = at.fleet.add()
        await at.finished(faults=stops, duplicates_per_fault=0)
