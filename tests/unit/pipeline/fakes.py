"""A pipeline without a model: an encoder that hashes, heads of random weights, and records to feed it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from stream_slm.config.settings import LimitsConfig
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.reader import Reading
from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.pipeline.writer import Writer
from stream_slm.tasks import language, ngrams
from stream_slm.tasks.classify import Classifier, Classify
from stream_slm.tasks.head import LinearHead, OpaqueHead
from stream_slm.tasks.sentences import split
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.text import Floats, encoded
from stream_slm.types import Headers, Output, Record, TextPart

WIDTH = 8
LABELS = {"risk": ("routine", "review", "suspicious"), "urgency": ("routine", "urgent", "asap", "stat")}
WORKER = Worker(app_id="test-app", worker="pod-1", group="test-group", version="0.0.0")


def _vector(text: str) -> Floats:
    return np.random.default_rng(zlib.crc32(text.encode())).normal(0, 1, WIDTH).astype(np.float32)


class FakeReader:
    """Honours the reader's interface: one vector a sentence, made of its characters; raises `error` if told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.languages = frozenset({"en"})
        self.texts: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Floats:
        return np.stack([_vector(text) for text in texts])

    async def read(self, parts: Sequence[TextPart], **asked: Any) -> Reading:
        del asked  # it reads by sentences: both follow from the same vectors
        if self.error is not None:
            raise self.error
        units = split(parts)
        assert units, "the reader is asked for text only"
        self.texts.append(" ".join(unit.text for unit in units))
        vectors = self.vectors([unit.text for unit in units])
        counts = np.array([2 + len(unit.text.split()) for unit in units], dtype=np.int64)
        heard = language.detect(self.texts[-1], self.languages)
        return Reading(text=encoded(units, vectors, counts, heard), queue_s=0.001, run_s=0.002, batch_size=3)


class FakeModels:
    """One bundle called `tiny`; `bias` decides what its heads say: a label's score is near softmax(bias)."""

    name = "tiny"

    def __init__(
        self,
        bias: Mapping[str, Sequence[float]] | None = None,
        spread: float = 0.0,
        familiar: bool = True,
        heads: Mapping[str, OpaqueHead] | None = None,
        writers: Mapping[str, Writer] | None = None,
    ) -> None:
        self._heads = heads or {}
        self._writers = writers or {}
        self.reader = FakeReader()
        self._bias = bias or {}
        self._spread = spread
        # No cosine reaches 2: with it no text is familiar.
        self._familiar_from = -1.0 if familiar else 2.0
        self.as_json = {
            "tiny": {
                "name": "tiny",
                "revision": None,
                "digest": "sha256:" + "0" * 64,
                "runtime": "ctranslate2",
                "runtime_version": "4.8.1",
                "compute_type": "int8",
                "device": "cpu",
            }
        }
        for name in self._writers:
            self.as_json[name] = {**self.as_json["tiny"], "name": name, "digest": "sha256:" + "1" * 64}

    def writer(self, name: str) -> Writer:
        return self._writers[name]

    def classifier(self, task: Classify) -> Classifier:
        if task.name in self._heads:
            return Classifier(task, self._heads[task.name], "tiny")
        if task.name not in LABELS:
            raise ConfigurationError(f"the bundle tiny has no head {task.name!r}")
        labels = LABELS[task.name]
        rng = np.random.default_rng(3)
        return Classifier(
            task,
            LinearHead(
                labels=labels,
                encoder_weights=(rng.normal(0, 1, (WIDTH, len(labels))) * self._spread).astype(np.float32),
                ngram_weights=(rng.normal(0, 1, (ngrams.BUCKETS, len(labels))) * self._spread).astype(np.float32),
                bias=np.array(self._bias.get(task.name, [0.0] * len(labels)), dtype=np.float32),
                thresholds=(0.5,) * len(labels),
                centres=np.eye(1, WIDTH, dtype=np.float32),
                familiar_from=self._familiar_from,
            ),
            "tiny",
        )


def log_of(*probabilities: float) -> list[float]:
    """The bias that makes a head say exactly these probabilities."""
    return np.log(np.array(probabilities)).tolist()


SUSPICION = AlertRule(task="risk", labels=["suspicious"], threshold=0.7, severity="Severe", category="Security")


def spec(**changes: Any) -> PipelineSpec:
    """A pipeline on `things.v1` with two heads and a summary."""
    fields: dict[str, Any] = {
        "name": "things",
        "source": "things.v1",
        "tasks": (Classify("risk"), Classify("urgency"), Summarize(max_words=12)),
        "alerts": (SUSPICION,),
        "time_pointer": "/when",
    }
    return PipelineSpec(**{**fields, **changes})


def pipeline(models: FakeModels | None = None, limits: LimitsConfig | None = None, **changes: Any) -> Pipeline:
    """The pipeline of `spec`, bound."""
    return Pipeline(spec(**changes), models or FakeModels(), WORKER, limits or LimitsConfig())  # type: ignore[arg-type]


def record(
    value: Any = None, headers: Headers | Mapping[str, Any] = (), key: bytes | None = b"key-1", **changes: Any
) -> Record:
    """A record on `things.v1`; a dict is its JSON."""
    encoded_value = value if isinstance(value, (bytes, type(None))) else orjson.dumps(value)
    pairs = tuple((name, each.encode()) for name, each in headers.items()) if isinstance(headers, dict) else headers
    fields: dict[str, Any] = {"topic": "things.v1", "partition": 2, "offset": 77, "timestamp_ms": 1_700_000_000_123}
    return Record(**{**fields, "value": encoded_value, "headers": pairs, "key": key, **changes})  # type: ignore[arg-type]


def headers_of(output: Output) -> dict[str, str]:
    """An output's headers, each name once."""
    names = [name for name, _ in output.headers]
    assert len(set(names)) == len(names), "a header is written twice"
    return {name: value.decode() for name, value in output.headers if value is not None}


def json_of(output: Output) -> dict[str, Any]:
    """An output's JSON object."""
    document = orjson.loads(output.value or b"")
    assert isinstance(document, dict)
    return document
