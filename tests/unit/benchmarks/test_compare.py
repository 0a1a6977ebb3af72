"""Rules of the comparison of two benchmark results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.compare import changes, verdict


def spread(low: float, middle: float, high: float) -> dict[str, float]:
    return {"median": middle, "min": low, "max": high}


@pytest.mark.parametrize(
    ("after", "more_is_better", "said"),
    [
        (spread(8, 9, 11), True, "within the noise"),
        (spread(5, 6, 7), True, "worse"),
        (spread(13, 14, 15), True, "better"),
        (spread(13, 14, 15), False, "worse"),
        (spread(5, 6, 7), False, "better"),
    ],
)
def test_a_change_is_one_only_beyond_the_spread_of_both(
    after: dict[str, float], more_is_better: bool, said: str
) -> None:
    assert verdict(spread(9, 10, 12), after, more_is_better=more_is_better) == said


def test_only_figures_of_both_are_compared() -> None:
    old = {"mixes": {"short": {"per_s": spread(1, 2, 3)}, "long": {"per_s": spread(1, 2, 3)}}, "cores": 2}
    new = {"mixes": {"short": {"per_s": spread(2, 3, 4)}}, "cores": 4}
    assert [path for path, *_ in changes(old, new)] == ["mixes / short / per_s"]


def test_a_regression_is_an_exit_code_and_another_machine_is_none(tmp_path: Path) -> None:
    """The limit is the machine's: where it moved, that says nothing of us."""
    files = [tmp_path / name for name in ("before.json", "after.json")]
    for worse, code in (("per_s", 1), ("limit_per_s", 0)):
        files[0].write_text(json.dumps({worse: spread(9, 10, 11)}), encoding="utf-8")
        files[1].write_text(json.dumps({worse: spread(4, 5, 6)}), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.compare", *map(str, files)], check=False, capture_output=True
        )
        assert ran.returncode == code, ran.stderr
