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
#: (n, labels): labels that rows have, or their probabilities.
Targets = NDArray[np.bool_] | NDArray[np.float64]

#: Near enough for the third digit of any score; a short memory, for the search costs more than the features.
_OPTIONS = {"maxiter": 300, "maxcor": 5, "gtol": 5e-5, "ftol": 1e-7}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The features of n rows: (n, d) dense and (n, b) sparse."""

    dense: NDArray[np.float32]
    words: sparse.csr_matrix

    @property
    def width(self) -> int:
        """Features and the bias."""
        return int(self.dense.shape[1]) + int(self.words.shape[1]) + 1

    def logits(self, weights: Doubles) -> Doubles:
        """(n, labels) from (d + b + 1, labels), the bias last."""
        split = self.dense.shape[1]
        dense = self.dense @ weights[:split].astype(np.float32)
        return np.asarray(dense + self.words @ weights[split:-1] + weights[-1], dtype=np.float64)

    def gradient(self, residual: Doubles) -> Doubles:
        """(d + b + 1, labels) from (n, labels)."""
        dense = self.dense.T @ residual.astype(np.float32)
        return np.concatenate([dense, self.words.T @ residual, residual.sum(axis=0)[None]])


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
    truth = targets.astype(np.float64)
    importance = np.ones(len(truth)) if multi_label else _balanced(truth)
    total = float(importance.sum())
    shape = (design.width, truth.shape[1])
    judge = sigmoid_loss if multi_label else softmax_loss

    def objective(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(shape)
        losses, guesses = judge(design.logits(weights), truth)
        penalised = np.concatenate([weights[:-1], np.zeros((1, shape[1]))]) / (strength * total)
        gradient = design.gradient((guesses - truth) * (importance / total)[:, None]) + penalised
        value = float(losses @ importance) / total + 0.5 * float((penalised * weights).sum())
        return value, gradient.ravel()

    found: Any = minimize(objective, start.ravel(), jac=True, method="L-BFGS-B", options=_OPTIONS)
    return np.asarray(found.x, dtype=np.float64).reshape(shape)


def softmax_loss(logits: Doubles, truth: Doubles) -> tuple[Doubles, Doubles]:
    """(n,) negative log-likelihoods and (n, labels) probabilities, one label a row."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponents = np.exp(shifted)
    totals = exponents.sum(axis=1, keepdims=True)
    return np.asarray((truth * (np.log(totals) - shifted)).sum(axis=1)), exponents / totals


def sigmoid_loss(logits: Doubles, truth: Doubles) -> tuple[Doubles, Doubles]:
    """The same where each label is a question of its own."""
    losses = np.logaddexp(0, logits) - truth * logits
    return np.asarray(losses.sum(axis=1)), np.exp(-np.logaddexp(0, -logits))


def _balanced(truth: Doubles) -> Doubles:
    counts = truth.sum(axis=0)
    return np.asarray(truth @ (len(truth) / (max(1, np.count_nonzero(counts)) * np.maximum(counts, 1))))
