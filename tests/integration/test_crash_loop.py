"""A record that kills its worker, or hangs in the engine, is found and dead-lettered; the others come out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from tests.brokers.clients import Sent, produce, read_topic
from tests.integration.conftest import Stage
from tests.workers.audit import headers, numbered
from tests.workers.process import Worker

MakeWorker = Callable[..., Worker]
#: Two deaths raise suspicion, one may fall into the time between two commits, two more convict.
MOST_DEATHS = 6


@pytest.mark.parametrize(
    ("guarantee", "how"), [("at_least_once", "kill-the-process"), ("exactly_once", "hang-for-ever")]
)
async def test_a_record_that_kills_every_worker_is_condemned(
    transactional_stage: Stage, make_worker: MakeWorker, guarantee: str, how: str
) -> None:
    """Restarted as Kubernetes would, until it stays up; with static membership it need not wait for its own session."""
    stage = transactional_stage
    good = numbered(60)
    guilty = Sent(key=b"key-7", value=json.dumps({"id": "guilty", "text": f"Please {how} now."}).encode())
    await produce(stage.bootstrap, stage.source, [*good[:20], guilty, *good[20:]])
    worker = make_worker(
        stage,
        STREAM_SLM_DELIVERY__PROCESSING_GUARANTEE=guarantee,
        STREAM_SLM_DELIVERY__MAX_IN_FLIGHT_PER_PARTITION="16",
        STREAM_SLM_BATCHING__CALL_TIMEOUT_S="1.5",
        STREAM_SLM_BROKER__GROUP_INSTANCE_ID="worker-0",
    )
    deaths = await restarted_until_it_stays(worker, stage, len(good))
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    assert 2 <= deaths <= MOST_DEATHS
    records = await read_topic(stage.bootstrap, stage.sink, isolation_level="read_committed")
    assert {json.loads(each.value)["subject"]["id"] for each in records} == {str(number) for number in range(60)}
    dead = await read_topic(stage.bootstrap, stage.dead_letters, isolation_level="read_committed")
    assert {each.value for each in dead} == {guilty.value}
    assert headers(dead[0])["x-stream-slm-error-code"] == "engine_crash"
    assert headers(dead[0])["x-stream-slm-attempts"] == "2"
    if guarantee == "exactly_once":
        assert (len(records), len(dead)) == (60, 1)


async def restarted_until_it_stays(worker: Worker, stage: Stage, count: int) -> int:
    """How often it died before everything was out."""
    deaths = 0
    worker.start()
    while True:
        await asyncio.sleep(0.25)
        if not worker.running():
            deaths += 1
            assert deaths <= MOST_DEATHS, worker.log_tail()
            worker.start()

        if '"record_condemned"' in worker.log.read_text(encoding="utf-8"):
            out = await read_topic(stage.bootstrap, stage.sink, isolation_level="read_committed", quiet_s=1)
            if len(out) >= count:
                return deaths
