"""Settings of what a worker tells of itself: its HTTP endpoint, its metrics, its traces."""

from __future__ import annotations

from pydantic import Field

from stream_slm.config.section import Section


class HttpConfig(Section):
    """The endpoint of `/metrics` and `/healthz/...`; it shows no record's content, so it asks for no token."""

    enabled: bool | None = Field(
        default=None, description="serve it; default: in `stream-slm worker`, and not under `faust worker`"
    )
    bind: str = Field(
        default="127.0.0.1", min_length=1, description="address to listen on; 0.0.0.0 lets probes of a cluster in"
    )
    port: int = Field(default=8080, ge=0, le=65535, description="port to listen on; 0: any free one, told in the log")
    loop_timeout_s: float = Field(
        default=30.0, ge=1, description="seconds without a beat after which the event loop counts as hung"
    )


class MetricsConfig(Section):
    """What is measured besides."""

    lag_interval_s: float = Field(
        default=5.0, ge=0.1, description="seconds between two looks at the ends of partitions"
    )
    faust: bool = Field(
        default=False, description="Faust's own metrics, too, under the prefix faust; they cost time on every record"
    )


class TracingConfig(Section):
    """OpenTelemetry; where spans go, and how many, the standard variables say (OTEL_EXPORTER_OTLP_ENDPOINT, ...)."""

    enabled: bool = Field(default=False, description="make spans; needs the extra otel")
