"""The head recipe: one logistic regression over mean vectors and hashed n-grams, chosen over folds, folded together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stream_slm.learning.features import Features, Scaling
from stream_slm.learning.measures import macro_f1
from stream_slm.learning.solver import Design, Doubles, Targets, path, sigmoid_loss, softmax_loss
from stream_slm.tasks.head import LinearHead

#: Inverse regularisation tried over the folds.
STRENGTHS = (1.0, 3.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutOfFold:
    """(n, labels): what models say of rows of which they saw none, nor an equal text, at the strength that did best."""

    logits: Doubles
    strength: float


def out_of_fold(
    features: Features,
    targets: NDArray[np.bool_],
    fold_of: NDArray[np.int64],
    *,
    multi_label: bool,
    learnt: Targets | None = None,
) -> OutOfFold:
    """Fit each strength on all folds but one, in turn, and keep what the best says of the rows left out.

    `learnt` is what is fitted, where that is not the labels themselves; the best is chosen by the labels.
    """
    fitted = targets if learnt is None else learnt
    logits = {strength: np.zeros((len(fold_of), targets.shape[1])) for strength in STRENGTHS}
    for fold in np.unique(fold_of):
        seen, held = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        scaling = Scaling.of(features.rows(seen))
        known, unknown = _design(features.rows(seen), scaling), _design(features.rows(held), scaling)
        weights_along = path(known, fitted[seen], STRENGTHS, multi_label=multi_label)
        for strength, weights in zip(STRENGTHS, weights_along, strict=True):
            logits[strength][held] = unknown.logits(weights)

    def quality(strength: float) -> tuple[float, float]:
        found = logits[strength]
        loss = sigmoid_loss if multi_label else softmax_loss
        return macro_f1(guesses(found, multi_label), targets), -float(loss(found, targets.astype(np.float64))[0].mean())

    best = max(STRENGTHS, key=quality)
    return OutOfFold(logits=logits[best], strength=best)


def guesses(logits: Doubles, multi_label: bool) -> NDArray[np.bool_]:
    """(n, labels): the best label of each row, or each label that is likelier than not."""
    if multi_label:
        return logits > 0
    return np.asarray(np.arange(logits.shape[1]) == logits.argmax(axis=1)[:, None])


def fit_weights(
    features: Features, targets: Targets, strength: float, *, multi_label: bool
) -> tuple[Doubles, Scaling]:
    """Fit on all rows; the weights as `solver.path` gives them, for features under the scaling."""
    scaling = Scaling.of(features)
    # The whole way up to the strength, as over the folds: the calibration holds for weights found so.
    way = STRENGTHS[: STRENGTHS.index(strength) + 1]
    *_, weights = path(_design(features, scaling), targets, way, multi_label=multi_label)
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
