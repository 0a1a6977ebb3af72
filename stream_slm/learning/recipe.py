"""The head recipe: one logistic regression over mean vectors and hashed n-grams, chosen over folds, folded together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stream_slm.learning.features import Features, Scaling
from stream_slm.learning.measures import macro_f1
from stream_slm.learning.solver import Design, Doubles, Floats, Targets, path, sigmoid_loss, softmax_loss
from stream_slm.tasks.head import LinearHead

#: Told of each regression that is fitted.
Fitted = Callable[[], None]

#: Inverse regularisation tried over the folds.
STRENGTHS = (1.0, 3.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutOfFold:
    """What models say of rows of which they saw none, nor an equal text, at the strength that did best.

    rows: (m,), which rows that are. logits: (m, labels).
    """

    rows: NDArray[np.int64]
    logits: Doubles
    strength: float


def out_of_fold(
    features: Features,
    targets: NDArray[np.bool_],
    fold_of: NDArray[np.int64],
    *,
    multi_label: bool,
    learnt: Targets | None = None,
    left_out: Sequence[Sequence[int]] | None = None,
    fitted: Fitted = lambda: None,
) -> OutOfFold:
    """Fit each strength on all folds but those `left_out`, in turn, and keep what the best says of the rows in these.

    `left_out` None: every fold is left out once. `learnt` is what is fitted, where that is not the labels themselves;
    the best is chosen by the labels.
    """
    learnt = targets if learnt is None else learnt
    left_out = left_out if left_out is not None else [[fold] for fold in np.unique(fold_of).tolist()]
    rows = np.flatnonzero(np.isin(fold_of, np.concatenate(left_out)))
    logits = {strength: np.zeros((len(rows), targets.shape[1]), np.float32) for strength in STRENGTHS}
    for folds in left_out:
        out = np.isin(fold_of, folds)
        seen, held = np.flatnonzero(~out), np.flatnonzero(out)
        scaling = Scaling.of(features.rows(seen))
        known, unknown = _design(features.rows(seen), scaling), _design(features.rows(held), scaling)
        weights_along = path(known, learnt[seen], STRENGTHS, multi_label=multi_label)
        for strength, weights in zip(STRENGTHS, weights_along, strict=True):
            logits[strength][out[rows]] = unknown.logits(weights)
            fitted()

    def quality(strength: float) -> tuple[float, float]:
        found, truth = logits[strength], targets[rows]
        loss = sigmoid_loss if multi_label else softmax_loss
        return macro_f1(guesses(found, multi_label), truth), -float(loss(found, truth)[0].mean())

    best = max(STRENGTHS, key=quality)
    return OutOfFold(rows=rows, logits=logits[best].astype(np.float64), strength=best)


def guesses(logits: Doubles | Floats, multi_label: bool) -> NDArray[np.bool_]:
    """(n, labels): the best label of each row, or each label that is likelier than not."""
    if multi_label:
        return logits > 0
    return np.asarray(np.arange(logits.shape[1]) == logits.argmax(axis=1)[:, None])


def fit_weights(
    features: Features,
    targets: Targets,
    strength: float,
    *,
    multi_label: bool,
    fitted: Fitted = lambda: None,
) -> tuple[Doubles, Scaling]:
    """Fit on all rows; the weights as `solver.path` gives them, for features under the scaling."""
    scaling = Scaling.of(features)
    # The whole way up to the strength, as over the folds: the calibration holds for weights found so.
    way = STRENGTHS[: STRENGTHS.index(strength) + 1]
    for weights in path(_design(features, scaling), targets, way, multi_label=multi_label):  # noqa: B007
        fitted()
    return weights, scaling


def fold_into_head(
    weights: Doubles,
    scaling: Scaling,
    labels: tuple[str, ...],
    *,
    temperatures: Doubles,
    offsets: Doubles,
    thresholds: tuple[float, ...],
    multi_label: bool = False,
) -> LinearHead:
    """Scaling and calibration go into the weights, so that what the worker computes is the calibrated score."""
    dimension = len(scaling.centre)
    encoder = weights[:dimension] * scaling.spread[:, None]
    ngrams = np.zeros((len(scaling.idf), weights.shape[1]))
    ngrams[scaling.seen] = weights[dimension:-1] * scaling.idf[scaling.seen, None]
    bias = weights[-1] - scaling.centre @ encoder
    if not multi_label:
        # A constant over the labels changes no probability; without it a share means "towards this label".
        encoder, ngrams, bias = (each - each.mean(axis=-1, keepdims=True) for each in (encoder, ngrams, bias))
    return LinearHead(
        labels=labels,
        encoder_weights=(encoder / temperatures).astype(np.float32),
        ngram_weights=(ngrams / temperatures).astype(np.float32),
        bias=(bias / temperatures + offsets).astype(np.float32),
        thresholds=thresholds,
    )


def _design(features: Features, scaling: Scaling) -> Design:
    return Design(dense=scaling.means(features), words=scaling.words(features))
