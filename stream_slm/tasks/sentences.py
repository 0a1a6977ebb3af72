"""Sentence splitting with exact offsets, made for feeds: statements, notes, alerts, dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stream_slm.types import Sentence, TextPart

#: Where a sentence may end: terminal punctuation with its closers before white space, or a line break.
#: A run is tried from its first character only and never given back: a megabyte of dots must not cost its square.
_BOUNDARY = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)|[。！？]+|\n+")

#: Words whose full stop ends no sentence (lower case, without the stop).
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st sr jr rev hon capt lt col gen sgt vs approx appt dept est ext fig inc ltd co corp plc llc
    no nos vol pp p al cf e.g i.e etc ca viz jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu
    thur thurs fri sat sun ave blvd rd hwy rte mi km ft in lb lbs oz hr hrs min mins sec wt ht pt pts dx hx tx rx sx fx
    yr yrs y.o u.s u.k b.i.d t.i.d q.i.d p.o p.r.n ph tel acct ref txn trans
    """.split()  # noqa: SIM905  (a table reads better than a list of 90 literals)
)
_LAST_WORD = re.compile(r"[\w.]*$")
#: On the very next line: past a blank line, a lower-case letter wraps nothing.
_LOWER_START = re.compile(r"[^\S\n]*[a-zà-ÿ]")
_OPENS_SENTENCE = re.compile(r"\s+[\"'“‘(\[]*[^\Wa-zà-ÿ_]")


def split(parts: Sequence[TextPart]) -> tuple[Sentence, ...]:
    """The sentences of some text parts, in order; no sentence crosses a part, none is blank.

    Together the sentences hold every non-blank character of each part, and each says where it stands.
    """
    return tuple(
        Sentence(part=part, start=start, end=end, text=part.text[start:end])
        for part in parts
        for start, end in _spans(part.text)
    )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BOUNDARY.finditer(text):
        if _ends_sentence(text, start, match):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    stripped = piece.strip()
    if stripped:
        yield start + left, start + left + len(stripped)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] == "\n":
        # One line break before a lower-case letter is a wrapped line, not an end.
        return len(mark) > 1 or _LOWER_START.match(text, match.end()) is None
    if mark[0] != ".":
        return True
    if _OPENS_SENTENCE.match(text, match.end()) is None:
        return False
    # Sixteen characters hold any abbreviation; looking further back would make a long text cost its square.
    last_word = _LAST_WORD.search(text, max(start, match.start() - 16), match.start())
    word = last_word.group().lower() if last_word else ""
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    # "1. Aspirin": a list number opens the sentence that follows.
    return not (word.isdigit() and not text[start : match.start() - len(word)].strip())
