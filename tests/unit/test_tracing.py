"""Spans as a collector gets them: names, kinds, parents, links, and nothing of a record's content."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence

import pytest

pytest.importorskip("opentelemetry.sdk", reason="OpenTelemetry is an optional extra")

from opentelemetry import trace as otel
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import stream_slm.tracing as tracing_module
from stream_slm.batching.batcher import Batcher, BatcherConfig
from stream_slm.errors import ConfigurationError, DecodeError, OutputTooLarge
from stream_slm.streaming.traced_sink import TracedSink
from stream_slm.tracing import HEADER_BYTES, BatchTracing, Tracing, batches, tracing
from stream_slm.types import Headers, Outcome, Output, Record
from tests.unit.streaming.fakes import FakeSink

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CAME: Headers = (("traceparent", f"00-{TRACE}-{PARENT}-01".encode()), ("tracestate", b"vendor=1"), ("x", b"SECRET"))
RECORD = Record(topic="notes.v1", partition=3, offset=42, key=b"SECRET", value=b'{"text": "SECRET"}', headers=CAME)


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What a provider of this test's own has exported."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(otel, "get_tracer", provider.get_tracer)
    yield exporter
    for span in exporter.get_finished_spans():
        assert "SECRET" not in span.to_json()
    provider.shutdown()


@pytest.fixture
def traces(exporter: InMemorySpanExporter) -> Tracing:
    del exporter
    made = Tracing()
    made.group = "group"
    return made


def outcome(record: Record = RECORD, *outputs: Output, **changes: object) -> Outcome:
    made = outputs or (Output(topic="out.v1", value=b"SECRET", headers=(("ce_id", b"our-id"),)),)
    return Outcome(record=record, pipeline="notes", outputs=made, **{"status": "ok", **changes})  # type: ignore[arg-type]


def named(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    (span,) = [each for each in exporter.get_finished_spans() if each.name == name]
    return span


def test_a_record_goes_on_in_the_trace_that_its_headers_name(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """A CONSUMER span with messaging's current names."""
    traces.began(RECORD)
    assert traces.ids(RECORD)["trace_id"] == TRACE
    traces.ended(outcome())
    span = named(exporter, "process notes.v1")
    assert span.kind is SpanKind.CONSUMER
    assert span.parent is not None
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, PARENT)
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "notes.v1",
        "messaging.destination.partition.id": "3",
        "messaging.consumer.group.name": "group",
        "messaging.kafka.offset": 42,
        "stream_slm.pipeline": "notes",
        "stream_slm.outcome": "ok",
    }
    assert traces.ids(RECORD) == {}


@pytest.mark.parametrize("header", [b"", b"00-SECRET", b"\xff\xfe", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"])
def test_a_header_that_is_none_begins_a_trace(header: bytes, traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """Whatever stands in it goes nowhere."""
    record = Record(topic="t", partition=0, offset=1, value=None, headers=(("traceparent", header),))
    traces.began(record)
    traces.ended(outcome(record, status="dead_letter", error=DecodeError("x")))
    span = named(exporter, "process t")
    assert span.parent is None
    assert span.attributes is not None
    assert span.attributes["messaging.kafka.message.tombstone"] is True
    assert span.attributes["error.type"] == "decode_error"
    assert span.status.status_code is StatusCode.ERROR
    assert not span.events


async def test_outputs_carry_the_context_of_their_spans(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """One traceparent each, of the span that sent it, with the state that came; ids are ours."""
    sink = FakeSink()
    traces.began(RECORD)
    assert await TracedSink(sink, traces).send([outcome()]) == [None]
    traces.ended(outcome())
    (sent,) = sink.durable[0].outputs
    span, process = named(exporter, "send out.v1"), named(exporter, "process notes.v1")
    assert span.kind is SpanKind.PRODUCER
    assert span.parent is not None
    assert span.parent.span_id == process.context.span_id
    headers = dict(sent.headers)
    assert headers["traceparent"] == f"00-{TRACE}-{span.context.span_id:016x}-01".encode()
    assert headers["tracestate"] == b"vendor=1"
    assert span.attributes is not None
    assert span.attributes["messaging.message.id"] == "our-id"
    assert len(sent.headers) == 3


async def test_a_dead_letter_keeps_the_headers_it_came_with(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """A redrive must send what was sent; its id is a user's, and not told."""
    sink = FakeSink()
    dead = Output(topic="dlq", value=b"v", headers=(*CAME, ("ce_id", b"SECRET")), kind="dead_letter")
    traces.began(RECORD)
    await TracedSink(sink, traces).send([outcome(RECORD, dead, status="dead_letter")])
    traces.ended(outcome())
    assert sink.durable[0].outputs[0].headers == dead.headers
    assert "messaging.message.id" not in (named(exporter, "send dlq").attributes or {})


async def test_what_was_not_acknowledged_is_told(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """By the error's code; a send that was broken off ends its spans too."""
    sink = FakeSink()
    sink.verdict = lambda _: OutputTooLarge("SECRET")
    traced = TracedSink(sink, traces)
    traces.began(RECORD)
    await traced.send([outcome()])
    assert (named(exporter, "send out.v1").attributes or {})["error.type"] == "output_too_large"
    sink.gate.clear()
    sending = asyncio.ensure_future(traced.send([outcome()]))
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.wait([sending])
    assert len(exporter.get_finished_spans()) == 2
    assert traced.size_limit("any") == sink.size_limit("any") - HEADER_BYTES


def test_records_of_a_partition_that_was_given_up_end(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """None is left open for ever; those of others go on."""
    other = Record(topic="notes.v1", partition=4, offset=1, value=b"")
    traces.began(RECORD)
    traces.began(other)
    traces.dropped([("notes.v1", 3)])
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["stream_slm.outcome"] == "given_up"
    assert traces.ids(other)
    traces.began(other)  # read again, in a new generation
    assert len(exporter.get_finished_spans()) == 2
    traces.ended(outcome(other))
    assert [(each.attributes or {})["stream_slm.outcome"] for each in exporter.get_finished_spans()][1:] == [
        "given_up",
        "ok",
    ]


async def test_a_batch_is_linked_to_its_records(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """One INTERNAL span a batch, of the first record's trace, with generative AI's names and how long it ran."""

    def run(texts: Sequence[str]) -> list[str]:
        time.sleep(0.02)
        return list(texts)

    config = BatcherConfig(replicas=1, max_batch_tokens=100, max_batch_size=10, max_queue_delay_s=1.0)
    batcher: Batcher[str, str] = Batcher(
        "t", run, config, length=len, key=lambda text: text, trace=BatchTracing("tiny", "ctranslate2")
    )
    batcher.start()
    first = batcher.submit(["warm up: of no record"])
    records = [Record(topic="t", partition=0, offset=offset, value=b"") for offset in range(3)]
    readings = []
    for record in records:
        traces.began(record)
        with traces.within(record):
            readings.append(batcher.submit(["equal", f"text{record.offset}"]))
    await asyncio.gather(first, *readings)
    process = [traces.ids(record)["span_id"] for record in records]
    await batcher.close()
    spans = exporter.get_finished_spans()
    assert {span.name for span in spans} == {"embeddings tiny"}
    assert {span.kind for span in spans} == {SpanKind.INTERNAL}
    assert sum((span.attributes or {})["gen_ai.usage.input_tokens"] for span in spans) == 5 + 3 * 5  # type: ignore[misc, arg-type]
    linked = [{f"{link.context.span_id:016x}" for link in span.links} for span in spans]
    assert set().union(*linked) == set(process)
    assert all(span.end_time - span.start_time >= 20_000_000 for span in spans)  # type: ignore[operator]
    assert (spans[0].attributes or {})["gen_ai.operation.name"] == "embeddings"
    for record in records:
        traces.ended(outcome(record))


def test_nothing_is_made_where_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off is None, so that the hot path pays one `if`; on without the extra is an error that names both ways out."""
    assert tracing(enabled=False) is None
    assert batches("tiny", "ctranslate2", enabled=False) is None
    monkeypatch.setattr(tracing_module, "otel", None)
    with pytest.raises(ConfigurationError, match=r"tracing.enabled .*pip install 'stream-slm\[otel\]'"):
        tracing(enabled=True)


def test_spans_can_be_exported(traces: Tracing, exporter: InMemorySpanExporter) -> None:
    """Their values are of types that OTLP takes."""
    traces.began(RECORD)
    traces.ended(outcome())
    assert json.loads(named(exporter, "process notes.v1").to_json())["attributes"]["messaging.kafka.offset"] == 42
