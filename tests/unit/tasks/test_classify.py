"""Rules of a classification: best first, accepted by threshold and language, evidence that points into the text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.classify import Classifier, Classify
from stream_slm.tasks.occlusion import MAX_SENTENCES, Occluded, parts_without, to_leave_out
from stream_slm.types import TextPart
from tests.unit.tasks.heads import random_published, random_zero_shot
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


@pytest.mark.parametrize(
    "task",
    [
        {"threshold": 1.5},
        {"threshold": -0.1},
        {"threshold": {"a": 0.5, "b": 1.1}},
        {"max_evidence": -1},
        {"labels": {}},
        {"labels": {" ": "nothing"}},
        {"labels": ["a", "b"]},
        {"multi_label": True},
        {"evidence": "gradient"},
    ],
)
def test_a_task_that_cannot_be_is_refused_when_declared(task: dict[str, Any]) -> None:
    """A threshold above one would silently accept nothing."""
    with pytest.raises(ConfigurationError, match="risk"):
        Classify("risk", **task)


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


def test_a_threshold_may_be_given_by_label() -> None:
    """Labels that are not named keep the head's own; one that the head does not know is a mistake."""
    assert Classifier(Classify("t", {"b": 0.9}), HEAD, "m").thresholds == (0.4, 0.9, 0.4, 0.4)
    with pytest.raises(ConfigurationError, match="'zzz'; its labels are a, b, c, d"):
        Classifier(Classify("t", {"zzz": 0.9}), HEAD, "m")


MANY = [replace(HEAD, multi_label=True), random_published("abcd", multi_label=True)]
MANY.append(random_zero_shot("abcd", multi_label=True))  # type: ignore[arg-type]


@given(
    sentence_lists,
    st.integers(0, 10_000),
    st.sampled_from(MANY),
    st.dictionaries(st.sampled_from("abcd"), st.floats(0, 1), max_size=4),
    st.booleans(),
)
def test_of_many_labels_each_is_accepted_by_its_own_threshold(
    texts: list[str], seed: int, head: Any, thresholds: dict[str, float], supported: bool
) -> None:
    """Scores are sigmoids of the logits; the label named is the best accepted one, so old readers are not misled."""
    text = random_text(sentences_of(texts), seed, supported=supported)
    result, _ = Classifier(Classify("t", thresholds), head, "model").classify(text)
    scores = dict(result.labels)
    expected = 1 / (1 + np.exp(-head.logits(text).astype(np.float64)))
    np.testing.assert_allclose([scores[label] for label in "abcd"], expected, atol=1e-5)
    own = dict(zip(head.labels, head.thresholds, strict=True)) | thresholds
    passed = [label for label, score in result.labels if supported and score >= own[label]]
    assert list(result.accepted_labels) == passed
    assert result.accepted == bool(passed)
    assert result.label == (passed or [result.labels[0][0]])[0]
    assert (result.score, result.threshold) == (scores[result.label], own[result.label])
    assert not result.accepted or result.score >= result.threshold
    assert result.multi_label
    assert result.probability(frozenset("ac")) == max(scores["a"], scores["c"])


def test_where_one_label_is_right_a_lower_threshold_of_the_second_does_not_count() -> None:
    """The best label is accepted, or none is."""
    text = random_text(sentences_of(["road closed"]))
    first, second = Classifier(Classify("t"), HEAD, "m").classify(text)[0].labels[:2]
    result, _ = Classifier(Classify("t", {first[0]: 1.0, second[0]: 0.0}), HEAD, "m").classify(text)
    assert (result.label, result.accepted, result.accepted_labels) == (first[0], False, ())


OPAQUE = st.sampled_from([random_published("abc", seed=2), random_zero_shot("abc", seed=2)])


@given(sentence_lists, st.integers(0, 999), OPAQUE)
def test_without_being_asked_an_opaque_head_gives_no_evidence(texts: list[str], seed: int, head: Any) -> None:
    """And no salience, of which a summary could make something."""
    result, salience = Classifier(Classify("t"), head, "m").classify(random_text(sentences_of(texts), seed))
    assert result.evidence == ()
    assert salience.tolist() == [0.0] * len(texts)
    assert not result.calibrated


@given(sentence_lists, st.integers(0, 999), OPAQUE)
def test_occlusion_says_what_the_best_logit_loses_without_each_sentence(texts: list[str], seed: int, head: Any) -> None:
    """From the vectors alone, for every sentence."""
    text = random_text(sentences_of(texts), seed)
    result, salience = Classifier(Classify("t", max_evidence=99, evidence="occlusion"), head, "m").classify(text)
    best = head.labels.index(result.label)
    lost = head.logits(text)[best] - head.logits_without_each(text)[:, best]
    np.testing.assert_allclose(salience, lost, atol=1e-5)
    assert [each.share for each in result.evidence] == sorted(salience.tolist(), reverse=True)
    assert result.evidence_method == "occlusion"


@given(st.integers(0, 999))
def test_the_only_sentence_of_a_text_carries_all_of_it(seed: int) -> None:
    """Without it nothing is left: a published head's logit is all its own, a description's its whole closeness."""
    text = random_text(sentences_of(["road closed"]), seed)
    published, described = random_published("abc", seed=seed), random_zero_shot("abc", seed=seed)
    for head, nothing in ((published, 0.0), (described, -described.offset / described.temperature)):
        result, _ = Classifier(Classify("t", evidence="occlusion"), head, "m").classify(text)
        best = head.labels.index(result.label)
        (only,) = result.evidence
        assert only.share == pytest.approx(float(head.logits(text)[best]) - nothing, abs=1e-4)


@given(sentence_lists, st.integers(0, 999), OPAQUE)
def test_of_a_text_read_whole_the_shortened_ones_are_compared(texts: list[str], seed: int, head: Any) -> None:
    """Each text without a sentence was read by the encoder; where nothing was left the logit is zero."""
    sentences = sentences_of(texts)
    text = random_text(sentences_of(["all of it"]), seed)
    shorter = (None, *(random_text(text.sentences, seed + 1 + index) for index in range(len(texts) - 1)))
    occluded = Occluded(sentences=sentences, texts=shorter)
    result, salience = Classifier(Classify("t", evidence="occlusion", max_evidence=99), head, "m").classify(
        text, occluded
    )
    best = head.labels.index(result.label)
    logit = float(head.logits(text)[best])
    expected = [logit - (0.0 if each is None else float(head.logits(each)[best])) for each in shorter]
    assert sorted(each.share for each in result.evidence) == pytest.approx(sorted(expected), abs=1e-4)
    assert salience.tolist() == [0.0]


def test_of_many_sentences_the_longest_are_left_out() -> None:
    """Each costs as much as the record: so many, and in the order of the text."""
    sentences = sentences_of(["x" * length for length in [3, 90, *range(10, 40)]])
    chosen = to_leave_out(sentences)
    assert len(chosen) == MAX_SENTENCES
    assert {len(each.text) for each in chosen} == {90, *range(25, 40)}
    assert list(chosen) == sorted(chosen, key=lambda each: each.start)


@given(hostile_texts.filter(lambda text: text.strip() != ""))
def test_a_part_without_a_sentence_is_the_rest_of_it(source: str) -> None:
    """The other part is left alone, even where it says the same; blank parts are dropped."""
    text = text_of(source)
    part, twin = text.sentences[0].part, TextPart(text=source, pointer="/text")
    sentence = text.sentences[-1]
    rest = source[: sentence.start] + source[sentence.end :]
    assert [each.text for each in parts_without([part, twin], sentence)] == [*([rest] if rest.strip() else []), source]
