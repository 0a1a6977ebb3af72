"""What a worker counts and times; names and units are part of the contract."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_TOKENS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)

RECORDS = Counter("stream_slm_records", "Input records that reached their outcome", ["pipeline", "status"])
FAILURES = Counter("stream_slm_failures", "Dead letters by error code", ["pipeline", "code"])
ALERTS = Counter("stream_slm_alerts", "Alerts, updates and cancels sent", ["pipeline"])
SUPPRESSED = Counter("stream_slm_alerts_suppressed", "Alerts that were due and not sent", ["pipeline", "reason"])
RETRIES = Counter("stream_slm_retries", "Sends repeated after a transient failure")
REPLACED = Counter(
    "stream_slm_written_replaced", "Texts of a language model replaced by sentences of the input", ["model", "reason"]
)
IN_FLIGHT = Gauge("stream_slm_in_flight", "Records read and not yet finished")
RECORD_SECONDS = Histogram(
    "stream_slm_record_duration_seconds", "From decoding to outcome, without sending", ["pipeline"], buckets=_LATENCY_S
)
BATCH_SIZE = Histogram("stream_slm_batch_size", "Entries of a batch", ["stage"], buckets=_SIZES)
BATCH_TOKENS = Histogram("stream_slm_batch_tokens", "Tokens of a batch, without padding", ["stage"], buckets=_TOKENS)
BATCH_SECONDS = Histogram("stream_slm_inference_duration_seconds", "Run of a batch", ["stage"], buckets=_LATENCY_S)


def batch_observer(stage: str) -> _Observer:
    """Counts the batches of one stage (`tokenize`, `encode`; of a language model, after its name, also `generate`)."""
    return _Observer(stage)


class _Observer:
    def __init__(self, stage: str) -> None:
        self._size = BATCH_SIZE.labels(stage)
        self._tokens = BATCH_TOKENS.labels(stage)
        self._seconds = BATCH_SECONDS.labels(stage)

    def __call__(self, size: int, tokens: int, seconds: float) -> None:
        self._size.observe(size)
        self._tokens.observe(tokens)
        self._seconds.observe(seconds)
