"""Finds the facts of a text: one walk over its tokens, each grammar asked where one of its facts may begin."""

from __future__ import annotations

from stream_slm.tasks.facts.dates import DATE_WORDS, date_at
from stream_slm.tasks.facts.doses import doses
from stream_slm.tasks.facts.fact import Fact, Found, Token, glued, tokens_of
from stream_slm.tasks.facts.measures import MONEY_STARTS, measure_at
from stream_slm.tasks.facts.names import id_at, name_at, phone_at, shouted
from stream_slm.tasks.facts.numbers import NUMBER_WORDS
from stream_slm.tasks.facts.roads import ROAD_WORDS, road_at
from stream_slm.tasks.facts.units import unit_at

_WORDS = DATE_WORDS | MONEY_STARTS | NUMBER_WORDS | ROAD_WORDS


def find(text: str, *, day_first: bool = False) -> tuple[Fact, ...]:
    """The facts of a text, by their start; none overlaps another, but a dose holds what it is made of.

    `day_first` reads 03/04/2015 as a day of April. Time and memory grow as the text does.
    """
    return facts_in(text, tokens_of(text), day_first=day_first)


def facts_in(text: str, tokens: tuple[Token, ...], *, day_first: bool = False) -> tuple[Fact, ...]:
    """The same, of tokens that are there already."""
    names = not shouted(tokens)
    found: list[Fact] = []
    index = 0
    while tokens[index].kind != "end":
        read = _at(text, tokens, index, day_first=day_first, names=names)
        if read is None:
            index += 1
        else:
            found.extend(read.facts)
            index = max(read.end, index + 1)
    return tuple(sorted((*found, *doses(text, tokens, found)), key=lambda fact: (fact.start, -fact.end)))


def _at(text: str, tokens: tuple[Token, ...], index: int, *, day_first: bool, names: bool) -> Found | None:
    token = tokens[index]
    if token.kind == "mark":
        return measure_at(tokens, index) if token.lower in MONEY_STARTS else None
    if token.kind == "number":
        return _from_digits(text, tokens, index, day_first=day_first)
    if glued(tokens, index) and tokens[index - 1].text in ("'", "’"):
        return None  # "Patient's", "don't"
    return (
        _opened(text, tokens, index, day_first=day_first)
        or id_at(text, tokens, index)
        or _unit(tokens, index)
        or (name_at(text, tokens, index) if names else None)
    )


def _opened(text: str, tokens: tuple[Token, ...], index: int, *, day_first: bool) -> Found | None:
    """What begins with a word that such facts begin with."""
    token = tokens[index]
    if len(token.text) == 1 and not token.text.isascii():
        return measure_at(tokens, index)  # ½
    if token.lower in _WORDS:
        read = date_at(text, tokens, index, day_first=day_first) or road_at(tokens, index)
        return read or measure_at(tokens, index)
    return road_at(tokens, index) if token.text[0].isupper() else None


def _from_digits(text: str, tokens: tuple[Token, ...], index: int, *, day_first: bool) -> Found | None:
    read = phone_at(text, tokens, index) or date_at(text, tokens, index, day_first=day_first) or road_at(tokens, index)
    if read is not None:
        return read
    measure = measure_at(tokens, index)
    whole = measure is not None and not (glued(tokens, measure.end) and tokens[measure.end].kind in ("word", "number"))
    # 20mg is a quantity; 20mgx is an id.
    return (measure if whole else None) or id_at(text, tokens, index) or measure or _literal(tokens, index)


def _literal(tokens: tuple[Token, ...], index: int) -> Found:
    """Digits that are no number, such as 192.168.0.1: as they are."""
    token = tokens[index]
    return Found((Fact(kind="id", start=token.start, end=token.end, value=token.text),), index + 1)


def _unit(tokens: tuple[Token, ...], index: int) -> Found | None:
    """A unit without a number: "how many milligrams"."""
    unit = unit_at(tokens, index)
    if unit is None:
        return None
    start, end = tokens[index].start, tokens[unit[1] - 1].end
    return Found((Fact(kind="unit", start=start, end=end, value=unit[0], unit=unit[0]),), unit[1])
