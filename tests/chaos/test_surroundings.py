"""8. What a worker stands on gives way: its data directory, its clock, its topics."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka.admin import NewPartitions

from tests.brokers.clients import admin_client, create_topic, delete_topics
from tests.chaos.conftest import SceneFactory
from tests.chaos.ear import ends_of
from tests.chaos.scale import SEED, scaled
from tests.chaos.scene import PARTITIONS
from tests.chaos.traffic import Plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A folder on a file system of 64 KB of its own, mounted anew with other options at each call."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = False

    def mount(options: str) -> Path:
        nonlocal mounted
        if os.geteuid() != 0:
            pytest.skip("mounting a small file system needs root")
        command = ["mount", "-t", "tmpfs", "-o", f"{'remount,' if mounted else ''}size=64k,{options}", "tmpfs", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
        mounted = True
        return folder

    yield mount
    if mounted:
        subprocess.run(["umount", "--lazy", folder], check=True)


async def test_data_directory(scene: SceneFactory, small_disk: Callable[[str], Path]) -> None:
    """Full, and then read-only, under a worker that runs and under one that starts: nothing that matters lies there."""
    part = scaled(5_000, 1_000)
    folder = small_disk("rw")
    async with scene(
        "8a. data directory", records=Plain(SEED), count=part * 4, STREAM_SLM_APP__DATADIR=str(folder)
    ) as at:
        at.row.faults = "full, then read-only; running, then starting"
        worker = at.fleet.add()
        at.load.start(count=part)
        await at.progress(part // 2)
        with suppress(OSError), (folder / "ballast").open("wb") as ballast:
            ballast.write(bytes(1_000_000))
        for turn in range(2, 5):
            at.load.start(count=part)
            await at.load.finished()
            await at.progress(part * turn - part // 2)
            if turn == 3:
                small_disk("ro")
            assert await at.fleet.dismiss(worker) == 0, worker.log_tail()
            worker = at.fleet.add()
        await at.finished(duplicates_per_fault=0)


async def test_clock_jumps_back(scene: SceneFactory, tmp_path: Path) -> None:
    """The wall clock goes back an hour under load."""
    part, moment = scaled(10_000, 2_000), tmp_path / "clock-goes-back"
    async with scene(
        "8b. clock jumps back an hour", records=Plain(SEED), count=part * 2, TEST_CLOCK_BACK_ONCE=str(moment)
    ) as at:
        at.row.faults = "1 jump"
        worker = at.fleet.add()
        at.load.start(count=part)
        await at.progress(part // 2)
        moment.touch()
        await at.load.finished()
        at.load.start(count=part)
        await at.finished(duplicates_per_fault=0)
        assert not worker.has_logged('"partitions_assigned"', times=2), "the jump cost it its partitions"


async def test_partitions_are_added(scene: SceneFactory) -> None:
    """A source of six partitions becomes one of nine while two workers read it: the new ones are read, too."""
    count = scaled(20_000, 3_000)
    async with scene("8c. partitions added", records=Plain(SEED), count=count) as at:
        at.row.faults = f"{PARTITIONS} partitions, then {PARTITIONS + 3}"
        at.fleet.add()
        at.fleet.add()
        at.load.start(count=count, per_s=count / 30)
        await at.progress(count // 4)
        async with admin_client(at.broker.bootstrap) as admin:
            await admin.create_partitions({at.topics.source: NewPartitions(PARTITIONS + 3)})
        await at.finished(faults=1)
        assert len(await ends_of(at.broker.bootstrap, at.topics.source)) == PARTITIONS + 3


@pytest.mark.parametrize("which", ["sink", "source"])
async def test_topic_is_deleted(scene: SceneFactory, which: str) -> None:
    """A topic goes and is made again: the worker goes on or says why it cannot; what is sent later is delivered."""
    part = scaled(5_000, 2_000)
    env = {"STREAM_SLM_DELIVERY__RETRY_DEADLINE_S": "8", "STREAM_SLM_PRODUCER__REQUEST_TIMEOUT_S": "5"}
    async with scene(f"8d. {which} topic deleted", records=Plain(SEED), count=part * 2, **env) as at:
        at.row.faults = "1 deletion"
        worker = at.fleet.add()
        at.load.start(count=part)
        await at.load.finished()
        await at.progress(part)
        topic: str = getattr(at.topics, which)
        await delete_topics(at.broker.bootstrap, [topic])
        if which == "sink":  # records without a way out: retried until the deadline, then told
            at.load.start(count=part // 2)
            await at.load.finished()
        await asyncio.sleep(15)
        await create_topic(at.broker.bootstrap, topic, PARTITIONS)
        if which == "source":
            at.begin_anew()  # what was in it does not count
        at.load.start(count=part // 2)
        await at.load.finished()
        await at.finished(faults=1)
        if at.fleet.restarts:
            assert worker.has_logged('"delivery_stopped"'), worker.log_tail()
