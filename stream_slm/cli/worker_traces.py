"""Where a worker's spans go: a provider of the process's own, unless somebody has set one."""

from __future__ import annotations

import os

from stream_slm.errors import ConfigurationError
from stream_slm.log import get_logger

try:
    from opentelemetry import trace as otel
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
except ImportError:  # an optional extra
    otel = None  # type: ignore[assignment]

log = get_logger(__name__)


def set_up_traces(service: str, version: str) -> None:
    """Send spans by OTLP over HTTP, as the standard variables say (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER).

    A library must not do this; the worker is a program. What `opentelemetry-instrument` has set up stays.

    Raises:
        ConfigurationError: the API is installed, and what exports is not.
    """
    if otel is None:
        raise ConfigurationError(
            "tracing.enabled (STREAM_SLM_TRACING__ENABLED): OpenTelemetry's SDK and OTLP exporter are not installed; "
            "pip install 'stream-slm[otel]', or set it to false"
        )
    if isinstance(otel.get_tracer_provider(), TracerProvider):
        return
    named = os.environ.get("OTEL_SERVICE_NAME", service)
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: named, SERVICE_VERSION: version}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    otel.set_tracer_provider(provider)
    log.info("traces_exported", service=named)
