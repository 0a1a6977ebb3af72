"""A subscriber: reads topics from their beginning, or from now on; in a group it goes on where that stopped."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from stream_slm.cli.sender import Place
from stream_slm.errors import BrokerUnavailable, ConfigurationError
from stream_slm.streaming.topics import TopicInfo, Topics
from stream_slm.types import Headers

Kind = Literal["enriched", "alert", "review", "dead_letter", "other"]
Begin = Literal["earliest", "latest"]

#: What the type of an event says before its version.
_RECORDS: tuple[Kind, ...] = ("enriched", "review")
_ERROR_CODE = "x-stream-slm-error-code"
_ORIGIN = "__connect.errors."
#: Some brokers do not wake a fetch that waits, so this is what reading adds to a record's way.
_FETCH_WAIT_MS = 50
#: The largest dead letter is the largest record we read, and its headers.
_MAX_FETCH_BYTES = 16_777_216


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record as a subscriber sees it; `value` is JSON where that is an object, else text, else {"base64": ...}."""

    kind: Kind
    place: Place
    timestamp_ms: int
    key: bytes | None
    headers: Headers
    value: Any

    @classmethod
    def of(cls, record: ConsumerRecord) -> Seen:
        """What was fetched."""
        headers, value = tuple(record.headers), readable(record.value)
        return cls(
            kind=_kind(dict(headers), value),
            place=(record.topic, record.partition, record.offset),
            timestamp_ms=record.timestamp,
            key=record.key,
            headers=headers,
            value=value,
        )

    def header(self, name: str) -> str:
        """The last header of a name, or nothing: what we add stands behind what the record had."""
        return next((_text(value or b"") for each, value in reversed(self.headers) if each == name), "")

    @property
    def code(self) -> str:
        """Why a dead letter is one."""
        return self.header(_ERROR_CODE)

    @property
    def source(self) -> Place | None:
        """Where the input lay whose outcome this is."""
        if self.kind == "dead_letter":
            partition, offset = self.header(f"{_ORIGIN}partition"), self.header(f"{_ORIGIN}offset")
            # Numbers only where ours wrote them; whoever sends to the topic may write anything.
            known = partition.isdecimal() and offset.isdecimal()
            return (self.header(f"{_ORIGIN}topic"), int(partition), int(offset)) if known else None
        if self.kind in {"enriched", "review"}:
            source = self.value.get("source")
            try:
                return source["topic"], source["partition"], source["offset"]
            except (KeyError, TypeError):
                return None
        return None

    def as_json(self) -> dict[str, Any]:
        """One JSON object; headers by name, a list of values where a name repeats."""
        topic, partition, offset = self.place
        return {
            "topic": topic,
            "partition": partition,
            "offset": offset,
            "timestamp": self.timestamp_ms,
            "key": None if self.key is None else text_or_base64(self.key),
            "headers": by_name(self.headers),
            "value": self.value,
        }


class Subscriber:
    """Reads some topics: all partitions, or those that its group gives it.

    A group that is new begins as `from_beginning` says; after that, it goes on behind what was committed.

    Raises, on entry:
        ConfigurationError: a topic does not exist.
        BrokerUnavailable: no broker answers.
    """

    def __init__(
        self, connection: Mapping[str, Any], topics: Sequence[str], *, from_beginning: bool, group: str | None = None
    ) -> None:
        self._connection = connection
        self._topics = topics
        self._group = group
        self._begun: set[TopicPartition] = set()
        self._from_beginning = from_beginning

    async def __aenter__(self) -> Self:
        async with Topics(self._connection) as admin:
            partitions = partitions_of(await admin.existing(), self._topics)
        # Not before: one that is never started says so on standard error.
        subscribed = self._topics if self._group else ()
        begin: Begin = "earliest" if self._from_beginning else "latest"
        self._consumer = consumer_of(self._connection, *subscribed, group=self._group, begin=begin)
        try:
            await self._consumer.start()
            if not self._group:
                self._consumer.assign(partitions)
                await (self._consumer.seek_to_beginning() if self._from_beginning else self._consumer.seek_to_end())
        except BaseException as error:
            await self._consumer.stop()
            if isinstance(error, (KafkaError, OSError)):
                raise BrokerUnavailable(f"the Kafka broker went away ({type(error).__name__})") from None
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def fetch(self, timeout_s: float = 0.25) -> list[Seen]:
        """What came; nothing after `timeout_s` without any."""
        await self._begin()
        fetched = await self._consumer.getmany(timeout_ms=round(timeout_s * 1000))
        return [Seen.of(record) for batch in fetched.values() for record in batch]

    async def commit(self, seen: Iterable[Seen]) -> None:
        """In a group: go on behind these records after a restart. Without one, nothing."""
        places = [each.place for each in seen]
        behind = {TopicPartition(topic, partition): offset + 1 for topic, partition, offset in places}
        await self._commit(behind)

    async def _begin(self) -> None:
        """Commit where a group begins, so that a restart before its first record does not begin anew at the end."""
        if self._group:
            fresh = self._consumer.assignment() - self._begun
            await self._commit({partition: await self._consumer.position(partition) for partition in fresh})
            self._begun = set(self._consumer.assignment())

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        ours = {each: offset for each, offset in offsets.items() if each in self._consumer.assignment()}
        if self._group and ours:
            with suppress(CommitFailedError, IllegalStateError):  # another member has them now, and reads them again
                await self._consumer.commit(ours)

    async def at_end(self) -> bool:
        """Whether everything that the topics hold was fetched."""
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        return all([await self._consumer.position(partition) >= end for partition, end in ends.items()])


def consumer_of(connection: Mapping[str, Any], *topics: str, group: str | None, begin: Begin) -> AIOKafkaConsumer:
    """A consumer of committed records as large as any, that commits only what it is told to."""
    return AIOKafkaConsumer(
        *topics,
        **connection,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset=begin,
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        isolation_level="read_committed",
        max_partition_fetch_bytes=_MAX_FETCH_BYTES,
    )


def partitions_of(existing: Mapping[str, TopicInfo], topics: Sequence[str]) -> list[TopicPartition]:
    """Every partition of some topics.

    Raises:
        ConfigurationError: a topic does not exist.
    """
    missing = [topic for topic in topics if topic not in existing]
    if missing:
        raise ConfigurationError(f"no topic {', '.join(missing)}; `stream-slm topics list` shows what there is")
    return [TopicPartition(topic, partition) for topic in topics for partition in range(existing[topic].partitions)]


def _kind(headers: Mapping[str, bytes | None], value: Any) -> Kind:
    """What a record says of itself; an enriched record and an alert are objects, or somebody else's."""
    if _ERROR_CODE in headers:
        return "dead_letter"
    if not isinstance(value, dict):
        return "other"
    ce_type = headers.get("ce_type") or b""
    if ce_type == b"io.streamslm.alert.v1":
        return "alert"
    for kind in _RECORDS:
        if ce_type.startswith(b"io.streamslm.") and ce_type.endswith(f".{kind}.v1".encode()):
            return kind
    return "other"


def by_name(headers: Headers) -> dict[str, Any]:
    """Headers as JSON: by name, a list of values where a name repeats."""
    values: dict[str, list[str | None]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(None if value is None else _text(value))
    return {name: each[0] if len(each) == 1 else each for name, each in values.items()}


def readable(value: bytes | None) -> Any:
    """A value as JSON: an object where it is one, else its text, else {"base64": ...}."""
    if value is None:
        return None
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return text_or_base64(value)
    return document if isinstance(document, dict) else text_or_base64(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def text_or_base64(value: bytes) -> Any:
    """Bytes as JSON."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}
