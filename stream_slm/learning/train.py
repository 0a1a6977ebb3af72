"""A head from labelled rows: fitted, calibrated and given thresholds, each on rows of its own, then measured."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from stream_slm.config.settings import Settings
from stream_slm.learning.calibration import (
    best_f1_threshold,
    selective_threshold,
    sigmoid,
    slope_and_offset,
    slope_and_prior,
    softmax,
)
from stream_slm.learning.checks import refuse_unusable, remarks
from stream_slm.learning.familiar import familiarity, near, unit
from stream_slm.learning.features import Features, Gathering
from stream_slm.learning.measures import Figures, Judged, figures_of
from stream_slm.learning.reading import Count, opened, read
from stream_slm.learning.recipe import Fitted, fit_weights, fold_into_head, out_of_fold
from stream_slm.learning.rows import LabelledRows
from stream_slm.learning.splits import folds_of, groups_of, held_out
from stream_slm.tasks.head import LinearHead

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

#: Rows are held back for the report only where each label keeps enough to learn from.
HOLDOUT, _LEAST_FOR_HOLDOUT = 0.2, 25
#: With few rows each one counts, and fitting costs nothing: more and smaller folds.
_FOLDS, _FOLDS_OF_FEW, _FEW_ROWS = 4, 8, 500
#: With very many, two tenths that one model has not seen say all that is asked of them, in half the time.
_MANY_ROWS, _FOLDS_OF_MANY, _LEFT_OUT_OF_MANY = 20_000, 10, [[0, 1]]
#: Of the error over all, what is left among the accepted; below the half that is promised, for rows differ.
_ERROR_LEFT, _LEAST_COVERAGE = 0.25, 0.52
#: With fewer rows of a label its own threshold is chance.
_LEAST_FOR_THRESHOLD = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """Features of rows, and whether each is in a language that the encoder knows."""

    features: Features
    supported: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """temperatures, offsets, thresholds: (labels,); a score is the link of logit / temperature + offset."""

    temperatures: Doubles
    offsets: Doubles
    thresholds: Doubles

    def scores(self, logits: Doubles, multi_label: bool) -> Doubles:
        """(n, labels) calibrated scores."""
        return (sigmoid if multi_label else softmax)(logits / self.temperatures + self.offsets)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """A head, its entry in a bundle's manifest (but for the path), and how it was measured; `held` are the rows kept
    for that.
    """

    head: LinearHead
    entry: dict[str, Any]
    figures: Figures
    measured_on: str
    trained_rows: int
    strength: float
    remarks: tuple[str, ...]
    held: Rows


def encode(settings: Settings, rows: LabelledRows, report: Count) -> Encoded:
    """Read every text once, as the worker would."""

    async def run() -> Encoded:
        gathering, supported = Gathering(), list[bool]()
        async with opened(settings) as models:
            async for text in read(models, rows, report):
                gathering.add(text)
                supported.append(text.language.supported)
        return Encoded(features=gathering.features(), supported=np.array(supported))

    return asyncio.run(run())


def train(
    rows: LabelledRows,
    encoded: Encoded,
    *,
    holdout: float | None = None,
    seed: int = 0,
    probabilities: Doubles | None = None,
    report: Count = lambda _fits: None,
) -> Trained:
    """Fit a head; `holdout` is the share of rows kept for the report, None: as many as the labels can spare.

    `probabilities` (n, labels in alphabetical order) are fitted where a teacher gave them; its labels choose the
    strength, calibrate the scores and set the thresholds. `report` is told how many regressions are fitted.

    Raises:
        DataError: no head can be trained on these rows.
    """
    refuse_unusable(rows)
    # Two threads on products this small wait for each other longer than they work, and on a busy machine for ever.
    with threadpool_limits(1):
        numbers = itertools.count(1)
        return _train(rows, encoded, holdout, seed, probabilities, lambda: report(next(numbers)))


def _train(
    rows: LabelledRows,
    encoded: Encoded,
    holdout: float | None,
    seed: int,
    probabilities: Doubles | None,
    fitted: Fitted,
) -> Trained:
    labels = tuple(rows.counts)
    targets, groups = rows.targets(labels), groups_of(rows.texts)
    share = (HOLDOUT if min(rows.counts.values()) >= _LEAST_FOR_HOLDOUT else 0.0) if holdout is None else holdout
    seen, held = held_out(groups, targets, share, seed)
    features, truth = encoded.features.rows(seen), targets[seen]
    many = len(seen) > _MANY_ROWS
    folds = _FOLDS_OF_MANY if many else _FOLDS if len(seen) > _FEW_ROWS else _FOLDS_OF_FEW
    fold_of = folds_of(groups[seen], truth, folds, seed)
    learnt = truth if probabilities is None else probabilities[seen]
    found = out_of_fold(
        features,
        truth,
        fold_of,
        multi_label=rows.multi_label,
        learnt=learnt,
        left_out=_LEFT_OUT_OF_MANY if many else None,
        fitted=fitted,
    )
    judged_truth, judged_folds = truth[found.rows], fold_of[found.rows]
    calibration = calibrate(found.logits, judged_truth, judged_folds, rows.multi_label)
    weights, scaling = fit_weights(features, learnt, found.strength, multi_label=rows.multi_label, fitted=fitted)
    head = fold_into_head(
        weights,
        scaling,
        labels,
        temperatures=calibration.temperatures,
        offsets=calibration.offsets,
        thresholds=tuple(calibration.thresholds.tolist()),
        multi_label=rows.multi_label,
    )
    centres, floor = familiarity(features.means, fold_of == fold_of.max(), seed)
    head = replace(head, centres=centres, familiar_from=floor)
    if len(held):
        judged = judge_head(head, rows.multi_label, encoded, held, targets[held])
        measured_on = f"{len(held)} rows held out"
    else:
        judged = _judge_out_of_fold(head, rows.multi_label, found.logits, judged_truth, judged_folds)
        those = f"the {len(seen)} rows" if len(found.rows) == len(seen) else f"{len(found.rows)} of the rows"
        measured_on = f"{those} themselves, each by a model that had not seen it"
    return Trained(
        head=head,
        entry=_entry(head, calibration, rows.multi_label, len(seen)),
        figures=figures_of(judged, seed),
        measured_on=measured_on,
        trained_rows=len(seen),
        strength=found.strength,
        remarks=(*remarks(rows), *_language_remark(encoded.supported)),
        held=held,
    )


def calibrate(logits: Doubles, truth: Bools, fold_of: Rows, multi_label: bool) -> Calibration:
    """Scores from one half of the folds, thresholds from the other: no row serves both."""
    folds = np.unique(fold_of)
    first = np.isin(fold_of, folds[: (len(folds) + 1) // 2])
    temperatures, offsets = _link(logits[first], truth[first], multi_label)
    calibration = Calibration(temperatures=temperatures, offsets=offsets, thresholds=np.full(truth.shape[1], 0.5))
    if first.all():
        return calibration
    scores = calibration.scores(logits[~first], multi_label)
    return replace(calibration, thresholds=_thresholds(scores, truth[~first], multi_label))


def _link(logits: Doubles, truth: Bools, multi_label: bool) -> tuple[Doubles, Doubles]:
    count = truth.shape[1]
    if not multi_label:
        slope, offsets = slope_and_prior(logits, truth)
        return np.full(count, 1 / slope), offsets
    pairs = np.array([slope_and_offset(logits[:, label], truth[:, label]) for label in range(count)])
    return 1 / pairs[:, 0], pairs[:, 1]


def _thresholds(scores: Doubles, truth: Bools, multi_label: bool) -> Doubles:
    count = truth.shape[1]
    if multi_label:
        found = (
            best_f1_threshold(scores[:, label], truth[:, label])
            if truth[:, label].sum() >= _LEAST_FOR_THRESHOLD
            else 0.5
            for label in range(count)
        )
        return np.asarray(np.round(np.fromiter(found, np.float64, count), 3), dtype=np.float64)
    best = scores.argmax(axis=1)
    right = truth[np.arange(len(best)), best]
    threshold = selective_threshold(scores.max(axis=1), right, _LEAST_COVERAGE, of_the_error=_ERROR_LEFT)
    return np.full(count, round(threshold, 3))


def judge_head(head: LinearHead, multi_label: bool, encoded: Encoded, held: Rows, truth: Bools) -> Judged:
    """What a head says of some of the encoded rows."""
    features = encoded.features.rows(held)
    logits = features.means @ head.encoder_weights + features.ngrams @ head.ngram_weights + head.bias
    familiar = near(unit(features.means), head.centres) >= head.familiar_from
    return Judged(
        labels=head.labels,
        multi_label=multi_label,
        scores=(sigmoid if multi_label else softmax)(np.asarray(logits, dtype=np.float64)),
        truth=truth,
        thresholds=np.array(head.thresholds),
        eligible=familiar & encoded.supported[held],
    )


def _judge_out_of_fold(head: LinearHead, multi_label: bool, logits: Doubles, truth: Bools, fold_of: Rows) -> Judged:
    """Each fold scored by a calibration of the others, so that few rows serve for everything.

    The thresholds are the head's own, chosen on half of these rows: what is said of the accepted is a little kind.
    """
    scores = np.zeros_like(logits)
    for fold in np.unique(fold_of):
        held = fold_of == fold
        others = calibrate(logits[~held], truth[~held], fold_of[~held], multi_label)
        scores[held] = others.scores(logits[held], multi_label)
    return Judged(
        labels=head.labels,
        multi_label=multi_label,
        scores=scores,
        truth=truth,
        thresholds=np.array(head.thresholds),
        eligible=np.ones(len(logits), np.bool_),
    )


def _entry(head: LinearHead, calibration: Calibration, multi_label: bool, count: int) -> dict[str, Any]:
    kind = (
        {"kind": "platt", "temperatures": _listed(calibration.temperatures)}
        if multi_label
        else {"kind": "temperature and prior", "temperature": round(float(calibration.temperatures[0]), 4)}
    )
    return {
        "kind": "linear",
        "labels": list(head.labels),
        "multi_label": multi_label,
        "thresholds": dict(zip(head.labels, head.thresholds, strict=True)),
        "familiar_from": head.familiar_from,
        "calibration": {
            **kind,
            "offsets": _listed(calibration.offsets),
            "folded_in": True,
            "rows": "labelled, out of fold",
            "count": count,
        },
    }


def _listed(numbers: Doubles) -> list[float]:
    return [round(number, 4) for number in numbers.tolist()]


def _language_remark(supported: Bools) -> Iterable[str]:
    if foreign := int((~supported).sum()):
        yield f"{foreign} texts seem to be in a language that the encoder does not know: no label is accepted there"
