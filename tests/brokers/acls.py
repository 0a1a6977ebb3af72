"""Gives users rights on an Apache Kafka: the one request of its protocol for it, which aiokafka does not have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int8, Int16, Int32, Schema, String

from tests.brokers.clients import REQUEST_TIMEOUT_S, admin_client

if TYPE_CHECKING:
    from collections.abc import Iterable

TOPIC, GROUP = 2, 3
READ, WRITE = 3, 4
_LITERAL, _ALLOW = 3, 3


class _Answer(Response):
    API_KEY = 30
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("results", Array(("error_code", Int16), ("error_message", String("utf-8")))),
    )


class _Creation(RequestStruct):
    API_KEY = 30
    API_VERSION = 1
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        (
            "creations",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                ("pattern_type", Int8),
                ("principal", String("utf-8")),
                ("host", String("utf-8")),
                ("operation", Int8),
                ("permission_type", Int8),
            ),
        )
    )


class _CreateAcls(Request[_Creation]):
    API_KEY = 30

    def __init__(self, creations: list[tuple[int | str, ...]]) -> None:
        self._creations = creations

    def build(self, request_struct_class: type[_Creation]) -> _Creation:
        return request_struct_class(self._creations)


async def allow(bootstrap: str, user: str, rights: Iterable[tuple[int, str, int]]) -> None:
    """Let a user do things: kind of resource, its name (`*`: all), operation."""
    creations = [(kind, name, _LITERAL, f"User:{user}", "*", operation, _ALLOW) for kind, name, operation in rights]
    async with admin_client(bootstrap) as admin:
        answer = await asyncio.wait_for(admin._send_request(_CreateAcls(creations)), REQUEST_TIMEOUT_S)
    refused = [message for code, message in answer.results if code]
    if refused:
        raise RuntimeError(f"rights were not given: {refused}")
