"""The faithfulness guard: whether each fact of a summary stands in its source, in whatever format."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal, get_args

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.facts.doses import parted
from stream_slm.tasks.facts.fact import Fact, Kind, Token, tokens_of
from stream_slm.tasks.facts.find import facts_in
from stream_slm.tasks.facts.names import compact
from stream_slm.tasks.facts.polarity import Said, said_in, stem, tells
from stream_slm.tasks.facts.units import EVERYDAY

#: absent: the source does not say it. unit: it says the number, but of something else. swap: it says it, but near other
#: words, where it has another value. negation: it denies what the summary affirms, or affirms what that denies.
Why = Literal["absent", "unit", "swap", "negation"]
#: What refuses a summary unless told otherwise; the rest is only reported, see docs/guard.md for how often it errs.
REFUSED: frozenset[Why] = frozenset({"absent", "unit"})

#: Telling words on each side of a fact that say what it is a fact of.
_NEAR = 3
#: Tokens looked at on each side for them.
_SEEN = 8
_SENTENCE_ENDS = frozenset(".;!?")
#: Words that may be pronouns or openers rather than numbers.
_NO_COUNT = frozenset({("number", "1"), ("ordinal", "1")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a summary says and its source does not: `summary[start:end]` in Unicode code points."""

    kind: Kind
    start: int
    end: int
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardVerdict:
    """What became of a summary.

    Attributes:
        passed: nothing was found that refuses it.
        checked: facts of the summary that were looked for in the source.
        findings: whatever was found, also what does not refuse, by place.
        refused: the findings that refuse it.
    """

    passed: bool
    checked: int
    findings: tuple[Finding, ...]
    refused: tuple[Finding, ...]

    @property
    def reason(self) -> str | None:
        """Why it did not pass, as the enriched record tells it: kinds (`absent:amount,unit:quantity`) and no text."""
        told = dict.fromkeys(f"{each.why}:{each.kind}" for each in self.refused)
        return ",".join(told) or None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceFacts:
    """What a source says, made once by `source_facts` and asked for each of its summaries."""

    readings: frozenset[tuple[Kind, str]]
    numbers: frozenset[str]
    bare_numbers: frozenset[str]
    units: frozenset[str]
    dates: frozenset[str]
    words: frozenset[str]
    ids: frozenset[str]
    doses: Mapping[str, frozenset[tuple[str, str]]]
    said: Mapping[str, frozenset[bool]]
    places: Mapping[Kind, tuple[tuple[frozenset[str], frozenset[str]], ...]] = field(default_factory=dict)


def source_facts(source: str) -> SourceFacts:
    """Read a source; time grows as the text does."""
    tokens = tokens_of(source)
    facts = facts_in(source, tokens)
    said: dict[str, frozenset[bool]] = {}
    for each in said_in(source, tokens):
        said[each.word] = said.get(each.word, frozenset()) | {each.denied}
    readings = frozenset(reading for fact in facts for reading in fact.readings)
    return SourceFacts(
        readings=readings,
        numbers=frozenset(number for fact in facts for number in fact.numbers),
        bare_numbers=frozenset(number for fact in facts if not fact.unit for number in fact.numbers),
        units=frozenset(_units(facts)),
        dates=frozenset(value for kind, value in readings if kind == "date"),
        words=frozenset(token.text.casefold() for token in tokens if token.kind == "word"),
        ids=frozenset(compact(value) for kind, value in readings if kind == "id"),
        doses=_doses(facts),
        said=said,
        places=_places(tokens, facts),
    )


def check(summary: str, source: str | SourceFacts, *, refuse: Collection[Why] = REFUSED) -> GuardVerdict:
    """Look for each fact of a summary in its source.

    A fact is there if the source has one of its kind with the same normal form: 1,200.00 USD and 1200 dollars, two
    and 2, a year and a date in it. Nothing is rounded or converted: 1.2 thousand is 1200, about 1,000 is not, and
    0.5 g is not 500 mg. What the source writes without a unit may have one in the summary if the source names that
    unit anywhere. A spelled "one" or "first" is taken for no number.

    Args:
        summary: what is judged; a text of 60 words takes less than a millisecond.
        source: the text it was made of, or `source_facts` of it where several summaries are judged.
        refuse: which findings refuse the summary.

    Raises:
        ConfigurationError: `refuse` names what is no finding.
    """
    if unknown := set(refuse) - set(get_args(Why)):
        raise ConfigurationError(f"guard: {min(unknown)!r} is no finding; use {', '.join(get_args(Why))}")
    known = source if isinstance(source, SourceFacts) else source_facts(source)
    tokens = tokens_of(summary)
    facts = [fact for fact in facts_in(summary, tokens) if not _uncounted(fact)]
    findings = []
    for fact in facts:
        why = _why(fact, known) or _swap(tokens, fact, known)
        if why is not None:
            findings.append(Finding(kind=fact.kind, start=fact.start, end=fact.end, why=why))
    findings += _turned(said_in(summary, tokens), known)
    refused = tuple(each for each in findings if each.why in refuse)
    return GuardVerdict(passed=not refused, checked=len(facts), findings=tuple(findings), refused=refused)


def _uncounted(fact: Fact) -> bool:
    everyday = fact.kind == "unit" and fact.unit in EVERYDAY
    return everyday or (fact.spelled and (fact.kind, fact.value) in _NO_COUNT)


def _units(facts: tuple[Fact, ...]) -> set[str]:
    return {fact.unit for fact in facts if fact.unit}


def _doses(facts: tuple[Fact, ...]) -> dict[str, frozenset[tuple[str, str]]]:
    """Each drug with the quantities and frequencies that the source gives it."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for fact in facts:
        if fact.kind == "drug_dose":
            for _, value in fact.readings:
                drug, quantity, often = parted(value)
                found[drug] = found.get(drug, frozenset()) | {(quantity, often)}
    return found


def _why(fact: Fact, source: SourceFacts) -> Why | None:
    """What is wrong with a fact; None where the source has it."""
    if fact.kind == "drug_dose":
        return _wrong_dose(fact, source)
    if any(reading in source.readings for reading in fact.readings):
        return None
    if fact.kind in ("number", "ordinal"):
        return None if _has_numbers(fact, source) else "absent"
    if fact.kind in ("quantity", "amount"):
        return _wrong_unit(fact, source)
    there = {
        "date": _has_date,
        "unit": lambda fact, source: fact.unit in source.units,
        "id": lambda fact, source: compact(fact.value) in source.ids or fact.value.casefold() in source.words,
        "name": _has_word,
        "road": _has_street,
    }.get(fact.kind)
    return None if there is not None and there(fact, source) else "absent"


def _has_numbers(fact: Fact, source: SourceFacts) -> bool:
    """The number by itself, or both sides of a ratio."""
    sides = fact.numbers[-2:] if "/" in fact.value else ()
    whole = any(number in source.numbers for number in fact.numbers[: len(fact.numbers) - len(sides)])
    return whole or (bool(sides) and all(side in source.numbers for side in sides))


def _wrong_unit(fact: Fact, source: SourceFacts) -> Why | None:
    if any(number in source.bare_numbers for number in fact.numbers) and fact.unit in source.units:
        return None
    return "unit" if _has_numbers(fact, source) else "absent"


def _wrong_dose(fact: Fact, source: SourceFacts) -> Why | None:
    """A drug whose dose the source gives must have that; of another one drug and quantity are looked for apart."""
    for _, value in fact.readings:
        drug, quantity, often = parted(value)
        given = source.doses.get(drug)
        if given is None:
            return None if drug in source.words else "absent"
        if any(quantity == each and often in ("", when) for each, when in given):
            return None
    return "absent"


def _has_date(fact: Fact, source: SourceFacts) -> bool:
    """A year, a month or a day within a date that the source gives."""
    return any(_within(value, date) for kind, value in fact.readings if kind == "date" for date in source.dates)


def _within(part: str, date: str) -> bool:
    year, month, day = _components(part)
    whole = _components(date)
    return all(mine in ("", theirs) for mine, theirs in zip((year, month, day), whole, strict=True)) and any(whole)


def _components(date: str) -> tuple[str, str, str]:
    """Year, month and day, "" where none is said; a weekday has its name for a year, which no date has."""
    if date.startswith("--"):
        month, _, day = date[2:].partition("-")
        return "", month, day
    year, _, rest = date.partition("-")
    month, _, day = rest.partition("-")
    return year, month, day


def _has_word(fact: Fact, source: SourceFacts) -> bool:
    word = fact.value
    return word in source.words or word.removesuffix("s") in source.words or f"{word}s" in source.words


def _has_street(fact: Fact, source: SourceFacts) -> bool:
    """Pine Street of Mercer and Pine Streets; a number makes a road another road."""
    name, _, kind = fact.value.partition(" ")
    return bool(kind) and name.isalpha() and all(word in source.words for word in fact.value.split()[:-1])


def _near(tokens: tuple[Token, ...], first: int, last: int) -> frozenset[str]:
    """The telling words around some tokens in their sentence, the nearest of each side."""
    before = list(takewhile(_inside, reversed(tokens[max(0, first - _SEEN) : first])))
    behind = list(takewhile(_inside, tokens[last + 1 : last + 1 + _SEEN]))
    telling = [[stem(token.lower) for token in side if tells(token)][:_NEAR] for side in (before, behind)]
    return frozenset(telling[0] + telling[1])


def _inside(token: Token) -> bool:
    return token.text not in _SENTENCE_ENDS


def _places(
    tokens: tuple[Token, ...], facts: tuple[Fact, ...]
) -> dict[Kind, tuple[tuple[frozenset[str], frozenset[str]], ...]]:
    """By kind, each fact's values and the words it stands near."""
    at = {token.start: index for index, token in enumerate(tokens)}
    until = {token.end: index for index, token in enumerate(tokens)}
    found: dict[Kind, tuple[tuple[frozenset[str], frozenset[str]], ...]] = {}
    for kind in ("number", "amount", "quantity", "date", "time"):
        found[kind] = tuple(
            (frozenset(value for _, value in fact.readings), _near(tokens, at[fact.start], until[fact.end]))
            for fact in facts
            if fact.kind == kind and fact.start in at and fact.end in until
        )
    return found


def _swap(tokens: tuple[Token, ...], fact: Fact, source: SourceFacts) -> Why | None:
    """Whether the words around a fact stand near another value in the source, and near its own not at all."""
    places = source.places.get(fact.kind, ())
    if len(places) < 2:
        return None
    first = next(index for index, token in enumerate(tokens) if token.end > fact.start)
    last = next(index for index, token in enumerate(tokens) if token.end >= fact.end)
    near = _near(tokens, first, last)
    values = {value for _, value in fact.readings}
    own = max((len(near & words) for there, words in places if there & values), default=0)
    others = max((len(near & words) for there, words in places if not there & values), default=0)
    return "swap" if others >= 2 and others > own + 1 else None


def _turned(said: tuple[Said, ...], source: SourceFacts) -> list[Finding]:
    """Words that the source only denies and the summary affirms, or the other way round."""
    return [
        Finding(kind="name", start=each.start, end=each.end, why="negation")
        for each in said
        if (known := source.said.get(each.word)) is not None and each.denied not in known
    ]
