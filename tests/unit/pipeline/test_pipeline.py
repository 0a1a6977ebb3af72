"""The rule of `process`: any record has exactly one outcome, and no record an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from stream_slm.pipeline.spec import AlertRule
from stream_slm.types import TextPart
from tests.unit.pipeline.fakes import FakeModels, headers_of, json_of, pipeline, record
from tests.unit.pipeline.test_decode import bodies, content_types, header_lists, json_values

Check = Callable[[Any], None]
MODELS = FakeModels(spread=0.5)
OURS = pipeline(
    MODELS, alerts=(AlertRule(task="risk", labels=["suspicious", "review"], threshold=0.5, severity="Minor"),)
)
readable = st.fixed_dictionaries({"text": st.text(max_size=60)}, optional={"id": json_values, "when": json_values})
values = st.one_of(st.none(), bodies, readable.map(orjson.dumps))


@given(
    values,
    header_lists,
    content_types,
    st.none() | st.binary(max_size=10),
    st.none() | st.integers(-(2**63), 2**63 - 1),
)
@example(b'{"text":' + b"[" * 600 + b"]" * 600 + b"}", (), None, None, None)
@example(b'{"text":"\xc2\x85\xe2\x80\x8b"}', (), None, b"", 0)
async def test_any_record_has_exactly_one_outcome(
    enriched_schema: Check,
    alert_schema: Check,
    value: bytes | None,
    headers: Any,
    kind: bytes | None,
    key: bytes | None,
    at: int | None,
) -> None:
    """One enriched record under the input's key, its alerts, its copy for review; or one dead letter, never both."""
    source = record(value, headers + (() if kind is None else (("content-type", kind),)), key, timestamp_ms=at)
    outcome = await OURS.process(source)
    kinds = [output.kind for output in outcome.outputs]
    assert outcome.record is source
    assert outcome.pipeline == "things"
    assert outcome.outputs[0].key == key
    if outcome.status == "dead_letter":
        assert kinds == ["dead_letter"]
        assert outcome.error is not None
        assert outcome.enriched is None
        kept = b"" if key is None and value is None else value  # Kafka's clients send no record of neither
        assert (outcome.outputs[0].value, outcome.outputs[0].headers[: len(source.headers)]) == (kept, source.headers)
        return
    assert kinds[0] == "enriched"
    assert set(kinds[1:]) <= {"alert", "review"}
    assert outcome.error is None
    enriched = json_of(outcome.outputs[0])
    enriched_schema(enriched)
    assert enriched["status"] == outcome.status
    assert bool(outcome.results) == bool(enriched["results"]) == (outcome.status in ("ok", "partial"))
    assert outcome.status in ("ok", "partial") or len(kinds) == 1
    for output in outcome.outputs[1:]:
        (alert_schema if output.kind == "alert" else enriched_schema)(json_of(output))


async def test_the_same_record_again_is_the_same_but_for_the_clock() -> None:
    """A replay gives the same ids, labels and summary."""
    source = record({"text": "Road closed. Use Main St."})
    one, other = await OURS.process(source), await OURS.process(source)
    assert [headers_of(output)["ce_id"] for output in one.outputs] == [
        headers_of(output)["ce_id"] for output in other.outputs
    ]
    assert {**json_of(one.outputs[0]), "processing": 0} == {**json_of(other.outputs[0]), "processing": 0}


async def test_neighbours_do_not_change_an_outcome() -> None:
    """Whatever was read before: no state of one record reaches another."""
    source = record({"text": "Crash on I-5, two lanes closed."})
    first = await OURS.process(source)
    for value in (b"not json", b'{"text": "Der Patient und die Frau ist nicht da"}', None):
        await OURS.process(record(value))
    again = await OURS.process(source)
    assert json_of(first.outputs[0])["results"] == json_of(again.outputs[0])["results"]


async def test_rendered_facts_alone_are_no_text() -> None:
    """An amount without a word about it is nothing to read: a dead letter, not a guess."""
    facts = TextPart(text="money out 5.00.", pointer="", fields=("/amount",))
    alone = await pipeline(MODELS, text=lambda _: [facts]).process(record({"amount": 5}))
    assert getattr(alone.error, "code", None) == "text_missing"
    beside = pipeline(MODELS, text=lambda payload: [TextPart(text=payload["memo"], pointer="/memo"), facts])
    assert (await beside.process(record({"memo": "RENT", "amount": 5}))).status == "ok"


async def test_blank_parts_are_not_read() -> None:
    """A user's text function may give what it finds."""
    parts = [TextPart(text=" \n", pointer="/a"), TextPart(text="Road closed.", pointer="/b")]
    outcome = await pipeline(MODELS, text=lambda _: parts).process(record({}))
    assert {each["pointer"] for each in json_of(outcome.outputs[0])["results"]["summary"]["spans"]} == {"/b"}


async def test_spans_point_into_the_payload() -> None:
    """Code points, not bytes: the string at the pointer, cut, is the evidence."""
    text = "𝔘𝔫𝔦 café closed 🚧. Road 9 is open! All well"
    outcome = await OURS.process(record({"text": text}))
    results = json_of(outcome.outputs[0])["results"]
    cut = [text[span["start"] : span["end"]] for span in results["risk"]["evidence"]]
    assert sorted(cut) == sorted(["𝔘𝔫𝔦 café closed 🚧.", "Road 9 is open!", "All well"])
    assert (
        " ".join(text[span["start"] : span["end"]] for span in results["summary"]["spans"])
        == results["summary"]["text"]
    )
