"""Rules of the figures: judged by scikit-learn where it has them, by hand where it has not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from stream_slm.learning.calibration import best_f1_threshold
from stream_slm.learning.measures import Judged, expected_calibration_error, figures_of, macro_f1, wilson

NAMES = ("a", "b", "c")


def judged(count: int, seed: int, multi_label: bool = False) -> Judged:
    rng = np.random.default_rng(seed)
    scores = rng.random((count, 3))
    truth = rng.random((count, 3)) < 0.4 if multi_label else np.arange(3) == rng.integers(0, 3, count)[:, None]
    if not multi_label:
        scores /= scores.sum(axis=1, keepdims=True)
    return Judged(
        labels=NAMES,
        multi_label=multi_label,
        scores=scores,
        truth=truth,
        thresholds=np.full(3, 0.5),
        eligible=rng.random(count) < 0.8,
    )


@settings(max_examples=30)
@given(st.integers(1, 80), st.integers(0, 999), st.booleans())
def test_figures_are_those_of_scikit_learn(count: int, seed: int, multi_label: bool) -> None:
    rows = judged(count, seed, multi_label)
    figures = figures_of(rows)
    precision, recall, f1, support = precision_recall_fscore_support(rows.truth, rows.guesses, zero_division=0)
    for column, each in enumerate(figures.labels):
        assert (each.rows, each.label) == (support[column], NAMES[column])
        found = (each.precision, each.recall, each.f1)
        assert found == pytest.approx((precision[column], recall[column], f1[column]), abs=1e-4)
    present = [column for column in range(3) if support[column]]
    if present:
        expected = f1_score(rows.truth, rows.guesses, labels=present, average="macro", zero_division=0)
        assert macro_f1(rows.guesses, rows.truth) == pytest.approx(expected)
    if not multi_label:
        sides = (rows.truth.argmax(axis=1), rows.guesses.argmax(axis=1))
        assert np.array(figures.confusion).tolist() == confusion_matrix(*sides, labels=[0, 1, 2]).tolist()


@settings(max_examples=20)
@given(st.integers(1, 60), st.integers(0, 999))
def test_nothing_strange_and_nothing_below_its_threshold_is_accepted(count: int, seed: int) -> None:
    rows = judged(count, seed)
    assert not rows.accepted[~rows.eligible].any()
    assert not (rows.accepted & (rows.scores < 0.5)).any()
    assert figures_of(rows).coverage == pytest.approx(rows.accepted.any(axis=1).mean(), abs=1e-4)


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(10, 10)[1] == 1.0


def test_the_calibration_error_is_the_gap_between_score_and_truth() -> None:
    scores = np.repeat([0.2, 0.8], 500)
    right = np.concatenate([np.arange(500) < 100, np.arange(500) < 300])
    assert expected_calibration_error(scores, right, bins=2) == pytest.approx(0.1)


def test_the_curve_falls_where_scores_are_worth_something() -> None:
    rng = np.random.default_rng(0)
    best = rng.uniform(0.4, 1, 2000)
    right = rng.random(2000) < best
    truth = np.stack([right, ~right], axis=1)
    rows = Judged(
        labels=("x", "y"),
        multi_label=False,
        scores=np.stack([best, 0.3 * (1 - best)], axis=1),
        truth=truth,
        thresholds=np.zeros(2),
        eligible=np.ones(2000, np.bool_),
    )
    curve = figures_of(rows).curve
    assert [point.coverage for point in curve] == pytest.approx(np.arange(0.1, 1.01, 0.1))
    assert curve[0].error < 0.1 < curve[-1].error
    assert curve[-1].error == pytest.approx(1 - right.mean(), abs=1e-3)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7]), st.booleans()), min_size=1, max_size=40))
def test_the_threshold_of_one_label_of_several_has_the_best_f1(pairs: list[tuple[float, bool]]) -> None:
    scores, truth = np.array([each for each, _ in pairs]), np.array([each for _, each in pairs])

    def f1(threshold: float) -> float:
        return f1_score(truth, scores >= threshold, zero_division=0)

    assert f1(best_f1_threshold(scores, truth)) == pytest.approx(max(map(f1, [0.0, 0.2, 0.4, 0.6, 0.9])))
