"""The Kafka side of a worker: topics checked, producer connected, delivery open; closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import faust

from stream_slm.config.settings import Settings
from stream_slm.errors import ConfigurationError
from stream_slm.log import get_logger
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming import topics
from stream_slm.streaming.consumer import Consumer
from stream_slm.streaming.delivery import Delivery
from stream_slm.streaming.faust_settings import connection
from stream_slm.streaming.sink import KafkaSink
from stream_slm.types import Record

log = get_logger(__name__)


class Runtime:
    """Between a Faust app and our delivery."""

    def __init__(self, app: faust.App, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._sink: KafkaSink | None = None
        self._crashing: asyncio.Future[None] | None = None
        self.delivery: Delivery

    async def start(self, specs: Sequence[PipelineSpec]) -> None:
        """Check the topics, connect the producer, open delivery.

        Raises:
            BrokerUnavailable: no broker answers.
            ConfigurationError: topics are missing, or the delivery mode is not to be had.
        """
        if self._settings.delivery.processing_guarantee == "exactly_once":
            raise ConfigurationError(
                "delivery.processing_guarantee: exactly_once is not to be had in this version; use at_least_once "
                "(the default), whose duplicates carry equal ids"
            )
        where = connection(self._app)
        limits = await self._checked_topics(where, specs)
        self._sink = KafkaSink(self._settings.producer, where)
        await self._sink.start(limits)
        self.delivery = Delivery(self._sink, self._settings.delivery, crash=self.crash)
        self.consumer.delivery = self.delivery
        self.consumer.topics_of_ours = frozenset(spec.source for spec in specs)

    @property
    def consumer(self) -> Consumer:
        """The app's consumer, of our class."""
        consumer: Consumer = self._app.consumer
        return consumer

    def crash(self, error: Exception) -> None:
        """Stop the worker with a non-zero exit; nothing more is committed."""
        if self._crashing is None:
            self._crashing = asyncio.ensure_future(self._app.crash(error))

    async def stop(self) -> None:
        """Give up what is in flight, disconnect."""
        if self._sink is not None:
            sink, self._sink = self._sink, None
            self.delivery.forget()
            await sink.stop()

    async def _checked_topics(self, where: dict[str, Any], specs: Sequence[PipelineSpec]) -> dict[str, int]:
        async with topics.Topics(where) as admin:
            if self._settings.topics.create:
                created = await admin.create(specs, self._settings.topics)
                if created:
                    log.info("topics_created", topics=created)
            topics.check(specs, await admin.existing())
            return await admin.size_limits([topic for spec in specs for topic in spec.topics])


def record_of(message: Any) -> Record:
    """A Faust message as a record; its bytes are what the broker sent, whatever the topic's codec is."""
    timestamp = message.timestamp
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple(message.headers or ()),
        timestamp_ms=None if timestamp is None else round(timestamp * 1000),
    )
