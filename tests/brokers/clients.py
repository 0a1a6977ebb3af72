"""What a test does to a broker from outside, every call bounded: a dead broker fails a test and never hangs it."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, for_code
from aiokafka.protocol.transaction import InitProducerIdRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence

    from aiokafka import ConsumerRecord

T = TypeVar("T")

#: Longest wait for one answer. A broker that lives answers in milliseconds.
REQUEST_TIMEOUT_S = 10.0
#: Longest wait for a client to close: aiokafka retries for longer when the broker is gone.
CLOSE_TIMEOUT_S = 5.0


class Cluster(NamedTuple):
    """What a broker's metadata says of its cluster."""

    id: str
    brokers: int


class Sent(NamedTuple):
    """A record to produce; without a partition the key decides."""

    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: Sequence[tuple[str, bytes]] = ()


def run_blocking(step: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from plain code, also where the caller's thread has a running loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, step).result()


def unique(name: str) -> str:
    """Return a topic, group or transactional id that no other test has."""
    return f"{name}-{uuid.uuid4().hex[:12]}"


@contextlib.asynccontextmanager
async def admin_client(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Yield a connected admin client."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=int(REQUEST_TIMEOUT_S * 1000))
    try:
        await asyncio.wait_for(client.start(), REQUEST_TIMEOUT_S)
        yield client
    finally:
        await _closed(client.close())


@contextlib.asynccontextmanager
async def producer_client(bootstrap: str, **settings: Any) -> AsyncIterator[AIOKafkaProducer]:
    """Yield a connected producer that waits for all replicas."""
    settings = {"acks": "all", "request_timeout_ms": int(REQUEST_TIMEOUT_S * 1000)} | settings
    client = AIOKafkaProducer(bootstrap_servers=bootstrap, **settings)
    try:
        await asyncio.wait_for(client.start(), REQUEST_TIMEOUT_S)
        yield client
    finally:
        await _closed(client.stop())


@contextlib.asynccontextmanager
async def consumer_client(bootstrap: str, *topics: str, **settings: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer that starts at the beginning and commits nothing by itself."""
    settings = {
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
        "fetch_max_wait_ms": 100,  # Tansu does not wake a waiting fetch when records come
        # The least that Kafka allows. On Tansu a group's first generation is 0, aiokafka takes that for "never joined"
        # and does not leave, so that the group's next member waits for the session to end.
        "session_timeout_ms": 6000,
        "heartbeat_interval_ms": 1000,
    } | settings
    client = AIOKafkaConsumer(*topics, bootstrap_servers=bootstrap, **settings)
    try:
        # Longer than one request: with a group, a start is a join, which takes 5 s on Tansu.
        await asyncio.wait_for(client.start(), 3 * REQUEST_TIMEOUT_S)
        yield client
    finally:
        await _closed(client.stop())


async def describe_cluster(bootstrap: str) -> Cluster:
    """Ask a broker for its metadata."""
    async with admin_client(bootstrap) as admin:
        described = await asyncio.wait_for(admin.describe_cluster(), REQUEST_TIMEOUT_S)
    return Cluster(str(described["cluster_id"]), len(described["brokers"]))


async def can_transact(bootstrap: str) -> bool:
    """Say whether a broker hands out producer ids, which idempotent and transactional producers need."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=int(REQUEST_TIMEOUT_S * 1000))
    request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=10_000)
    deadline = time.monotonic() + REQUEST_TIMEOUT_S
    try:
        await asyncio.wait_for(client.bootstrap(), REQUEST_TIMEOUT_S)
        while True:
            answer = await asyncio.wait_for(client.send(client.get_random_node(), request), REQUEST_TIMEOUT_S)
            # A Kafka that was just started has no block of ids yet and says COORDINATOR_LOAD_IN_PROGRESS.
            if not for_code(answer.error_code).retriable or time.monotonic() > deadline:
                return bool(answer.error_code == 0)
            await asyncio.sleep(0.05)
    except (IncompatibleBrokerVersion, NotImplementedError):  # it does not know the request
        return False
    finally:
        await _closed(client.close())


async def create_topic(
    bootstrap: str, topic: str, partitions: int = 1, config: Mapping[str, str] | None = None
) -> None:
    """Create a topic and return when its partitions have leaders."""
    new = NewTopic(topic, num_partitions=partitions, replication_factor=1, topic_configs=dict(config or {}))
    async with admin_client(bootstrap) as admin:
        answer = await asyncio.wait_for(admin.create_topics([new]), REQUEST_TIMEOUT_S)
        _raise_topic_errors(answer.topic_errors)
        # A created topic is in the controller's log first and in the broker's metadata a little later.
        deadline = time.monotonic() + REQUEST_TIMEOUT_S
        while await _leaders(admin, topic) < partitions:
            if time.monotonic() > deadline:
                raise TimeoutError(f"topic {topic} has no leaders after {REQUEST_TIMEOUT_S:g} s")
            await asyncio.sleep(0.02)


async def delete_topics(bootstrap: str, topics: Iterable[str]) -> None:
    """Delete topics; those that are gone already are no error."""
    if names := list(topics):
        async with admin_client(bootstrap) as admin:
            answer = await asyncio.wait_for(admin.delete_topics(names), REQUEST_TIMEOUT_S)
        unknown_topic = 3
        _raise_topic_errors(error for error in answer.topic_error_codes if error[1] != unknown_topic)


async def produce(bootstrap: str, topic: str, records: Iterable[Sent | bytes]) -> list[tuple[int, int]]:
    """Produce records in order and return each one's partition and offset, once the broker has them all."""
    async with producer_client(bootstrap) as producer:
        pending = []
        for record in records:
            sent = record if isinstance(record, Sent) else Sent(record)
            pending.append(
                await producer.send(
                    topic, sent.value, key=sent.key, partition=sent.partition, headers=list(sent.headers)
                )
            )
        return [(done.partition, done.offset) for done in await asyncio.gather(*pending)]


async def read_topic(
    bootstrap: str,
    topic: str,
    *,
    count: int | None = None,
    quiet_s: float = 2.0,
    deadline_s: float = 30.0,
    isolation_level: str = "read_uncommitted",
) -> list[ConsumerRecord]:
    """Read all partitions from the beginning, until `count` records are there or, without one, none came for `quiet_s`.

    Until quiet, and not up to the end offsets: Tansu's are wrong for batches of more than one record. What is not done
    by `deadline_s` raises TimeoutError. A `count` ends the reading early: only a reading without one finds duplicates.
    """
    records: list[ConsumerRecord] = []
    end = time.monotonic() + deadline_s
    async with consumer_client(bootstrap, topic, group_id=None, isolation_level=isolation_level) as consumer:
        last = time.monotonic()
        while count is None or len(records) < count:
            now = time.monotonic()
            if count is None and now - last >= quiet_s:
                break
            if now >= end:
                wanted = "the end" if count is None else f"{count} records"
                raise TimeoutError(f"topic {topic}: {len(records)} records, not {wanted}, after {deadline_s:g} s")
            fetched = await consumer.getmany(timeout_ms=200)
            if fetched:
                last = time.monotonic()
            for batch in fetched.values():
                records += batch
    return records


async def committed_offsets(bootstrap: str, group: str, topic: str, partitions: int = 1) -> dict[int, int]:
    """Return the offset a group has stored for each partition of a topic that it stored one for."""
    asked = [TopicPartition(topic, partition) for partition in range(partitions)]
    async with admin_client(bootstrap) as admin:
        stored = await asyncio.wait_for(admin.list_consumer_group_offsets(group, partitions=asked), REQUEST_TIMEOUT_S)
    return {tp.partition: position.offset for tp, position in stored.items() if position.offset >= 0}


async def _leaders(admin: AIOKafkaAdminClient, topic: str) -> int:
    described = await asyncio.wait_for(admin.describe_topics([topic]), REQUEST_TIMEOUT_S)
    return sum(partition["leader"] >= 0 for found in described for partition in found["partitions"])


def _raise_topic_errors(errors: Iterable[Sequence[Any]]) -> None:
    for topic, code, *message in errors:
        if code:
            raise for_code(code)(f"{topic}: {' '.join(map(str, message))}")


async def _closed(closing: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(KafkaError, OSError, asyncio.TimeoutError):
        await asyncio.wait_for(closing, CLOSE_TIMEOUT_S)
