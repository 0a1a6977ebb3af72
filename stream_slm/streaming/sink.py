"""The sink: sends outcomes and knows that one is durable only when the broker has acknowledged all its outputs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedForMessageFormatError,
)

from stream_slm.config.settings import ProducerConfig
from stream_slm.errors import BrokerUnavailable, OutputTooLarge, ProduceRejected, StreamSLMError
from stream_slm.types import Outcome, Output

_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
#: The broker will say the same tomorrow.
_PERMANENT = (*_TOO_LARGE, InvalidTopicError, TopicAuthorizationFailedError, UnsupportedForMessageFormatError)


#: What is sent on the way out is not waited for by anyone; it is read again.
_STOP_S = 5.0


class Sink(Protocol):
    """Where outcomes go."""

    async def send(self, outcomes: Sequence[Outcome]) -> list[StreamSLMError | None]:
        """Send outcomes in order; for each, None once all its outputs are durable, else what went wrong."""

    def size_limit(self, topic: str) -> int:
        """The largest record, in bytes, that a topic takes from us."""


class KafkaSink:
    """At-least-once: `acks=all`, each acknowledgement awaited; order is kept inside each output partition."""

    def __init__(self, config: ProducerConfig, connection: Mapping[str, Any]) -> None:
        self._config = config
        self._connection = connection
        self._producer: AIOKafkaProducer | None = None
        self._topic_limits: dict[str, int] = {}
        self._idempotent = False
        self._renewing = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def start(self, topic_limits: Mapping[str, int], *, idempotent: bool = False) -> None:
        """Connect.

        Args:
            topic_limits: the topics' `max.message.bytes` where they are known.
            idempotent: the broker numbers what we send, so that a repeated batch is stored once and none overtakes
                an earlier one; not every broker can.

        Raises:
            BrokerUnavailable: no broker answers.
        """
        self._topic_limits = dict(topic_limits)
        self._idempotent = idempotent
        self._producer = await self._connected()

    async def stop(self) -> None:
        """Disconnect; what was not acknowledged is not awaited."""
        self._stopped = True
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await stop(producer)
        await asyncio.gather(*self._leaving)

    def size_limit(self, topic: str) -> int:
        """The smaller of the topic's limit and our own request size."""
        return size_limit(self._config, self._topic_limits, topic)

    async def send(self, outcomes: Sequence[Outcome]) -> list[StreamSLMError | None]:
        """Hand all outputs to the producer in order, then wait for every acknowledgement."""
        try:
            producer = await self._live()
        except BrokerUnavailable as error:
            return [error] * len(outcomes)
        handed = [[await hand_over(producer, output) for output in outcome.outputs] for outcome in outcomes]
        errors = [await _first_error(acknowledgements) for acknowledgements in handed]
        if self._idempotent and any(_refused(each) for acknowledgements in handed for each in acknowledgements):
            self._part_with(producer)
        return errors

    async def _live(self) -> AIOKafkaProducer:
        async with self._renewing:
            if self._stopped:
                raise BrokerUnavailable("the producer is stopped")
            if self._producer is None:
                self._producer = await self._connected()
            return self._producer

    def _part_with(self, producer: AIOKafkaProducer) -> None:
        """Go on with a new producer: the broker waits for the numbers that a failed batch has used up.

        No lane is overtaken: it sends again only when everything it had sent is acknowledged or has failed.
        """
        if self._producer is producer:
            self._producer = None
            leaving = asyncio.create_task(stop(producer), name="stream-slm-old-producer")
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def _connected(self) -> AIOKafkaProducer:
        return await connected(self._config, self._connection, self._topic_limits, idempotent=self._idempotent)


async def connected(
    config: ProducerConfig,
    connection: Mapping[str, Any],
    topic_limits: Mapping[str, int] = MappingProxyType({}),
    *,
    idempotent: bool = False,
) -> AIOKafkaProducer:
    """A producer of ours, started.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    options = producer_options(config, connection, topic_limits)
    producer = AIOKafkaProducer(**options, enable_idempotence=idempotent)
    try:
        await producer.start()
    except BaseException as error:
        await stop(producer)
        if not isinstance(error, (KafkaError, OSError)):
            raise
        servers = connection["bootstrap_servers"]
        raise BrokerUnavailable(f"no broker answers at {servers}: {type(error).__name__}") from None
    return producer


def producer_options(
    config: ProducerConfig, connection: Mapping[str, Any], topic_limits: Mapping[str, int]
) -> dict[str, Any]:
    """Settings of every producer of ours, in aiokafka's words."""
    return {
        **connection,
        "acks": "all",
        "linger_ms": int(config.linger_s * 1000),
        # A topic's limit holds for a whole batch. One that is refused would be sent record by record, behind the next.
        "max_batch_size": min([config.max_batch_bytes, *topic_limits.values()]),
        "max_request_size": config.max_request_bytes,
        "request_timeout_ms": int(config.request_timeout_s * 1000),
        "compression_type": None if config.compression == "none" else config.compression,
    }


async def stop(producer: AIOKafkaProducer) -> None:
    """Disconnect; aiokafka sends what it holds first, in a transaction for as long as the broker is away."""
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(producer.stop(), _STOP_S)


def size_limit(config: ProducerConfig, topic_limits: Mapping[str, int], topic: str) -> int:
    """The smaller of a topic's limit and our own request size, in bytes."""
    return min(topic_limits.get(topic, config.max_request_bytes), config.max_request_bytes)


async def hand_over(producer: AIOKafkaProducer, output: Output) -> asyncio.Future[Any] | Exception:
    """Give an output to a producer; the future is its acknowledgement, an exception says why it was not taken."""
    try:
        acknowledgement: asyncio.Future[Any] = await producer.send(
            output.topic, value=output.value, key=output.key, headers=list(output.headers)
        )
    except (TimeoutError, KafkaError) as error:
        return error
    return acknowledgement


async def _first_error(acknowledgements: Sequence[asyncio.Future[Any] | Exception]) -> StreamSLMError | None:
    """Wait for all, so that none is left unread; tell the first that failed."""
    first: StreamSLMError | None = None
    for acknowledgement in acknowledgements:
        try:
            if isinstance(acknowledgement, Exception):
                raise acknowledgement
            await acknowledgement
        except (TimeoutError, KafkaError, StreamSLMError) as error:
            first = first or translated(error)
    return first


def _refused(acknowledgement: asyncio.Future[Any] | Exception) -> bool:
    """Whether a record that a producer took was not stored."""
    return isinstance(acknowledgement, asyncio.Future) and acknowledgement.exception() is not None


def translated(error: Exception) -> StreamSLMError:
    """A Kafka error in our tree; the class alone, for a message of aiokafka's may hold the record."""
    if isinstance(error, StreamSLMError):
        return error
    name = type(error).__name__
    if isinstance(error, _TOO_LARGE):
        return OutputTooLarge(f"the broker refused an output for its size ({name})")
    if isinstance(error, _PERMANENT):
        return ProduceRejected(f"the broker refused an output ({name})")
    return BrokerUnavailable(f"an output was not acknowledged ({name})")
