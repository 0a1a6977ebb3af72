"""Thresholds for a precision or a recall that a user states, where labelled rows can bear it out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stream_slm.errors import DataError
from stream_slm.learning.measures import Judged, wilson

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Fewer rows say nothing of a share, whatever it is.
_LEAST_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a label's accepted answers must reach."""

    kind: Literal["precision", "recall"]
    share: float

    @property
    def rows(self) -> int:
        """So many rows at least: below, one error more or less is the whole difference."""
        return max(_LEAST_ROWS, math.ceil(round(1 / max(1e-3, 1 - self.share), 6)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """A label's new threshold and what it gives on the rows it was chosen with; intervals of 95 %.

    rows: with the label. accepted: guesses that reach the threshold.
    """

    label: str
    before: float
    threshold: float
    rows: int
    accepted: int
    precision: float
    precision_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]


def tune(judged: Judged, aim: Aim, labels: Sequence[str]) -> list[Tuned]:
    """A threshold for each of `labels`: the lowest that gives the precision, or the highest that gives the recall.

    Raises:
        DataError: the rows are too few, or no threshold gets there; names every such label.
    """
    found, refused = list[Tuned](), list[str]()
    for label in labels:
        try:
            found.append(_tune(judged, aim, judged.labels.index(label)))
        except ValueError as error:
            refused.append(f"{label}: {error}")
    if refused:
        hint = " (--label tunes one label alone)" if len(judged.labels) > 1 and found else ""
        raise DataError(f"no threshold for {aim.kind} {aim.share:g}: {'; '.join(refused)}{hint}")
    return found


def with_thresholds(judged: Judged, tuned: Sequence[Tuned]) -> Judged:
    """The same rows under the new thresholds."""
    thresholds = judged.thresholds.copy()
    for each in tuned:
        thresholds[judged.labels.index(each.label)] = each.threshold
    return replace(judged, thresholds=thresholds)


def _tune(judged: Judged, aim: Aim, column: int) -> Tuned:
    scores, true = judged.scores[:, column], judged.truth[:, column]
    best = judged.scores.argmax(axis=1) == column
    # A text that the head does not know is never accepted, whatever the threshold.
    possible = judged.eligible & (best | judged.multi_label)
    rows = int(true.sum())
    if aim.kind == "precision":
        threshold = _for_precision(scores[possible], true[possible], aim)
    else:
        threshold = _for_recall(scores[possible], true[possible], rows, aim)
    accepted = possible & (scores >= threshold)
    count, hits = int(accepted.sum()), int((accepted & true).sum())
    return Tuned(
        label=judged.labels[column],
        before=float(judged.thresholds[column]),
        threshold=threshold,
        rows=rows,
        accepted=count,
        precision=hits / count,
        precision_interval=wilson(hits, count),
        recall=hits / max(1, rows),
        recall_interval=wilson(hits, rows),
    )


def _for_precision(scores: Doubles, true: Bools, aim: Aim) -> float:
    if len(scores) < aim.rows:
        raise ValueError(f"{len(scores)} rows are taken for it, at least {aim.rows} are needed")
    ordered, hits, ends = _steps(scores, true)
    precision = hits / np.arange(1, len(hits) + 1)
    enough = ends & (np.arange(1, len(hits) + 1) >= aim.rows)
    reached = np.flatnonzero(enough & (precision >= aim.share))
    if not len(reached):
        raise ValueError(f"at most {precision[enough].max():.2f} is reached with {aim.rows} rows or more")
    return _between(ordered, int(reached[-1]))


def _for_recall(scores: Doubles, true: Bools, rows: int, aim: Aim) -> float:
    if rows < aim.rows:
        raise ValueError(f"{rows} rows have it, at least {aim.rows} are needed")
    ordered, hits, ends = _steps(scores, true)
    reached = np.flatnonzero(ends & (hits / rows >= aim.share))
    if not len(reached):
        most = hits[-1] / rows if len(hits) else 0.0
        raise ValueError(f"at most {most:.2f} is reached, whatever the threshold")
    return _between(ordered, int(reached[0]))


def _steps(scores: Doubles, true: Bools) -> tuple[Doubles, NDArray[np.int64], Bools]:
    """Scores from the highest, how many of so many are right, and where a threshold can stand: not among equals."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = np.append(ordered[:-1] > ordered[1:], True)[: len(ordered)]
    return ordered, np.cumsum(true[order]), ends


def _between(ordered: Doubles, last: int) -> float:
    """A threshold that accepts `ordered` up to `last`: half-way to the next score, rounded if it can be."""
    least = float(ordered[last])
    if last + 1 == len(ordered):
        return least
    below = float(ordered[last + 1])
    middle = (least + below) / 2
    rounded = round(middle, 4)
    return rounded if below < rounded <= least else middle
