"""An ear on topics: everything in them from the beginning, for as long as a scenario lasts, through any outage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from tests.brokers.clients import consumer_client


class Ear:
    """Reads without a group. What its listener raises fails whoever asks next, not the reading task alone."""

    def __init__(
        self, bootstrap: str, topics: tuple[str, ...], hear: Callable[[ConsumerRecord], None], isolation: str
    ) -> None:
        self._bootstrap = bootstrap
        self._topics = topics
        #: Told of each record.
        self.listener = hear
        self._isolation = isolation
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._listening = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    def check(self) -> None:
        """Raise what ended the listening."""
        if self._listening is not None and self._listening.done():
            self._listening.result()
            raise AssertionError("nobody listens any more")

    async def _listen(self) -> None:
        async with consumer_client(
            self._bootstrap,
            *self._topics,
            group_id=None,
            isolation_level=self._isolation,
            max_partition_fetch_bytes=8_000_000,
            metadata_max_age_ms=5_000,
        ) as consumer:
            while True:
                await self._fetch(consumer)

    async def _fetch(self, consumer: AIOKafkaConsumer) -> None:
        try:
            fetched = await consumer.getmany(timeout_ms=200)
        except KafkaError:  # the broker is away; it is part of the scenario
            await asyncio.sleep(0.5)
            return
        for batch in fetched.values():
            for record in batch:
                self.listener(record)
            await asyncio.sleep(0)


async def ends_of(bootstrap: str, topic: str) -> dict[int, int]:
    """The end of each partition of a topic."""
    async with consumer_client(bootstrap, topic, group_id=None) as consumer:
        places = [TopicPartition(topic, each) for each in consumer.partitions_for_topic(topic) or ()]
        return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}
