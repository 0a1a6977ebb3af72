"""What the steps after inference need to know about one record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
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


@dataclass(frozen=True, kw_only=True)  # without slots: what several outputs ask for is worked out once
class Context:
    """One record on its way, decoded and identified."""

    record: Record
    message: Message
    spec: PipelineSpec
    worker: Worker
    origin: str
    received_at: datetime

    @cached_property
    def record_id(self) -> str:
        """The id of this record's enriched record."""
        return str(output_id(self.origin, self.spec.name, "enriched"))

    @cached_property
    def subject_id(self) -> str | None:
        """Whom the record is about: the event's subject, else the value at the pipeline's pointer, else its id."""
        pointers = (self.spec.subject_pointer,) if self.spec.subject_pointer else self.spec.id_pointers
        return self.message.attributes.get("subject") or first_id(self.message.payload, *pointers)

    @cached_property
    def event_time(self) -> str | None:
        """When it happened: the event's time, the payload's, or the record's timestamp (RFC 3339)."""
        candidates = [self.message.attributes.get("time")]
        if self.spec.time_pointer:
            candidates.append(resolve(self.message.payload, self.spec.time_pointer))
        for candidate in candidates:
            when = clock.parse(candidate) if isinstance(candidate, str) else None
            if when:
                return clock.rfc3339(when)
        return clock.from_ms(self.record.timestamp_ms)

    @cached_property
    def source(self) -> dict[str, Any]:
        """Where the record lay, as outputs say it."""
        record = self.record
        return {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": clock.from_ms(record.timestamp_ms),
            "id": self.origin,
            "group": self.worker.group,
        }


def identified(record: Record, message: Message, spec: PipelineSpec, worker: Worker, received_at: datetime) -> Context:
    """Join a decoded record with its identity."""
    return Context(
        record=record,
        message=message,
        spec=spec,
        worker=worker,
        origin=origin_id(record, message.attributes, message.payload, *spec.id_pointers),
        received_at=received_at,
    )


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


def output_headers(context: Context, *, ce_id: str, ce_type: str, dataschema: str, extra: Mapping[str, str]) -> tuple[
    tuple[str, bytes | None], ...
]:
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
    kept = tuple(
        (name, value)
        for name, value in context.record.headers
        if not _is_of_one_hop(name.lower())
    )
    return kept + tuple((name, value.encode()) for name, value in ours.items())


def _is_of_one_hop(name: str) -> bool:
    return name in _HOP_NAMES or name.startswith(_HOP_PREFIXES) or _SCHEMA_ID.fullmatch(name) is not None
