"""A head's answers on labelled rows, through the reader and the classifier that a worker uses."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import numpy as np

from stream_slm.config.settings import Settings
from stream_slm.engine.bundle import Bundle
from stream_slm.errors import ConfigurationError, DataError
from stream_slm.learning.measures import Judged
from stream_slm.learning.reading import Count, opened, read
from stream_slm.learning.rows import LabelledRows
from stream_slm.tasks.classify import Classify


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Rows under the names that a head has for their labels, and what had to be done for it."""

    rows: LabelledRows
    remarks: tuple[str, ...]


def match(rows: LabelledRows, bundle: Bundle, task: str) -> Matched:
    """Read labels that differ in case and outer white space as the head's own; leave out rows of labels it has not.

    Raises:
        ConfigurationError: the bundle has no such head.
        DataError: no row is left, or the rows have several labels and the head gives one.
    """
    heads = bundle.manifest.heads
    if task not in heads:
        there = ", ".join(sorted(heads)) or "none"
        raise ConfigurationError(f"the bundle {bundle.manifest.name} has no head {task!r}; it has {there}")
    if rows.multi_label and not heads[task].get("multi_label"):
        raise DataError(f"the rows give lists of labels, but the head {task!r} gives one label a text")
    own = {name.casefold().strip(): name for name in heads[task]["labels"]} | {n: n for n in heads[task]["labels"]}
    named = {label: own.get(label) or own.get(label.casefold().strip()) for label in rows.counts}
    kept = [row for row, labels in enumerate(rows.labels) if all(named[label] for label in labels)]
    if not kept:
        raise DataError(f"no row has a label of the head {task!r}; it has {', '.join(heads[task]['labels'])}")
    chosen = rows.chosen(kept)
    renamed = tuple(tuple(found for label in labels if (found := named[label])) for labels in chosen.labels)
    return Matched(
        rows=LabelledRows(texts=chosen.texts, labels=renamed, lines=chosen.lines, multi_label=chosen.multi_label),
        remarks=_remarks(rows, named, len(kept)),
    )


def _remarks(rows: LabelledRows, named: dict[str, str | None], kept: int) -> tuple[str, ...]:
    told = [f"label {label!r} is read as {name!r}" for label, name in named.items() if name and name != label]
    unknown = Counter(label for labels in rows.labels for label in labels if not named[label])
    if unknown:
        names = ", ".join(f"{label!r} ({count})" for label, count in unknown.most_common(5))
        others = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        told.append(
            f"{len(rows) - kept} rows are left out, for the head has no label {names}{others}: "
            "in use it would be wrong on each of them"
        )
    return tuple(told)


def judge(settings: Settings, bundle: Bundle, task: str, rows: LabelledRows, report: Count) -> Judged:
    """What the bundle's head says of each row."""
    entry = bundle.manifest.heads[task]
    labels = tuple(str(label) for label in entry["labels"])

    async def run() -> tuple[list[list[float]], list[bool]]:
        scores, eligible = list[list[float]](), list[bool]()
        async with opened(settings) as models:
            classifier = models.classifier(Classify(task, max_evidence=0))
            async for text in read(models, rows, report):
                found, _ = classifier.classify(text)
                scores.append([found.probability(frozenset((label,))) for label in labels])
                eligible.append(found.familiar and text.language.supported)
        return scores, eligible

    scores, eligible = asyncio.run(run())
    return Judged(
        labels=labels,
        multi_label=bool(entry.get("multi_label")),
        scores=np.array(scores, np.float64),
        truth=rows.targets(labels),
        thresholds=np.array([float(entry["thresholds"][label]) for label in labels]),
        eligible=np.array(eligible, np.bool_),
    )
