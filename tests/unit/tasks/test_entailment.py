"""Rules of labels by entailment: which outputs count, which unit decides, and what is left without a unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.classify import Classifier, Classify
from stream_slm.tasks.entailment import EntailmentHead, entailment_head, outputs_of
from stream_slm.tasks.published import Layer, PublishedHead
from tests.unit.tasks.texts import random_text, sentences_of

NLI = ("contradiction", "neutral", "entailment")
LABELS = {"CARD_LOST": "a card that is gone", "fees": ""}
STATEMENTS = ("This text is about a card that is gone.", "This text is about fees.")


def head_of(labels: tuple[str, ...] = NLI, template: str | None = None, multi_label: bool = False) -> EntailmentHead:
    """A head whose outputs are the vectors as they are."""
    layer = Layer(
        weights=np.eye(len(labels), dtype=np.float32), bias=np.zeros(len(labels), np.float32), activation="none"
    )
    nli = PublishedHead(labels=labels, thresholds=(0.5,) * len(labels), layers=(layer,))
    return entailment_head(LABELS, template, nli, multi_label=multi_label)


def text_saying(*by_statement: Any) -> Any:
    """A text, a sentence a unit, whose outputs beside each statement are these: (n, C) for each."""
    units = len(by_statement[0])
    text = random_text(sentences_of(["Some words."] * units))
    pairs = {name: np.array(each, np.float32) for name, each in zip(STATEMENTS, by_statement, strict=True)}
    return replace(text, pairs=pairs)


@pytest.mark.parametrize(
    ("labels", "outputs"),
    [
        (NLI, (2, (0,))),
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), (0, (2,))),
        (("entailment", "not_entailment"), (0, (1,))),
        (("no", "perhaps", "entails"), (2, (0, 1))),
        (("negative", "positive"), None),
        (("LABEL_0", "LABEL_1", "LABEL_2"), None),
        (("entailment", "entailment too"), None),
        (("entailment",), None),
    ],
)
def test_outputs_are_known_by_their_names(labels: tuple[str, ...], outputs: Any) -> None:
    """In any order, with or without a neutral one."""
    assert outputs_of(labels) == outputs


def test_a_statement_is_the_template_about_the_description() -> None:
    """Or about the label's name in words; braces in a description are text."""
    assert head_of().statements == STATEMENTS
    assert head_of(template="Concerning {}?").statements == ("Concerning a card that is gone?", "Concerning fees?")
    nli = head_of().nli
    assert entailment_head({"a": "{}{0}"}, "{}", nli, multi_label=False).statements == ("{}{0}",)


def test_of_one_unit_the_logit_is_the_entailments() -> None:
    """Its softmax over the labels is what others call zero-shot; of many labels, entailment against contradiction."""
    text = text_saying([[1.0, 9.0, 3.0]], [[2.0, 0.0, 0.5]])
    np.testing.assert_allclose(head_of().logits(text), [3.0, 0.5])
    np.testing.assert_allclose(head_of(multi_label=True).logits(text), [2.0, -1.5], rtol=1e-6)


def test_without_a_contradiction_all_else_stands_against() -> None:
    """Of two outputs that is the other one."""
    text = text_saying([[1.0, 3.0]], [[2.0, 0.5]])
    np.testing.assert_allclose(head_of(("not_entailment", "entailment"), multi_label=True).logits(text), [2.0, -1.5])


def test_each_label_is_judged_by_the_unit_that_makes_it_surest() -> None:
    """Not by the greatest logit: the second unit's other outputs are greater still."""
    text = text_saying([[0, 0, 3], [9, 9, 4], [0, 0, 1]], [[5, 5, 1], [0, 0, 0.5], [7, 0, 2]])
    np.testing.assert_allclose(head_of().logits(text), [3, 0.5])
    np.testing.assert_allclose(head_of(multi_label=True).logits(text), [3, 0.5])


@given(st.integers(1, 6), st.integers(0, 9999), st.booleans())
def test_without_a_unit_are_the_logits_of_the_others(units: int, seed: int, multi_label: bool) -> None:
    """As if the text had been made of the other units alone; zeros where it had but one."""
    rng = np.random.default_rng(seed)
    head = head_of(multi_label=multi_label)
    outputs = rng.normal(0, 3, (2, units, 3)).astype(np.float32)
    left_out = head.logits_without_each(text_saying(*outputs))
    for index in range(units):
        others = outputs[:, np.arange(units) != index]
        expected = head.logits(text_saying(*others)) if units > 1 else np.zeros(2)
        np.testing.assert_allclose(left_out[index], expected, rtol=1e-5)


def test_scores_are_uncalibrated_and_accepted_from_the_tasks_threshold_on() -> None:
    """As in the other ways to classify."""
    text = text_saying([[0.0, 0.0, 2.0]], [[0.0, 0.0, 0.0]])
    task = Classify("topic", labels=LABELS, by="entailment", threshold={"CARD_LOST": 0.9})
    result, _ = Classifier(task, head_of(), "nli").classify(text)
    assert (result.label, result.accepted, result.calibrated) == ("CARD_LOST", False, False)
    assert result.score == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)
    assert Classifier(replace(task, threshold=None), head_of(), "nli").classify(text)[0].accepted


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "guess"}, "by must be one of similarity, entailment, scoring"),
        ({"by": "entailment", "labels": None}, "goes with labels"),
        ({"hypothesis": "It is {}."}, "goes with by='entailment'"),
        ({"by": "entailment", "hypothesis": "It is so."}, "holds '{}' once"),
        ({"by": "entailment", "hypothesis": "{} is {}."}, "holds '{}' once"),
    ],
)
def test_what_does_not_fit_is_refused_when_declared(wrong: dict[str, Any], said: str) -> None:
    """With the task's name."""
    with pytest.raises(ConfigurationError, match=f"task topic: .*{said}"):
        Classify(**{"name": "topic", "labels": LABELS, **wrong})
