"""Rules of the remarks on labelled rows: what would spoil a head is said before it is trained."""

from __future__ import annotations

import pytest

from stream_slm.errors import DataError
from stream_slm.learning.checks import edits, refuse_unusable, remarks, typos
from stream_slm.learning.rows import LabelledRows


def rows_of(*pairs: tuple[str, str]) -> LabelledRows:
    return LabelledRows(
        texts=tuple(text for text, _ in pairs),
        labels=tuple((label,) for _, label in pairs),
        lines=tuple(range(1, len(pairs) + 1)),
        multi_label=False,
    )


def many(label: str, count: int) -> list[tuple[str, str]]:
    return [(f"{label} text {number}", label) for number in range(count)]


@pytest.mark.parametrize(
    ("left", "right", "steps"), [("", "", 0), ("a", "", 1), ("urgnet", "urgent", 2), ("kitten", "sitting", 3)]
)
def test_edits_are_counted(left: str, right: str, steps: int) -> None:
    assert edits(left, right) == edits(right, left) == steps


@pytest.mark.parametrize(
    ("rare", "frequent", "told"),
    [
        ("urgnet", "urgent", True),
        ("Urgent ", "urgent", True),
        ("level1", "level2", False),
        ("cat", "cow", False),
        ("routine", "urgent", False),
    ],
)
def test_a_rare_label_that_reads_like_a_frequent_one_is_told(rare: str, frequent: str, told: bool) -> None:
    found = list(typos(rows_of(*many(frequent, 60), *many(rare, 3))))
    assert bool(found) == told
    assert not told or f"{rare!r} (3 rows) reads like {frequent!r} (60 rows)" in found[0]


def test_two_frequent_labels_may_be_alike() -> None:
    assert not list(typos(rows_of(*many("cancel", 30), *many("cancels", 30))))


def test_imbalance_is_told_with_numbers() -> None:
    (told,) = [each for each in remarks(rows_of(*many("often", 100), *many("seldom", 10))) if "balance" in each]
    assert "100 rows of 'often', 10 of 'seldom'" in told
    assert not [each for each in remarks(rows_of(*many("often", 99), *many("seldom", 10))) if "balance" in each]


def test_duplicates_are_told_and_contradictions_with_their_lines() -> None:
    told = remarks(rows_of(*many("left", 8), *many("right", 8), ("LEFT text 0", "left"), ("right  text 1", "left")))
    assert any(each.startswith("2 rows repeat a text") for each in told)
    assert any("different labels, 1 times (lines 10 and 18)" in each for each in told)


def test_labels_of_few_rows_are_told_and_of_one_refused() -> None:
    rows = rows_of(*many("left", 8), *many("right", 7))
    refuse_unusable(rows)
    assert any(each.startswith("fewer than 8 rows of 'right':") for each in remarks(rows))
    with pytest.raises(DataError, match=r"fewer than 2 rows of 'lfet'; label 'lfet' \(1 row\) reads like 'left'"):
        refuse_unusable(rows_of(*many("left", 8), *many("right", 8), ("x", "lfet")))
    with pytest.raises(DataError, match="at least two"):
        refuse_unusable(rows_of(*many("left", 8)))
