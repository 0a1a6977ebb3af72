"""Rules of identity: who an input is, and that the same input gives the same output ids for ever."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.pipeline.identity import NAMESPACE, ORIGIN_HEADER, origin_id, output_id
from tests.unit.pipeline.fakes import headers_of, pipeline, record

EVENT = {"source": "/feeds/a", "id": "e-1"}


def test_the_first_of_origin_event_pointer_and_place_is_the_identity() -> None:
    """A redriven record is who it was; then the event; then the payload; then where it lies."""
    redriven = record(b"", ((ORIGIN_HEADER, b"who it was"),))
    plain, payload = record(b""), {"id": "p-1"}
    assert origin_id(redriven, EVENT, payload, "/id") == "who it was"
    assert origin_id(plain, EVENT, payload, "/id") == "/feeds/a e-1"
    assert origin_id(plain, {"id": "e-1"}, payload, "/id") == "things.v1 p-1"
    assert origin_id(plain, {}, payload, "/other") == "things.v1/2/77"
    assert origin_id(plain, {}) == "things.v1/2/77"


@pytest.mark.parametrize("value", ["", None, True, 1.5, [], {}])
def test_what_is_no_id_is_not_taken_for_one(value: Any) -> None:
    """An empty string or a flag at the pointer would make many records one."""
    assert origin_id(record(b""), {}, {"id": value}, "/id") == "things.v1/2/77"


@pytest.mark.parametrize("attributes", [{"source": "/a", "id": ""}, {"source": "", "id": "1"}, {"id": "1"}])
def test_an_event_without_id_or_source_is_known_by_its_place(attributes: dict[str, str]) -> None:
    """Two records of a producer that leaves ce_id empty are two records."""
    assert origin_id(record(b""), attributes) == "things.v1/2/77"


@given(st.integers(0, 9), st.integers(0, 2**40), st.sampled_from(["header", "payload", "integer"]))
def test_a_given_id_does_not_depend_on_where_the_record_lies(partition: int, offset: int, way: str) -> None:
    """Sent again, read again, moved: the same identity."""
    attributes = EVENT if way == "header" else {}
    payload = {"id": 5 if way == "integer" else "p-1"}
    here, there = record(b""), record(b"", partition=partition, offset=offset)
    assert origin_id(here, attributes, payload, "/id") == origin_id(there, attributes, payload, "/id")


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_output_ids_are_deterministic_and_differ_by_pipeline_and_kind(origin: str, name: str) -> None:
    """The uuid5 of the three: equal on a replay, different for another output."""
    mine = output_id(origin, name, "enriched")
    assert mine == str(uuid5(NAMESPACE, f"{origin}|{name}|enriched"))
    assert len({mine, output_id(origin, name + "x", "enriched"), output_id(origin, name, "alert:r")}) == 3


def test_output_ids_are_what_they_were() -> None:
    """They are a contract: a replay across an upgrade must be recognised."""
    assert output_id("/feeds/a e-1", "things", "enriched") == "6dc6756e-621d-5c2b-966b-c8676211aa81"


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        ({"id": "t-9", "text": 5}, {}),
        (
            {"specversion": "1.0", "source": "/s", "id": "e", "type": "t", "data": {"text": 5}},
            {"content-type": "application/cloudevents+json"},
        ),
        ({"text": 5}, {"ce_source": "/s", "ce_id": "e"}),
        (b"not json", {"ce_source": "/s", "ce_id": "e"}),
        (b"not json", {}),
    ],
)
async def test_a_dead_letter_carries_the_identity_its_outputs_would_have(value: Any, headers: dict[str, str]) -> None:
    """Redriven after the cause is gone, it must be recognised as the record it was: wherever the id came from."""
    ours = pipeline(alerts=())
    source = record(value, headers)
    failed = await ours.process(source)
    assert failed.status == "dead_letter"
    carried = headers_of(failed.outputs[0])[ORIGIN_HEADER]
    expected = {"t-9": "things.v1 t-9", "e": "/s e"}.get(
        str(value.get("id", headers.get("ce_id", "")) if isinstance(value, dict) else headers.get("ce_id", "")),
        "things.v1/2/77",
    )
    assert carried == expected


async def test_a_redriven_record_has_the_ids_of_its_first_life() -> None:
    """Its enriched record may have been sent before its alert was refused: both lives give one id."""
    ours = pipeline()
    source = record({"id": "t-9", "text": "Road closed."})
    first = await ours.process(source)
    letter = ours.dead_letter(source, ValueError()).outputs[0]
    origin = next(header for header in letter.headers if header[0] == ORIGIN_HEADER)
    again = await ours.process(record(letter.value, (*source.headers, origin), offset=991))
    assert headers_of(again.outputs[0])["ce_id"] == headers_of(first.outputs[0])["ce_id"]


def test_a_version_is_part_of_the_identity_where_the_payload_is_known_by_its_id() -> None:
    """A changed event is another record, and an event that names itself needs no version."""
    plain, payload = record(b""), {"id": "p-1", "updated": "today", "n": 2}
    assert origin_id(plain, {}, payload, "/id", versions=("/updated",)) == "things.v1 p-1 today"
    assert origin_id(plain, {}, payload, "/id", versions=("/none", "/n")) == "things.v1 p-1 2"
    assert origin_id(plain, {}, payload, "/id", versions=("/none",)) == "things.v1 p-1"
    assert origin_id(plain, {}, {"updated": "today"}, "/id", versions=("/updated",)) == "things.v1/2/77"
    assert origin_id(plain, EVENT, payload, "/id", versions=("/updated",)) == "/feeds/a e-1"
