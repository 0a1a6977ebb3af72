"""Rules of the splits: equal texts stay together, every label is spread, nothing is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.learning.splits import folds_of, groups_of, held_out

texts = st.lists(
    st.tuples(st.sampled_from(["A b", "a  B", "c", "d", "e", "f g", "h", "i j"]), st.integers(0, 3)),
    min_size=1,
    max_size=80,
)
distinct = st.lists(st.integers(0, 3), min_size=1, max_size=120)
seeds = st.integers(0, 1000)


def one_hot(labels: list[int]) -> np.ndarray:
    return np.arange(4) == np.array(labels)[:, None]


def test_texts_that_differ_in_case_and_space_are_one_group() -> None:
    assert groups_of(["A  b", "a b\n", "ab", "A B"]).tolist() == [0, 0, 1, 0]


@given(texts, st.integers(2, 8), seeds)
def test_no_text_stands_in_two_folds(rows: list[tuple[str, int]], count: int, seed: int) -> None:
    groups = groups_of([text for text, _ in rows])
    folds = folds_of(groups, one_hot([label for _, label in rows]), count, seed)
    assert all(0 <= fold < count for fold in folds)
    assert all(len(set(folds[groups == group])) == 1 for group in groups)


@given(texts, st.floats(0, 0.5), seeds)
def test_no_text_is_trained_on_and_measured_with(rows: list[tuple[str, int]], share: float, seed: int) -> None:
    groups = groups_of([text for text, _ in rows])
    seen, held = held_out(groups, one_hot([label for _, label in rows]), share, seed)
    assert not set(groups[seen]) & set(groups[held])
    assert sorted([*seen, *held]) == list(range(len(rows)))
    assert len(seen)


@given(distinct, st.integers(2, 8), seeds)
def test_each_labels_rows_are_spread_evenly(labels: list[int], count: int, seed: int) -> None:
    folds = folds_of(np.arange(len(labels)), one_hot(labels), count, seed)
    for label in set(labels):
        sizes = np.bincount(folds[np.array(labels) == label], minlength=count)
        assert sizes.max() - sizes.min() <= 1


@given(distinct, seeds)
def test_a_fifth_of_each_label_is_held_out(labels: list[int], seed: int) -> None:
    seen, held = held_out(np.arange(len(labels)), one_hot(labels), 0.2, seed)
    for label in set(labels):
        count = labels.count(label)
        assert abs(sum(labels[row] == label for row in held) - 0.2 * count) <= 0.5 + 1e-9 or count == 1
        assert any(labels[row] == label for row in seen)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=4, max_size=60), seeds)
def test_rows_of_several_labels_or_none_are_split_too(rows: list[tuple[bool, ...]], seed: int) -> None:
    targets = np.array(rows)
    folds = folds_of(np.arange(len(rows)), targets, 4, seed)
    assert np.bincount(folds, minlength=4).max() <= len(rows) / 4 + targets.shape[1] + 1
