"""Rules of translations: sentence by sentence, each with its place on both sides; nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stream_slm.engine.language_model import Decoding
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.writer import Writer
from stream_slm.tasks.translate import Translate
from stream_slm.types import Outcome
from tests.unit.pipeline.fakes import FakeModels, json_of, pipeline, record
from tests.unit.pipeline.language_models import POISON, FakeLanguageModel

Check = Callable[[Any], None]
Asking = Callable[..., Callable[[str], Any]]
SHORT = Decoding(max_length=30)


@pytest.fixture
def asking(writing: Callable[[FakeLanguageModel], Writer]) -> Asking:
    """`asking(model)` gives what becomes of a text in a pipeline that translates."""

    def make(model: FakeLanguageModel, **changes: Any) -> Callable[[str], Any]:
        writer = writing(model)
        task = Translate(
            **{"name": "german", "target_language": "de", "bundle": "tiny-writer", "decoding": SHORT, **changes}
        )
        asked = pipeline(FakeModels(writers={"tiny-writer": writer}), tasks=(task,), alerts=())

        async def ask(text: str) -> Outcome:
            return await asked.process(record({"text": text}))

        return ask

    return make


def translation_of(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json_of(outcome.outputs[0])["results"]["german"]
    return found


async def test_each_sentence_is_translated_by_itself_and_says_where_it_stands(
    asking: Asking, enriched_schema: Check
) -> None:
    """In the input and in the translation; what stands between sentences stays."""
    text = "The road is closed.\n\nUse Mill Road. Drive on!"
    outcome = await asking(FakeLanguageModel(write=lambda text: f"{text.upper()} DE"))(text)
    enriched = json_of(outcome.outputs[0])
    enriched_schema(enriched)
    found = enriched["results"]["german"]
    assert found["text"] == "THE ROAD IS CLOSED. DE\n\nUSE MILL ROAD. DE DRIVE ON! DE"
    pairs = [
        (text[span["start"] : span["end"]], found["text"][span["text_start"] : span["text_end"]])
        for span in found["spans"]
    ]
    assert pairs == [
        ("The road is closed.", "THE ROAD IS CLOSED. DE"),
        ("Use Mill Road.", "USE MILL ROAD. DE"),
        ("Drive on!", "DRIVE ON! DE"),
    ]
    assert (found["source_language"], found["target_language"], found["finish_reason"]) == ("en", "de", "stop")
    assert set(enriched["models"]) == {"tiny", "tiny-writer"}


async def test_a_sentence_longer_than_the_model_reads_is_cut(asking: Asking) -> None:
    """Every word of it is translated."""
    words = " ".join(f"w{index}" for index in range(400))
    found = translation_of(await asking(FakeLanguageModel(), decoding=Decoding(max_length=100))(words))
    assert found["text"] == words
    assert len(found["spans"]) > 2


@pytest.mark.parametrize("nothing", ["", "na na na na na"])
async def test_a_sentence_without_a_translation_stays_as_it_is(
    asking: Asking, enriched_schema: Check, nothing: str
) -> None:
    """And is marked: a reader must not take it for translated."""
    model = FakeLanguageModel(write=lambda text: nothing if "Mill" in text else "Gesperrt.")
    outcome = await asking(model)("It is closed. Use Mill Road.")
    enriched_schema(json_of(outcome.outputs[0]))
    found = translation_of(outcome)
    assert found["text"] == "Gesperrt. Use Mill Road."
    assert [span.get("translated", True) for span in found["spans"]] == [True, False]


async def test_a_sentence_that_ran_out_of_tokens_is_told(asking: Asking) -> None:
    """One of them is enough."""
    model = FakeLanguageModel(
        write=lambda text: " ".join(f"wort{index}" for index in range(60)) if "long" in text else "ja"
    )
    assert translation_of(await asking(model)("Short. A long one."))["finish_reason"] == "length"


async def test_sentences_beyond_the_most_are_told(asking: Asking) -> None:
    """Each costs a decode; the record says that there was more."""
    found = translation_of(await asking(FakeLanguageModel(), max_sentences=2)("One is. Two is. Three is."))
    assert (found["text"], found["truncated"]) == ("One is. Two is.", True)


async def test_pieces_of_a_long_sentence_count_as_sentences(asking: Asking) -> None:
    """One word of a megabyte is thousands of pieces: the decodes of a record are bounded all the same."""
    model = FakeLanguageModel()
    ask = asking(model, max_sentences=3, decoding=Decoding(max_length=100))
    words = " ".join(f"w{index}" for index in range(2_000))
    found = translation_of(await ask(words))
    assert (len(model.prompts), len(found["spans"]), found["truncated"]) == (3, 3, True)
    assert words.startswith(found["text"])


async def test_a_sentence_on_which_the_model_fails_makes_a_dead_letter(asking: Asking) -> None:
    """Half a translation would pass for a whole one."""
    outcome = await asking(FakeLanguageModel())(f"It is closed. Do {POISON} now.")
    assert (outcome.status, getattr(outcome.error, "code", None)) == ("dead_letter", "inference_error")


async def test_a_text_in_a_language_the_encoder_does_not_know_is_translated(asking: Asking) -> None:
    """That is what a translation is for."""
    outcome = await asking(FakeLanguageModel(write=lambda _text: "Closed."), target_language="en")("Дорога закрыта.")
    assert outcome.status == "ok"
    assert translation_of(outcome)["source_language"] == "ru"


async def test_equal_sentences_in_flight_are_translated_once(asking: Asking) -> None:
    """Feeds say the same again and again."""
    model = FakeLanguageModel(delay_s=0.02)
    await asking(model)("Drive on. Drive on. Drive on.")
    assert model.prompts == ["Drive on."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bundle": ""}, "needs bundle"),
        ({"target_language": " "}, "needs target_language"),
        ({"max_sentences": 0}, "max_sentences"),
        ({"decoding": Decoding(max_length=180)}, "lower decoding.max_length"),
    ],
)
async def test_what_cannot_work_is_refused_at_start(asking: Asking, changes: dict[str, Any], said: str) -> None:
    """Not with the first record."""
    with pytest.raises(ConfigurationError, match=said):
        asking(FakeLanguageModel(), **changes)
