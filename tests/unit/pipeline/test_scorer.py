"""Rules of labels that a language model scores: in the set, calibrated, for texts that are long or hostile."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from stream_slm.engine.language_model import Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import AlertRule
from stream_slm.pipeline.writer import Writer
from stream_slm.tasks.classify import Classify
from stream_slm.types import Classification, Outcome
from tests.unit.pipeline.fakes import FakeModels, json_of, pipeline, record
from tests.unit.pipeline.hostile import HOSTILE, LABELS
from tests.unit.pipeline.language_models import POISON, FakeLanguageModel, writer_of

Check = Callable[[Any], None]


@pytest.fixture
def asking(writing: Callable[[FakeLanguageModel], Writer]) -> Callable[..., Callable[[str], Any]]:
    """`asking(model, task)` gives what becomes of a text in a pipeline with that one task."""

    def make(model: FakeLanguageModel, task: Classify, **options: Any) -> Callable[[str], Any]:
        writer = writing(model)
        asked = pipeline(FakeModels(writers={"tiny-writer": writer}), tasks=(task,), alerts=(), **options)

        async def ask(text: str) -> Outcome:
            return await asked.process(record({"text": text}))

        return ask

    return make


Asking = Callable[..., Callable[[str], Any]]


def task(**changes: Any) -> Classify:
    return Classify("event", **{"labels": LABELS, "by": "scoring", "bundle": "tiny-writer", **changes})


def result_of(outcome: Outcome) -> Classification:
    result = outcome.results["event"]
    assert isinstance(result, Classification)
    return result


async def test_the_label_is_the_answer_that_the_model_finds_most_probable(
    asking: Asking, enriched_schema: Check
) -> None:
    """The record names the model, its digest, and that the score is no fitted probability."""
    outcome = await asking(FakeLanguageModel(), task())("There is a fire on the bridge.")
    enriched = json_of(outcome.outputs[0])
    enriched_schema(enriched)
    found = enriched["results"]["event"]
    assert (found["label"], found["accepted"], found["calibrated"]) == ("fire", True, False)
    assert [each["label"] for each in found["labels"]] == ["fire", "flood", "ROAD_WORK"]
    assert sum(each["score"] for each in found["labels"]) == pytest.approx(1, abs=1e-5)
    assert found["model"] == "tiny-writer"
    assert set(enriched["models"]) == {"tiny", "tiny-writer"}


async def test_what_a_model_always_likes_does_not_win_by_that(asking: Asking) -> None:
    """The score on an empty text is taken off; a label is not poor for having two words."""
    likes_floods = FakeLanguageModel(bias=lambda word: 5.0 if word == "flood" else 0.0)
    outcome = await asking(likes_floods, task())("We have road work here.")
    assert result_of(outcome).label == "ROAD_WORK"
    undecided = result_of(await asking(likes_floods, task())("Nothing of the kind."))
    assert [score for _, score in undecided.labels] == pytest.approx([1 / 3] * 3)
    assert not undecided.accepted


async def test_each_label_by_itself_where_several_may_apply(asking: Asking, enriched_schema: Check) -> None:
    """The probability of yes against no, each question with its own usual answer taken off."""

    class Judge(FakeLanguageModel):
        def score(self, batch: Any) -> Any:
            scores = []
            for question, prompt in zip(batch, self._called("score", [each.prompt for each in batch]), strict=True):
                text, _, asked = prompt.partition("Does")
                wanted = next(word for word in ("fire", "flood", "road") if word in asked)
                yes = 0.0 if wanted in text else -6.0
                scores.append([(yes,), (-3.0,)])
                assert len(question.continuations) == 2
            return scores

    outcome = await asking(Judge(), task(multi_label=True))("A flood and a fire.")
    enriched_schema(json_of(outcome.outputs[0]))
    found = result_of(outcome)
    assert set(found.accepted_labels) == {"flood", "fire"}
    assert dict(found.labels)["flood"] == pytest.approx(1 / (1 + math.exp(-6)))
    assert dict(found.labels)["ROAD_WORK"] == pytest.approx(0.5)


async def test_a_long_text_is_judged_piece_by_piece_weighted_by_tokens(asking: Asking) -> None:
    """Nothing is cut off: a word at the very end counts, by its share of the text."""
    model = FakeLanguageModel(max_tokens=180)
    quiet = " ".join(f"Nothing happened on day {day}." for day in range(60))
    ask = asking(model, task())
    assert result_of(await ask(quiet)).score == pytest.approx(1 / 3)
    model.prompts.clear()
    found = result_of(await ask(f"{quiet} There was a fire."))
    assert found.label == "fire"
    assert 1 / 3 < found.score < 0.5
    assert len(model.prompts) > 2
    assert " ".join(text.removesuffix(" Which label fits?") for text in model.prompts).count("happened") == 60


async def test_evidence_is_what_the_label_loses_without_each_sentence(asking: Asking, enriched_schema: Check) -> None:
    """On request, with offsets into the input."""
    text = "It is Monday. There is a fire. Drive on."
    outcome = await asking(FakeLanguageModel(), task(evidence="occlusion"))(text)
    enriched_schema(json_of(outcome.outputs[0]))
    (first, *others) = result_of(outcome).evidence
    assert text[first.span.start : first.span.end] == "There is a fire."
    assert first.share == pytest.approx(2)
    assert [each.share for each in others] == pytest.approx([0, 0])
    assert result_of(await asking(FakeLanguageModel(), task())(text)).evidence == ()


@pytest.mark.parametrize("multi_label", [False, True])
async def test_no_text_leads_out_of_the_label_set(asking: Asking, enriched_schema: Check, multi_label: bool) -> None:
    """Commands, labels in the text, control tokens of every family, marks that turn or hide characters."""
    assert len(HOSTILE) >= 200
    ask = asking(FakeLanguageModel(max_tokens=400), task(multi_label=multi_label))
    for text in HOSTILE:
        outcome = await ask(text)
        assert outcome.status in ("ok", "partial"), outcome.error
        enriched_schema(json_of(outcome.outputs[0]))
        found = result_of(outcome)
        assert {label for label, _ in found.labels} == set(LABELS)
        assert all(math.isfinite(score) and 0 <= score <= 1 for _, score in found.labels)
        assert multi_label or sum(score for _, score in found.labels) == pytest.approx(1)


async def test_a_text_on_which_the_model_fails_is_a_dead_letter(asking: Asking) -> None:
    """As where the encoder fails: without a label no rule could judge the record, and nothing may stand in for it."""
    outcome = await asking(FakeLanguageModel(), task())(f"Please {POISON} now.")
    assert (outcome.status, getattr(outcome.error, "code", None)) == ("dead_letter", "inference_error")


async def test_an_alert_rule_sums_scored_labels(asking: Asking) -> None:
    """As those of a head; one that names another label is refused at start."""
    rule = AlertRule(task="event", labels=["fire", "flood"], threshold=0.6, severity="Severe")
    writer = writer_of(FakeLanguageModel())
    writer.start()
    models = FakeModels(writers={"tiny-writer": writer})
    outcome = await pipeline(models, tasks=(task(),), alerts=(rule,)).process(record({"text": "There is a fire."}))
    assert [each.kind for each in outcome.outputs] == ["enriched", "alert"]
    stray = AlertRule(task="event", labels=["storm"], threshold=0.6, severity="Severe")
    with pytest.raises(ConfigurationError, match="names storm; the labels of event are flood, fire, ROAD_WORK"):
        pipeline(models, tasks=(task(),), alerts=(stray,))
    await writer.close()


async def test_a_question_of_ones_own_is_taken_as_it_is(asking: Asking) -> None:
    """Said once for all texts, or once a label."""
    model = FakeLanguageModel()
    own = Instruction(before="Where am I?", after="I say", cue="At")
    await asking(model, task(prompt=own))("By the river.")
    assert model.prompts[-1] == "By the river. I say"
    each = Instruction(after="Is it {label}?")
    await asking(model, task(prompt=each, multi_label=True))("By the river.")
    assert set(model.prompts[-3:]) == {f"By the river. Is it {label}?" for label in ("flood", "fire", "road work")}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bundle": None}, "needs bundle"),
        ({"labels": None}, "goes with labels"),
        ({"by": "similarity"}, "go with by='scoring'"),
        ({"by": "guessing"}, "must be one of"),
        ({"labels": {"road_work": "", "ROAD-WORK": ""}}, "are the same words to the model"),
        ({"threshold": {"storm": 0.5}}, "threshold is given for 'storm'"),
        ({"labels": {"a": "very long " * 60}}, "leave|leaves no room"),
        ({"multi_label": True, "prompt": Instruction(before="{label}", after="Is it so?")}, "needs {label} or"),
    ],
)
async def test_what_cannot_work_is_refused_at_start(asking: Asking, changes: dict[str, Any], said: str) -> None:
    """Not with the first record."""
    with pytest.raises(ConfigurationError, match=said):
        asking(FakeLanguageModel(), task(**changes))
