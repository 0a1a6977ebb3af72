"""Rules of summaries that a model writes: budgets, long texts, spans, the guard, and what stands in for a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import stream_slm.metrics as metrics
from stream_slm.engine.language_model import Decoding
from stream_slm.errors import ConfigurationError, InferenceError
from stream_slm.pipeline.abridger import MAX_PIECES
from stream_slm.pipeline.spec import AlertRule
from stream_slm.pipeline.writer import Writer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Summary
from tests.unit.pipeline.fakes import FakeModels, json_of, log_of, pipeline, record
from tests.unit.pipeline.language_models import POISON, FakeLanguageModel, writer_of

Check = Callable[[Any], None]
Record = dict[str, Any]
Asking = Callable[..., Callable[[str], Any]]

TEXT = (
    "The bridge at mile 12 is closed after a crash. Two lorries are involved and one is on its side. "
    "Traffic is sent over Mill Road. Police expect to open one lane at 18:30. The weather is fine."
)
LONG = " ".join(f"On day {day} the gauge at Mill Bridge read {day + 100} centimetres." for day in range(200))


@pytest.fixture
def asking(writing: Callable[[FakeLanguageModel], Writer]) -> Asking:
    """`asking(model)` gives the enriched record of a text in a pipeline that summarizes, and how it went."""

    def make(model: FakeLanguageModel, **changes: Any) -> Callable[[str], Any]:
        writer = writing(model)
        task = Summarize(**{"max_words": 12, "bundle": "tiny-writer", **changes})
        models = FakeModels({"risk": log_of(0.1, 0.1, 0.8)}, writers={"tiny-writer": writer})
        asked = pipeline(models, tasks=(Classify("risk"), task))

        async def ask(text: str) -> Record:
            outcome = await asked.process(record({"text": text}))
            assert outcome.enriched is not None, outcome.error
            assert isinstance(outcome.results["summary"], Summary)
            return json_of(outcome.outputs[0])

        return ask

    return make


def model_that_writes(text: str, **options: Any) -> FakeLanguageModel:
    return FakeLanguageModel(write=lambda _text: text, **options)


def quoted(summary: Record, text: str) -> list[str]:
    return [text[span["start"] : span["end"]] for span in summary["spans"]]


async def test_a_summary_says_who_wrote_it_and_what_it_rests_on(asking: Asking, enriched_schema: Check) -> None:
    """The sentences of the source that have its words; the guard's verdict; the model's digest."""
    said = "Bridge at mile 12 closed after crash. One lane may open at 18:30."
    enriched = await asking(model_that_writes(said))(TEXT)
    enriched_schema(enriched)
    summary = enriched["results"]["summary"]
    assert summary["method"] == "generative"
    assert summary["text"] == "Bridge at mile 12 closed after crash."
    assert (summary["finish_reason"], summary["truncated"], summary["output_tokens"]) == ("length", False, 13)
    assert summary["guard"]["verdict"] == "passed"
    assert summary["guard"]["checked"] >= 1
    assert summary["model"] == "tiny-writer"
    assert set(enriched["models"]) == {"tiny", "tiny-writer"}
    assert "The bridge at mile 12 is closed after a crash." in quoted(summary, TEXT)
    assert (enriched["status"], enriched["warnings"]) == ("ok", [])


async def test_a_sentence_that_joins_two_of_the_source_rests_on_both(asking: Asking) -> None:
    """What one of them does not explain is looked for in the others."""
    said = "Bridge closed after crash, traffic sent over Mill Road."
    summary = (await asking(model_that_writes(said))(TEXT))["results"]["summary"]
    assert {"The bridge at mile 12 is closed after a crash.", "Traffic is sent over Mill Road."} <= {
        *quoted(summary, TEXT)
    }


async def test_a_text_within_the_budget_is_not_written_about(asking: Asking, enriched_schema: Check) -> None:
    """It is its own summary, and costs no decode."""
    model = model_that_writes("something else")
    enriched = await asking(model)("Bridge closed after a crash.")
    enriched_schema(enriched)
    summary = enriched["results"]["summary"]
    assert (summary["method"], summary["guard"], summary["text"]) == ("verbatim", None, "Bridge closed after a crash.")
    assert model.batches == []


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Bridge at mile 44 closed until 19:00.", "absent:"),
        ("", "empty"),
        ("  ", "empty"),
        ("closed closed closed closed closed", "repeats"),
        ("The bridge is closed. The bridge is closed.", "repeats"),
    ],
)
async def test_what_will_not_do_is_replaced_by_sentences_of_the_text(
    asking: Asking, enriched_schema: Check, written: str, reason: str
) -> None:
    """Marked in the record; what the source does not have is counted by kind, and not told."""
    enriched = await asking(model_that_writes(written))(TEXT)
    enriched_schema(enriched)
    summary = enriched["results"]["summary"]
    assert (summary["method"], summary["model"]) == ("extractive", "tiny")
    assert summary["guard"]["verdict"] == "failed"
    assert summary["guard"]["reason"].startswith(reason)
    assert bool(summary["guard"]["unsupported"]) == reason.startswith("absent")
    assert all(sentence in TEXT for sentence in quoted(summary, TEXT))
    assert (enriched["status"], enriched["warnings"]) == ("ok", ["text_replaced:summary"])


async def test_the_guard_can_be_left_out(asking: Asking) -> None:
    """What the model says then stands, and the record says that nobody looked."""
    summary = (await asking(model_that_writes("Bridge at mile 44 closed."), guard=False)(TEXT))["results"]["summary"]
    assert (summary["text"], summary["guard"]["verdict"], summary["guard"]["reason"]) == (
        "Bridge at mile 44 closed.",
        "skipped",
        "off",
    )


async def test_a_model_that_fails_costs_the_wording_and_no_alert(asking: Asking, enriched_schema: Check) -> None:
    """Labels are known by then: the record is partial, its summary the extractive one, and nothing is lost."""
    enriched = await asking(FakeLanguageModel())(f"{TEXT} {POISON}")
    enriched_schema(enriched)
    assert (enriched["status"], enriched["reason"]) == ("partial", "inference_error:summary")
    assert [each["rule"] for each in enriched["alerts"]] == ["risk-suspicious"]
    summary = enriched["results"]["summary"]
    assert (summary["method"], summary["guard"]["verdict"]) == ("extractive", "skipped")
    assert enriched["warnings"] == ["text_replaced:summary"]


async def test_a_long_text_is_written_about_in_rounds(asking: Asking) -> None:
    """Each piece fits the model; all of them are read; what was written about them is written about again."""
    model = FakeLanguageModel(write=lambda text: " ".join(text.split()[:11]))
    enriched = await asking(model)(LONG)
    summary = enriched["results"]["summary"]
    assert summary["truncated"] is False
    assert summary["text"] == "On day 0 the gauge at Mill Bridge read 100 centimetres."
    first_round = [text for text in model.prompts if "centimetres. On day" in text]
    assert 5 < len(first_round) <= MAX_PIECES
    assert all(f"On day {day} " in " ".join(first_round) for day in range(200))
    assert summary["output_tokens"] > 12


async def test_of_a_text_beyond_all_bounds_the_most_telling_sentences_are_read(asking: Asking) -> None:
    """So one record costs a bounded number of decodes, and says that it was not read as a whole."""
    model = FakeLanguageModel(write=lambda text: " ".join(text.split()[:8]))
    enriched = await asking(model)(" ".join(LONG.replace("gauge", f"gauge {copy}") for copy in range(8)))
    assert enriched["results"]["summary"]["truncated"] is True
    assert len(model.prompts) < 3 * MAX_PIECES


async def test_a_model_that_does_not_shorten_comes_to_an_end(asking: Asking) -> None:
    """Whatever it writes, rounds are counted, and what may be written is half of what was read."""
    model = FakeLanguageModel()
    summary = (await asking(model)(LONG))["results"]["summary"]
    assert summary["guard"] is not None
    assert len(model.prompts) < 3 * MAX_PIECES


async def test_a_foreign_text_is_summarized_by_a_model_that_knows_its_language(asking: Asking) -> None:
    """Which languages the encoder knows is of no matter to a task that does not ask it."""
    writer = writer_of(model_that_writes("Мост закрыт."))
    writer.start()
    models = FakeModels(writers={"tiny-writer": writer})
    asked = pipeline(models, tasks=(Summarize(max_words=4, bundle="tiny-writer"),), alerts=())
    outcome = await asked.process(record({"text": "Мост закрыт после аварии. Движение идёт в объезд."}))
    assert outcome.status == "ok"
    writer.languages = frozenset({"en"})
    outcome = await asked.process(record({"text": "Мост закрыт после аварии. Движение идёт в объезд."}))
    assert outcome.enriched is not None
    assert (outcome.status, outcome.enriched["reason"]) == ("partial", "language_unsupported:ru")
    await writer.close()


async def test_a_model_that_cannot_be_told_what_to_do_is_given_the_text_alone(asking: Asking) -> None:
    """One that was made to summarize, and nothing else; what its user asks for is asked all the same."""
    model = model_that_writes("Bridge closed.")
    writer = writer_of(model)
    writer.instructed = False
    writer.start()
    models = FakeModels(writers={"tiny-writer": writer})
    for instruction, prompt in ((None, TEXT), ("Shorten:", f"{TEXT} Summary:")):
        task = Summarize(max_words=12, bundle="tiny-writer", instruction=instruction)
        await pipeline(models, tasks=(task,), alerts=()).process(record({"text": TEXT}))
        assert model.prompts[-1] == prompt
    await writer.close()


async def test_an_alert_tells_the_summary_that_stands_in_the_record(asking: Asking) -> None:
    """A replaced one must not come back by another door."""
    writer = writer_of(model_that_writes("Bridge at mile 44 closed."))
    writer.start()
    rule = AlertRule(task="risk", labels=["suspicious"], threshold=0.5, severity="Severe")
    models = FakeModels({"risk": log_of(0.1, 0.1, 0.8)}, writers={"tiny-writer": writer})
    task = Summarize(max_words=12, bundle="tiny-writer")
    outcome = await pipeline(models, tasks=(Classify("risk"), task), alerts=(rule,)).process(record({"text": TEXT}))
    (alert,) = [each for each in outcome.outputs if each.kind == "alert"]
    assert b"44" not in (alert.value or b"")
    await writer.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"max_words": 40}, "lower max_words"),
        ({"decoding": Decoding(max_length=90)}, "lower max_words"),
        ({"instruction": "word " * 200}, "leaves no room"),
        ({"bundle": None, "instruction": "Shorten:"}, "go with the bundle"),
    ],
)
async def test_what_cannot_work_is_refused_at_start(asking: Asking, changes: dict[str, Any], said: str) -> None:
    """Not with the first record."""
    with pytest.raises(ConfigurationError, match=said):
        asking(FakeLanguageModel(), **changes)


async def test_an_encoder_that_fails_on_what_was_written_costs_the_wording_alone(enriched_schema: Check) -> None:
    """The text itself was read: the record stays, partial, with its labels."""

    def write(_text: str) -> str:
        models.reader.error = InferenceError("the encoder failed")
        return "The bridge is closed."

    writer = writer_of(FakeLanguageModel(write=write))
    writer.start()
    models = FakeModels(writers={"tiny-writer": writer})
    asked = pipeline(models, tasks=(Classify("risk"), Summarize(max_words=12, bundle="tiny-writer")))
    models.reader.error = None
    enriched = json_of((await asked.process(record({"text": TEXT}))).outputs[0])
    await writer.close()
    enriched_schema(enriched)
    assert (enriched["status"], enriched["reason"]) == ("partial", "inference_error:summary")
    assert enriched["results"]["summary"]["method"] == "extractive"


async def test_a_replaced_summary_tells_the_time_that_it_took(asking: Asking) -> None:
    """The model was asked for it, in vain."""
    summary = (await asking(model_that_writes("", delay_s=0.05))(TEXT))["results"]["summary"]
    assert (summary["method"], summary["guard"]["reason"]) == ("extractive", "empty")
    assert summary["duration_ms"] >= 50


def replaced_by_reason(model: str) -> dict[str, float]:
    samples = [sample for metric in metrics.REPLACED.collect() for sample in metric.samples]
    return {
        sample.labels["reason"]: sample.value
        for sample in samples
        if sample.name.endswith("_total") and sample.labels["model"] == model
    }


async def test_reasons_are_counted_by_the_first_of_them() -> None:
    """Whatever a model invents in whatever order, the metric has a few series."""
    for reason in ("absent:number,unit:amount", "absent:number,absent:name", "empty", None):
        metrics.replaced("some-writer", reason)
    assert replaced_by_reason("some-writer") == {"absent:number": 2.0, "empty": 1.0, "": 1.0}
