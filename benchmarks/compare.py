"""Two results of `bench --json` beside each other: what changed by more than the rounds of either differ."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, dict[str, float], dict[str, float]]]:
    """Every figure that has a median and a spread in both."""
    if isinstance(before, dict) and isinstance(after, dict):
        if "median" in before and "median" in after:
            yield path, before, after
        for name in before.keys() & after.keys():
            yield from changes(before[name], after[name], f"{path} / {name}" if path else name)


def verdict(before: dict[str, float], after: dict[str, float], *, more_is_better: bool) -> str:
    """Better or worse only where the two spreads do not touch."""
    if after["min"] > before["max"]:
        return "better" if more_is_better else "worse"
    if after["max"] < before["min"]:
        return "worse" if more_is_better else "better"
    return "within the noise"


def main() -> int:
    """Print the table; exit with 1 where something got worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    arguments = parser.parse_args()
    before, after = (json.loads(file.read_text(encoding="utf-8")) for file in (arguments.before, arguments.after))
    table = Table("figure", "before", "after", "change", "")
    worse = False
    for path, old, new in sorted(changes(before, after)):
        said = verdict(old, new, more_is_better=not path.endswith("cpu_us"))
        # The limit is the machine's: where it moved, the machine was another.
        worse |= said == "worse" and "limit_per_s" not in path
        change = f"{new['median'] / old['median'] - 1:+.1%}" if old["median"] else ""
        table.add_row(path, f"{old['median']:g}", f"{new['median']:g}", change, said)
    Console(width=130).print(table)
    return int(worse)


if __name__ == "__main__":
    raise SystemExit(main())
