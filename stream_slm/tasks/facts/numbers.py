"""Numbers in digits and in words, each as one decimal string."""

from __future__ import annotations

import re
import unicodedata
from math import gcd
from typing import NamedTuple

from stream_slm.tasks.facts.fact import Token, glued

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(_ONES.split())}
_TENTHS = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
#: As powers of ten; letters count only where they are glued to digits, and for money.
_SCALES = {"thousand": 3, "million": 6, "billion": 9}
_GLUED_SCALES = {"k": 3, "m": 6, "mn": 6, "bn": 9, "b": 9}
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
_ORDINALS |= {f"{word[:-1]}ieth": value for word, value in _TENTHS.items()}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifths": 5, "eighths": 8}
_SUFFIXES = frozenset({"st", "nd", "rd", "th"})
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’\u00a0\u202f\u2009])\d{3})(?:\1\d{3})*+")
#: Digits of a fraction's parts; longer ones are numbers of something else.
_FRACTION_DIGITS = 4

#: Words that a number may open with; "a hundred" is read from its "a".
NUMBER_WORDS = frozenset({*_SMALL, *_TENTHS, *_ORDINALS, "half", "dozen", "a"})


class Number(NamedTuple):
    """A number: its readings as decimal strings, the likeliest first, and the token after it.

    `parts` are the two sides of a ratio such as 120/80, whose reading is `120/80`.
    """

    values: tuple[str, ...]
    end: int
    spelled: bool = False
    ordinal: bool = False
    parts: tuple[str, ...] = ()


def decimal(whole: str, fraction: str = "") -> str:
    """One form for all spellings of a number in digits: no leading, no trailing zeros."""
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def shifted(value: str, places: int) -> str:
    """A decimal string times a power of ten, exactly; the power may be negative."""
    sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
    whole, _, fraction = digits.partition(".")
    if places >= 0:
        fraction = fraction.ljust(places, "0")
        return sign + decimal(whole + fraction[:places], fraction[places:])
    whole = whole.rjust(1 - places, "0")
    return sign + decimal(whole[:places], whole[places:] + fraction)


def digits(text: str) -> tuple[str, ...]:
    """What digits with separators may mean, the likeliest first; none for what is no number, such as 1.2.3."""
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
    if text.isdigit():
        return (decimal(text),)
    marks = [each for each in text if not each.isdigit()]
    last = marks[-1]
    whole, _, fraction = text.rpartition(last)
    if len(marks) == 1:
        as_fraction = (decimal(whole, fraction),) if last in ".," else ()
        grouped = (decimal(whole + fraction),) if len(fraction) == 3 and 0 < len(whole) <= 3 and whole[0] != "0" else ()
        # A comma before three digits groups in most texts; a point there does in some.
        return as_fraction + grouped if last == "." else grouped + as_fraction
    if _GROUPED.fullmatch(text):
        return (decimal("".join(each for each in text if each.isdigit())),)
    if last in ".," and _GROUPED.fullmatch(whole) and last not in whole:
        return (decimal("".join(each for each in whole if each.isdigit()), fraction),)
    return ()


def number_at(tokens: tuple[Token, ...], index: int) -> Number | None:
    """The number that starts with a token; its sign is read by the caller."""
    token = tokens[index]
    if token.kind == "number":
        return _in_digits(tokens, index)
    if len(token.text) == 1 and not token.text.isascii():
        return _vulgar(token, index)
    return _in_words(tokens, index) if token.lower in NUMBER_WORDS else None


def signed(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a minus stands before a token, and is no hyphen."""
    return (
        index > 0
        and tokens[index - 1].text in ("-", "−")
        and glued(tokens, index)
        and not (index > 1 and glued(tokens, index - 1))
    )


def _in_digits(tokens: tuple[Token, ...], index: int) -> Number | None:
    values = digits(tokens[index].text)
    if not values:
        return None
    following = tokens[index + 1]
    if following.lower in _SUFFIXES and glued(tokens, index + 1):
        return Number(values, index + 2, ordinal=True)
    if ratio := _ratio(tokens, index, values[0]):
        return ratio
    if following.lower in _SCALES:
        return Number(tuple(shifted(each, _SCALES[following.lower]) for each in values), index + 2)
    return _mixed(tokens, index, values[0]) or Number(values, index + 1)


def _mixed(tokens: tuple[Token, ...], index: int, whole: str) -> Number | None:
    """2½ and 2 1/2."""
    following = tokens[index + 1]
    part: Number | None = None
    if following.kind == "number" and (above := digits(following.text)):
        part = _ratio(tokens, index + 1, above[0])
    elif len(following.text) == 1 and not following.text.isascii():
        part = _vulgar(following, index + 1)
    if part is None or not whole.isdigit() or not part.values[0].startswith("0."):
        return None
    return Number((whole + part.values[0][1:],), part.end)


def money_scale(tokens: tuple[Token, ...], index: int) -> int:
    """The power of ten of a letter glued to an amount's digits ($5k, £1.2m); 0 where there is none."""
    return _GLUED_SCALES.get(tokens[index].lower, 0) if glued(tokens, index) else 0


def _ratio(tokens: tuple[Token, ...], index: int, upper: str) -> Number | None:
    """120/80, 120 over 80, 4 out of 10, 1/2: a fraction of small numbers has the decimal as a reading, too."""
    joint = [tokens[index + step].lower for step in (1, 2)]
    skipped = 1 if joint[0] in ("/", "over", "of") else 2 if joint == ["out", "of"] else 0
    if not skipped or joint[0] == "of":
        return None
    below = tokens[index + 1 + skipped]
    if below.kind != "number" or not (lower := digits(below.text)[:1]):
        return None
    if joint[0] == "/" and not (glued(tokens, index + 1) and glued(tokens, index + 2)):
        return None
    if tokens[index + 2 + skipped].text == "/" and glued(tokens, index + 2 + skipped):
        return None
    literal = f"{upper}/{lower[0]}"
    as_fraction = (quotient(int(upper), int(lower[0])),) if _is_fraction(upper, lower[0]) else ()
    plain = as_fraction and int(lower[0]) <= 4
    values = (*as_fraction, literal) if plain else (literal, *as_fraction)
    return Number(tuple(dict.fromkeys(values)), index + 2 + skipped, parts=(upper, lower[0]))


def _is_fraction(upper: str, lower: str) -> bool:
    short = max(len(upper), len(lower)) <= _FRACTION_DIGITS
    return short and upper.isdigit() and lower.isdigit() and 0 < int(upper) < int(lower) <= 100


def quotient(upper: int, lower: int) -> str:
    """A fraction as a decimal string where it ends, else reduced: 1/2 is 0.5, 2/6 is 1/3."""
    divisor = gcd(upper, lower)
    upper, lower = upper // divisor, lower // divisor
    rest = lower
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{upper}/{lower}"
    places = len(str(lower)) * 4  # enough: 2**n needs n places, and has more than n/4 digits
    return shifted(str(upper * 10**places // lower), -places)


def _vulgar(token: Token, index: int) -> Number | None:
    """½ and its like."""
    spelled = unicodedata.normalize("NFKC", token.text).split("\u2044")
    if len(spelled) != 2 or not all(each.isdigit() for each in spelled) or int(spelled[1]) == 0:
        return None
    return Number((quotient(int(spelled[0]), int(spelled[1])),), index + 1)


def _in_words(tokens: tuple[Token, ...], index: int) -> Number | None:
    first = tokens[index].lower
    if first == "a":
        return _a_hundred(tokens, index)
    if first == "half":
        dozen = tokens[index + 1].lower == "a" and tokens[index + 2].lower == "dozen"
        return Number(("6",), index + 3, spelled=True) if dozen else Number(("0.5",), index + 1, spelled=True)
    if first == "dozen":
        return Number(("12",), index + 1, spelled=True)
    if first in _ORDINALS:
        return Number((str(_ORDINALS[first]),), index + 1, spelled=True, ordinal=True)
    total = hundreds = 0
    last: str = ""
    while True:
        word = tokens[index].lower
        if word in _SMALL and last in ("", "hundred", "scale", "tens") and (last != "tens" or 0 < _SMALL[word] < 10):
            hundreds, last = hundreds + _SMALL[word], "ones"
        elif word in _TENTHS and last in ("", "hundred", "scale"):
            hundreds, last = hundreds + _TENTHS[word], "tens"
        elif word in _ORDINALS and last in ("tens", "hundred", "scale") and (last != "tens" or _ORDINALS[word] < 10):
            return Number((str(total + hundreds + _ORDINALS[word]),), index + 1, spelled=True, ordinal=True)
        elif word == "hundred" and last in ("ones", "tens") and hundreds < 100:
            hundreds, last = hundreds * 100, "hundred"
        elif word in _SCALES and last in ("ones", "tens", "hundred"):
            if total and total < 10 ** _SCALES[word]:
                break
            total, hundreds, last = total + hundreds * 10 ** _SCALES[word], 0, "scale"
        elif not _joins(tokens, index, last):
            break
        index += 1
    return _with_part(tokens, index, total + hundreds)


def _joins(tokens: tuple[Token, ...], index: int, last: str) -> bool:
    """Whether "and" or a hyphen stands inside a number: one hundred and five, twenty-one."""
    following = tokens[index + 1].lower
    if tokens[index].text in ("-", "‐", "‑"):
        inside = following in _SMALL or following in _ORDINALS or following in _SCALES or following == "hundred"
        return inside and glued(tokens, index) and glued(tokens, index + 1) and last != ""
    return (
        tokens[index].lower == "and" and last in ("hundred", "scale") and (following in _SMALL or following in _TENTHS)
    )


def _with_part(tokens: tuple[Token, ...], index: int, value: int) -> Number:
    """A spelled number and what may follow it: two thirds, two and a half."""
    hyphen = tokens[index].text == "-" and glued(tokens, index + 1)
    part = tokens[index + hyphen].lower
    if part in _PARTS and 0 < value < _PARTS[part]:
        return Number((quotient(value, _PARTS[part]),), index + 1 + hyphen, spelled=True)
    if [tokens[index + step].lower for step in range(3)] == ["and", "a", "half"]:
        return Number((f"{value}.5",), index + 3, spelled=True)
    if tokens[index].lower == "dozen":
        return Number((str(12 * value),), index + 1, spelled=True)
    return Number((str(value),), index, spelled=True)


def _a_hundred(tokens: tuple[Token, ...], index: int) -> Number | None:
    word = tokens[index + 1].lower
    places = 2 if word == "hundred" else _SCALES.get(word)
    if places is None:
        return Number(("12",), index + 2, spelled=True) if word == "dozen" else None
    return Number((str(10**places),), index + 2, spelled=True)
