"""The heads in the box: the head recipe as scikit-learn solves it, which is how they were made."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from stream_slm.learning.features import Features, Scaling
from stream_slm.learning.recipe import fold_into_head
from stream_slm.tasks.head import LinearHead

#: Inverse regularisation tried by cross-validation.
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0)
_FOLDS = 3


def fit(matrix: sparse.csr_matrix, labels: NDArray[np.str_], strength: float) -> LogisticRegression:
    """One balanced multinomial logistic regression."""
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 300 steps are near enough for a choice among strengths
        return model.fit(matrix, labels)


def choose_strength(matrix: sparse.csr_matrix, labels: NDArray[np.str_], seed: int = 0) -> float:
    """The strength with the best macro-F1 over folds of the training rows."""
    smallest = int(np.unique(labels, return_counts=True)[1].min())
    folds = StratifiedKFold(max(2, min(_FOLDS, smallest)), shuffle=True, random_state=seed)
    scores = dict.fromkeys(STRENGTHS, 0.0)
    for train, test in folds.split(matrix, labels):
        for strength in STRENGTHS:
            guess = fit(matrix[train], labels[train], strength).predict(matrix[test])
            scores[strength] += f1_score(labels[test], guess, average="macro")
    return max(scores, key=lambda strength: scores[strength])


def head_of(model: LogisticRegression, scaling: Scaling, *, temperature: float, threshold: float) -> LinearHead:
    """Fold a fitted model into a head; one threshold for all labels."""
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # two labels: scikit-learn keeps one column of log-odds
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    labels = tuple(str(label) for label in model.classes_)
    return fold_into_head(
        np.concatenate([weights, bias[None]]),
        scaling,
        labels,
        temperatures=np.full(len(labels), temperature),
        offsets=np.zeros(len(labels)),
        thresholds=(threshold,) * len(labels),
    )


def joined(scaling: Scaling, features: Features, *, encoder: bool = True, ngrams: bool = True) -> sparse.csr_matrix:
    """One matrix of the scaled features, or of one kind of them."""
    blocks = [sparse.csr_matrix(scaling.means(features))] if encoder else []
    return sparse.hstack([*blocks, scaling.words(features)] if ngrams else blocks, format="csr")
