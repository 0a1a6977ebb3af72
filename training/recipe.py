"""The head recipe: one logistic regression over mean vectors and hashed n-grams, folded into a LinearHead."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from stream_slm.tasks.head import LinearHead
from training.features import Features

#: Inverse regularisation tried by cross-validation.
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0)
_FOLDS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaling:
    """What makes the two kinds of features comparable; folded into the weights afterwards."""

    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    idf: NDArray[np.float32]
    #: Buckets that any training row fills; the others' weights would stay zero, and cost time.
    seen: NDArray[np.int64]

    @classmethod
    def of(cls, features: Features) -> Scaling:
        filled = np.asarray((features.ngrams > 0).sum(axis=0)).ravel()
        idf = np.log((1 + features.ngrams.shape[0]) / (1 + filled)) + 1
        weighted = features.ngrams.multiply(idf)
        norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).mean())
        deviation = features.means.std(axis=0) + 1e-6
        return cls(
            centre=features.means.mean(axis=0),
            # Unit norm on average, like the n-grams, so that one penalty fits both.
            spread=(1 / (deviation * np.sqrt(features.means.shape[1]))).astype(np.float32),
            idf=(idf / max(norm, 1e-9)).astype(np.float32),
            seen=np.flatnonzero(filled),
        )

    def apply(self, features: Features, *, encoder: bool = True, ngrams: bool = True) -> sparse.csr_matrix:
        blocks = []
        if encoder:
            blocks.append(sparse.csr_matrix((features.means - self.centre) * self.spread))
        if ngrams:
            blocks.append(features.ngrams.multiply(self.idf).tocsr()[:, self.seen])
        return sparse.hstack(blocks, format="csr")


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


def fold_into_head(model: LogisticRegression, scaling: Scaling, *, temperature: float, threshold: float) -> LinearHead:
    """Scaling and temperature go into the weights, so that the worker's softmax is the calibrated score."""
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # two labels: scikit-learn keeps one column of log-odds
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    dimension = len(scaling.centre)
    encoder = weights[:dimension] * scaling.spread[:, None]
    ngrams = np.zeros((len(scaling.idf), weights.shape[1]))
    ngrams[scaling.seen] = weights[dimension:] * scaling.idf[scaling.seen, None]
    bias = bias - scaling.centre @ encoder
    # A constant over the labels changes no probability; without it a share means "towards this label".
    encoder, ngrams, bias = (each - each.mean(axis=-1, keepdims=True) for each in (encoder, ngrams, bias))
    labels = tuple(str(label) for label in model.classes_)
    return LinearHead(
        labels=labels,
        encoder_weights=(encoder / temperature).astype(np.float32),
        ngram_weights=(ngrams / temperature).astype(np.float32),
        bias=(bias / temperature).astype(np.float32),
        thresholds=(threshold,) * len(labels),
    )


def with_threshold(head: LinearHead, threshold: float) -> LinearHead:
    return replace(head, thresholds=(threshold,) * len(head.labels))


def temperature_of(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature under which the true labels are most likely (grid, a tenth of an octave)."""
    grid = 2.0 ** np.arange(-2, 4, 0.1)
    return float(min(grid, key=lambda t: _negative_log_likelihood(logits / t, truth)))


def _negative_log_likelihood(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return float((log_total - shifted[np.arange(len(truth)), truth]).mean())


def expected_calibration_error(scores: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean gap between score and accuracy over bins of equal mass."""
    parts = np.array_split(np.argsort(scores), bins)
    return float(sum(len(p) * abs(scores[p].mean() - right[p].mean()) for p in parts if len(p)) / len(scores))


def selective_threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], least_coverage: float = 0.5) -> float:
    """The lowest score from which the error is at most half the error over all, at no less than some coverage."""
    target = (1 - right.mean()) / 2
    candidates = np.quantile(scores, np.linspace(0, 1 - least_coverage, 51))
    for candidate in candidates:
        kept = scores >= candidate
        if 1 - right[kept].mean() <= target:
            return float(candidate)
    return float(candidates[-1])


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=1, keepdims=True)
