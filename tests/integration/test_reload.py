"""A bundle is replaced while records flow, on a real broker: each says which version read it, and none is lost."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.brokers.clients import produce, read_topic
from tests.conftest import Brokers
from tests.integration.conftest import Stage, new_stage
from tests.workers import bundles
from tests.workers.audit import assert_complete_and_ordered, duplicates, numbered
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

NAME = "minilm-l6-v2-int8"


@pytest.fixture
async def kafka_stage(brokers: Brokers) -> AsyncIterator[Stage]:
    """One broker is enough: what a folder holds does not depend on it."""
    async for each in new_stage(brokers.get("apache")):
        yield each


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
