"""Rules of output headers: what belongs to the event goes on, what belongs to one hop does not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stream_slm.types import Headers
from tests.unit.pipeline.fakes import pipeline, record

TEXT = {"id": "t-1", "text": "Road closed."}


async def test_headers_of_one_hop_end_here() -> None:
    """Trace context, error headers, another codec's schema ids: none describes our output."""
    hop = (
        "traceparent",
        "Tracestate",
        "baggage",
        "content-type",
        "ce_dataref",
        "ce_dataschema",
        "__connect.errors.topic",
        "kafka_dlt-original-topic",
        "x-stream-slm-error-code",
        "X-Stream-SLM-Attempts",
        "x-stream-slm-origin-id",
        "__key_schema_id",
        "__value_schema_id",
    )
    outcome = await pipeline().process(record(TEXT, tuple((name, b"theirs") for name in hop if name != "content-type")))
    names = {name.lower() for name, _ in outcome.outputs[0].headers}
    assert b"theirs" not in {value for name, value in outcome.outputs[0].headers if name != "ce_causationid"}
    assert "ce_id" in names


async def test_extensions_that_describe_the_event_go_on() -> None:
    """Correlation, origin trace, classification: unchanged, and the input is named as the cause."""
    kept = {
        f"ce_{name}": name
        for name in ("traceparent", "tracestate", "dataclassification", "dataregulation", "datacategory")
    }
    outcome = await pipeline().process(record(TEXT, {**kept, "ce_id": "e-1", "ce_source": "/s"}))
    headers = dict(outcome.outputs[0].headers)
    assert {name: (headers[name] or b"").decode() for name in kept} == kept
    assert headers["ce_causationid"] == b"e-1"


foreign_names = st.text(min_size=1, max_size=10).filter(
    lambda name: (
        not name.lower().startswith(("ce_", "x-stream-slm-", "kafka_", "__"))
        and name.lower() not in {"traceparent", "tracestate", "baggage", "content-type"}
    )
)
foreign = st.lists(st.tuples(foreign_names, st.none() | st.binary(max_size=8)), max_size=6).map(tuple)


@given(foreign)
async def test_other_headers_go_through_untouched(headers: Headers) -> None:
    """Repeated names, absent values, any bytes: in their order."""
    outcome = await pipeline().process(record(TEXT, headers))
    assert outcome.outputs[0].headers[: len(headers)] == headers
