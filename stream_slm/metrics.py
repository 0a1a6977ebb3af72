"""What a worker counts and times; names, labels and units are part of the contract (docs/observability.md)."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any, Protocol

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

PREFIX = "stream_slm_"
_DURATIONS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_TOKENS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
_SCORES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


def _counter(name: str, says: str, *labels: str) -> Counter:
    return Counter(PREFIX + name, says, labels)


def _histogram(name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(PREFIX + name, says, labels, buckets=buckets)


MESSAGES = _counter(
    "messages", "Input records whose outcome the broker has acknowledged", "topic", "group", "pipeline", "outcome"
)
ERRORS = _counter("errors", "Failures of records, those tried again included", "topic", "stage", "error_code")
DEAD_LETTERS = _counter("dead_letters", "Records that became dead letters", "topic", "error_code")
ALERTS = _counter("alerts", "Alerts, updates and cancels sent", "topic", "rule", "severity", "msg_type")
SUPPRESSED = _counter("alerts_suppressed", "Alerts that were due and not sent", "pipeline", "reason")
RETRIES = _counter("retries", "Outcomes sent again after a transient failure")
PREDICTIONS = _counter(
    "predictions", "Best labels; accepted: it reached its threshold", "pipeline", "task", "label", "accepted"
)
SCORES = _histogram("prediction_score", "Score of the best label", _SCORES, "pipeline", "task")
REQUEST_SECONDS = _histogram(
    "request_duration_seconds", "From reading a record to the acknowledgement of its outcome", _DURATIONS_S, "pipeline"
)
END_TO_END_SECONDS = _histogram(
    "end_to_end_latency_seconds",
    "From a record's Kafka timestamp to its outcome's acknowledgement",
    _DURATIONS_S,
    "topic",
)
REQUEST_TOKENS = _histogram("request_input_tokens", "Tokens of a record's text", _TOKENS, "pipeline")
QUEUE_SECONDS = _histogram(
    "queue_duration_seconds", "Wait of a text for the engine, both stages", _DURATIONS_S, "model"
)
TOKENIZATION_SECONDS = _histogram(
    "tokenization_duration_seconds", "Run of a batch in the tokenizer", _DURATIONS_S, "model"
)
INFERENCE_SECONDS = _histogram("inference_duration_seconds", "Run of a batch in the encoder", _DURATIONS_S, "model")
BATCH_SIZE = _histogram("batch_size", "Sentences of an inference batch", _SIZES, "model")
BATCH_TOKENS = _histogram("batch_tokens", "Tokens of an inference batch", _TOKENS, "model")
INPUT_TOKENS = _counter("input_tokens", "Tokens that went through a model", "model")
OUTPUT_TOKENS = _counter("output_tokens", "Tokens that a language model wrote", "model")
REPLACED = _counter(
    "written_replaced", "Texts of a language model replaced by sentences of the input", "model", "reason"
)

SHADOW_RECORDS = _counter("shadow_records", "Records of the candidate's share", "pipeline", "outcome")
SHADOW_LABELS = _counter("shadow_labels", "Labels of the candidate, held against ours", "pipeline", "task", "agrees")

BUILD_INFO = Gauge(PREFIX + "build_info", "Versions in use; always 1", ["version", "python", "faust", "ctranslate2"])
MODEL_INFO = Gauge(
    PREFIX + "model_info",
    "Models in use, one a task; always 1",
    ["model", "revision", "digest", "task", "runtime", "compute_type", "device"],
)
MODEL_READY = Gauge(PREFIX + "model_ready", "1 once a model is loaded and warm", ["model"])
MODEL_RELOADS = _counter("model_reloads", "Bundles that changed while they were in use", "model", "outcome")
MODEL_LOAD_SECONDS = Gauge(PREFIX + "model_load_duration_seconds", "What loading and warming took", ["model"])


def build_info() -> None:
    """Tell which versions run here."""
    BUILD_INFO.labels(
        version("stream-slm"), platform.python_version(), version("faust-streaming"), version("ctranslate2")
    ).set(1)


def replaced(model: str, reason: str | None) -> None:
    """Count a text that was replaced; of several reasons the first: any order of any of them would be a series."""
    REPLACED.labels(model, (reason or "").partition(",")[0]).inc()


class Bound(dict[tuple[str, ...], Any]):
    """The children of a metric by their last labels, each looked up once: `labels()` takes a lock and a microsecond."""

    def __init__(self, metric: MetricWrapperBase, *first: str) -> None:
        super().__init__()
        self._metric = metric
        self._first = first

    def __missing__(self, rest: tuple[str, ...]) -> Any:
        child = self[rest] = self._metric.labels(*self._first, *rest)
        return child


class Observer(Protocol):
    """Hears of each batch: its entries, its tokens without padding, the seconds it ran."""

    def __call__(self, size: int, tokens: int, seconds: float) -> None:
        """A batch has run."""


def tokenizing(model: str) -> Observer:
    """Times a model's tokenizer; its batches are of texts, and no measure of anything."""
    run = TOKENIZATION_SECONDS.labels(model)
    return lambda _size, _tokens, seconds: run.observe(seconds)


def encoding(model: str) -> Observer:
    """Times and counts the batches of a model's encoder."""
    sizes, tokens_of, run = BATCH_SIZE.labels(model), BATCH_TOKENS.labels(model), INFERENCE_SECONDS.labels(model)
    total = INPUT_TOKENS.labels(model)

    def observe(size: int, tokens: int, seconds: float) -> None:
        sizes.observe(size)
        tokens_of.observe(tokens)
        total.inc(tokens)
        run.observe(seconds)

    return observe


class _Live(Collector):
    """Gauges that are worked out when somebody asks, from whatever worker runs in this process."""

    def __init__(self) -> None:
        self.read: Callable[[], Iterable[Metric]] = lambda: ()

    def collect(self) -> Iterable[Metric]:
        """The gauges of this moment; called in the thread of whoever asks."""
        return self.read()


LIVE = _Live()
REGISTRY.register(LIVE)
