"""Rules of training: the head is what was fitted, its scores mean what they say, and no row serves two purposes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from stream_slm.errors import DataError
from stream_slm.learning import train as learning
from stream_slm.learning.calibration import sigmoid, softmax
from stream_slm.learning.features import Scaling
from stream_slm.learning.measures import expected_calibration_error, figures_of
from stream_slm.learning.recipe import fit_weights, out_of_fold
from stream_slm.learning.solver import Design, path
from stream_slm.learning.train import calibrate, judge_head, train
from tests.unit.learning.synthetic import LABELS, encoded_of, texts_of


def design_of(count: int = 40, *, multi_label: bool = False) -> tuple[Design, np.ndarray, list[str]]:
    rows, texts = texts_of(count, noise=1.0, multi_label=multi_label)
    features = encoded_of(texts).features
    scaling = Scaling.of(features)
    labels = [each[0] if each else "" for each in rows.labels]
    return Design(dense=scaling.means(features), words=scaling.words(features)), rows.targets(LABELS), labels


def test_the_solver_finds_what_scikit_learn_finds() -> None:
    design, targets, labels = design_of()
    *_, weights = path(design, targets, [1.0, 3.0], multi_label=False)
    matrix = np.hstack([design.dense, design.words.toarray()])
    judge = LogisticRegression(C=3.0, class_weight="balanced", tol=1e-8, max_iter=5000).fit(matrix, labels)
    np.testing.assert_allclose(softmax(design.logits(weights)), judge.predict_proba(matrix), atol=0.01)


def test_each_label_of_several_is_a_regression_of_its_own() -> None:
    design, targets, _ = design_of(multi_label=True)
    *_, weights = path(design, targets, [1.0, 3.0], multi_label=True)
    matrix = np.hstack([design.dense, design.words.toarray()])
    for column in range(len(LABELS)):
        judge = LogisticRegression(C=3.0, tol=1e-8, max_iter=5000).fit(matrix, targets[:, column])
        expected = judge.predict_proba(matrix)[:, 1]
        np.testing.assert_allclose(sigmoid(design.logits(weights)[:, column]), expected, atol=0.01)


def test_the_head_gives_a_worker_the_score_that_was_calibrated() -> None:
    rows, texts = texts_of(60, noise=1.0)
    encoded = encoded_of(texts)
    trained = train(rows, encoded, holdout=0.0)
    everything = np.arange(len(rows))
    judged = judge_head(trained.head, False, encoded, everything, rows.targets(LABELS))
    for row in (0, 7, 100):
        shares = trained.head.shares(texts[row])
        np.testing.assert_allclose(trained.head.probabilities(shares), judged.scores[row], atol=1e-5)
    weights, scaling = fit_weights(encoded.features, rows.targets(LABELS), trained.strength, multi_label=False)
    design = Design(dense=scaling.means(encoded.features), words=scaling.words(encoded.features))
    entry = trained.entry["calibration"]
    expected = softmax(design.logits(weights) / entry["temperature"] + np.array(entry["offsets"]))
    np.testing.assert_allclose(judged.scores, expected, atol=2e-3)


@pytest.mark.parametrize("multi_label", [False, True])
def test_scores_on_new_rows_mean_what_they_say(multi_label: bool) -> None:
    rows, texts = texts_of(600, noise=1.6, multi_label=multi_label)
    known, unknown = np.arange(900), np.arange(900, 1800)
    encoded = encoded_of(texts)
    trained = train(rows.chosen(known.tolist()), encoded_of(texts[:900]), holdout=0.0)
    judged = judge_head(trained.head, multi_label, encoded, unknown, rows.targets(LABELS)[unknown])
    figures = figures_of(judged)
    assert 0.5 < figures.macro_f1 < 0.98, "neither trivial nor learnt nothing"
    assert figures.expected_calibration_error < 0.06
    assert trained.entry["multi_label"] is multi_label
    if not multi_label:
        assert figures.coverage >= 0.4
        assert figures.accepted_error is not None
        assert figures.accepted_error <= 0.6 * figures.error


def test_scores_and_thresholds_rest_on_different_rows() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (400, 3))
    truth = np.arange(3) == np.array([rng.choice(3, p=row) for row in softmax(logits)])[:, None]
    fold_of = np.arange(400) % 4
    found = calibrate(logits, truth, fold_of, multi_label=False)
    other = logits.copy()
    other[fold_of >= 2] = rng.normal(0, 2, (200, 3))
    again = calibrate(other, truth, fold_of, multi_label=False)
    assert np.array_equal(found.temperatures, again.temperatures), "rows of the thresholds do not move the scores"
    assert not np.array_equal(found.thresholds, again.thresholds)
    assert np.allclose(found.temperatures, 1, atol=0.25), "these logits are calibrated already"


def test_overconfident_logits_are_cooled_and_a_rare_label_is_given_less() -> None:
    rng = np.random.default_rng(1)
    clean = rng.normal(0, 1.5, (2000, 3))
    prior = np.log([0.7, 0.2, 0.1])
    truth = np.arange(3) == np.array([rng.choice(3, p=row) for row in softmax(clean + prior)])[:, None]
    found = calibrate(3 * clean, truth, np.arange(2000) % 4, multi_label=False)
    assert found.temperatures[0] == pytest.approx(3, rel=0.15)
    assert found.offsets[0] > found.offsets[1] > found.offsets[2]
    scores = found.scores(3 * clean, multi_label=False)
    right = truth[np.arange(2000), scores.argmax(axis=1)]
    assert expected_calibration_error(scores.max(axis=1), right) < 0.05


def test_a_model_judges_rows_that_it_has_not_seen() -> None:
    rows, texts = texts_of(40, noise=1.0)
    features, targets = encoded_of(texts).features, rows.targets(LABELS)
    fold_of = np.arange(len(rows)) % 10
    found = out_of_fold(features, targets, fold_of, multi_label=False, left_out=[[0, 1]])
    assert found.rows.tolist() == np.flatnonzero(fold_of < 2).tolist()
    seen = np.flatnonzero(fold_of >= 2)
    weights, scaling = fit_weights(features.rows(seen), targets[seen], found.strength, multi_label=False)
    held = features.rows(found.rows)
    expected = Design(dense=scaling.means(held), words=scaling.words(held)).logits(weights)
    np.testing.assert_allclose(found.logits, expected, atol=1e-5)
    assert len(out_of_fold(features, targets, fold_of, multi_label=False).rows) == len(rows)


def test_of_very_many_rows_a_part_calibrates_and_all_are_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_MANY_ROWS", 500)
    rows, texts = texts_of(600, noise=1.6)
    known, unknown = np.arange(1200), np.arange(1200, 1800)
    trained = train(rows.chosen(known.tolist()), encoded_of(texts[:1200]), holdout=0.0)
    assert trained.trained_rows == 1200
    assert trained.measured_on == "240 of the rows themselves, each by a model that had not seen it"
    judged = judge_head(trained.head, False, encoded_of(texts), unknown, rows.targets(LABELS)[unknown])
    figures = figures_of(judged)
    assert figures.expected_calibration_error < 0.07
    assert figures.accepted_error is not None
    assert figures.accepted_error <= 0.6 * figures.error


def test_eight_rows_a_label_are_enough_to_begin() -> None:
    rows, texts = texts_of(8, noise=0.8)
    trained = train(rows, encoded_of(texts))
    assert "each by a model that had not seen it" in trained.measured_on
    assert trained.trained_rows == len(rows)
    assert trained.figures.macro_f1 > 0.5
    fresh, others = texts_of(40, noise=0.8)
    judged = judge_head(trained.head, False, encoded_of(others), np.arange(120), fresh.targets(LABELS))
    assert figures_of(judged).macro_f1 > 0.6


def test_a_text_of_another_kind_is_strange_to_the_head() -> None:
    rows, texts = texts_of(60, noise=0.3)
    trained = train(rows, encoded_of(texts))
    known = [trained.head.familiar(text) for text in texts]
    assert np.mean(known) > 0.9
    rng = np.random.default_rng(5)
    others = [replace(text, vectors=rng.normal(0, 1, text.vectors.shape).astype(np.float32)) for text in texts]
    assert np.mean([trained.head.familiar(text) for text in others]) < 0.5


def test_rows_without_two_labels_are_refused() -> None:
    rows, texts = texts_of(8, noise=0.5)
    one = [row for row, labels in enumerate(rows.labels) if labels == ("amber",)]
    with pytest.raises(DataError, match="at least two"):
        train(rows.chosen(one), encoded_of([texts[row] for row in one]))
