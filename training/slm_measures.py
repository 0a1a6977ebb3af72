"""Measures of summaries: what a number is, ROUGE, repeats, facts stated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"\w+(?:[.,:'’/-]\w+)*")


def numbers(text: str) -> list[str]:
    """Numbers as they are written, times and dates whole."""
    return _NUMBER.findall(text)


def rouge_l(summary: str, reference: str) -> float:
    """F1 of the longest common subsequence of words, whatever their case."""
    a, b = ([word.casefold() for word in _WORD.findall(text)] for text in (summary, reference))
    if not a or not b:
        return 0.0
    row = [0] * (len(b) + 1)
    for word in a:
        previous = 0
        for j, other in enumerate(b, 1):
            kept = row[j]
            row[j] = previous + 1 if word == other else max(row[j], row[j - 1])
            previous = kept
    return 2 * row[-1] / (len(a) + len(b))


def rouge_n(summary: str, reference: str, n: int) -> float:
    """F1 of the word n-grams that both hold, whatever their case."""
    a, b = (_ngrams([word.casefold() for word in _WORD.findall(text)], n) for text in (summary, reference))
    shared = sum((a & b).values())
    total = sum(a.values()) + sum(b.values())
    return 2 * shared / total if total else 0.0


def _ngrams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def repeats(text: str) -> bool:
    """Whether three words on end come again."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return bool(words) and max(_ngrams(words, 3).values(), default=0) > 1


def stated(summary: str, facts: Iterable[Sequence[str]]) -> int:
    """How many facts a summary states; each is given as the wordings that count."""
    lowered = summary.casefold()
    return sum(any(_holds(lowered, wording.casefold()) for wording in fact) for fact in facts)


def _holds(text: str, wording: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(wording)}", text) is not None
