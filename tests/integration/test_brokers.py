"""What a broker must do before anything else is tried on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiokafka import TopicPartition

from tests.brokers.clients import (
    Sent,
    committed_offsets,
    consumer_client,
    produce,
    producer_client,
    read_topic,
    unique,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.brokers.ladder import Broker

pytestmark = pytest.mark.integration


async def test_a_created_topic_has_its_partitions(broker: Broker, topic_factory: Callable[..., Awaitable[str]]) -> None:
    """A topic has as many partitions as were asked for, and each takes records."""
    topic = await topic_factory("created", partitions=3)
    placed = await produce(broker.bootstrap, topic, [Sent(b"x", partition=partition) for partition in range(3)])
    assert placed == [(0, 0), (1, 0), (2, 0)]


async def test_records_of_one_key_stay_in_order(broker: Broker, topic_factory: Callable[..., Awaitable[str]]) -> None:
    """Records with the same key lie in one partition, in the order they were sent, with key and headers intact."""
    topic = await topic_factory("ordered", partitions=3)
    sent = [Sent(b"%d" % n, key=b"key-%d" % (n % 7), headers=[("n", b"%d" % n)]) for n in range(210)]
    await produce(broker.bootstrap, topic, sent)

    read = await read_topic(broker.bootstrap, topic, count=len(sent))

    for key in {record.key for record in sent}:
        of_key = [record for record in read if record.key == key]
        assert [record.value for record in of_key] == [record.value for record in sent if record.key == key]
        assert len({record.partition for record in of_key}) == 1
    assert all(record.headers == (("n", record.value),) for record in read)


async def test_a_topic_is_read_to_its_end(broker: Broker, topic_factory: Callable[..., Awaitable[str]]) -> None:
    """Without a count, reading ends when no record comes any more, and has them all."""
    topic = await topic_factory("whole", partitions=2)
    await produce(broker.bootstrap, topic, [b"%d" % n for n in range(50)])
    read = await read_topic(broker.bootstrap, topic, quiet_s=1)
    assert sorted(int(record.value) for record in read) == list(range(50))


async def test_a_group_goes_on_from_its_committed_offset(
    broker: Broker, topic_factory: Callable[..., Awaitable[str]]
) -> None:
    """What a member committed is what anyone reads back, and where the next member starts."""
    topic, group = await topic_factory("grouped"), unique("group")
    await produce(broker.bootstrap, topic, [b"%d" % n for n in range(10)])
    async with consumer_client(broker.bootstrap, topic, group_id=group) as first:
        for _ in range(4):
            await asyncio.wait_for(first.getone(), 20)
        await first.commit({TopicPartition(topic, 0): 4})

    assert await committed_offsets(broker.bootstrap, group, topic) == {0: 4}
    async with consumer_client(broker.bootstrap, topic, group_id=group) as second:
        assert (await asyncio.wait_for(second.getone(), 20)).offset == 4


async def test_a_group_that_committed_nothing_has_no_offsets(
    broker: Broker, topic_factory: Callable[..., Awaitable[str]]
) -> None:
    """No offset is told apart from offset 0."""
    topic = await topic_factory("uncommitted")
    assert await committed_offsets(broker.bootstrap, unique("group"), topic) == {}


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_records_and_offsets_outlive_the_process(
    restartable_broker: Broker, topic_factory: Callable[..., Awaitable[str]], end: str
) -> None:
    """After a shutdown or a kill -9, the broker comes back at the same address with every acknowledged record."""
    broker, group = restartable_broker, unique("group")
    topic = await topic_factory("kept", partitions=2)
    placed = await produce(broker.bootstrap, topic, [b"%d" % n for n in range(100)])
    async with consumer_client(broker.bootstrap, topic, group_id=group) as member:
        await asyncio.wait_for(member.getone(), 20)
        await member.commit({TopicPartition(topic, 0): 1})
    before = broker.bootstrap

    await asyncio.to_thread(getattr(broker, end))
    assert not broker.running
    await asyncio.to_thread(broker.start)

    assert broker.bootstrap == before
    read = await read_topic(broker.bootstrap, topic)
    assert sorted((record.partition, record.offset) for record in read) == sorted(placed)
    assert await committed_offsets(broker.bootstrap, group, topic, partitions=2) == {0: 1}


async def test_read_committed_sees_committed_transactions_only(
    transactional_broker: Broker, topic_factory: Callable[..., Awaitable[str]]
) -> None:
    """An aborted transaction's records are in the log, and a reader of committed records never gets them."""
    bootstrap, topic = transactional_broker.bootstrap, await topic_factory("transacted")
    async with producer_client(bootstrap, transactional_id=unique("transaction")) as producer:
        await asyncio.wait_for(producer.begin_transaction(), 20)
        await asyncio.wait_for(producer.send_and_wait(topic, b"committed"), 20)
        await asyncio.wait_for(producer.commit_transaction(), 20)
        await asyncio.wait_for(producer.begin_transaction(), 20)
        await asyncio.wait_for(producer.send_and_wait(topic, b"aborted"), 20)
        await asyncio.wait_for(producer.abort_transaction(), 20)

    committed = await read_topic(bootstrap, topic, isolation_level="read_committed")
    everything = await read_topic(bootstrap, topic)

    assert [record.value for record in committed] == [b"committed"]
    assert [record.value for record in everything] == [b"committed", b"aborted"]


async def test_offsets_sent_to_a_transaction_are_stored_by_its_commit(
    transactional_broker: Broker, topic_factory: Callable[..., Awaitable[str]]
) -> None:
    """Outputs and the group's offset become visible together, or not at all."""
    bootstrap, topic, group = transactional_broker.bootstrap, await topic_factory("source"), unique("group")
    async with producer_client(bootstrap, transactional_id=unique("transaction")) as producer:
        await asyncio.wait_for(producer.begin_transaction(), 20)
        await asyncio.wait_for(producer.send_offsets_to_transaction({TopicPartition(topic, 0): 7}, group), 20)
        await asyncio.wait_for(producer.abort_transaction(), 20)
        assert await committed_offsets(bootstrap, group, topic) == {}
        await asyncio.wait_for(producer.begin_transaction(), 20)
        await asyncio.wait_for(producer.send_offsets_to_transaction({TopicPartition(topic, 0): 8}, group), 20)
        await asyncio.wait_for(producer.commit_transaction(), 20)
    assert await committed_offsets(bootstrap, group, topic) == {0: 8}
