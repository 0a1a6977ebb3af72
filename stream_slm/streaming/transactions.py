"""Exactly-once: outputs and source offsets in one Kafka transaction, one producer per group and input partition.

Faust's own mode names a transaction after the output partition and commits offsets under the input partition's; with
two workers it loses records. Here the transaction belongs to the input partition. aiokafka sends offsets without the
group's generation, so the broker cannot fence by it: a new owner fences the old one by the producer's epoch, before
it reads where to start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    IncompatibleBrokerVersion,
    KafkaError,
    ProducerFenced,
    TransactionalIdAuthorizationFailed,
    for_code,
)
from aiokafka.protocol.transaction import InitProducerIdRequest
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from stream_slm.config.settings import ProducerConfig
from stream_slm.errors import DeliveryStopped, StreamSLMError
from stream_slm.log import get_logger
from stream_slm.streaming.ledger import Partition
from stream_slm.streaming.sink import hand_over, producer_options, size_limit, stop, translated
from stream_slm.types import Outcome

log = get_logger(__name__)

#: A fresh broker has no block of producer ids yet and says so for a moment.
_PROBE_TIMEOUT_S = 10.0


async def supported(connection: Mapping[str, Any]) -> bool:
    """Whether the broker hands out producer ids, which transactions need."""
    client = AIOKafkaClient(**connection)
    request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=10_000)
    deadline = asyncio.get_running_loop().time() + _PROBE_TIMEOUT_S
    try:
        await client.bootstrap()
        while True:
            answer = await client.send(client.get_random_node(), request)
            if not for_code(answer.error_code).retriable or asyncio.get_running_loop().time() > deadline:
                return bool(answer.error_code == 0)
            await asyncio.sleep(0.1)
    except (IncompatibleBrokerVersion, NotImplementedError):
        return False
    finally:
        await client.close()


def why_closed(group: str, error: Exception) -> str:
    """What to tell where the transactions of a group's partitions cannot be opened."""
    denied = isinstance(error, TransactionalIdAuthorizationFailed)
    advice = f"; grant WRITE on transactional ids that begin with {group}-" if denied else ""
    return f"no transaction can be opened on the assigned partitions ({type(error).__name__}){advice}"


class TransactionalSink:
    """The sink of one input partition: what it sends and how far it has read become visible together."""

    def __init__(
        self,
        partition: Partition,
        group: str,
        config: ProducerConfig,
        connection: Mapping[str, Any],
        limits: Mapping[str, int],
    ) -> None:
        self._partition = TopicPartition(*partition)
        self._group = group
        self._config = config
        self._limits = limits
        self._producer = AIOKafkaProducer(
            **producer_options(config, connection, limits),
            transactional_id=f"{group}-{partition[0]}-{partition[1]}",
        )

    async def start(self) -> None:
        """Take the partition's epoch: from here on an earlier owner can neither send nor commit."""
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect; an open transaction is left to the next owner, whose epoch aborts it."""
        await stop(self._producer)

    def size_limit(self, topic: str) -> int:
        """The smaller of the topic's limit and our own request size."""
        return size_limit(self._config, self._limits, topic)

    async def send(self, outcomes: Sequence[Outcome]) -> list[StreamSLMError | None]:
        """All outputs and the offset after the last of them, or nothing of it."""
        position = outcomes[-1].record.offset + 1
        try:
            await self._producer.begin_transaction()
            await self._send_all(outcomes)
            await self._producer.send_offsets_to_transaction(
                {self._partition: OffsetAndMetadata(position, "")}, self._group
            )
            await self._producer.commit_transaction()
        except (KafkaError, TimeoutError) as error:
            return [await self._aborted(error)] * len(outcomes)
        return [None] * len(outcomes)

    async def _send_all(self, outcomes: Sequence[Outcome]) -> None:
        handed = [await hand_over(self._producer, output) for outcome in outcomes for output in outcome.outputs]
        for acknowledgement in handed:
            if isinstance(acknowledgement, Exception):
                raise acknowledgement
        done = await asyncio.gather(*handed, return_exceptions=True)  # type: ignore[arg-type]  # none is an exception
        for each in done:
            if isinstance(each, BaseException):
                raise each

    async def _aborted(self, error: Exception) -> StreamSLMError:
        """Undo the transaction; what cannot be undone, or was fenced, ends the worker."""
        try:
            await self._producer.abort_transaction()
        except Exception as fatal:  # aiokafka tells a fenced producer by several classes
            raise DeliveryStopped(
                f"the transaction of {self._partition.topic}/{self._partition.partition} cannot go on "
                f"({type(error).__name__}, {type(fatal).__name__}): another worker owns the partition, or the broker "
                "lost it; nothing of it was committed"
            ) from None
        if isinstance(error, ProducerFenced):
            raise DeliveryStopped(f"another worker owns {self._partition.topic}/{self._partition.partition}")
        return translated(error)


class TransactionalSinks:
    """The sinks of the partitions a worker owns: opened before their offsets are read, closed when given up."""

    def __init__(
        self, group: str, config: ProducerConfig, connection: Mapping[str, Any], limits: Mapping[str, int]
    ) -> None:
        self._group = group
        self._config = config
        self._connection = connection
        self._limits = limits
        self._sinks: dict[Partition, TransactionalSink] = {}

    def of(self, partition: Partition) -> TransactionalSink:
        """The open sink of a partition."""
        return self._sinks[partition]

    async def open(self, partitions: Iterable[Partition]) -> None:
        """Fence earlier owners of some partitions."""
        fresh = {
            each: TransactionalSink(each, self._group, self._config, self._connection, self._limits)
            for each in partitions
        }
        await self.close(fresh)
        await asyncio.gather(*(sink.start() for sink in fresh.values()))
        self._sinks.update(fresh)

    async def close(self, partitions: Iterable[Partition] | None = None) -> None:
        """Let some partitions go (None: all)."""
        gone = [self._sinks.pop(each, None) for each in (tuple(self._sinks) if partitions is None else partitions)]
        await asyncio.gather(*(sink.stop() for sink in gone if sink is not None), return_exceptions=True)
