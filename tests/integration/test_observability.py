"""What a real worker tells of itself, on a real broker: probes, metrics."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.brokers.clients import Sent, produce, read_topic
from tests.brokers.ladder import Broker
from tests.integration.conftest import PARTITIONS, Stage
from tests.workers.audit import numbered
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

MakeWorker = Callable[..., Worker]


async def answers(worker: Worker, probe: str, status: int, timeout_s: float = 40) -> dict[str, object]:
    """Ask until a probe has a status; what it says then."""
    end = time.monotonic() + timeout_s
    while True:
        found, body = await worker.get(f"/healthz/{probe}")
        if found == status:
            return dict(json.loads(body))
        assert time.monotonic() < end, f"{probe}: {body}\n{worker.log_tail()}"
        await asyncio.sleep(0.1)


async def scraped(worker: Worker) -> dict[str, dict[tuple[str, ...], float]]:
    """Each metric's samples, by the values of their labels."""
    _, exposition = await worker.get("/metrics")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(exposition):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


async def test_a_worker_tells_how_it_is_whatever_stands_still(
    restartable_broker: Broker, restartable_stage: Stage, make_worker: MakeWorker
) -> None:
    """Reading, with a call that does not return, and without its broker, whose absence never makes it dead."""
    stage = restartable_stage
    worker = make_worker(stage, STREAM_SLM_METRICS__LAG_INTERVAL_S="0.2")
    worker.by_our_command()
    worker.start()
    await worker.logged("http_listening")
    assert (await worker.get("/healthz/live"))[0] == 200
    await answers(worker, "ready", 200)
    await answers(worker, "startup", 200)
    await reads(worker, stage)
    await stands_still(worker, stage)
    await asyncio.to_thread(restartable_broker.kill)
    for _ in range(5):
        await asyncio.sleep(0.5)
        assert (await worker.get("/healthz/live"))[0] == 200
        assert (await worker.get("/healthz/ready"))[0] == 200


async def reads(worker: Worker, stage: Stage) -> None:
    """Every record is counted once, and nothing is left to do."""
    sent = numbered(60)
    await produce(stage.bootstrap, stage.source, sent)
    await read_topic(stage.bootstrap, stage.sink, count=len(sent), deadline_s=40)
    await asyncio.sleep(0.5)  # a look
    told = await scraped(worker)
    assert told["stream_slm_assigned_partitions"] == {(stage.source,): PARTITIONS}
    assert sum(told["stream_slm_messages_total"].values()) == len(sent)
    assert sum(told["stream_slm_end_to_end_latency_seconds_count"].values()) == len(sent)
    assert list(told["stream_slm_consumer_lag"].values()) == [0.0] * PARTITIONS
    assert list(told["stream_slm_consumer_lag_seconds"].values()) == [0.0] * PARTITIONS
    assert list(told["stream_slm_backlog_seconds"].values()) == [0.0]
    assert list(told["stream_slm_model_ready"].values()) == [1.0]


async def stands_still(worker: Worker, stage: Stage) -> None:
    """The lag stays, its age grows, and there is work that waits: Faust's gauges would not move."""
    await produce(stage.bootstrap, stage.source, [Sent(key=b"key-0", value=b'{"id": "h", "text": "hang-for-ever"}')])
    await produce(stage.bootstrap, stage.source, numbered(10, keys=1))
    await worker.logged("test_hangs")
    await asyncio.sleep(0.5)
    told = [await scraped(worker)]
    await asyncio.sleep(1)
    told.append(await scraped(worker))
    lags = [sum(each["stream_slm_consumer_lag"].values()) for each in told]
    ages = [max(each["stream_slm_consumer_lag_seconds"].values()) for each in told]
    assert lags[0] == lags[1] >= 1
    assert ages[1] > ages[0] + 0.9
    assert all(sum(each["stream_slm_backlog_seconds"].values()) > 0 for each in told)
    assert told[1]["stream_slm_in_flight"][()] >= 1
