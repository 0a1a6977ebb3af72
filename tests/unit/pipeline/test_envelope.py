"""Rules of the enriched record: whatever became of an input, its record keeps the schema."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.pipeline import clock
from tests.unit.pipeline.fakes import FakeModels, json_of, pipeline, record
from tests.unit.pipeline.test_decode import json_values

Check = Callable[[Any], None]
MODELS = FakeModels(spread=0.3)


async def test_an_ok_record_says_everything(enriched_schema: Check) -> None:
    """Results of every task, their models, where the input came from."""
    outcome = await pipeline(MODELS).process(
        record({"id": 5, "text": "Road closed. Use Main St.", "when": "2026-01-02T03:04:05+01:00"})
    )
    enriched = json_of(outcome.outputs[0])
    enriched_schema(enriched)
    assert outcome.enriched == enriched
    assert (enriched["status"], enriched["reason"], enriched["domain"], enriched["pipeline"]) == (
        "ok",
        None,
        "things",
        "things",
    )
    assert list(enriched["results"]) == ["risk", "urgency", "summary"]
    assert enriched["subject"] == {"id": "5", "type": "things", "time": "2026-01-02T02:04:05.000Z"}
    assert enriched["source"] == {
        "topic": "things.v1",
        "partition": 2,
        "offset": 77,
        "timestamp": "2023-11-14T22:13:20.123Z",
        "id": "things.v1 5",
        "group": "test-group",
    }
    assert enriched["models"] == MODELS.as_json
    assert enriched["results"]["summary"]["method"] == "verbatim"
    assert enriched["original"] is None


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (None, {}, "tombstone"),
        ({"text": "x"}, {"ce_expirytime": "2020-01-01T00:00:00Z"}, "expired"),
        ({"text": "x"}, {"ce_expirytime": "2020-01-01t00:00:00z"}, "expired"),
        ({"text": "x", "old": True}, {}, "withdrawn"),
    ],
)
async def test_a_skipped_record_names_its_reason(
    enriched_schema: Check, value: Any, headers: dict[str, str], reason: str
) -> None:
    """No task ran, no model is named, no alert is due."""
    ours = pipeline(MODELS, skip=lambda payload: "withdrawn" if payload.get("old") else None)
    outcome = await ours.process(record(value, headers))
    (output,) = outcome.outputs
    enriched = json_of(output)
    enriched_schema(enriched)
    assert (outcome.status, enriched["status"], enriched["reason"]) == ("skipped", "skipped", reason)
    assert (enriched["results"], enriched["models"], enriched["processing"]["batch_size"]) == ({}, {}, None)


async def test_what_expires_later_is_read() -> None:
    """Only the past is skipped, and a time that cannot be read is not a time."""
    for expiry in ("2999-01-01T00:00:00Z", "soon"):
        outcome = await pipeline(MODELS).process(record({"text": "x"}, {"ce_expirytime": expiry}))
        assert outcome.status == "ok"


async def test_a_claim_check_without_a_value_is_no_tombstone() -> None:
    """Its data lie elsewhere: to skip it would lose the record without a word."""
    outcome = await pipeline(MODELS).process(record(None, {"ce_id": "1", "ce_source": "/s", "ce_dataref": "s3://b/k"}))
    assert outcome.status == "dead_letter"
    assert getattr(outcome.error, "code", None) == "dataref_unsupported"


@given(st.text(max_size=60), json_values, json_values, st.none() | st.integers(-(2**63), 2**63 - 1), st.booleans())
async def test_every_produced_record_keeps_the_schema(
    enriched_schema: Check, text: str, ident: Any, when: Any, timestamp_ms: int | None, original: bool
) -> None:
    """Any text, any id, any time in the payload, any Kafka timestamp."""
    ours = pipeline(MODELS, include_original=original, alerts=())
    outcome = await ours.process(record({"text": text, "id": ident, "when": when}, timestamp_ms=timestamp_ms))
    # Partial: a script that the encoder does not know.
    assert outcome.status in ({"ok", "partial"} if text.strip() else {"dead_letter"})
    if outcome.status != "dead_letter":
        enriched_schema(json_of(outcome.outputs[0]))


async def test_a_foreign_text_keeps_the_schema(enriched_schema: Check) -> None:
    """Marked, not refused."""
    outcome = await pipeline(MODELS).process(record({"text": "Пациент жалуется на боли в груди."}))
    enriched_schema(json_of(outcome.outputs[0]))


async def test_the_original_is_given_only_where_asked_for() -> None:
    """Off by default: an output topic has other readers than its input."""
    value = {"id": "t", "text": "Road closed.", "more": [1, None]}
    outcome = await pipeline(MODELS, include_original=True).process(record(value))
    assert json_of(outcome.outputs[0])["original"] == value


async def test_a_clock_set_back_gives_no_negative_duration(
    enriched_schema: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of NTP between two readings must not make a record invalid."""
    times = iter(datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC) for second in range(59, 0, -1))
    monkeypatch.setattr(clock, "now", lambda: next(times))
    outcome = await pipeline(MODELS, alerts=()).process(record({"text": "Road closed."}))
    enriched_schema(json_of(outcome.outputs[0]))


@pytest.mark.parametrize(
    ("headers", "payload", "timestamp_ms", "expected"),
    [
        ({"ce_time": "2026-01-01T00:00:00Z"}, {"when": "2025-01-01T00:00:00Z"}, 0, "2026-01-01T00:00:00.000Z"),
        ({"ce_time": "soon"}, {"when": "2025-01-01T00:00:00Z"}, 0, "2025-01-01T00:00:00.000Z"),
        ({}, {"when": 5}, 1000, "1970-01-01T00:00:01.000Z"),
        ({}, {}, None, None),
    ],
)
async def test_the_time_is_the_events_then_the_payloads_then_the_records(
    headers: dict[str, str], payload: dict[str, Any], timestamp_ms: int | None, expected: str | None
) -> None:
    """The first that can be read."""
    outcome = await pipeline(MODELS).process(record({"text": "x", **payload}, headers, timestamp_ms=timestamp_ms))
    assert json_of(outcome.outputs[0])["subject"]["time"] == expected
