"""What a broker lets us do, asked at start: a right that is missing should not wait for the first record to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import PipelineSpec


class Right(IntEnum):
    """Kafka's numbers of operations, as bits of an answer."""

    READ = 3
    WRITE = 4


#: In place of rights, where a broker does not tell them.
_UNTOLD = -(2**31)
#: Whoever is told of a topic or a group at all may describe it: no right whatever is an answer of another make.
_SILENT = (_UNTOLD, 0)


class _Answer(Response):  # type: ignore[misc]  # aiokafka's types are not known here
    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8"))),
        ),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class _Question(RequestStruct):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class _TopicRights(Request[_Question]):  # type: ignore[misc]
    """The version of the metadata request that tells rights (Kafka 2.3), which aiokafka does not have."""

    API_KEY = 3

    def __init__(self, topics: Iterable[str]) -> None:
        self._topics = list(topics)

    def build(self, request_struct_class: type[_Question]) -> _Question:
        return request_struct_class(self._topics, False, False, True)


class _GroupQuestion(DescribeGroupsRequest_v3):  # type: ignore[misc]
    """With the answer's own form: aiokafka reads it by that of version 2, which has no rights."""

    RESPONSE_TYPE = DescribeGroupsResponse_v3


class _GroupRights(Request[_GroupQuestion]):  # type: ignore[misc]
    API_KEY = 15

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[_GroupQuestion]) -> _GroupQuestion:
        return request_struct_class([self._group], True)


async def check_rights(admin: AIOKafkaAdminClient, specs: Iterable[PipelineSpec], group: str, who: str) -> None:
    """A worker may do what it will have to; a broker that tells no rights passes.

    Args:
        who: the user, for the message.

    Raises:
        ConfigurationError: names each right that is missing.
    """
    wanted: dict[str, Right] = {}
    for spec in specs:
        wanted |= dict.fromkeys(spec.topics, Right.WRITE) | {spec.source: Right.READ}
    missing = [f"{right.name} on topic {topic}" for topic, right in await _missing(admin, wanted)]
    if not await _may_join(admin, group):
        missing.append(f"{Right.READ.name} on group {group}")
    if missing:
        raise ConfigurationError(f"the broker does not let {who} in: grant {', '.join(missing)}")


async def _missing(admin: AIOKafkaAdminClient, wanted: Mapping[str, Right]) -> list[tuple[str, Right]]:
    try:
        answer = await admin._send_request(_TopicRights(wanted))
    except (KafkaError, NotImplementedError, OSError):
        return []  # a broker that does not know the request; one that is away is told by whatever is asked next
    told = {topic[1]: (topic[0], topic[4]) for topic in answer.topics}
    denied = TopicAuthorizationFailedError.errno
    return [
        (topic, right)
        for topic, right in wanted.items()
        if not _may(*told.get(topic, (0, _UNTOLD)), right, denied=denied)
    ]


async def _may_join(admin: AIOKafkaAdminClient, group: str) -> bool:
    try:
        answer = await admin._send_request(_GroupRights(group), await admin.find_coordinator(group))
    except GroupAuthorizationFailedError:
        return False
    except (KafkaError, NotImplementedError, OSError):
        return True
    code, *_, rights = answer.groups[0]
    return _may(code, rights, Right.READ, denied=GroupAuthorizationFailedError.errno)


def _may(code: int, rights: int, right: Right, *, denied: int) -> bool:
    """Whether an answer leaves the right to us; what is missing or cannot be told now is for another check."""
    if code:
        return code != denied
    return rights in _SILENT or bool(rights & (1 << right))
