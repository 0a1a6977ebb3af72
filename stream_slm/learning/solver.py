"""Regularised logistic regression over a dense and a sparse block: softmax over the labels, or a sigmoid for each.

It minimises what scikit-learn's LogisticRegression minimises, in a fraction of the time: the dense block stays dense,
and the search for one strength goes on from the solution for the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
#: (n, labels): labels that rows have, or their probabilities.
Targets = NDArray[np.bool_] | NDArray[np.float64]

#: Near enough for the third digit of any score; a short memory, for the search costs more than the features.
_OPTIONS = {"maxiter": 300, "maxcor": 5, "gtol": 5e-5, "ftol": 1e-7}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The features of n rows: (n, d) dense and (n, b) sparse, both float32: half the memory to pass through."""

    dense: Floats
    words: sparse.csr_matrix

    @property
    def width(self) -> int:
        """Features and the bias."""
        return int(self.dense.shape[1]) + int(self.words.shape[1]) + 1

    def logits(self, weights: Doubles) -> Floats:
        """(n, labels) from (d + b + 1, labels), the bias last."""
        split, small = self.dense.shape[1], weights.astype(np.float32)
        logits: Floats = self.dense @ small[:split]
        logits += self.words @ small[split:-1]
        logits += small[-1]
        return logits

    def gradient(self, residual: Floats) -> Doubles:
        """(d + b + 1, labels) from (n, labels)."""
        bias = residual.sum(axis=0, dtype=np.float64)
        return np.concatenate([self.dense.T @ residual, self.words.T @ residual, bias[None]])


def path(design: Design, targets: Targets, strengths: Sequence[float], *, multi_label: bool) -> Iterator[Doubles]:
    """For each strength (the inverse of the penalty, rising): (d + b + 1, labels) weights, the bias last and free.

    Targets are the labels that rows have, or how probable each is. With one label a row, labels weigh the same however
    many rows they have.
    """
    weights = np.zeros((design.width, targets.shape[1]))
    for strength in strengths:
        weights = _fit(design, targets, strength, multi_label, weights)
        yield weights


def _fit(design: Design, targets: Targets, strength: float, multi_label: bool, start: Doubles) -> Doubles:
    importance = np.ones(len(targets)) if multi_label else _balanced(targets)
    total = float(importance.sum())
    share = (importance / total).astype(np.float32)[:, None]
    shape = (design.width, targets.shape[1])
    judge = sigmoid_loss if multi_label else softmax_loss

    def objective(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(shape)
        losses, residual = judge(design.logits(weights), targets)
        residual -= targets
        residual *= share
        gradient = design.gradient(residual)
        gradient[:-1] += weights[:-1] / (strength * total)
        penalty = 0.5 * float((weights[:-1] ** 2).sum()) / (strength * total)
        return float(losses @ importance) / total + penalty, gradient.ravel()

    found: Any = minimize(objective, start.ravel(), jac=True, method="L-BFGS-B", options=_OPTIONS)
    return np.asarray(found.x, dtype=np.float64).reshape(shape)


def softmax_loss(logits: Floats, truth: Targets) -> tuple[Doubles, Floats]:
    """(n,) cross-entropies and (n, labels) probabilities, one label a row."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    if truth.dtype == np.bool_:  # a gather, where a product would read all
        own = shifted[np.arange(len(truth)), truth.argmax(axis=1)].astype(np.float64)
    else:
        own = (shifted * truth).sum(axis=1)
    exponents = np.exp(shifted, out=shifted)
    totals = exponents.sum(axis=1, keepdims=True)
    losses = np.log(totals[:, 0].astype(np.float64)) - own
    exponents /= totals
    return losses, exponents


def sigmoid_loss(logits: Floats, truth: Targets) -> tuple[Doubles, Floats]:
    """The same where each label is a question of its own."""
    losses = (np.logaddexp(0, logits) - truth * logits).sum(axis=1, dtype=np.float64)
    return np.asarray(losses), np.exp(-np.logaddexp(0, -logits))


def _balanced(truth: Targets) -> Doubles:
    counts = truth.sum(axis=0)
    return np.asarray(truth @ (len(truth) / (max(1, np.count_nonzero(counts)) * np.maximum(counts, 1))))
