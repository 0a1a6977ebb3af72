"""Rules of exactly-once: what a read_committed subscriber sees, and where it is refused."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.brokers.clients import Sent, produce, read_topic
from tests.brokers.ladder import Broker
from tests.integration.conftest import Stage, new_stage
from tests.integration.test_delivery import MakeWorker, until_complete
from tests.workers.audit import assert_complete_and_ordered, duplicates, numbered

pytestmark = pytest.mark.integration

EXACTLY_ONCE = {"STREAM_SLM_DELIVERY__PROCESSING_GUARANTEE": "exactly_once"}


@pytest.mark.timeout(240)
async def test_three_kills_give_every_result_once(transactional_broker: Broker, make_worker: MakeWorker) -> None:
    """Kill -9 three times: a read_committed subscriber sees each result once, in order."""
    async for stage in new_stage(transactional_broker):
        rng = random.Random(11)
        sent = numbered(4000)
        worker = make_worker(stage, **EXACTLY_ONCE, **stage.for_kills)
        worker.start()
        producing = asyncio.create_task(produce(stage.bootstrap, stage.source, sent))
        reached = 0
        for _ in range(3):
            reached += rng.randint(400, 1000)
            await _committed(stage, reached)
            worker.kill()
            worker.start()
        await producing
        await until_complete(stage, worker, set(range(4000)))
        worker.terminate()
        assert await worker.exited() == 0, worker.log_tail()
        records = await read_topic(stage.bootstrap, stage.sink, isolation_level="read_committed")
        assert_complete_and_ordered(sent, records)
        assert duplicates(records) == 0


async def test_two_workers_and_a_rebalance_give_every_result_once(
    transactional_broker: Broker, make_worker: MakeWorker
) -> None:
    """A second worker joins under load and one is killed: no result twice, none missing, dead letters once."""
    async for stage in new_stage(transactional_broker):
        sent = numbered(3000)
        settings = {**EXACTLY_ONCE, **stage.for_kills}
        first, second = make_worker(stage, **settings), make_worker(stage, **settings)
        first.start()
        await produce(stage.bootstrap, stage.source, [*sent[:1500], Sent(b"no json", key=b"bad")])
        await _committed(stage, 200)
        second.start()
        await second.logged('"partitions_assigned"')
        await produce(stage.bootstrap, stage.source, sent[1500:])
        await _committed(stage, 1700)
        first.kill()
        await until_complete(stage, second, set(range(3000)))
        second.terminate()
        assert await second.exited() == 0, second.log_tail()
        records = await read_topic(stage.bootstrap, stage.sink, isolation_level="read_committed")
        assert_complete_and_ordered(sent, records)
        assert duplicates(records) == 0
        dead = await read_topic(stage.bootstrap, stage.dead_letters, isolation_level="read_committed")
        assert [record.value for record in dead] == [b"no json"]


async def test_a_broker_without_transactions_is_refused_at_start(stage: Stage, make_worker: MakeWorker) -> None:
    """Where exactly-once is not to be had, the worker says so and exits with 1; where it is, it reads on."""
    worker = make_worker(stage, **EXACTLY_ONCE)
    await produce(stage.bootstrap, stage.source, numbered(1))
    worker.start()
    try:
        await read_topic(stage.bootstrap, stage.sink, count=1, deadline_s=12)
    except TimeoutError:
        assert await worker.exited() == 1
        assert "this broker has no transactions" in worker.log.read_text(encoding="utf-8")


async def _committed(stage: Stage, count: int) -> None:
    """Wait until so many results are visible."""
    await read_topic(stage.bootstrap, stage.sink, count=count, deadline_s=60, isolation_level="read_committed")
