"""From logits to scores that mean what they say, and to the scores from which a label is accepted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: The temperatures tried: a tenth of an octave apart.
_TEMPERATURES = 2.0 ** np.arange(-2, 4, 0.1)
#: What stands against a slope far from 1, so that few rows do not move it far.
_BELIEF = 2.0


def softmax(logits: Doubles) -> Doubles:
    """(n, labels): probabilities that sum to one."""
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))


def sigmoid(logits: Doubles) -> Doubles:
    """A probability for each logit."""
    return np.exp(-np.logaddexp(0, -logits))


def temperature_of(logits: Doubles, truth: NDArray[np.int64]) -> float:
    """The temperature under which the true labels are most likely (grid, a tenth of an octave)."""
    return float(min(_TEMPERATURES, key=lambda t: _surprise(logits / t, truth)))


def slope_and_prior(logits: Doubles, truth: Bools) -> tuple[float, Doubles]:
    """The slope and the (labels,) offsets under which the true labels are most likely, one label a row.

    The offsets are a part of the log of each label's share: a head is fitted as if labels were equally frequent, and
    what it meets is not. Two numbers in all, and both held back where there are few rows.
    """
    shares = np.log((truth.sum(axis=0) + 1) / (len(truth) + truth.shape[1]))
    index = truth.argmax(axis=1)

    def surprise(found: Doubles) -> float:
        slope, part = np.exp(found[0]), found[1]
        held_back = _BELIEF * found[0] ** 2 + part**2
        return _surprise(logits * slope + part * shares, index) + float(held_back) / max(1, len(truth))

    if not len(truth):
        return 1.0, np.zeros(truth.shape[1])
    found: Any = minimize(surprise, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6})
    return float(np.exp(found.x[0])), np.asarray(found.x[1] * shares)


def slope_and_offset(logits: Doubles, truth: Bools) -> tuple[float, float]:
    """Platt's a and b: sigmoid(a * logit + b) is the score of one label of several.

    His targets, a little short of 0 and 1, keep few rows modest.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return 1.0, 0.0
    target = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, offset = 1.0, 0.0
    for _ in range(50):  # Newton's steps; a handful is the rule
        guess = sigmoid(slope * logits + offset)
        weight = guess * (1 - guess)
        # The first term holds the slope near 1 as `_BELIEF` holds a temperature.
        gradient = np.array([((guess - target) * logits).sum() + _BELIEF * (slope - 1), (guess - target).sum()])
        cross = (weight * logits).sum()
        curvature = np.array([[(weight * logits**2).sum() + _BELIEF, cross], [cross, weight.sum() + 1e-6]])
        step = np.linalg.solve(curvature, gradient)
        slope, offset = float(slope - np.clip(step[0], -1, 1)), float(offset - np.clip(step[1], -1, 1))
        if np.abs(step).max() < 1e-6:
            break
    return max(slope, 0.05), offset  # a slope below zero would turn the label round


def selective_threshold(
    scores: Doubles, right: Bools, least_coverage: float = 0.5, *, of_the_error: float = 0.5
) -> float:
    """The lowest score from which the error is at most a part of that over all, at no less than some coverage."""
    target = (1 - right.mean()) * of_the_error
    candidates = np.quantile(scores, np.linspace(0, 1 - least_coverage, 51))
    for candidate in candidates:
        kept = scores >= candidate
        if 1 - right[kept].mean() <= target:
            return float(candidate)
    return float(candidates[-1])


def best_f1_threshold(scores: Doubles, truth: Bools) -> float:
    """The score from which accepting one label of several gives the best F1; 0.5 where no row has the label."""
    if not truth.any():
        return 0.5
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    quality = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    # A threshold lies between two scores: it cannot part equal ones.
    ends = np.append(scores[order][:-1] > scores[order][1:], True)
    best = int(np.where(ends, quality, -1).argmax())
    below = scores[order][best + 1] if best + 1 < len(order) else 0.0
    return float((scores[order][best] + below) / 2)


def _surprise(logits: Doubles, truth: NDArray[np.int64]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return float((log_total - shifted[np.arange(len(truth)), truth]).mean())
