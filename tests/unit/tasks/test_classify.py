"""Rules of a classification: best first, accepted by threshold and language, evidence that points into the text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.classify import Classifier, Classify
from tests.unit.tasks.texts import hostile_texts, random_head, random_text, sentence_lists, sentences_of, text_of

HEAD = random_head(["a", "b", "c", "d"], seed=7, threshold=0.4)


@given(sentence_lists, st.integers(0, 10_000), st.one_of(st.none(), st.floats(0, 1)), st.booleans(), st.integers(0, 8))
def test_labels_are_best_first_and_accepted_from_the_threshold_on(
    texts: list[str], seed: int, threshold: float | None, supported: bool, most: int
) -> None:
    """Every label once, falling scores; accepted exactly when the score reaches the threshold in a known language."""
    text = random_text(sentences_of(texts), seed, supported=supported)
    result, shares = Classifier(Classify("t", threshold, most), HEAD, "model").classify(text)
    scores = [score for _, score in result.labels]
    assert scores == sorted(scores, reverse=True)
    assert {label for label, _ in result.labels} == set(HEAD.labels)
    assert (result.label, result.score) == result.labels[0]
    assert result.threshold == (0.4 if threshold is None else threshold)
    assert result.accepted == (supported and result.score >= result.threshold)
    assert result.model == "model"
    best = HEAD.labels.index(result.label)
    np.testing.assert_array_equal(shares, HEAD.shares(text)[:, best])
    told = [each.share for each in result.evidence]
    assert told == sorted(shares.tolist(), reverse=True)[:most]


@given(hostile_texts.filter(lambda text: text.strip() != ""), st.integers(0, 99))
def test_evidence_is_exact_spans_of_the_text(source: str, seed: int) -> None:
    """Each span cuts a whole sentence out of the source, and its share is that sentence's."""
    text = text_of(source, seed)
    result, shares = Classifier(Classify("t"), HEAD, "model").classify(text)
    at = {(sentence.start, sentence.end): float(share) for sentence, share in zip(text.sentences, shares, strict=True)}
    for each in result.evidence:
        assert at[each.span.start, each.span.end] == each.share
        assert source[each.span.start : each.span.end].strip()
        assert each.span.pointer == "/text"


def test_a_score_equal_to_the_threshold_is_accepted() -> None:
    """From this score on: the score itself is included."""
    text = random_text(sentences_of(["road closed"]))
    score = Classifier(Classify("t"), HEAD, "m").classify(text)[0].score
    assert Classifier(Classify("t", score), HEAD, "m").classify(text)[0].accepted
    assert not Classifier(Classify("t", min(1.0, score + 1e-6)), HEAD, "m").classify(text)[0].accepted


def test_probability_sums_the_labels_asked_for() -> None:
    """Two labels that share the mass count together; one that is not there counts nothing."""
    result, _ = Classifier(Classify("t"), HEAD, "m").classify(random_text(sentences_of(["road closed"])))
    by_label = dict(result.labels)
    assert result.probability(frozenset({"a", "c", "zzz"})) == pytest.approx(by_label["a"] + by_label["c"])
    assert result.probability(frozenset()) == 0


@pytest.mark.parametrize("task", [{"threshold": 1.5}, {"threshold": -0.1}, {"max_evidence": -1}])
def test_a_task_that_cannot_be_is_refused_when_declared(task: dict[str, float]) -> None:
    """A threshold above one would silently accept nothing."""
    with pytest.raises(ConfigurationError, match="risk"):
        Classify("risk", **task)  # type: ignore[arg-type]


def test_a_text_unlike_those_of_the_head_is_never_accepted() -> None:
    """Far from all it was fitted on a linear head is sure and wrong: its label is told, and marked."""
    text = random_text(sentences_of(["some words", "and others"]), seed=3)
    mean = text.weights @ text.vectors
    near = mean / np.linalg.norm(mean)
    for centres, familiar in ((near[None], True), (-near[None], False), (np.stack([-near, near]), True)):
        head = replace(HEAD, centres=centres.astype(np.float32), familiar_from=0.9)
        result, _ = Classifier(Classify("t", threshold=0.0), head, "model").classify(text)
        assert result.familiar is familiar
        assert result.accepted is familiar
