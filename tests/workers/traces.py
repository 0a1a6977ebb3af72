"""Spans of a worker process, written down as they end, for a test to read."""

from __future__ import annotations

from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor


def keep(file: Path) -> None:
    """One span a line, as JSON."""
    provider = TracerProvider()
    exporter = ConsoleSpanExporter(out=file.open("w"), formatter=lambda span: span.to_json(indent=None) + "\n")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
