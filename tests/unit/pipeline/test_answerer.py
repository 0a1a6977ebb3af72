"""Rules of answers: by the nearest sentence or by a model, held against the text, and none where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stream_slm.engine.language_model import Decoding
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.writer import Writer
from stream_slm.tasks.answer import Answer
from tests.unit.pipeline.fakes import FakeModels, json_of, pipeline, record
from tests.unit.pipeline.language_models import POISON, FakeLanguageModel

Check = Callable[[Any], None]
Asking = Callable[..., Callable[[str], Any]]
#: The fakes' encoder hashes: a sentence is nearest to itself, and near to nothing else.
QUESTION = "The road is closed."
TEXT = "It is Monday. The road is closed. It opens at 18:30."


@pytest.fixture
def asking(writing: Callable[[FakeLanguageModel], Writer]) -> Asking:
    """`asking(model)` gives the enriched record of a text in a pipeline that asks one question; None: no model."""

    def make(model: FakeLanguageModel | None, **changes: Any) -> Callable[[str], Any]:
        writer = writing(model or FakeLanguageModel())
        bundle = "tiny-writer" if model else None
        task = Answer(**{"name": "when", "question": QUESTION, "bundle": bundle, **changes})
        asked = pipeline(FakeModels(writers={"tiny-writer": writer}), tasks=(task,), alerts=())

        async def ask(text: str) -> dict[str, Any]:
            outcome = await asked.process(record({"text": text}))
            assert outcome.enriched is not None, outcome.error
            return json_of(outcome.outputs[0])

        return ask

    return make


class Sure(FakeLanguageModel):
    """Says yes to a text that opens at some time, no to any other, and writes what it is told to."""

    def score(self, batch: Any) -> Any:
        texts = self._called("score", [each.prompt for each in batch])
        return [[(0.0,), (-3.0,)] if "opens" in text else [(-3.0,), (0.0,)] for text in texts]


def sure(written: str) -> Sure:
    return Sure(write=lambda _text: written)


async def test_without_a_model_the_nearest_sentence_is_the_answer(asking: Asking, enriched_schema: Check) -> None:
    """With its place and its cosine."""
    enriched = await asking(None)(TEXT)
    enriched_schema(enriched)
    found = enriched["results"]["when"]
    assert (found["text"], found["method"], found["accepted"], found["guard"]) == (
        "The road is closed.",
        "extractive",
        True,
        None,
    )
    assert found["score"] == pytest.approx(1, abs=1e-5)
    assert [TEXT[span["start"] : span["end"]] for span in found["spans"]] == ["The road is closed."]
    assert set(enriched["models"]) == {"tiny"}


async def test_where_no_sentence_is_near_there_is_no_answer(asking: Asking, enriched_schema: Check) -> None:
    """The score says how far the nearest one is."""
    enriched = await asking(None, threshold=0.999)("It is Monday. Birds sing.")
    enriched_schema(enriched)
    found = enriched["results"]["when"]
    assert (found["text"], found["accepted"], found["spans"]) == (None, False, [])
    assert 0 <= found["score"] < 0.999


async def test_a_foreign_text_is_not_answered_by_the_encoder(asking: Asking) -> None:
    """It does not know the language: a cosine says nothing there."""
    enriched = await asking(None, threshold=0.0)("Дорога закрыта. Проезда нет.")
    assert enriched["results"]["when"]["text"] is None
    assert enriched["status"] == "partial"


async def test_a_model_answers_where_it_finds_the_question_answered(asking: Asking, enriched_schema: Check) -> None:
    """Its words, the sentence they rest on, the guard's verdict."""
    enriched = await asking(sure("opens at 18:30"))(TEXT)
    enriched_schema(enriched)
    found = enriched["results"]["when"]
    assert (found["text"], found["method"], found["guard"]["verdict"]) == ("opens at 18:30", "generative", "passed")
    assert found["score"] > found["threshold"]
    assert "It opens at 18:30." in [TEXT[span["start"] : span["end"]] for span in found["spans"]]
    assert set(enriched["models"]) == {"tiny", "tiny-writer"}


async def test_a_model_that_finds_no_answer_writes_none(asking: Asking, enriched_schema: Check) -> None:
    """It is asked yes or no first: what it would write regardless is never looked at."""
    model = sure("at noon")
    enriched = await asking(model)("It is Monday. The road is closed.")
    enriched_schema(enriched)
    assert (enriched["results"]["when"]["text"], enriched["results"]["when"]["accepted"]) == (None, False)
    assert "generate" not in [what for what, _ in model.batches]


@pytest.mark.parametrize(("written", "reason"), [("at 19:45", "absent:"), ("", "empty"), ("x x x x", "repeats")])
async def test_an_answer_that_will_not_do_is_replaced_by_the_nearest_sentence(
    asking: Asking, enriched_schema: Check, written: str, reason: str
) -> None:
    """Marked, with why."""
    enriched = await asking(sure(written))(TEXT)
    enriched_schema(enriched)
    found = enriched["results"]["when"]
    assert (found["text"], found["method"], found["guard"]["verdict"]) == (QUESTION, "extractive", "failed")
    assert found["guard"]["reason"].startswith(reason)
    assert enriched["warnings"] == ["text_replaced:when"]


async def test_what_the_question_says_is_no_claim_of_the_answer(asking: Asking) -> None:
    """An answer may repeat it."""
    enriched = await asking(sure("at mile 99 it opens at 18:30"), question="When does it open at mile 99?")(TEXT)
    assert enriched["results"]["when"]["guard"]["verdict"] == "passed"


async def test_a_model_that_fails_leaves_the_nearest_sentence(asking: Asking, enriched_schema: Check) -> None:
    """The record is partial, and nothing is lost."""
    enriched = await asking(sure("at 18:30"))(f"{TEXT} {POISON}")
    enriched_schema(enriched)
    assert (enriched["status"], enriched["reason"]) == ("partial", "inference_error:when")
    assert enriched["results"]["when"]["method"] == "extractive"


async def test_of_a_text_longer_than_the_model_reads_it_is_given_the_nearest_sentences(asking: Asking) -> None:
    """In source order; the record says that it did not read the rest."""
    model = sure("opens at 18:30")
    filler = " ".join(f"Nothing happened on day {day}." for day in range(80))
    enriched = await asking(model)(f"{filler} {TEXT}")
    found = enriched["results"]["when"]
    assert found["truncated"] is True
    assert QUESTION in model.prompts[-1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": " "}, "question must not be blank"),
        ({"threshold": 2.0}, "threshold must be between"),
        ({"decoding": Decoding(max_length=130)}, "shorten the question"),
    ],
)
async def test_what_cannot_work_is_refused_at_start(asking: Asking, changes: dict[str, Any], said: str) -> None:
    """Not with the first record."""
    with pytest.raises(ConfigurationError, match=said):
        asking(FakeLanguageModel(), **changes)
