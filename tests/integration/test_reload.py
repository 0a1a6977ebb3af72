"""New versions of a bundle on a real broker: swapped in while records flow, or in the shadow of the one in use."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stream_slm.learning.measures import wilson
from tests.brokers.clients import create_topic, delete_topics, produce, read_topic
from tests.integration.conftest import Stage
from tests.workers import bundles
from tests.workers.audit import assert_complete_and_ordered, duplicates, numbered
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

NAME = "minilm-l6-v2-int8"


async def test_a_bundle_is_replaced_while_records_flow(
    kafka_stage: Stage, make_worker: Callable[..., Worker], default_bundle: Path, tmp_path: Path
) -> None:
    """The old digest, then the new one; a damaged bundle after it changes nothing."""
    stage, folder = kafka_stage, tmp_path / "models"
    folder.mkdir()
    old = bundles.version_of(default_bundle, folder / NAME, "1")
    worker = make_worker(
        stage, STREAM_SLM_MODELS__DIR=str(folder), STREAM_SLM_MODELS__RELOAD_INTERVAL_S="0.2", TEST_TEXTS_PER_S="100"
    )
    worker.start()
    sent = numbered(400)
    await produce(stage.bootstrap, stage.source, sent)
    await read_topic(stage.bootstrap, stage.sink, count=50, deadline_s=40)
    new = bundles.version_of(default_bundle, folder / ".new", "2")
    bundles.replace(folder / NAME, folder / ".new")
    await worker.logged("model_reloaded")
    await read_topic(stage.bootstrap, stage.sink, count=len(sent), deadline_s=60)
    bundles.version_of(default_bundle, folder / ".bad", "3")
    bundles.damage(folder / ".bad")
    bundles.replace(folder / NAME, folder / ".bad")
    await worker.logged("model_reload_refused")
    more = numbered(40, start=len(sent))
    await produce(stage.bootstrap, stage.source, more)
    await read_topic(stage.bootstrap, stage.sink, count=len(sent) + len(more), deadline_s=40)
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    records = await read_topic(stage.bootstrap, stage.sink, quiet_s=1.0)
    assert_complete_and_ordered([*sent, *more], records)
    assert duplicates(records) == 0
    by_partition: dict[int, list[str]] = {}
    for each in sorted(records, key=lambda each: (each.partition, each.offset)):
        said = json.loads(each.value)
        by_partition.setdefault(each.partition, []).append(said["models"][NAME]["digest"])
        assert int(said["subject"]["id"]) < len(sent) or by_partition[each.partition][-1] == new
    for digests in by_partition.values():
        assert digests == sorted(digests, key=[old, new].index)
    assert {digest for digests in by_partition.values() for digest in digests} == {old, new}


async def test_a_candidate_reads_in_the_shadow_and_the_report_says_how_it_differs(
    kafka_stage: Stage, make_worker: Callable[..., Worker], default_bundle: Path, tmp_path: Path
) -> None:
    """The records name the bundle in use alone; the candidate, whose labels are shifted, is told of in its topic."""
    stage, folder = kafka_stage, tmp_path / "models"
    topic = f"{stage.source.removesuffix('.v1')}.shadow.v1"
    folder.mkdir()
    used = bundles.version_of(default_bundle, folder / NAME, "1")
    shifted = {"risk": ["routine", "suspicious", "review"]}
    candidate = bundles.version_of(default_bundle, folder / "candidate", "2", shifted)
    shadow = {"STREAM_SLM_SHADOW__BUNDLE": "candidate", "STREAM_SLM_SHADOW__SHARE": "1"}
    worker = make_worker(stage, STREAM_SLM_MODELS__DIR=str(folder), **shadow)
    await create_topic(stage.bootstrap, topic)
    sent = numbered(100)
    await produce(stage.bootstrap, stage.source, sent)
    worker.start()
    records = await read_topic(stage.bootstrap, stage.sink, count=len(sent), deadline_s=60)
    told = await read_topic(stage.bootstrap, topic, count=len(sent), deadline_s=30)
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    assert_complete_and_ordered(sent, records)
    assert {json.loads(each.value)["models"][NAME]["digest"] for each in records} == {used}
    assert not [each for each in told if b"text" in each.value or b"card" in each.value]
    (agreement,) = await reported(stage, topic)
    assert (agreement["serving"], agreement["candidate"]) == (used, candidate)
    assert (agreement["task"], agreement["compared"], agreement["agreed"]) == ("risk", len(sent), 0)
    assert agreement["interval"] == list(wilson(0, len(sent)))
    assert sum(each["records"] for each in agreement["differs"]) == len(sent)
    await delete_topics(stage.bootstrap, [topic])


async def reported(stage: Stage, topic: str) -> list[dict[str, Any]]:
    """What the command prints for a program."""
    command = [sys.executable, "-m", "stream_slm.cli.main", "--set", f"broker.bootstrap_servers={stage.bootstrap}"]
    run = await asyncio.create_subprocess_exec(*command, "shadow", "report", topic, "--json", stdout=PIPE, stderr=PIPE)
    out, problems = await run.communicate()
    assert run.returncode == 0, problems.decode()
    return [json.loads(line) for line in out.splitlines()]
