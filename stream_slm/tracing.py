"""Traces: spans of records, batches and outputs, after OpenTelemetry's conventions; never text, keys or users' ids.

Needs the extra `otel`. Without it, and with `tracing.enabled` off, nothing of this is made.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from stream_slm.errors import ConfigurationError, StreamSLMError
from stream_slm.types import Headers, Outcome, Output, Record

try:
    from opentelemetry import context as otel_context
    from opentelemetry import trace as otel
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:  # an optional extra: who traces nothing needs none of it
    otel = None  # type: ignore[assignment]

#: Not the global propagator: that sends baggage on, too, which may hold anything.
_HEADERS = ("traceparent", "tracestate")
#: What they take at most: W3C lets `tracestate` have 512 characters.
HEADER_BYTES = 640


def tracing(*, enabled: bool) -> Tracing | None:
    """Traces of a worker, where the settings ask for them.

    Raises:
        ConfigurationError: they do, and OpenTelemetry is not installed.
    """
    if not enabled:
        return None
    if otel is None:
        raise ConfigurationError(
            "tracing.enabled (STREAM_SLM_TRACING__ENABLED): OpenTelemetry is not installed; "
            "pip install 'stream-slm[otel]', or set it to false"
        )
    return Tracing()


class Tracing:
    """One per worker; belongs to its event loop. Spans go to whatever provider the process has set."""

    def __init__(self) -> None:
        #: The consumer group; known once the app is configured.
        self.group = ""
        self._tracer = otel.get_tracer("stream_slm", version("stream-slm"))
        self._propagator = TraceContextTextMapPropagator()
        self._spans: dict[tuple[str, int, int], otel.Span] = {}

    # -- records -----------------------------------------------------------------------------------------------

    def began(self, record: Record) -> None:
        """A record was admitted: its span begins, in the trace that its headers name."""
        attributes: dict[str, Any] = {
            "messaging.system": "kafka",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": record.topic,
            "messaging.destination.partition.id": str(record.partition),
            "messaging.consumer.group.name": self.group,
            "messaging.kafka.offset": record.offset,
        }
        if record.value is None:
            attributes["messaging.kafka.message.tombstone"] = True
        self._give_up(_place(record))  # where its partition has come back in a new generation
        self._spans[_place(record)] = self._tracer.start_span(
            f"process {record.topic}",
            context=self._propagator.extract(_carrier(record.headers)),
            kind=otel.SpanKind.CONSUMER,
            attributes=attributes,
        )

    @contextmanager
    def within(self, record: Record) -> Iterator[None]:
        """What is started in here, a task say, belongs to the record."""
        span = self._spans.get(_place(record))
        if span is None:  # its partition was given up
            yield
            return
        token = otel_context.attach(otel.set_span_in_context(span))
        try:
            yield
        finally:
            otel_context.detach(token)

    def ended(self, outcome: Outcome) -> None:
        """The outcome of a record is durable."""
        span = self._spans.pop(_place(outcome.record), None)
        if span is not None:
            span.set_attributes({"stream_slm.pipeline": outcome.pipeline, "stream_slm.outcome": outcome.status})
            if isinstance(outcome.error, StreamSLMError):
                _failed(span, outcome.error)
            span.end()

    def dropped(self, partitions: Iterable[tuple[str, int]]) -> None:
        """Partitions were given up: their records are read again by whoever comes next."""
        given_up = set(partitions)
        for place in [place for place in self._spans if place[:2] in given_up]:
            self._give_up(place)

    def _give_up(self, place: tuple[str, int, int]) -> None:
        span = self._spans.pop(place, None)
        if span is not None:
            span.set_attribute("stream_slm.outcome", "given_up")
            span.end()

    def ids(self, record: Record) -> Mapping[str, str]:
        """Trace and span of a record, for a line of the log."""
        span = self._spans.get(_place(record))
        found = span.get_span_context() if span is not None else None
        if found is None or not found.is_valid:
            return {}
        return {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"}

    # -- outputs -----------------------------------------------------------------------------------------------

    def sending(self, outcome: Outcome) -> tuple[Outcome, list[otel.Span]]:
        """An outcome whose outputs carry the context of their spans, which have begun.

        A dead letter's headers stay as they came: what is redriven must be what was sent.
        """
        parent = self._spans.get(_place(outcome.record))
        context = otel.set_span_in_context(parent) if parent is not None else None
        outputs: list[Output] = []
        spans: list[otel.Span] = []
        for output in outcome.outputs:
            span = self._tracer.start_span(
                f"send {output.topic}", context=context, kind=otel.SpanKind.PRODUCER, attributes=_sent(output)
            )
            spans.append(span)
            outputs.append(output if output.kind == "dead_letter" else self._with_context(output, span))
        return replace(outcome, outputs=tuple(outputs)), spans

    def sent(self, spans: Sequence[otel.Span], error: StreamSLMError | None) -> None:
        """The broker has acknowledged the outputs of an outcome, or has not."""
        for span in spans:
            if error is not None:
                _failed(span, error)
            span.end()

    def _with_context(self, output: Output, span: otel.Span) -> Output:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, otel.set_span_in_context(span))
        return replace(output, headers=output.headers + tuple((name, each.encode()) for name, each in carrier.items()))


class BatchTracing:
    """Spans of one model's inference batches, each linked to the records that were in it."""

    def __init__(self, model: str, runtime: str) -> None:
        self._tracer = otel.get_tracer("stream_slm", version("stream-slm"))
        self._name = f"embeddings {model}"
        self._attributes = {
            "gen_ai.operation.name": "embeddings",
            "gen_ai.provider.name": runtime,
            "gen_ai.request.model": model,
        }

    def origin(self) -> otel.SpanContext | None:
        """Where a request comes from: the record that is being read; None where nobody would look at its trace."""
        here = otel.get_current_span().get_span_context()
        return here if here.is_valid and here.trace_flags.sampled else None

    def ran(self, origins: Sequence[otel.SpanContext], *, size: int, tokens: int, seconds: float, failed: bool) -> None:
        """A batch has ended just now, and ran so long.

        It is of the trace of its first record, whose sampling decides, and linked to all of them.
        """
        if not origins:
            return
        ended = time.time_ns()
        attributes: dict[str, Any] = {
            **self._attributes,
            "gen_ai.usage.input_tokens": tokens,
            "stream_slm.batch.size": size,
        }
        if failed:
            attributes["error.type"] = "inference_error"
        span = self._tracer.start_span(
            self._name,
            context=otel.set_span_in_context(otel.NonRecordingSpan(origins[0])),
            kind=otel.SpanKind.INTERNAL,
            # A record that was read in several ways is here several times.
            links=[otel.Link(each) for each in {each.span_id: each for each in origins}.values()],
            attributes=attributes,
            start_time=ended - round(seconds * 1e9),
        )
        if failed:
            span.set_status(otel.StatusCode.ERROR)
        span.end(ended)


def batches(model: str, runtime: str, *, enabled: bool) -> BatchTracing | None:
    """What traces a model's batches, where that is wanted and can be had."""
    return BatchTracing(model, runtime) if enabled and otel is not None else None


def _place(record: Record) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _carrier(headers: Headers) -> dict[str, str]:
    """The first header of each name: a second one is an instrumentation's that came too late."""
    found: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        if value is not None and lowered in _HEADERS:
            found.setdefault(lowered, value.decode("ascii", "replace"))
    return found


def _sent(output: Output) -> dict[str, Any]:
    attributes = {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": output.topic,
    }
    if output.kind != "dead_letter":  # a dead letter has the id that a user gave it
        own = next((value for name, value in reversed(output.headers) if name == "ce_id"), None)
        attributes["messaging.message.id"] = (own or b"").decode()
    return attributes


def _failed(span: otel.Span, error: StreamSLMError) -> None:
    """By its code: a message may be long, and an event of the exception would hold the stack."""
    span.set_attribute("error.type", error.code)
    span.set_status(otel.StatusCode.ERROR)
