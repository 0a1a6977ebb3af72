"""Splits of labelled rows in which equal texts never stand on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def groups_of(texts: Sequence[str]) -> Rows:
    """(n,): a number for each text, the same for texts that differ in case and white space alone."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(" ".join(text.casefold().split()), len(known)) for text in texts], np.int64)


def folds_of(groups: Rows, targets: NDArray[np.bool_], count: int, seed: int) -> Rows:
    """(n,): the fold of each row; each label's rows are spread evenly, a group stays together."""
    fold_of = np.zeros(len(groups), np.int64)
    for number, members in enumerate(_by_label(groups, targets, seed)):
        sizes = np.zeros(count)
        for group in members:
            # Labels of a few rows would all fill the first folds, were they not dealt from different ones.
            fold = int(np.roll(sizes, number).argmin() - number) % count
            fold_of[group] = fold
            sizes[fold] += len(group)
    return fold_of


def held_out(groups: Rows, targets: NDArray[np.bool_], share: float, seed: int) -> tuple[Rows, Rows]:
    """Rows to train on and rows to measure with: `share` of each label's, as near as whole groups allow.

    A label whose rows are all one text is trained on, and not measured.
    """
    held = np.zeros(len(groups), np.bool_)
    for members in _by_label(groups, targets, seed):
        wanted = share * sum(map(len, members))
        taken = 0
        for group in members[1:]:
            if taken + len(group) / 2 <= wanted:
                held[group] = True
                taken += len(group)
    return np.flatnonzero(~held), np.flatnonzero(held)


def _by_label(groups: Rows, targets: NDArray[np.bool_], seed: int) -> list[list[Rows]]:
    """The groups of each label, largest first, else in random order; a group counts for its rarest label."""
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    found = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    rarest = _rarest(targets)
    by_label: defaultdict[int, list[Rows]] = defaultdict(list)
    for index in rng.permutation(len(found)):
        by_label[int(rarest[found[index][0]])].append(found[index])
    return [sorted(by_label[label], key=len, reverse=True) for label in sorted(by_label)]


def _rarest(targets: NDArray[np.bool_]) -> Rows:
    """(n,): the rarest label of each row; a row without any is of a label of its own."""
    counts = np.append(targets.sum(axis=0), len(targets))
    everywhere = np.column_stack([targets, np.ones(len(targets), np.bool_)])
    return np.asarray(np.where(everywhere, counts, len(targets) + 1).argmin(axis=1), dtype=np.int64)
