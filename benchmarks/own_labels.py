"""What `stream-slm train` makes of the labelled sets of a data folder: from a few rows a label, and from all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from stream_slm.learning.features import Features
from stream_slm.learning.measures import Figures, figures_of
from stream_slm.learning.rows import LabelledRows
from stream_slm.learning.train import Encoded, Trained, judge_head, train
from training.recipe import choose_strength, fit

#: Fewer labels than this make no choice worth a comparison.
LEAST_LABELS = 3
#: Fewer rows give a calibration error of their own, however good the scores.
ENOUGH_FOR_ECE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """A set split for good: `in_training` says of each row on which side it stands."""

    name: str
    rows: LabelledRows
    encoded: Encoded
    in_training: np.ndarray

    def only(self, least_train: int, least_test: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows to train on and to test with, of the labels that have enough of both."""
        labels = self.labels
        trained, tested = Counter(labels[self.in_training]), Counter(labels[~self.in_training])
        kept = [label for label in trained if trained[label] >= least_train and tested[label] >= least_test]
        enough = np.isin(labels, kept)
        return np.flatnonzero(enough & self.in_training), np.flatnonzero(enough & ~self.in_training)

    @property
    def labels(self) -> np.ndarray:
        """The label of each row."""
        return np.array([label for (label,) in self.rows.labels])

    def trained(self, rows: np.ndarray, seed: int = 0) -> Trained:
        """A head from some rows."""
        chosen = Encoded(features=self.encoded.features.rows(rows), supported=self.encoded.supported[rows])
        return train(self.rows.chosen(rows.tolist()), chosen, holdout=0.0, seed=seed)

    def measured(self, trained: Trained, rows: np.ndarray) -> Figures:
        """What a head does on some rows."""
        truth = self.rows.targets(trained.head.labels)[rows]
        return figures_of(judge_head(trained.head, False, self.encoded, rows, truth))


def labelled_set(
    name: str, texts: Sequence[str], labels: Sequence[str], features: Features, in_training: Sequence[bool]
) -> LabelledSet:
    rows = LabelledRows(
        texts=tuple(texts),
        labels=tuple((label,) for label in labels),
        lines=tuple(range(1, len(texts) + 1)),
        multi_label=False,
    )
    encoded = Encoded(features=features, supported=np.ones(len(texts), np.bool_))
    return LabelledSet(name=name, rows=rows, encoded=encoded, in_training=np.array(in_training))


def shots_table(sets: Sequence[LabelledSet], shots: Sequence[int], seeds: int, least_test: int) -> Table:
    """Macro-F1 from so many rows a label: mean and spread over seeds, beside TF-IDF with logistic regression."""
    table = Table("rows a label", "set", "labels", "test", "our head", "TF-IDF + LR", "mean gap")
    for count in shots:
        for each in sets:
            pool, test = each.only(count, least_test)
            names = sorted(set(each.labels[pool]))
            if len(names) < LEAST_LABELS:
                continue
            pairs = np.array([_pair(each, pool, test, count, seed) for seed in range(seeds)])
            ours, theirs = (f"{pairs[:, side].mean():.3f} ± {pairs[:, side].std():.3f}" for side in (0, 1))
            gap = f"{(pairs[:, 0] - pairs[:, 1]).mean():+.3f}"
            table.add_row(str(count), each.name, str(len(names)), str(len(test)), ours, theirs, gap)
    return table


def calibration_table(sets: Sequence[LabelledSet], least_test: int) -> Table:
    """All rows: calibration, and what is left of the error among the accepted."""
    table = Table(
        "set",
        "train",
        "test",
        "macro-F1",
        "TF-IDF + LR",
        "ece or Brier",
        "error",
        "coverage",
        "error of accepted",
        "ratio",
    )
    for each in sets:
        pool, test = each.only(2, least_test)
        if len(set(each.labels[pool])) < 2:
            continue
        figures = each.measured(each.trained(pool), test)
        ece, brier = figures.expected_calibration_error, figures.brier
        sure = f"ece {ece:.3f}" if len(test) >= ENOUGH_FOR_ECE else f"Brier {brier:.3f}"
        left = figures.accepted_error if figures.accepted_error is not None else float("nan")
        table.add_row(
            each.name,
            str(len(pool)),
            str(len(test)),
            f"{figures.macro_f1:.3f}",
            f"{_tfidf(each, pool, test):.3f}",
            sure,
            *(f"{number:.3f}" for number in (figures.error, figures.coverage, left)),
            f"{left / figures.error:.2f}",
        )
    return table


def _pair(each: LabelledSet, pool: np.ndarray, test: np.ndarray, count: int, seed: int) -> tuple[float, float]:
    train_rows = np.concatenate(list(_drawn(each.labels, pool, count, seed)))
    return each.measured(each.trained(train_rows, seed), test).macro_f1, _tfidf(each, train_rows, test)


def _drawn(labels: np.ndarray, pool: np.ndarray, count: int, seed: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    for label in sorted(set(labels[pool])):
        yield rng.choice(pool[labels[pool] == label], count, replace=False)


def _tfidf(each: LabelledSet, train_rows: np.ndarray, test: np.ndarray) -> float:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1)
    seen = words.fit_transform([each.rows.texts[row] for row in train_rows])
    truth = each.labels
    model = fit(seen, truth[train_rows], choose_strength(seen, truth[train_rows]))
    guess = model.predict(words.transform([each.rows.texts[row] for row in test]))
    return float(f1_score(truth[test], guess, labels=np.unique(truth[test]), average="macro", zero_division=0))
