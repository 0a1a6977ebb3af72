"""Rules of delivery, with real workers on every broker that can be had."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable

import pytest

from stream_slm.config.settings import TopicsConfig
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming.topics import Topics
from stream_slm.tasks.classify import Classify
from tests.brokers.clients import (
    Sent,
    committed_offsets,
    create_topic,
    delete_topics,
    produce,
    read_topic,
    unique,
)
from tests.brokers.ladder import Broker
from tests.integration.conftest import PARTITIONS, Stage
from tests.workers.audit import assert_complete_and_ordered, duplicates, headers, numbered
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

MakeWorker = Callable[..., Worker]


async def until_out(stage: Stage, worker: Worker, count: int, timeout_s: float = 60) -> None:
    """Wait until the sink holds so many records, while the worker lives."""
    try:
        await read_topic(stage.bootstrap, stage.sink, count=count, deadline_s=timeout_s)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{worker.log_tail()}") from None


async def test_every_record_comes_out_once_in_order_and_sigterm_commits_it(
    stage: Stage, make_worker: MakeWorker
) -> None:
    """Without faults there are no duplicates; SIGTERM exits 0 with everything committed."""
    sent = numbered(600)
    places = await produce(stage.bootstrap, stage.source, sent)
    worker = make_worker(stage)
    worker.start()
    await until_out(stage, worker, len(sent))
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    records = await read_topic(stage.bootstrap, stage.sink)
    assert_complete_and_ordered(sent, records)
    assert duplicates(records) == 0
    ends = {partition: max(o for p, o in places if p == partition) + 1 for partition, _ in places}
    committed = await committed_offsets(stage.bootstrap, stage.group, stage.source, PARTITIONS)
    assert {partition: committed[partition] for partition in ends} == ends


async def test_bad_records_become_dead_letters_with_their_bytes_and_hurt_no_neighbour(
    stage: Stage, make_worker: MakeWorker
) -> None:
    """Malformed, textless, poisonous: one dead letter each with its bytes and headers; a tombstone is skipped."""
    bad = {
        "decode_error": b'{"text": "cut \xff',
        "text_missing": b'{"id": 5}',
        "inference_error": b'{"id": 6, "text": "this will explode the engine"}',
    }
    sent = numbered(200)
    mixed: list[Sent] = []
    for index, each in enumerate(sent):
        mixed.append(each)
        if index % 70 == 5:
            mixed += [Sent(value, key=b"bad", headers=[("mine", code.encode())]) for code, value in bad.items()]
            mixed.append(Sent(None, key=b"gone"))
    await produce(stage.bootstrap, stage.source, mixed)
    worker = make_worker(stage)
    worker.start()
    dead = await read_topic(stage.bootstrap, stage.dead_letters, count=9, deadline_s=60)
    await until_out(stage, worker, 203)
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    for record in dead:
        told = headers(record)
        assert record.key == b"bad"
        assert record.value == bad[told["mine"]]
        assert told["x-stream-slm-error-code"] == told["mine"]
        assert told["__connect.errors.topic"] == stage.source
        assert "explode" not in json.dumps(told)
    records = await read_topic(stage.bootstrap, stage.sink)
    enriched = [record for record in records if json.loads(record.value)["status"] == "ok"]
    assert_complete_and_ordered(sent, enriched)
    skipped = [json.loads(record.value) for record in records if json.loads(record.value)["status"] == "skipped"]
    assert [each["reason"] for each in skipped] == ["tombstone"] * 3
    assert "explode" not in worker.log.read_text(encoding="utf-8")


@pytest.mark.timeout(240)
async def test_three_kills_lose_nothing(stage: Stage, make_worker: MakeWorker) -> None:
    """5,000 records, kill -9 three times at random moments: all out at least once, first occurrences in order."""
    rng = random.Random(7)
    sent = numbered(5000)
    worker = make_worker(stage, **stage.for_kills)
    worker.start()
    producing = asyncio.create_task(produce(stage.bootstrap, stage.source, sent))
    reached = 0
    for _ in range(3):
        reached += rng.randint(500, 1200)
        await until_out(stage, worker, reached, timeout_s=60)
        worker.kill()
        worker.start()
    await producing
    await until_complete(stage, worker, {json.loads(each.value or b"")["id"] for each in sent})
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    assert_complete_and_ordered(sent, await read_topic(stage.bootstrap, stage.sink))


async def test_a_second_worker_joins_and_leaves_without_loss_or_reordering(
    stage: Stage, make_worker: MakeWorker
) -> None:
    """A rebalance under load drains and commits first; nothing is lost, and nothing comes twice."""
    sent = numbered(3000)
    first, second = make_worker(stage), make_worker(stage)
    first.start()
    await produce(stage.bootstrap, stage.source, sent[:1500])
    await until_out(stage, first, 200)
    second.start()
    await second.logged('"partitions_assigned"')
    await produce(stage.bootstrap, stage.source, sent[1500:])
    await until_out(stage, first, 1600)
    second.terminate()
    assert await second.exited() == 0, second.log_tail()
    await until_complete(stage, first, set(range(3000)))
    first.terminate()
    assert await first.exited() == 0, first.log_tail()
    records = await read_topic(stage.bootstrap, stage.sink)
    assert_complete_and_ordered(sent, records)
    assert duplicates(records) == 0


async def test_a_broker_that_goes_away_and_comes_back_loses_nothing(
    restartable_broker: Broker, restartable_stage: Stage, make_worker: MakeWorker
) -> None:
    """Sends that fail are tried again until the broker is back; nothing is skipped."""
    stage = restartable_stage
    sent = numbered(3000)
    await produce(stage.bootstrap, stage.source, sent)
    worker = make_worker(stage)
    worker.start()
    await until_out(stage, worker, 500)
    await asyncio.to_thread(restartable_broker.kill)
    await asyncio.to_thread(restartable_broker.start)
    await until_complete(stage, worker, set(range(3000)), timeout_s=90)
    worker.terminate()
    await worker.exited()
    assert_complete_and_ordered(sent, await read_topic(stage.bootstrap, stage.sink))


@pytest.mark.parametrize("backlog", [0, 6000])
async def test_sigterm_is_obeyed_while_the_broker_is_away(
    restartable_broker: Broker, restartable_stage: Stage, make_worker: MakeWorker, backlog: int
) -> None:
    """A worker that cannot reach its broker leaves within the drain deadline and a little, not after a minute."""
    await produce(restartable_stage.bootstrap, restartable_stage.source, numbered(backlog))
    worker = make_worker(restartable_stage)
    worker.start()
    await worker.logged('"partitions_assigned"')
    await until_out(restartable_stage, worker, backlog // 20)
    await asyncio.to_thread(restartable_broker.kill)
    try:
        began = time.monotonic()
        worker.terminate()
        await worker.exited(40)
        assert time.monotonic() - began < 30
    finally:
        await asyncio.to_thread(restartable_broker.start)


async def test_a_second_sigterm_gives_up_what_is_in_flight(stage: Stage, make_worker: MakeWorker) -> None:
    """It is neither waited for nor committed: whoever comes next reads it again."""
    stuck = Sent(key=b"key-0", value=json.dumps({"id": 0, "text": "Let it hang-for-ever."}).encode(), partition=0)
    await produce(stage.bootstrap, stage.source, [stuck])
    worker = make_worker(stage, STREAM_SLM_DELIVERY__DRAIN_TIMEOUT_S="11")
    worker.start()
    await worker.logged('"test_hangs"')
    worker.terminate()
    await asyncio.sleep(1)
    assert worker.running()
    began = time.monotonic()
    worker.terminate()
    await worker.exited()
    assert time.monotonic() - began < 9
    assert '"told_again_to_stop"' in worker.log.read_text(encoding="utf-8")
    offsets = await committed_offsets(stage.bootstrap, stage.group, stage.source, PARTITIONS)
    assert offsets.get(0) in (None, 0)


async def test_a_flood_of_dead_letters_stops_the_worker(stage: Stage, make_worker: MakeWorker) -> None:
    """With status 1 and the reason; the dead letters before it hold their bytes, the rest stays in its topic."""
    values = [b"no json %d" % number for number in range(200)]
    await produce(stage.bootstrap, stage.source, [Sent(key=b"k", value=value) for value in values])
    worker = make_worker(stage, STREAM_SLM_DEAD_LETTERS__MAX_CONSECUTIVE="20", STREAM_SLM_DELIVERY__MAX_IN_FLIGHT="10")
    worker.start()
    assert await worker.exited() == 1, worker.log_tail()
    assert "20 records in a row" in worker.log.read_text(encoding="utf-8")
    dead = await read_topic(stage.bootstrap, stage.dead_letters)
    assert 20 <= len(dead) < 60
    assert {each.value for each in dead} <= set(values)


async def test_a_dead_letter_topic_is_made_larger_than_its_source(restartable_broker: Broker) -> None:
    """Whatever the source's own limit, its largest record and our headers fit."""
    spec = PipelineSpec(name="test", source=f"{unique('sizes')}.v1", tasks=[Classify("risk")])
    await create_topic(restartable_broker.bootstrap, spec.source, config={"max.message.bytes": "3000000"})
    async with Topics({"bootstrap_servers": [restartable_broker.bootstrap]}) as admin:
        assert set(await admin.create([spec], TopicsConfig())) == set(spec.topics) - {spec.source}
        limits = await admin.size_limits([spec.source, spec.dead_letter_topic])
    assert limits[spec.source] == 3_000_000
    assert limits[spec.dead_letter_topic] >= 3_000_000 + 8_192
    await delete_topics(restartable_broker.bootstrap, spec.topics)


async def test_records_that_come_during_a_rebalance_are_read_where_nothing_was_committed(
    restartable_stage: Stage, make_worker: MakeWorker
) -> None:
    """Faust drops what a fetch brings before a rebalance is over; without a commit aiokafka does not go back for it."""
    stage = restartable_stage
    # Heartbeats out of step with fetches: the rebalance is to come while one waits.
    slow = {"TEST_SLOW_ASSIGNMENT_S": "1", "STREAM_SLM_BROKER__HEARTBEAT_INTERVAL_S": "0.7"}
    first, second = make_worker(stage, **slow), make_worker(stage)
    first.start()
    await first.logged('"partitions_assigned"')
    await asyncio.sleep(1.5)  # until its fetches are under way
    second.start()
    await first.logged('"test_partitions_taken"', times=2)
    sent = [each._replace(partition=number % PARTITIONS) for number, each in enumerate(numbered(40, keys=PARTITIONS))]
    await produce(stage.bootstrap, stage.source, sent)
    await until_complete(stage, first, set(range(40)), timeout_s=20)
    records = await read_topic(stage.bootstrap, stage.sink)
    assert_complete_and_ordered(sent, records)
    assert duplicates(records) == 0


async def test_a_subscription_made_anew_loses_nothing(restartable_stage: Stage, make_worker: MakeWorker) -> None:
    """It is a rebalance without an assignment: what is in flight is finished all the same."""
    stage = restartable_stage
    sent = numbered(1500)
    await produce(stage.bootstrap, stage.source, sent)
    worker = make_worker(stage, TEST_SUBSCRIBE_ANEW="1")
    worker.start()
    await worker.logged('"test_subscribed_anew"')
    await until_complete(stage, worker, set(range(1500)))
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    assert_complete_and_ordered(sent, await read_topic(stage.bootstrap, stage.sink))


async def test_missing_topics_are_named_and_the_worker_exits_with_1(stage: Stage, make_worker: MakeWorker) -> None:
    """A worker without its topics says which, and how to make them."""
    worker = make_worker(stage, TEST_SOURCE=f"{stage.group}-absent.v1")
    worker.start()
    assert await worker.exited() == 1
    log = worker.log.read_text(encoding="utf-8")
    assert f"{stage.group}-absent.enriched.v1" in log
    assert "stream-slm topics create" in log


async def test_enrich_gives_events_in_order_and_acknowledges_on_the_next(stage: Stage, make_worker: MakeWorker) -> None:
    """Inside an agent of one's own: read ahead, in order per partition, dead letters sent, all committed at the end."""
    sent = numbered(300)
    await produce(stage.bootstrap, stage.source, [*sent[:100], Sent(b"no json", key=b"bad"), *sent[100:]])
    worker = make_worker(stage, TEST_ENRICH=stage.sink)
    worker.start()
    await until_out(stage, worker, len(sent))
    assert len(await read_topic(stage.bootstrap, stage.dead_letters, count=1)) == 1
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    records = await read_topic(stage.bootstrap, stage.sink)
    assert len(records) == len(sent)
    by_key: dict[bytes, list[int]] = {}
    for record in records:
        by_key.setdefault(record.key, []).append(int(record.value))
    assert all(offsets == sorted(offsets) for offsets in by_key.values())
    committed = await committed_offsets(stage.bootstrap, stage.group, stage.source, PARTITIONS)
    assert sum(committed.values()) == len(sent) + 1


async def test_a_body_that_raises_stops_the_worker_and_the_record_is_read_again(
    stage: Stage, make_worker: MakeWorker
) -> None:
    """A fault in the user's own loop loses nothing: exit 1, nothing committed past it, read again after a restart."""
    await produce(stage.bootstrap, stage.source, [Sent(b'{"id": 1, "text": "raise-in-body"}', key=b"k")])
    worker = make_worker(stage, TEST_ENRICH=stage.sink)
    for _ in range(2):
        worker.start()
        assert await worker.exited() == 1, worker.log_tail()
    committed = await committed_offsets(stage.bootstrap, stage.group, stage.source, PARTITIONS)
    assert sum(max(offset, 0) for offset in committed.values()) == 0


async def until_complete(stage: Stage, worker: Worker, numbers: set[int], timeout_s: float = 90) -> None:
    """Wait until every number has come out, however often."""
    end = time.monotonic() + timeout_s
    missing: set[int] = numbers
    while missing:
        records = await read_topic(stage.bootstrap, stage.sink, quiet_s=1.0, deadline_s=timeout_s)
        missing = numbers - {int(json.loads(record.value)["subject"]["id"]) for record in records}
        if missing and time.monotonic() > end:
            raise AssertionError(f"{len(missing)} never came, for example {sorted(missing)[:5]}\n{worker.log_tail()}")
