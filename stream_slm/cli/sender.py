"""Sends lines to topics as they are, and knows where each came to lie."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from stream_slm.errors import BrokerUnavailable, ConfigurationError, StreamSLMError

#: Acknowledgements waited for at once: enough to fill requests, few enough for a fault to be told near its line.
_WINDOW = 1000
_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)

#: Where a record lies: topic, partition, offset.
Place = tuple[str, int, int]


class Sender:
    """A producer for lines; on leaving the block every line is durable or the error says which is not.

    Raises, from every method:
        BrokerUnavailable: no broker answers, or it does not acknowledge.
        ConfigurationError: a line is too large for its topic.
    """

    def __init__(self, connection: Mapping[str, Any], max_request_bytes: int) -> None:
        self._servers = ", ".join(connection["bootstrap_servers"])
        self._producer = AIOKafkaProducer(**connection, acks="all", linger_ms=5, max_request_size=max_request_bytes)
        self._pending: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        async with self._translated("the connection"):
            await self._producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self.flush()
        finally:
            for task in self._pending:
                task.cancel()
            await self._producer.stop()

    async def send(
        self, topic: str, number: int, line: bytes, key: bytes | None, placed: Callable[[Place], None] = lambda _: None
    ) -> None:
        """Hand a line over; `placed` is told where it lies once the broker has acknowledged it."""
        async with self._translated(f"line {number}"):
            acknowledgement = await self._producer.send(topic, line, key=key)
        self._pending.append(asyncio.ensure_future(self._acknowledged(acknowledgement, number, placed)))
        if len(self._pending) >= _WINDOW:
            await self.flush()

    async def flush(self) -> None:
        """Wait until everything that was handed over is durable."""
        pending, self._pending = self._pending, []
        await asyncio.gather(*pending)

    async def _acknowledged(
        self, acknowledgement: asyncio.Future[Any], number: int, placed: Callable[[Place], None]
    ) -> None:
        async with self._translated(f"line {number}"):
            metadata = await acknowledgement
        placed((metadata.topic, metadata.partition, metadata.offset))

    @asynccontextmanager
    async def _translated(self, what: str) -> AsyncIterator[None]:
        try:
            yield
        except (KafkaError, OSError) as error:
            raise self._told(what, error) from None

    def _told(self, what: str, error: Exception) -> StreamSLMError:
        name = type(error).__name__
        if isinstance(error, _TOO_LARGE):
            return ConfigurationError(
                f"{what} is too large ({name}): raise producer.max_request_bytes, or max.message.bytes of the topic"
            )
        return BrokerUnavailable(f"{what}: the broker at {self._servers} did not take it ({name})")
