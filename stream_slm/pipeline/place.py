"""Where a record lies and what it is called, as every line of the log that concerns it says; nothing of its content."""

from __future__ import annotations

import re
from typing import Any

from stream_slm.types import Record

#: W3C trace context; hexadecimal digits alone, so that nothing else can stand in a log.
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


def place_of(record: Record, pipeline: str, event_id: str | None = None) -> dict[str, Any]:
    """A record's place, its pipeline, its id as its outputs have it, and the trace that its headers name."""
    place: dict[str, Any] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "pipeline": pipeline,
    }
    if event_id is not None:
        place["event_id"] = event_id
    for name, value in record.headers:
        if name.lower() == "traceparent":
            found = _TRACEPARENT.fullmatch(value or b"")
            if found:
                place["trace_id"] = found[1].decode()
            break
    return place
