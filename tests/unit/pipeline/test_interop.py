"""Outputs are CloudEvents: the `cloudevents` SDK reads them from Kafka's binary mode, and its events are read by us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    from_kafka_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from stream_slm.types import Output
from tests.unit.pipeline.fakes import FakeModels, json_of, log_of, pipeline, record

ALARMING = {"risk": log_of(0.05, 0.05, 0.9)}


def read(output: Output) -> Any:
    headers = {name: value for name, value in output.headers if value is not None}
    return from_binary_event(KafkaMessage(headers=headers, key=output.key, value=output.value or b""), JSONFormat())


async def test_enriched_records_and_alerts_are_binary_cloud_events() -> None:
    """Attributes that every subscriber relies on, as the SDK sees them."""
    source = record(
        {"id": "t-1", "text": "Road closed by a crash."},
        {
            "ce_specversion": "1.0",
            "ce_id": "e-1",
            "ce_source": "/feeds/a",
            "ce_type": "x.y",
            "ce_time": "2026-01-02T03:04:05Z",
            "ce_subject": "s-1",
            "ce_partitionkey": "p",
            "ce_correlationid": "c",
            "content-type": "application/json",
        },
    )
    outcome = await pipeline(FakeModels(ALARMING)).process(source)
    enriched, alert = (read(output) for output in outcome.outputs)
    for event in (enriched, alert):
        assert event.get_specversion() == "1.0"
        assert event.get_source() == "/stream-slm/test-app/things"
        assert event.get_datacontenttype() == "application/json"
        assert event.get_time() == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert event.get_subject() == "s-1"
        attributes = event.get_attributes()
        assert (attributes["correlationid"], attributes["causationid"]) == ("c", "e-1")
    # The SDK takes the record's key for `partitionkey`, whatever the header says; ours says what the input said.
    assert dict(outcome.outputs[0].headers)["ce_partitionkey"] == b"p"
    assert enriched.get_type() == "io.streamslm.things.enriched.v1"
    assert alert.get_type() == "io.streamslm.alert.v1"
    assert enriched.get_data() == json_of(outcome.outputs[0])
    assert alert.get_data()["record_id"] == enriched.get_id()
    assert alert.get_data()["identifier"] == f"urn:uuid:{alert.get_id()}"
    assert alert.get_attributes()["severitynumber"] == "17"


@pytest.mark.parametrize("write", [to_binary_event, to_structured_event])
async def test_events_of_the_sdk_are_read(write: Any) -> None:
    """Both modes, the same identity."""
    event = CloudEvent(
        attributes={
            "id": "e-1",
            "source": "/feeds/a",
            "type": "x.y",
            "specversion": "1.0",
            "datacontenttype": "application/json",
        },
        data={"text": "Road closed."},
    )
    message = write(event, JSONFormat())
    assert from_kafka_event(message, JSONFormat()).get_id() == "e-1"
    outcome = await pipeline().process(record(message.value, tuple(message.headers.items())))
    assert outcome.status == "ok"
    assert json_of(outcome.outputs[0])["source"]["id"] == "/feeds/a e-1"
