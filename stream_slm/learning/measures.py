"""What a head did on labelled rows, in figures: F1, confusion, reliability, and error against coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

BINS = 10
RESAMPLES = 1000
#: More rows give a narrow interval whatever the number of resamples.
_MANY_ROWS, _FEWER_RESAMPLES = 10_000, 200
#: Two-sided 95 %.
_Z = 1.96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Rows with their true labels and what a head said.

    scores, truth: (n, labels). thresholds: (labels,). eligible: (n,), False for a text whose labels are never accepted
    (unlike those the head knows, or in a language the encoder does not).
    """

    labels: tuple[str, ...]
    multi_label: bool
    scores: Doubles
    truth: Bools
    thresholds: Doubles
    eligible: Bools

    @property
    def guesses(self) -> Bools:
        """(n, labels): the best label, or, of several, each that reaches its threshold."""
        if self.multi_label:
            return np.asarray(self.scores >= self.thresholds)
        return np.asarray(np.arange(len(self.labels)) == self.scores.argmax(axis=1)[:, None])

    @property
    def accepted(self) -> Bools:
        """(n, labels): guesses that a worker would accept."""
        return self.guesses & (self.scores >= self.thresholds) & self.eligible[:, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """One label: quality over all rows, and over the accepted guesses alone."""

    label: str
    rows: int
    precision: float
    recall: float
    f1: float
    threshold: float
    accepted: int
    accepted_precision: float | None
    accepted_precision_interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Rows of similar scores: their mean score, and how many of them were right."""

    rows: int
    score: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The error among the surest part of the rows."""

    coverage: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that the report shows; `asdict` is its JSON."""

    rows: int
    multi_label: bool
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    error: float
    coverage: float
    accepted_error: float | None
    eligible: float
    expected_calibration_error: float
    brier: float
    labels: tuple[LabelFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[Bin, ...]
    curve: tuple[Point, ...]


def figures_of(judged: Judged, seed: int = 0) -> Figures:
    """Measure; at least one row."""
    guesses, accepted, truth = judged.guesses, judged.accepted, judged.truth
    scores, right = _decisions(judged)
    taken = int(accepted.sum())
    return Figures(
        rows=len(truth),
        multi_label=judged.multi_label,
        macro_f1=_rounded(macro_f1(guesses, truth)),
        macro_f1_interval=_interval(guesses, truth, seed),
        error=_rounded(1 - float((guesses & truth).sum()) / max(1, int(guesses.sum()))),
        coverage=_rounded(float(accepted.any(axis=1).mean())),
        accepted_error=_rounded(1 - int((accepted & truth).sum()) / taken) if taken else None,
        eligible=_rounded(float(judged.eligible.mean())),
        expected_calibration_error=_rounded(expected_calibration_error(scores, right)),
        brier=_rounded(float(((scores - right) ** 2).mean())),
        labels=tuple(_label_figures(judged, guesses, accepted, column) for column in range(len(judged.labels))),
        confusion=() if judged.multi_label else _confusion(guesses, truth),
        reliability=_reliability(scores, right),
        curve=_curve(judged),
    )


def macro_f1(guesses: Bools, truth: Bools) -> float:
    """The mean F1 of the labels that any row has."""
    return _macro_f1(*((each.sum(axis=0)) for each in (guesses & truth, guesses, truth)))


def expected_calibration_error(scores: Doubles, right: Bools, bins: int = BINS) -> float:
    """Mean gap between score and accuracy over bins of equal mass."""
    parts = np.array_split(np.argsort(scores), bins)
    return float(sum(len(p) * abs(scores[p].mean() - right[p].mean()) for p in parts if len(p)) / len(scores))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson): it stays within 0..1 and holds for few rows."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, _Z**2 / of
    centre = (share + spread / 2) / (1 + spread)
    reach = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return _rounded(max(0.0, centre - reach)), _rounded(min(1.0, centre + reach))


def _macro_f1(hits: Doubles, guessed: Doubles, true: Doubles) -> float:
    present = true > 0
    return float((2 * hits[present] / (guessed[present] + true[present])).mean()) if present.any() else 0.0


def _interval(guesses: Bools, truth: Bools, seed: int) -> tuple[float, float]:
    """95 % of macro-F1 over rows drawn anew."""
    rng = np.random.default_rng(seed)
    columns = np.concatenate([guesses & truth, guesses, truth], axis=1).astype(np.float32)
    count = RESAMPLES if len(truth) <= _MANY_ROWS else _FEWER_RESAMPLES
    found = []
    for _ in range(count):
        times = np.bincount(rng.integers(0, len(truth), len(truth)), minlength=len(truth)).astype(np.float32)
        hits, guessed, true = np.split(times @ columns, 3)
        found.append(_macro_f1(hits, guessed, true))
    low, high = np.quantile(found, [0.025, 0.975])
    return _rounded(low), _rounded(high)


def _decisions(judged: Judged) -> tuple[Doubles, Bools]:
    """Scores and whether each was right: the best label's of each row, or every label's where there are several."""
    if judged.multi_label:
        return judged.scores.ravel(), judged.truth.ravel()
    best = judged.scores.argmax(axis=1)
    rows = np.arange(len(best))
    return judged.scores[rows, best], judged.truth[rows, best]


def _label_figures(judged: Judged, guesses: Bools, accepted: Bools, column: int) -> LabelFigures:
    guessed, taken, true = guesses[:, column], accepted[:, column], judged.truth[:, column]
    hits, rows, count = int((guessed & true).sum()), int(true.sum()), int(taken.sum())
    sure = int((taken & true).sum())
    return LabelFigures(
        label=judged.labels[column],
        rows=rows,
        precision=_rounded(hits / max(1, int(guessed.sum()))),
        recall=_rounded(hits / max(1, rows)),
        f1=_rounded(2 * hits / max(1, int(guessed.sum()) + rows)),
        threshold=_rounded(float(judged.thresholds[column])),
        accepted=count,
        accepted_precision=_rounded(sure / count) if count else None,
        accepted_precision_interval=wilson(sure, count) if count else None,
    )


def _confusion(guesses: Bools, truth: Bools) -> tuple[tuple[int, ...], ...]:
    """A row for each true label, a column for each guess."""
    counts = truth.T.astype(np.int64) @ guesses.astype(np.int64)
    return tuple(tuple(row) for row in counts.tolist())


def _reliability(scores: Doubles, right: Bools) -> tuple[Bin, ...]:
    parts: Sequence[NDArray[np.int64]] = np.array_split(np.argsort(scores), BINS)
    return tuple(
        Bin(rows=len(part), score=_rounded(scores[part].mean()), right=_rounded(right[part].mean()))
        for part in parts
        if len(part)
    )


def _curve(judged: Judged) -> tuple[Point, ...]:
    scores, right = _decisions(judged)
    if judged.multi_label:  # a sure "no" is a sure answer too
        right = right == (scores >= 0.5)
        scores = np.maximum(scores, 1 - scores)
    surest = right[np.argsort(-scores, kind="stable")]
    tenths = [max(1, round(len(surest) * tenth / 10)) for tenth in range(1, 11)]
    return tuple(Point(coverage=_rounded(n / len(surest)), error=_rounded(1 - surest[:n].mean())) for n in tenths)


def _rounded(value: float) -> float:
    return round(float(value), 4)
