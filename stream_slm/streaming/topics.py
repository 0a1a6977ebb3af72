"""The topics pipelines touch: checked at start, created where that is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from stream_slm.config.settings import TopicsConfig
from stream_slm.errors import BrokerUnavailable, ConfigurationError
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming.refusal import why_unreachable
from stream_slm.streaming.rights import check_rights

#: A dead letter is its record plus headers of ours: at most about 2 KB, so a topic needs this much above its source.
DEAD_LETTER_HEADROOM_BYTES = 16_384
#: Looks at fresh topics' limits, a tenth of a second apart.
_LOOKS = 20


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as the broker knows it."""

    name: str
    partitions: int


class Topics:
    """Looks at topics and makes them, over one short-lived admin connection.

    Raises, on entry:
        BrokerUnavailable: nothing answers at the bootstrap servers.
        ConfigurationError: a broker refuses our credentials or its certificate is refused.
    """

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self._connection = connection

    async def __aenter__(self) -> Self:
        self._admin = AIOKafkaAdminClient(**self._connection)
        try:
            await self._admin.start()
        except (KafkaError, OSError) as error:
            await self._admin.close()
            raise await why_unreachable(self._connection, type(error).__name__) from None
        if not self._admin._client.cluster.brokers():  # it is starting, or refused our token
            await self._admin.close()
            raise await why_unreachable(self._connection, "it names no broker")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._admin.close()

    async def existing(self) -> dict[str, TopicInfo]:
        """Every topic of the cluster that is not Kafka's own, by name."""
        described = await self._admin.describe_topics()
        return {
            topic["topic"]: TopicInfo(topic["topic"], len(topic["partitions"]))
            for topic in described
            if not topic["topic"].startswith("__") and not topic["error_code"]
        }

    async def check_rights(self, specs: Iterable[PipelineSpec], group: str) -> None:
        """A worker of a group may read and write what its pipelines do.

        Raises:
            ConfigurationError: names each right that is missing.
        """
        user = self._connection.get("sasl_plain_username")
        await check_rights(self._admin, specs, group, f"user {user!r}" if user else "us")

    async def create(self, specs: Iterable[PipelineSpec], config: TopicsConfig) -> list[str]:
        """Create the missing topics of some pipelines; returns the names of those that were."""
        there = await self.existing()
        wanted = {topic: spec for spec in specs for topic in spec.topics if topic not in there}
        dead_letters = {topic: spec for topic, spec in wanted.items() if topic == spec.dead_letter_topic}
        # Dead letters last: they must hold what their sources hold, and headers.
        await self._create({t: s for t, s in wanted.items() if t not in dead_letters}, there, config, {})
        limits = await self._known_limits({spec.source for spec in dead_letters.values()})
        await self._create(dead_letters, there, config, limits)
        return list(wanted)

    async def _create(
        self,
        wanted: Mapping[str, PipelineSpec],
        there: Mapping[str, TopicInfo],
        config: TopicsConfig,
        limits: Mapping[str, int],
    ) -> None:
        new = [
            NewTopic(
                topic,
                # Outputs keep the key of their input, and with as many partitions, its spread.
                num_partitions=there[spec.source].partitions if spec.source in there else config.partitions,
                replication_factor=config.replication_factor,
                topic_configs=_topic_config(limits.get(spec.source)),
            )
            for topic, spec in wanted.items()
        ]
        if new:
            with suppress(TopicAlreadyExistsError):
                _raise_refused(await self._admin.create_topics(new))

    async def _known_limits(self, names: Collection[str]) -> dict[str, int]:
        """The size limits of topics that may be fresh: a broker needs a moment to know them."""
        limits: dict[str, int] = {}
        for _ in range(_LOOKS):
            limits = await self.size_limits(list(names))
            if len(limits) == len(names) or not limits:
                break
            await asyncio.sleep(0.1)
        return limits

    async def committed(self, group: str, topic: str, partitions: Iterable[int]) -> dict[int, tuple[int, str]]:
        """The offset, and the note beside it, that a group has kept for each partition where it has."""
        asked = [TopicPartition(topic, partition) for partition in partitions]
        try:
            kept = await self._admin.list_consumer_group_offsets(group, partitions=asked)
        except (KafkaError, OSError) as error:
            raise BrokerUnavailable(f"the offsets of group {group} cannot be read ({type(error).__name__})") from None
        return {each.partition: (at.offset, at.metadata or "") for each, at in kept.items() if at.offset >= 0}

    async def delete_before(self, topic: str, offsets: Mapping[int, int]) -> None:
        """Delete the records of some partitions that lie before an offset, for good.

        Raises:
            ConfigurationError: the broker cannot, or does not let us.
        """
        wanted = {TopicPartition(topic, partition): RecordsToDelete(at) for partition, at in offsets.items()}
        try:
            await self._admin.delete_records(wanted)
        except (KafkaError, NotImplementedError, OSError) as error:
            raise ConfigurationError(
                f"the broker did not delete records of {topic} ({type(error).__name__}): the embedded one cannot, "
                "Apache Kafka needs the right to delete and cleanup.policy=delete on the topic"
            ) from None

    async def size_limits(self, names: Sequence[str]) -> dict[str, int]:
        """`max.message.bytes` of topics, where the broker tells it."""
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        try:
            responses = await self._admin.describe_configs(resources)
        except (KafkaError, NotImplementedError, OSError):
            return {}  # the embedded broker has no such request
        limits: dict[str, int] = {}
        for response in responses:
            for resource in response.resources:
                name, entries = resource[3], resource[4]
                limit = next((entry[1] for entry in entries if entry[0] == "max.message.bytes"), None)
                if limit:
                    limits[name] = int(limit)
        return limits


def check(specs: Sequence[PipelineSpec], existing: Mapping[str, TopicInfo]) -> None:
    """Every topic is there.

    Raises:
        ConfigurationError: names the missing ones and how to make them.
    """
    missing = sorted({topic for spec in specs for topic in spec.topics if topic not in existing})
    if missing:
        raise ConfigurationError(
            f"missing topics: {', '.join(missing)}; create them with `stream-slm topics create`, "
            "or let the worker do it with STREAM_SLM_TOPICS__CREATE=true"
        )


def too_small_for_dead_letters(
    specs: Iterable[PipelineSpec], limits: Mapping[str, int], max_request_bytes: int
) -> list[str]:
    """What would stop the worker at the first large record that has to be dead-lettered, in words; best told at start.

    Args:
        limits: `max.message.bytes` of topics, where they are known.
        max_request_bytes: the largest record our producer sends.
    """
    found = []
    for spec in specs:
        needed = limits.get(spec.source, 0) + DEAD_LETTER_HEADROOM_BYTES
        theirs = limits.get(spec.dead_letter_topic)
        if spec.source in limits and theirs is not None and theirs < needed:
            found.append(
                f"topic {spec.dead_letter_topic} takes {theirs} bytes, but {spec.source} takes "
                f"{limits[spec.source]}: set its max.message.bytes to {needed}"
            )
        if spec.source in limits and max_request_bytes < needed:
            found.append(
                f"producer.max_request_bytes is {max_request_bytes}, but {spec.source} takes "
                f"{limits[spec.source]}: set it to {needed}"
            )
    return found


def _topic_config(source_limit: int | None) -> dict[str, str]:
    """Room for the largest record of the source and the headers of a dead letter, where that limit is known."""
    return {} if source_limit is None else {"max.message.bytes": str(source_limit + DEAD_LETTER_HEADROOM_BYTES)}


def _raise_refused(response: Any) -> None:
    for topic, code, *message in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            detail = f": {message[0]}" if message and message[0] else ""
            raise ConfigurationError(f"the broker refuses to create topic {topic} (error {code}{detail})")
