"""Rules of labels by entailment, from the reader to the record: pairs through the batches, windows, evidence."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stream_slm import Classify, Summarize
from stream_slm.config.settings import BatchingConfig, LimitsConfig
from stream_slm.engine.encoder import TokenizedText
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.reader import Reader
from stream_slm.types import TextPart
from tests.unit.pipeline.fakes import WORKER, json_of, record, spec
from tests.unit.pipeline.test_elsewhere import bundle_of
from tests.unit.tasks.heads import save_head

OPENING, BETWEEN, CLOSING = 0, 1, 2
MAX_TOKENS = 20
LABELS = {"fire": "smoke and flames", "water": "a flooded road"}
TEXT = "We came by train. There were flames everywhere. It rained. Nobody was hurt."


def token(word: str) -> int:
    return zlib.crc32(word.strip(".").lower().encode())


class Believing:
    """An engine that knows words: a text bears a statement out as often as it has one of its words."""

    dimension = 64
    max_tokens = MAX_TOKENS

    def __init__(self) -> None:
        self.encoded: list[tuple[int, ...]] = []

    def tokenize(self, texts: Sequence[str]) -> list[TokenizedText]:
        return [TokenizedText(chunks=tuple(self._cut([token(word) for word in text.split()]))) for text in texts]

    def room_beside(self, statement: TokenizedText) -> int:
        return MAX_TOKENS - 1 - len(statement.chunks[0][1:-1])

    def pair(self, text: TokenizedText, statement: TokenizedText) -> TokenizedText:
        ids = [each for chunk in text.chunks for each in chunk[1:-1]]
        assert len(ids) <= self.room_beside(statement), "the reader cuts windows that fit"
        return TokenizedText(chunks=((OPENING, *ids, BETWEEN, *statement.chunks[0][1:]),))

    def encode(self, batch: Sequence[Sequence[int]]) -> Any:
        self.encoded += [tuple(chunk) for chunk in batch]
        return np.stack([self._vector(list(chunk)) for chunk in batch])

    def warm_up(self) -> None:
        pass

    def _cut(self, ids: list[int]) -> Any:
        parts = max(1, -(-len(ids) // MAX_TOKENS))
        for start, end in pairwise(len(ids) * part // parts for part in range(parts + 1)):
            yield (OPENING, *ids[start:end], CLOSING)

    def _vector(self, chunk: list[int]) -> Any:
        vector = np.zeros(self.dimension, np.float32)
        if BETWEEN in chunk:
            middle = chunk.index(BETWEEN)
            vector[0] = sum(each in chunk[middle + 1 : -1] for each in chunk[1:middle])
        return vector


class Single(Believing):
    """An engine as they were: it reads one text at a time."""

    room_beside = None  # type: ignore[assignment]
    pair = None  # type: ignore[assignment]


def nli_head(folder: Path, labels: Sequence[str] = ("entailment", "neutral", "contradiction")) -> dict[str, Any]:
    """Of the outputs only the first has a weight: the words in common."""
    weights = np.zeros((64, len(labels)), np.float32)
    weights[0, 0] = 4
    arrays = {"w0": weights, "b0": np.zeros(len(labels), np.float32)}
    entry = save_head(folder, "published", arrays, activations=["none"])
    return {**entry, "labels": list(labels), "thresholds": dict.fromkeys(labels, 0.5)}


def models_of(folder: Path, engine: Any = None, reading: str = "whole", labels: Sequence[str] | None = None) -> Models:
    head = nli_head(folder, labels) if labels else nli_head(folder)
    bundle = bundle_of("believing", folder, {"nli": head}, reading)
    reader = Reader(engine or Believing(), BatchingConfig(), 1, frozenset({"en"}), whole=reading == "whole")
    return Models(bundle, reader)


@pytest.fixture(autouse=True)
def known_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine comes with no package."""
    monkeypatch.setattr("stream_slm.pipeline.models.runtime_version", lambda _bundle: "1")


@asynccontextmanager
async def started(models: Models) -> AsyncIterator[Models]:
    models.start()
    try:
        yield models
    finally:
        await models.close()


async def told(models: Models, text: str, *tasks: Any) -> Any:
    """The enriched record of one text."""
    async with started(models):
        ours = Pipeline(spec(tasks=tasks, alerts=()), models, WORKER, LimitsConfig())
        outcome = await ours.process(record({"text": text}))
    assert outcome.error is None
    return json_of(outcome.outputs[0])


async def test_a_record_has_the_label_whose_statement_the_text_bears_out(
    tmp_path: Path, enriched_schema: Callable[[Any], None]
) -> None:
    """With the sentence that did it, on request; a summary and the head's own task beside it are as ever."""
    task = Classify("hazard", labels=LABELS, by="entailment", evidence="occlusion")
    enriched = await told(models_of(tmp_path), TEXT, task, Classify("nli"), Summarize(max_words=5))
    enriched_schema(enriched)
    hazard = enriched["results"]["hazard"]
    assert (hazard["label"], hazard["accepted"], hazard["calibrated"]) == ("fire", True, False)
    assert hazard["score"] == pytest.approx(1 / (1 + np.exp(-4)), abs=1e-5)
    strongest = hazard["evidence"][0]
    assert TEXT[strongest["start"] : strongest["end"]] == "There were flames everywhere."
    assert (strongest["share"], strongest["method"]) == (4.0, "occlusion")
    assert {each["share"] for each in hazard["evidence"][1:]} == {0.0}
    assert enriched["results"]["nli"]["label"] in {"entailment", "neutral", "contradiction"}


async def test_any_number_of_labels_may_be_borne_out(tmp_path: Path) -> None:
    """Each against contradiction alone."""
    task = Classify("hazards", labels=LABELS, by="entailment", multi_label=True, threshold=0.6)
    both = await told(models_of(tmp_path), "Flames on a flooded road.", task)
    accepted = {each["label"]: each["accepted"] for each in both["results"]["hazards"]["labels"]}
    assert accepted == {"fire": True, "water": True}
    neither = await told(models_of(tmp_path), "Nobody came.", task)
    assert neither["results"]["hazards"]["accepted"] is False


async def test_of_a_long_text_one_window_is_enough(tmp_path: Path) -> None:
    """Windows end between sentences and leave room for the longest statement."""
    engine = Believing()
    text = " ".join([*[f"Nothing happened on day {day}." for day in range(8)], "Then flames came."])
    enriched = await told(models_of(tmp_path, engine), text, Classify("hazard", labels=LABELS, by="entailment"))
    assert enriched["results"]["hazard"]["score"] == pytest.approx(1 / (1 + np.exp(-4)), abs=1e-5)
    assert max(map(len, engine.encoded)) <= MAX_TOKENS + 2
    assert sum(BETWEEN in chunk for chunk in engine.encoded) >= 2 * 4


async def test_the_template_is_the_users(tmp_path: Path) -> None:
    """It is read beside each text, once for each label, in the same batches as everything else."""
    engine = Believing()
    task = Classify("hazard", labels=LABELS, by="entailment", hypothesis="Someone saw {}!")
    await told(models_of(tmp_path, engine), "Flames.", task)
    pairs = [chunk for chunk in engine.encoded if BETWEEN in chunk]
    assert [chunk[3:5] for chunk in pairs] == [(token("Someone"), token("saw"))] * 2


async def test_two_tasks_share_the_pairs_they_have_in_common(tmp_path: Path) -> None:
    """Their statements are the same."""
    engine = Believing()
    tasks = [Classify(name, labels=LABELS, by="entailment", multi_label=name == "many") for name in ("one", "many")]
    enriched = await told(models_of(tmp_path, engine), "Flames.", *tasks)
    assert sum(BETWEEN in chunk for chunk in engine.encoded) == 2
    assert [enriched["results"][name]["label"] for name in ("one", "many")] == ["fire", "fire"]


@pytest.mark.parametrize(
    ("bundle", "task", "said"),
    [
        (
            {"labels": ("bad", "good")},
            {},
            r"task hazard: .*published head for natural language inference.*words has none",
        ),
        ({"reading": "sentences"}, {}, "reads texts whole"),
        ({"engine": Single()}, {}, r"Single lacks pair\(\) or room_beside"),
        (
            {},
            {"hypothesis": "It is said of {} " + "again and " * 5 + "again."},
            "room for .* of the 20 tokens.*shorten",
        ),
    ],
)
async def test_what_cannot_work_is_refused_at_start(
    tmp_path: Path, bundle: dict[str, Any], task: dict[str, Any], said: str
) -> None:
    """And says what would."""
    asked = Classify("hazard", labels=LABELS, by="entailment", **task)
    with pytest.raises(ConfigurationError, match=said):
        Pipeline(spec(tasks=(asked,), alerts=()), models_of(tmp_path, **bundle), WORKER, LimitsConfig())


async def test_texts_are_read_beside_nothing_unless_asked(tmp_path: Path) -> None:
    """A worker without such a task does no more than before."""
    engine = Believing()
    async with started(models_of(tmp_path, engine)) as models:
        reading = await models.reader.read([TextPart(text="Flames.", pointer="/text")])
    assert reading.text.pairs == {}
    assert len(engine.encoded) == 1
