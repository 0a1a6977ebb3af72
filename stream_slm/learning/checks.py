"""What a person should know of labelled rows before a head is trained on them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from stream_slm.errors import DataError
from stream_slm.learning.rows import LabelledRows
from stream_slm.learning.splits import groups_of

LEAST_ROWS = 2
#: Below this a label's figures are rough.
ENOUGH_ROWS = 8
_IMBALANCE = 10
#: A label is rare beside another where it has no more than this share of its rows.
_RARE = 0.05
#: In a short name two changed letters make another word.
_SHORT_NAME = 5


def refuse_unusable(rows: LabelledRows) -> None:
    """Raise DataError where no head can be trained on these rows."""
    counts = rows.counts
    if len(counts) < (1 if rows.multi_label else 2):
        raise DataError(f"{len(rows)} rows with {len(counts)} labels: a head needs rows of at least two")
    if few := [label for label, count in counts.items() if count < LEAST_ROWS]:
        hints = "".join(f"; {each}" for each in typos(rows))
        raise DataError(f"fewer than {LEAST_ROWS} rows of {_listed(few)}{hints}")


def remarks(rows: LabelledRows) -> list[str]:
    """Warnings, each a sentence."""
    return [*_few(rows), *_imbalance(rows), *_duplicates(rows), *typos(rows)]


def typos(rows: LabelledRows) -> Iterator[str]:
    """Rare labels that read like a frequent one."""
    counts = rows.counts
    for rare, few in counts.items():
        for frequent, many in counts.items():
            if few <= max(1, _RARE * many) and few < many and _alike(rare, frequent):
                yield f"label {rare!r} ({_rows(few)}) reads like {frequent!r} ({_rows(many)}): a typing error?"


def _few(rows: LabelledRows) -> Iterator[str]:
    if few := [label for label, count in rows.counts.items() if count < ENOUGH_ROWS]:
        yield f"fewer than {ENOUGH_ROWS} rows of {_listed(few)}: their figures mean little"


def _imbalance(rows: LabelledRows) -> Iterator[str]:
    counts = rows.counts
    smallest, largest = min(counts, key=lambda each: counts[each]), max(counts, key=lambda each: counts[each])
    if counts[largest] >= _IMBALANCE * counts[smallest]:
        most, least = _rows(counts[largest]), counts[smallest]
        yield f"the labels are out of balance: {most} of {largest!r}, {least} of {smallest!r}"


def _duplicates(rows: LabelledRows) -> Iterator[str]:
    order = np.argsort(groups := groups_of(rows.texts), kind="stable")
    repeated, contradicting = 0, list[tuple[int, int]]()
    for left, right in pairwise(order.tolist()):
        if groups[left] == groups[right]:
            repeated += 1
            if rows.labels[left] != rows.labels[right]:
                contradicting.append((rows.lines[left], rows.lines[right]))
    if repeated:
        yield f"{_rows(repeated)} repeat a text that came before; equal texts stay on one side of every split"
    if contradicting:
        first = ", ".join(f"{left} and {right}" for left, right in sorted(contradicting)[:3])
        yield f"equal texts with different labels, {len(contradicting)} times (lines {first}): no head can learn both"


def _alike(left: str, right: str) -> bool:
    left, right = left.casefold().strip(), right.casefold().strip()
    if left == right:
        return True
    if _without_digits(left) == _without_digits(right):  # level1, level2
        return False
    # Two letters that changed places count as two edits, and are the commonest slip.
    allowed = 1 if min(len(left), len(right)) <= _SHORT_NAME and sorted(left) != sorted(right) else 2
    return abs(len(left) - len(right)) <= allowed and edits(left, right) <= allowed


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def edits(left: str, right: str) -> int:
    """Insertions, deletions and changes of a letter that lead from one word to the other (Levenshtein)."""
    costs = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        diagonal, costs[0] = costs[0], row
        for column, other in enumerate(right, 1):
            step = min(costs[column] + 1, costs[column - 1] + 1, diagonal + (letter != other))
            diagonal, costs[column] = costs[column], step
    return costs[-1]


def _listed(labels: list[str]) -> str:
    return ", ".join(map(repr, labels[:5])) + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"
