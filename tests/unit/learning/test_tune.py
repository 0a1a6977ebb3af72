"""Rules of tuned thresholds: they give what was asked for, or say why they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_slm.errors import DataError
from stream_slm.learning.measures import Judged
from stream_slm.learning.tune import Aim, tune, with_thresholds


def judged(count: int, seed: int = 0, multi_label: bool = False, digits: int = 2) -> Judged:
    """Scores that mean something, with ties."""
    rng = np.random.default_rng(seed)
    scores = np.round(rng.dirichlet(np.ones(3) * 0.6, count), digits)
    truth = np.arange(3) == np.array([rng.choice(3, p=row / row.sum()) for row in scores])[:, None]
    return Judged(
        labels=("a", "b", "c"),
        multi_label=multi_label,
        scores=scores,
        truth=truth,
        thresholds=np.full(3, 0.5),
        eligible=rng.random(count) < 0.9,
    )


@settings(max_examples=25)
@given(st.integers(0, 200), st.sampled_from([0.6, 0.75, 0.9]), st.booleans())
def test_the_precision_is_reached_and_no_lower_threshold_reaches_it(seed: int, share: float, multi_label: bool) -> None:
    rows, aim = judged(300, seed, multi_label), Aim(kind="precision", share=share)
    try:
        found = tune(rows, aim, rows.labels)
    except DataError:  # these rows cannot bear it out
        return
    accepted = with_thresholds(rows, found).accepted
    for column, each in enumerate(found):
        right = (accepted & rows.truth)[:, column].sum() / accepted[:, column].sum()
        assert right == pytest.approx(each.precision)
        assert right >= share
        assert accepted[:, column].sum() == each.accepted >= aim.rows
        assert each.precision_interval[0] <= each.precision <= each.precision_interval[1]
        for lower in np.unique(rows.scores[rows.scores[:, column] < each.threshold, column]):
            thresholds = rows.thresholds.copy()
            thresholds[column] = lower
            wider = Judged(
                labels=rows.labels,
                multi_label=multi_label,
                scores=rows.scores,
                truth=rows.truth,
                thresholds=thresholds,
                eligible=rows.eligible,
            ).accepted[:, column]
            if wider.sum() > each.accepted:
                assert rows.truth[wider, column].mean() < share


@settings(max_examples=25)
@given(st.integers(0, 200), st.sampled_from([0.3, 0.5, 0.7]))
def test_the_recall_is_reached_by_the_highest_threshold(seed: int, share: float) -> None:
    rows = judged(300, seed)
    try:
        found = tune(rows, Aim(kind="recall", share=share), rows.labels)
    except DataError:
        return
    accepted = with_thresholds(rows, found).accepted
    for column, each in enumerate(found):
        hits = accepted[:, column] & rows.truth[:, column]
        assert hits.sum() / rows.truth[:, column].sum() == pytest.approx(each.recall)
        assert each.recall >= share
        lowest = rows.scores[accepted[:, column], column].min()
        fewer = (hits & (rows.scores[:, column] > lowest)).sum() / rows.truth[:, column].sum()
        assert fewer < share, "without the last step it would not be enough"


def test_too_few_rows_are_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"precision 0\.99: a: \d+ rows are taken for it, at least 100 are needed"):
        tune(judged(60), Aim(kind="precision", share=0.99), ("a", "b"))
    with pytest.raises(DataError, match=r"recall 0\.5: b: \d rows have it, at least 10 are needed"):
        tune(judged(12), Aim(kind="recall", share=0.5), ("b",))


def test_one_label_can_be_tuned_where_another_cannot() -> None:
    rows = judged(300)
    rows.truth[:, 1] = False
    with pytest.raises(DataError, match=r"b: at most 0\.00 is reached.*\(--label tunes one label alone\)"):
        tune(rows, Aim(kind="precision", share=0.6), rows.labels)
    (found,) = tune(rows, Aim(kind="precision", share=0.6), ("a",))
    kept = with_thresholds(rows, [found]).thresholds
    assert kept.tolist() == [found.threshold, 0.5, 0.5]
