"""Rules of records whose labels come from other heads than linear ones, and of tasks from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.reader import Reading
from stream_slm.pipeline.spec import AlertRule
from stream_slm.pipeline.text import at
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.published import Layer, PublishedHead
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.text import EncodedText
from stream_slm.tasks.units import whole
from tests.unit.pipeline.fakes import WIDTH, FakeModels, json_of, pipeline, record
from tests.unit.tasks.heads import random_published, random_zero_shot
from tests.unit.tasks.texts import random_text

Check = Callable[[Any], None]
TEXT = {"id": 5, "text": "Road closed. Use Main Road. Crews are on the way to clear it."}
TOPICS = ("card", "fees", "loans", "app", "rates", "other")


def saying(**scores: float) -> PublishedHead:
    """A multi-label head that says these scores of any text."""
    values = np.array(list(scores.values()))
    bias = np.log(values / (1 - values)).astype(np.float32)
    layer = Layer(weights=np.zeros((WIDTH, len(bias)), np.float32), bias=bias, activation="none")
    return PublishedHead(labels=tuple(scores), thresholds=(0.5,) * len(bias), layers=(layer,), multi_label=True)


async def result_of(head: Any, task: Classify, **changes: Any) -> dict[str, Any]:
    """The enriched record of a pipeline with this task alone."""
    ours = pipeline(FakeModels(heads={task.name: head}), tasks=(task,), **{"alerts": (), **changes})
    outcome = await ours.process(record(TEXT))
    assert outcome.error is None
    return json_of(outcome.outputs[0])


async def test_an_uncalibrated_score_is_marked_and_gives_no_evidence_unasked(enriched_schema: Check) -> None:
    """A subscriber must not take it for a probability."""
    enriched = await result_of(random_zero_shot(TOPICS), Classify("topic"))
    enriched_schema(enriched)
    topic = enriched["results"]["topic"]
    assert topic["calibrated"] is False
    assert topic["evidence"] == []
    assert "multi_label" not in topic
    assert len(topic["labels"]) == 5


@pytest.mark.parametrize("head", [random_zero_shot(TOPICS), random_published(TOPICS)])
async def test_occlusion_is_named_in_the_evidence(enriched_schema: Check, head: Any) -> None:
    """The spans are sentences of the text, and their shares are not summands."""
    enriched = await result_of(head, Classify("topic", evidence="occlusion"))
    enriched_schema(enriched)
    evidence = enriched["results"]["topic"]["evidence"]
    assert {TEXT["text"][each["start"] : each["end"]] for each in evidence} == {  # type: ignore[index]
        "Road closed.",
        "Use Main Road.",
        "Crews are on the way to clear it.",
    }
    assert {each["method"] for each in evidence} == {"occlusion"}


async def test_a_linear_heads_record_says_nothing_new(enriched_schema: Check) -> None:
    """Its fields are those of the past, so that a reader of the past reads on."""
    enriched = json_of((await pipeline(alerts=()).process(record(TEXT))).outputs[0])
    enriched_schema(enriched)
    risk = enriched["results"]["risk"]
    assert not {"multi_label", "calibrated"} & set(risk)
    assert {frozenset(each) for each in risk["labels"]} == {frozenset({"label", "score"})}
    assert not any("method" in each for each in risk["evidence"])


async def test_of_many_labels_all_accepted_ones_are_reported(enriched_schema: Check) -> None:
    """Each with its verdict; the best five, and whatever else is accepted."""
    head = saying(a=0.9, b=0.45, c=0.44, d=0.43, e=0.42, f=0.41, g=0.4)
    enriched = await result_of(head, Classify("topics", threshold={"a": 0.95, "g": 0.3}))
    enriched_schema(enriched)
    topics = enriched["results"]["topics"]
    assert topics["multi_label"] is True
    assert [each["label"] for each in topics["labels"]] == ["a", "b", "c", "d", "e", "g"]
    assert [each["label"] for each in topics["labels"] if each["accepted"]] == ["g"]
    assert (topics["label"], topics["threshold"], topics["accepted"]) == ("g", 0.3, True)
    assert topics["score"] == pytest.approx(0.4, abs=1e-6)


@pytest.mark.parametrize(("threshold", "fires"), [(0.6, True), (0.8, False)])
async def test_a_rule_on_many_labels_reads_the_highest_score(threshold: float, fires: bool) -> None:
    """0.7 and 0.65 would sum to more than one, which no threshold could tell from certainty."""
    rule = AlertRule(task="topics", labels=["a", "b"], threshold=threshold, severity="Minor")
    ours = pipeline(FakeModels(heads={"topics": saying(a=0.7, b=0.65)}), tasks=(Classify("topics"),), alerts=(rule,))
    alerts = [json_of(each) for each in (await ours.process(record(TEXT))).outputs if each.kind == "alert"]
    assert [round(alert["score"], 6) for alert in alerts] == [0.7][: int(fires)]


async def test_none_of_many_labels_is_an_answer_and_no_matter_for_review() -> None:
    """A text that could not be judged still is."""
    rule = AlertRule(task="topics", labels=["a"], threshold=0.6, severity="Minor")
    ours = pipeline(FakeModels(heads={"topics": saying(a=0.1, b=0.2)}), tasks=(Classify("topics"),), alerts=(rule,))
    assert [each.kind for each in (await ours.process(record(TEXT))).outputs] == ["enriched"]
    foreign = await ours.process(record({"text": "Пациент жалуется на боли в груди."}))
    (review,) = [json_of(each) for each in foreign.outputs if each.kind == "review"]
    assert review["review"] == [{"task": "topics", "reason": "language_unsupported"}]


async def test_a_linear_head_may_read_units_while_the_summary_reads_sentences(enriched_schema: Check) -> None:
    """Two units, five sentences: shares are of units and point at them; a summary knows nothing of them."""
    models = FakeModels(spread=0.3)
    by_sentence = models.reader.read
    units = ["Road closed. Use Main Road.", "Crews came. They left. It is open."]

    async def read(parts: Any, **asked: Any) -> Reading:
        assert asked == {"sentences": True, "occluded": False, "statements": None}
        fine = await by_sentence(parts)
        coarse = random_text(whole(parts), width=WIDTH)
        return replace(fine, text=coarse, sentences=fine.text)

    models.reader.read = read  # type: ignore[assignment,method-assign]
    ours = pipeline(models, tasks=(Classify("risk"), Summarize(max_words=5)), alerts=(), text=at("/head", "/text"))
    enriched = json_of((await ours.process(record(dict(zip(("head", "text"), units, strict=True))))).outputs[0])
    enriched_schema(enriched)
    evidence = enriched["results"]["risk"]["evidence"]
    assert {(each["pointer"], each["start"], each["end"]) for each in evidence} == {("/head", 0, 27), ("/text", 0, 34)}
    assert len(enriched["results"]["summary"]["text"].split()) <= 5


@dataclass(frozen=True)
class Count:
    """An answer from elsewhere."""

    words: Any

    def as_json(self) -> Any:
        return {"words": self.words}


@dataclass(frozen=True)
class Counting:
    """A task from elsewhere; breaks on request."""

    name: str = "words"
    needs: str = "units"
    answer: Any = None

    def run(self, text: EncodedText) -> Count:
        words = sum(len(sentence.text.split()) for sentence in text.sentences)
        if self.answer is not None:
            return Count(self.answer)
        return Count(words if "explode" not in text.sentences[0].text else 1 // 0)


async def test_a_task_from_elsewhere_stands_among_the_results(enriched_schema: Check) -> None:
    """Beside ours, under its own name, as the JSON it gave."""
    ours = pipeline(tasks=(Classify("risk"), Counting(), Summarize()), alerts=())
    enriched = json_of((await ours.process(record(TEXT))).outputs[0])
    enriched_schema(enriched)
    assert enriched["results"]["words"]["task"] == "custom"
    assert enriched["results"]["words"]["value"] == {"words": 13}
    assert set(enriched["results"]) == {"risk", "words", "summary"}


@pytest.mark.parametrize("broken", [Counting(), Counting(answer={1, 2})])
async def test_what_a_task_from_elsewhere_raises_hurts_only_its_record(broken: Counting) -> None:
    """It, or the JSON that its answer is not, makes a dead letter without a word of the text."""
    outcome = await pipeline(tasks=(broken,), alerts=()).process(record({"text": "explode now"}))
    assert outcome.status == "dead_letter"
    assert "explode" not in str(outcome.error)


@pytest.mark.parametrize(
    ("task", "said"), [(object(), "object is no task"), (Counting(needs="paragraphs"), "not 'paragraphs'")]
)
def test_what_is_no_task_is_refused_when_declared(task: Any, said: str) -> None:
    """Not with the first record."""
    with pytest.raises(ConfigurationError, match=said):
        pipeline(tasks=(task,), alerts=())
