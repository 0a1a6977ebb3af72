"""What a fact is, and the tokens of a text that the grammars read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "number", "ordinal", "amount", "quantity", "unit", "date", "time", "drug_dose", "road", "id", "name", "custom"
]
#: What the grammars find, in the order in which the documentation lists it.
KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "custom")

#: A kind and a normal form.
Reading = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of a text: `text[start:end]` in Unicode code points, and its normal form.

    Attributes:
        value: the likeliest reading in one form for all spellings, see docs/extract.md: `1200 USD`, `2016-10-26`.
        also: other readings of the same words: 03/04/2015 is a day of March or of April, 1.200 is 1200 or 1.2.
        numbers: the plain numbers in it, decimal strings; what a bare number elsewhere may repeat.
        unit: what its number is of: a unit or a currency; empty where there is none.
        spelled: written in words.
    """

    kind: Kind
    start: int
    end: int
    value: str
    also: tuple[Reading, ...] = ()
    numbers: tuple[str, ...] = ()
    unit: str = ""
    spelled: bool = False

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Every kind and form these words may have, the likeliest first."""
        return ((self.kind, self.value), *self.also)


class Token(NamedTuple):
    """A run of digits with their separators, a word, or one other character; `end` closes the text."""

    text: str
    lower: str
    start: int
    end: int
    kind: Literal["number", "word", "mark", "end"]


class Found(NamedTuple):
    """Facts that were read from a place on, and the index of the token after them."""

    facts: tuple[Fact, ...]
    end: int


#: Each alternative is one class or ends where the next character cannot continue it: no run is read twice.
_TOKEN = re.compile(r"(?P<number>\d+(?:[.,]\d+|['’\u00a0\u202f\u2009]\d{3}(?!\d))*+)|(?P<word>[^\W\d_]+)|(?P<mark>\S)")
#: Tokens past the last, so that a grammar may look ahead without asking where the text ends.
_AHEAD = 8


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text, and a few of kind `end`."""
    found = [
        Token(token := match.group(), token.lower(), match.start(), match.end(), match.lastgroup)  # type: ignore[arg-type]
        for match in _TOKEN.finditer(text)
    ]
    # Two of blank space before each: the last token of a text is glued to none.
    closing = [Token("", "", len(text) + 2, len(text) + 2, "end")] * _AHEAD
    return (*found, *closing)


def glued(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether nothing stands between a token and the one before it."""
    return index > 0 and tokens[index].start == tokens[index - 1].end


def after(tokens: tuple[Token, ...], index: int, position: int) -> int:
    """The first token from `index` on that starts at or after a position of the text."""
    while tokens[index].kind != "end" and tokens[index].start < position:
        index += 1
    return index


def table(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Spellings to their form, from rows of a form and its spellings."""
    return {spelling: form for form, spellings in rows for spelling in spellings.split()}


def word_set(text: str) -> frozenset[str]:
    """A set of words, written as one line."""
    return frozenset(text.split())
