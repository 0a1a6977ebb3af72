"""Ways to write the same number, amount, date or quantity; written for the tests, independent of the grammars."""

from __future__ import annotations

from datetime import date

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS_WORDS = "_ ten twenty thirty forty fifty sixty seventy eighty ninety"
_MONTH_NAMES = "January February March April May June July August September October November December"
_SMALL, _TENS, _MONTHS = (names.split() for names in (_SMALL_WORDS, _TENS_WORDS, _MONTH_NAMES))


def in_words(number: int) -> str:
    """0 to 999,999,999, in English."""
    for scale, name in ((10**6, "million"), (10**3, "thousand")):
        if number >= scale:
            rest = number % scale
            return f"{in_words(number // scale)} {name}" + (f" {in_words(rest)}" if rest else "")
    if number >= 100:
        rest = number % 100
        return f"{_SMALL[number // 100]} hundred" + (f" and {in_words(rest)}" if rest else "")
    if number < 20:
        return _SMALL[number]
    return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")


def whole(number: int) -> list[str]:
    """An integer's spellings; those that group it only where there is something to group."""
    spellings = [str(number), in_words(number)]
    if number >= 1000:
        american = f"{number:,}"
        spellings += [american, american.replace(",", "."), american.replace(",", "\u202f"), american.replace(",", "'")]
    return spellings


def money(cents: int) -> list[str]:
    """An amount's digits, American and European, with and without groups and needless zeros."""
    units, rest = divmod(cents, 100)
    plain = [f"{units}.{rest:02}", f"{units},{rest:02}", f"{units:,}.{rest:02}"]
    plain += [f"{units:,}".replace(",", ".") + f",{rest:02}", f"{units:,}".replace(",", "\u00a0") + f",{rest:02}"]
    return [*plain, *([str(units), f"{units:,}"] if rest == 0 else [])]


def dates(day: date) -> list[str]:
    """A date's spellings that leave no doubt which is the day."""
    month = _MONTHS[day.month - 1]
    return [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{month} {day.day}, {day.year}",
        f"{month[:3]} {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{day.day:02}-{month[:3]}-{day.year}",
        f"{month} {day.day}th, {day.year}",
        f"{day.day}th of {month} {day.year}",
    ]
