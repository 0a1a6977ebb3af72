"""6. More comes than a worker can read; 9. soak: a long time at most of what it can."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from tests.chaos.conftest import SceneFactory
from tests.chaos.fleet import Watch, slope
from tests.chaos.scale import SEED, seconds
from tests.chaos.scene import Scene
from tests.chaos.traffic import Plain
from tests.workers.process import Worker

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

#: Over three minutes the backlog grows by 72,000 records; were they held, it would be by more than 20 MB a minute.
_OVERLOADED_MB_PER_MINUTE = 5.0
#: A leak of one 1 KB object for each record would be 90 MB a minute.
_SOAKED_MB_PER_MINUTE = 1.0
_SOAKED_DESCRIPTORS_PER_MINUTE = 0.5
#: Each record in flight is a task, so that they come and go by hundreds; a leak of one a second would be 60 a minute.
_SOAKED_TASKS_PER_MINUTE = 10.0
#: Until then a worker's queues, pools and caches are still being filled: a shorter run tells slopes, and judges none.
_JUDGED_FROM_S = 120.0


async def test_overload(scene: SceneFactory, tmp_path: Path) -> None:
    """200 records a second are read, 600 come: memory stays, no heartbeat is missed, the lag is worked off after."""
    length = seconds(180)
    throttle = tmp_path / "throttle"
    throttle.touch()
    # One sentence each, so that a text is a record; so many that equal ones, read once, seldom meet in flight.
    records = Plain(SEED, texts=30_000, sentences=1)
    env = {"TEST_TEXTS_PER_S": "200", "TEST_THROTTLE_WHILE": str(throttle)}
    async with scene("6. overload", records=records, count=records.texts, **env) as at:
        at.row.faults = f"600/s into 200/s for {length:.0f} s"
        worker = at.fleet.add()
        await worker.logged('"partitions_assigned"')
        began, watch = at.audit.distinct, Watch(worker)
        at.load.start(per_s=600)
        await asyncio.sleep(length)
        at.load.stop()
        await at.load.finished()
        watch.stop()
        read_per_s, lag = (at.audit.distinct - began) / length, await at.lag()
        assert read_per_s < 300, f"{read_per_s:.0f} records a second: that is no overload"
        throttle.unlink()
        drained_from = time.monotonic()
        await at.finished()
        drained_s = time.monotonic() - drained_from
        at.note(f"{read_per_s:.0f} records/s read, lag {lag:,} at the end and 0 after {drained_s:.0f} s")
        at.note(watch.memory(_OVERLOADED_MB_PER_MINUTE))
        assert not worker.has_logged('"partitions_assigned"', times=2), "a heartbeat was missed: partitions came anew"
        if length >= _JUDGED_FROM_S:
            assert watch.mb_per_minute() <= _OVERLOADED_MB_PER_MINUTE
        stored = await at.committed()
        assert sum(stored.values()) == at.row.records, "what was drained is not committed"


async def test_soak(scene: SceneFactory) -> None:
    """Half an hour at 70 % of what a worker reads at the most: no memory, no descriptor, no task is leaked."""
    length = seconds(1800)
    records = Plain(SEED, texts=5_000)
    async with scene("9. soak", records=records, count=records.texts, TEST_TASKS_EVERY_S="2") as at:
        worker = at.fleet.add()
        await worker.logged('"partitions_assigned"')
        per_s = await _rate(at)
        watch, began = Watch(worker), time.monotonic()
        at.load.start(per_s=0.7 * per_s)
        await asyncio.sleep(length)
        at.load.stop()
        at.row.faults = f"{length:.0f} s at 70 % of {per_s:,.0f} records/s"
        lag, tasks = await at.lag(), _tasks(worker)
        minutes = (time.monotonic() - began) / 60
        watch.stop()
        await at.finished()
        per_minute = slope([(each * minutes / len(tasks), float(count)) for each, count in enumerate(tasks)])
        at.note(watch.memory(_SOAKED_MB_PER_MINUTE))
        at.note(
            f"descriptors {watch.descriptors_per_minute():+.2f} a minute; tasks {per_minute:+.2f} a minute, "
            f"at most {max(tasks):,}; lag at the end {lag:,}"
        )
        if length >= _JUDGED_FROM_S:
            assert watch.mb_per_minute() <= _SOAKED_MB_PER_MINUTE
            assert watch.descriptors_per_minute() <= _SOAKED_DESCRIPTORS_PER_MINUTE
            assert per_minute <= _SOAKED_TASKS_PER_MINUTE
        assert lag <= 10 * per_s, "70 % of the highest rate is more than it reads"


async def _rate(at: Scene) -> float:
    """Records a second that the worker reads at the most, beside the test's own work: from a backlog."""
    at.load.start(count=20_000)
    await at.load.finished()
    before, began = at.audit.distinct, time.monotonic()
    await at.progress(20_000)
    return max((20_000 - before) / (time.monotonic() - began), 100)


def _tasks(worker: Worker) -> list[int]:
    """How many asyncio tasks it told of, in the second half of its log."""
    lines = [line for line in worker.log.read_text().splitlines() if '"test_tasks"' in line]
    told = [json.loads(line[line.index("{") :])["tasks"] for line in lines]  # Faust hides the cursor before its first
    return told[len(told) // 2 :]
