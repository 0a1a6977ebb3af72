"""What the steps after inference need to know about one record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from stream_slm.pipeline import clock
from stream_slm.pipeline.decode import Message
from stream_slm.pipeline.identity import first_id, origin_id, output_id
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.pipeline.text import resolve
from stream_slm.types import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who computes: stands in every output."""

    app_id: str
    worker: str
    group: str | None
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One record on its way, decoded and identified.

    Attributes:
        origin: the identity of the record.
        record_id: the id of its enriched record.
        subject_id: whom it is about: the event's subject, else the value at the pipeline's pointer, else its id.
        event_time: when it happened: the event's time, the payload's, or the record's timestamp (RFC 3339).
        source: where it lay, as outputs say it.
    """

    record: Record
    message: Message
    spec: PipelineSpec
    worker: Worker
    received_at: datetime
    origin: str
    record_id: str
    subject_id: str | None
    event_time: str | None
    source: dict[str, Any]


def identified(record: Record, message: Message, spec: PipelineSpec, worker: Worker, received_at: datetime) -> Context:
    """Join a decoded record with its identity."""
    payload, attributes = message.payload, message.attributes
    origin = origin_id(record, attributes, payload, *spec.id_pointers, versions=spec.version_pointers)
    timestamp = clock.from_ms(record.timestamp_ms)
    pointers = (spec.subject_pointer,) if spec.subject_pointer else spec.id_pointers
    return Context(
        record=record,
        message=message,
        spec=spec,
        worker=worker,
        received_at=received_at,
        origin=origin,
        record_id=output_id(origin, spec.name, "enriched"),
        subject_id=attributes.get("subject") or first_id(payload, *pointers),
        event_time=_told_time(message, spec) or timestamp,
        source={
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": timestamp,
            "id": origin,
            "group": worker.group,
        },
    )


def _told_time(message: Message, spec: PipelineSpec) -> str | None:
    """When the event says that it was, else the payload."""
    candidates = [message.attributes.get("time")]
    if spec.time_pointer:
        candidates.append(resolve(message.payload, spec.time_pointer))
    for candidate in candidates:
        when = clock.parse(candidate) if isinstance(candidate, str) else None
        if when:
            return clock.rfc3339(when)
    return None


#: Headers that belong to one hop, or that we write ourselves.
_HOP_PREFIXES = ("ce_", "__connect.errors.", "kafka_", "x-stream-slm-")
_HOP_NAMES = frozenset({"traceparent", "tracestate", "baggage", "content-type"})
#: Confluent's headers that name the schema of the input's bytes, which ours are not.
_SCHEMA_ID = re.compile(r"__.*_schema_id")
#: CloudEvents extensions that describe the event itself and go on with it.
_PASSED_ATTRIBUTES = (
    "partitionkey",
    "correlationid",
    "traceparent",
    "tracestate",
    "dataclassification",
    "dataregulation",
    "datacategory",
)


def output_headers(
    context: Context, *, ce_id: str, ce_type: str, dataschema: str, extra: Mapping[str, str]
) -> tuple[tuple[str, bytes | None], ...]:
    """CloudEvents binary headers of an output, after the input's own that are not of one hop."""
    attributes = context.message.attributes
    ours = {
        "ce_specversion": "1.0",
        "ce_id": ce_id,
        "ce_source": f"/stream-slm/{context.worker.app_id}/{context.spec.name}",
        "ce_type": ce_type,
        "ce_dataschema": dataschema,
        "content-type": "application/json",
        "ce_causationid": attributes.get("id", context.origin),
        **{f"ce_{name}": attributes[name] for name in _PASSED_ATTRIBUTES if name in attributes},
        **extra,
    }
    time, subject = context.event_time, context.subject_id
    if time:
        ours["ce_time"] = time
    if subject:
        ours["ce_subject"] = subject
    kept = [(name, value) for name, value in context.record.headers if not _is_of_one_hop(name)]
    return (*kept, *[(name, value.encode()) for name, value in ours.items()])


@lru_cache(maxsize=1024)  # a topic's records have a few names, the same ones
def _is_of_one_hop(given: str) -> bool:
    name = given.lower()
    return name in _HOP_NAMES or name.startswith(_HOP_PREFIXES) or _SCHEMA_ID.fullmatch(name) is not None
