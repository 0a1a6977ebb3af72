"""Doses: a drug, how much of it, and how often."""

from __future__ import annotations

import re

from stream_slm.tasks.facts.fact import Fact, Token, word_set
from stream_slm.tasks.facts.units import DOSE_UNITS

_ABBREVIATED = {
    "daily": "1/d",
    "qd": "1/d",
    "od": "1/d",
    "bid": "2/d",
    "tid": "3/d",
    "qid": "4/d",
    "qhs": "1/d at bedtime",
    "qam": "1/d in the morning",
    "nightly": "1/d at bedtime",
    "weekly": "1/wk",
    "monthly": "1/mo",
    "hourly": "1/h",
}
_PERIODS = {"day": "d", "daily": "d", "week": "wk", "weekly": "wk", "month": "mo", "monthly": "mo", "hour": "h"}
_TIMES = {"once": "1", "twice": "2", "thrice": "3", "one": "1", "two": "2", "three": "3", "four": "4", "1": "1"}
_TIMES |= {str(count): str(count) for count in range(1, 9)}
_COUNT = "|".join(_TIMES)
#: After a dose: "twice a day", "three times daily", "every 8 hours", "q8h", "b.i.d.", "x 2 daily"; all bounded.
_FREQUENCY = re.compile(
    r"[\s,(]{0,3}"
    r"(?:(?:by mouth|orally|po|p\.o\.|iv|im|subcutaneously|sublingually|tablets?|capsules?)[\s,]{1,2}){0,2}"
    r"(?:to be taken |taken )?"
    rf"(?:(?P<count>{_COUNT})(?: times)?(?: an?|/| per| each| every)? ?"
    r"(?P<period>day|daily|week|weekly|month|monthly|hour)\b"
    r"|q\.?\s?(?P<hours>\d{1,2})\s?(?:h|hrs?|hours)\b\.?"
    r"|every (?P<every>\d{1,2}|four|six|eight|twelve) hours\b"
    r"|(?P<each>a|per|each|every|/) ?(?P<unit>day|week|month|hour)\b"
    r"|(?P<dotted>[bt]\.\s?i\.\s?d\.|q\.\s?i\.\s?d\.|q\.\s?d\.|q\.\s?h\.\s?s\.)"
    r"|(?P<night>at bedtime|at night|every night|in the evening)"
    r"|(?P<morning>in the morning|every morning)"
    rf"|(?P<word>{'|'.join(_ABBREVIATED)})\b)",
    re.IGNORECASE,
)
_SPELLED_HOURS = {"four": "4", "six": "6", "eight": "8", "twelve": "12"}
#: Before a quantity these name no drug.
_NO_DRUG = word_set("""
    about approximately around and another added an are as at be been by can daily decreased dosage dose doses drank
    each every for from gained gave get getting given gives had has have he her him his increased increasing initially
    into is it its just least less lost low maximum me measured measuring more my nearly now of on one only or orally
    oral over per po prescribed receive received received receives received she started taken takes taking take than
    that the them then they this to took total until up use used uses using was we weighed weighing weighs were when
    with you your currently extra strength tablet tablets capsule capsules pill pills injection iv im units unit
    yes no okay doctor patient it's i'm patients bottle vial drug medication medicine meds solution generic
    """)
#: Between a drug's name and its dose.
_BETWEEN = frozenset(
    {"at", ",", ":", "(", "-", "tablet", "tablets", "capsule", "capsules", "injection", "xl", "er", "sr"}
)
_SHORTEST = 4


def doses(text: str, tokens: tuple[Token, ...], facts: list[Fact]) -> list[Fact]:
    """The doses among some facts: a quantity that a drug is given in, with the drug's name before or behind it."""
    starts = {token.start: index for index, token in enumerate(tokens)}
    ends = {token.end: index for index, token in enumerate(tokens)}
    found = []
    for fact in facts:
        if fact.kind != "quantity" or fact.unit not in DOSE_UNITS or fact.start not in starts:
            continue
        drug = _drug_before(tokens, starts[fact.start]) or _drug_behind(tokens, ends.get(fact.end, -1) + 1)
        if drug is not None:
            found.append(_dose(text, fact, drug))
    return found


def parted(dose: str) -> tuple[str, str, str]:
    """A dose's normal form as drug, quantity and frequency ("" where none is said)."""
    head, _, often = dose.partition("; ")
    drug, _, quantity = head.partition(" ")
    return drug, quantity, often


def _dose(text: str, fact: Fact, drug: Token) -> Fact:
    match = _FREQUENCY.match(text, max(fact.end, drug.end))
    often = _often(match) if match else ""
    end = max(fact.end, drug.end, match.end() if match else 0)
    head = f"{drug.lower} {fact.value}"
    # Where the unit or the number has other readings, so has the dose.
    return Fact(
        kind="drug_dose",
        start=min(fact.start, drug.start),
        end=end,
        value=f"{head}; {often}" if often else head,
        also=tuple(
            ("drug_dose", f"{drug.lower} {value}" + (f"; {often}" if often else ""))
            for kind, value in fact.also
            if kind == "quantity"
        ),
        numbers=fact.numbers,
        unit=fact.unit,
    )


def _often(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["count"]:
        return f"{_TIMES[found['count'].lower()]}/{_PERIODS[found['period'].lower()]}"
    if hours := found["hours"] or found["every"]:
        return f"1/{int(_SPELLED_HOURS.get(hours.lower(), hours))}h"
    if found["unit"]:
        return f"1/{_PERIODS[found['unit'].lower()]}"
    if found["night"]:
        return "1/d at bedtime"
    if found["morning"]:
        return "1/d in the morning"
    word = found["word"] or "".join(each for each in found["dotted"] if each.isalpha())
    return _ABBREVIATED[word.lower()]


def _drug_before(tokens: tuple[Token, ...], index: int) -> Token | None:
    for step in (1, 2, 3):
        if index < step:
            return None
        token = tokens[index - step]
        if _is_drug(token):
            return token
        if token.lower not in _BETWEEN:
            return None
    return None


def _drug_behind(tokens: tuple[Token, ...], index: int) -> Token | None:
    """20 mg of lisinopril, 20 mg lisinopril."""
    of = tokens[index].lower == "of"
    token = tokens[index + of]
    # Behind a bare quantity any word may stand; only "of" makes it the drug.
    return token if of and _is_drug(token) else None


def _is_drug(token: Token) -> bool:
    return token.kind == "word" and len(token.text) >= _SHORTEST and token.lower not in _NO_DRUG
