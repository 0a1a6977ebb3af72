"""A head from a teacher's probabilities: fitted on them, and measured against the teacher and against true labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stream_slm.errors import DataError
from stream_slm.learning.checks import LEAST_ROWS
from stream_slm.learning.measures import Judged, figures_of, wilson
from stream_slm.learning.rows import LabelledRows, PlainRow
from stream_slm.learning.train import HOLDOUT, Encoded, Trained, judge_head, train

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lessons:
    """Texts that a teacher judged.

    Attributes:
        rows: the texts with the teacher's labels.
        probabilities: (n, labels), the teacher's, labels in alphabetical order.
        true: of each row the labels that somebody gave it, where anybody did.
    """

    rows: LabelledRows
    probabilities: Doubles
    true: tuple[tuple[str, ...] | None, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstTruth:
    """macro-F1 of student and teacher on the held-out rows that have true labels, with intervals of 95 %."""

    rows: int
    student_macro_f1: float
    student_interval: tuple[float, float]
    teacher_macro_f1: float
    teacher_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distilled:
    """A head, how often it says what its teacher says on held-out rows, and how both do where the truth is known."""

    trained: Trained
    agreement: float
    agreement_interval: tuple[float, float]
    agreement_rows: int
    against_truth: AgainstTruth | None
    remarks: tuple[str, ...]


def lessons_of(
    rows: Sequence[PlainRow], answers: Sequence[Mapping[str, float] | None], *, multi_label: bool, threshold: float
) -> Lessons:
    """Join texts with what the teacher said; texts on which it said nothing are left out, and told.

    `threshold` is the probability from which a label of several is the teacher's.

    Raises:
        DataError: the teacher judged no text, or gave fewer than two labels.
    """
    judged = [(row, answer) for row, answer in zip(rows, answers, strict=True) if answer is not None]
    if not judged:
        raise DataError("the teacher could judge none of the texts")
    names = sorted(judged[0][1])
    scores = np.array([[answer[name] for name in names] for _, answer in judged], dtype=np.float64)
    given = scores >= threshold if multi_label else _best(scores)
    seldom = given.sum(axis=0) < LEAST_ROWS
    if not multi_label:
        scores = scores[:, ~seldom] / np.maximum(scores[:, ~seldom].sum(axis=1, keepdims=True), 1e-9)
    else:
        scores = scores[:, ~seldom]
    kept = [name for name, without in zip(names, seldom, strict=True) if not without]
    if len(kept) < (1 if multi_label else 2):
        raise DataError(
            f"the teacher gave {len(kept)} of its {len(names)} labels to {LEAST_ROWS} texts or more: "
            "that is too few to learn from"
        )
    given = scores >= threshold if multi_label else _best(scores)
    labels = tuple(tuple(kept[place] for place in np.flatnonzero(row)) for row in given)
    return Lessons(
        rows=LabelledRows(
            texts=tuple(row.text for row, _ in judged),
            labels=labels,
            lines=tuple(row.line for row, _ in judged),
            multi_label=multi_label,
        ),
        probabilities=scores,
        true=tuple(row.labels for row, _ in judged),
        remarks=tuple(_remarks(len(rows) - len(judged), [name for name in names if name not in kept])),
    )


def distil(lessons: Lessons, encoded: Encoded, *, holdout: float = HOLDOUT, seed: int = 0) -> Distilled:
    """Fit a head on a teacher's probabilities; `holdout` is the share of rows that it is measured on."""
    rows = lessons.rows
    trained = train(rows, encoded, holdout=holdout, seed=seed, probabilities=lessons.probabilities)
    calibration = {**trained.entry["calibration"], "rows": "a teacher's labels, out of fold"}
    trained = replace(trained, entry={**trained.entry, "calibration": calibration})
    held = trained.held
    if not len(held):
        raise DataError("no row is left to measure on: more texts are needed, or a greater holdout")
    student = judge_head(trained.head, rows.multi_label, encoded, held, rows.targets(trained.head.labels)[held])
    same = student.guesses == student.truth if rows.multi_label else (student.guesses & student.truth).any(axis=1)
    hits, of = int(same.sum()), int(same.size)
    return Distilled(
        trained=trained,
        agreement=round(hits / of, 4),
        agreement_interval=wilson(hits, of),
        agreement_rows=len(held),
        against_truth=_against_truth(student, lessons, held, seed),
        remarks=(*lessons.remarks, *trained.remarks, *_foreign(lessons, held, trained.head.labels)),
    )


def _against_truth(student: Judged, lessons: Lessons, held: NDArray[np.int64], seed: int) -> AgainstTruth | None:
    known = [place for place, row in enumerate(held) if lessons.true[row] is not None]
    if not known:
        return None
    places = {label: place for place, label in enumerate(student.labels)}
    truth = np.zeros((len(known), len(places)), np.bool_)
    for index, place in enumerate(known):
        own = lessons.true[held[place]] or ()
        truth[index, [places[label] for label in own if label in places]] = True
    if not truth.any() and any(lessons.true[held[place]] for place in known):
        return None  # other labels than these, or spelt otherwise: a score of 0 would look like a measurement
    theirs = replace(student, scores=lessons.probabilities[held])
    if student.multi_label:  # what the teacher gave, not what would reach the student's thresholds
        theirs = replace(theirs, scores=student.truth.astype(np.float64), thresholds=np.full(len(places), 0.5))
    figures = [figures_of(_rows_of(each, known, truth), seed) for each in (student, theirs)]
    return AgainstTruth(
        rows=len(known),
        student_macro_f1=figures[0].macro_f1,
        student_interval=figures[0].macro_f1_interval,
        teacher_macro_f1=figures[1].macro_f1,
        teacher_interval=figures[1].macro_f1_interval,
    )


def _rows_of(judged: Judged, rows: Sequence[int], truth: Bools) -> Judged:
    return replace(judged, scores=judged.scores[rows], eligible=judged.eligible[rows], truth=truth)


def _best(scores: Doubles) -> Bools:
    return np.asarray(np.arange(scores.shape[1]) == scores.argmax(axis=1)[:, None])


def _foreign(lessons: Lessons, held: NDArray[np.int64], labels: Sequence[str]) -> list[str]:
    own = [set(true) for row in held if (true := lessons.true[row])]
    foreign = sorted(set[str]().union(*own) - set(labels))
    if not foreign:
        return []
    texts = sum(not true.isdisjoint(foreign) for true in own)
    return [
        f"{texts} held-out texts have true labels that the head does not know ({_listed(foreign)}): spelt otherwise?"
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:5])) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _remarks(unjudged: int, seldom: Sequence[str]) -> list[str]:
    told = []
    if unjudged:
        told.append(f"{unjudged} texts are left out: the teacher failed on them, or does not know their language")
    if seldom:
        told.append(
            f"the teacher gave {_listed(seldom)} to fewer than {LEAST_ROWS} texts: the head will not know such labels"
        )
    return told
