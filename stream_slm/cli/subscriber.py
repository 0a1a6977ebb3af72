"""A subscriber: reads output topics from their beginning, or from now on, outside any group."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from stream_slm.errors import BrokerUnavailable, ConfigurationError

_ERROR_CODE = "x-stream-slm-error-code"


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as a subscriber sees it."""

    record: ConsumerRecord

    @property
    def headers(self) -> dict[str, str]:
        """Headers as text, the last of each name."""
        return {name: (value or b"").decode("utf-8", "replace") for name, value in self.record.headers}

    @property
    def kind(self) -> str:
        """`alert`, `enriched`, `dead_letter` or `other`, by what the record says of itself."""
        headers = self.headers
        if _ERROR_CODE in headers:
            return "dead_letter"
        ce_type = headers.get("ce_type", "")
        if ce_type == "io.streamslm.alert.v1":
            return "alert"
        return "enriched" if ce_type.endswith(".enriched.v1") else "other"

    @property
    def value(self) -> Any:
        """JSON where it is JSON, else text, else {"base64": ...}."""
        value = self.record.value
        if value is None:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return _text_or_base64(value)

    def as_json(self) -> dict[str, Any]:
        """One JSON object; headers are pairs, for a name may repeat."""
        key = self.record.key
        return {
            "topic": self.record.topic,
            "partition": self.record.partition,
            "offset": self.record.offset,
            "timestamp": self.record.timestamp,
            "key": None if key is None else _text_or_base64(key),
            "headers": [[name, (value or b"").decode("utf-8", "replace")] for name, value in self.record.headers],
            "value": self.value,
        }


def _text_or_base64(value: bytes) -> Any:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


async def records(
    connection: Mapping[str, Any], topics: Sequence[str], *, from_beginning: bool
) -> AsyncIterator[list[Seen]]:
    """Batches of records as they come; an empty batch about twice a second while none comes.

    Raises:
        ConfigurationError: a topic does not exist.
        BrokerUnavailable: no broker answers.
    """
    consumer = AIOKafkaConsumer(
        **connection,
        group_id=None,
        fetch_max_wait_ms=100,
        isolation_level="read_committed",
        # The largest dead letter is the largest record we read, and its headers.
        max_partition_fetch_bytes=16_777_216,
    )
    try:
        await consumer.start()
    except (KafkaError, OSError) as error:
        servers = ", ".join(connection["bootstrap_servers"])
        raise BrokerUnavailable(f"no Kafka broker answers at {servers} ({type(error).__name__})") from None
    try:
        consumer.assign(await _partitions(consumer, topics))
        await (consumer.seek_to_beginning() if from_beginning else consumer.seek_to_end())
        while True:
            fetched = await consumer.getmany(timeout_ms=500)
            yield [Seen(record) for batch in fetched.values() for record in batch]
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
    existing = await consumer.topics()
    missing = [topic for topic in topics if topic not in existing]
    if missing:
        raise ConfigurationError(f"no topic {', '.join(missing)}; see `stream-slm topics list`")
    return [
        TopicPartition(topic, partition)
        for topic in topics
        for partition in sorted(consumer.partitions_for_topic(topic) or ())
    ]
