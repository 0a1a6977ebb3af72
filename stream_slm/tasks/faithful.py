"""Holds what a model wrote against its source: the verdict that stands in the record."""

from __future__ import annotations

import re
from collections import Counter

from stream_slm.types import Guard

#: Whatever holds a digit, without the marks around it.
_NUMBER = re.compile(r"\w*\d(?:[\w.,:/-]*\w)?")


def held_against(written: str, source: str) -> Guard:
    """Whether every number of a text stands in its source, thousands separators aside."""
    known = set(_numbers(source))
    found = _numbers(written)
    unsupported = Counter("number" for each in found if each not in known)
    return verdict(len(found), unsupported)


def verdict(checked: int, unsupported: Counter[str]) -> Guard:
    """A verdict from what was looked for and what was not found, by kind."""
    kinds = ",".join(sorted(unsupported))
    return Guard(
        verdict="failed" if unsupported else "passed",
        reason=f"unsupported:{kinds}" if unsupported else None,
        unsupported=dict(unsupported),
        checked=checked,
    )


def _numbers(text: str) -> list[str]:
    return [match.replace(",", "").lower() for match in _NUMBER.findall(text)]
