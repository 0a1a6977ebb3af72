"""Dates and times of day in ISO form; what is said relative to now (yesterday, next week) is left alone."""

from __future__ import annotations

import re

from stream_slm.tasks.facts.fact import Fact, Found, Reading, Token, after, table

_MONTH_NAMES = table(
    [
        ("01", "january jan"),
        ("02", "february feb"),
        ("03", "march mar"),
        ("04", "april apr"),
        ("05", "may"),
        ("06", "june jun"),
        ("07", "july jul"),
        ("08", "august aug"),
        ("09", "september sept sep"),
        ("10", "october oct"),
        ("11", "november nov"),
        ("12", "december dec"),
    ]
)
_WEEKDAYS = table(
    [
        ("monday", "monday mondays mon"),
        ("tuesday", "tuesday tuesdays tues tue"),
        ("wednesday", "wednesday wednesdays wed"),
        ("thursday", "thursday thursdays thurs thur thu"),
        ("friday", "friday fridays fri"),
        ("saturday", "saturday saturdays"),
        ("sunday", "sunday sundays"),
    ]
)
#: Words of other meanings: alone they name no month.
_ALONE_NO_MONTH = frozenset({"may", "march", "mar"})
_HOURS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
DATE_WORDS = frozenset({*_MONTH_NAMES, *_WEEKDAYS, *_HOURS})

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NAMES, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:1[6-9]|2[01])\d{2})(?![\d:])"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:]|[.,]\d)"
_FLAGS = re.IGNORECASE | re.ASCII
#: All are matched at one place, and none holds an unbounded run.
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?![\d-])(?:T(?=\d\d:?\d\d))?", _FLAGS)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d/]|[.,]\d)", _FLAGS)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/]|[.,-]\d)", _FLAGS)
_DAY_MONTH = re.compile(rf"{_DAY}(?:\s+of)?[ \u00a0-]{_MONTH}(?:,?[ \u00a0-]{_YEAR})?", _FLAGS)
_MONTH_DAY = re.compile(
    rf"{_MONTH}[ \u00a0-]{_DAY}(?:\s?(?:-|–|to|and|through)\s?(?P<until>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:]|[.,]\d))?"
    rf"(?:,?[ \u00a0-]{_YEAR})?",
    _FLAGS,
)
_MONTH_YEAR = re.compile(rf"{_MONTH},?[ \u00a0](?:of )?{_YEAR}", _FLAGS)
_HALF = r"(?:[ \u00a0]?(?P<half>[ap])(?:\.[ ]?m\.|m\b(?!\w)))"
_CLOCK = re.compile(
    rf"(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d{{1,9}})?)?(?!\d){_HALF}?", _FLAGS
)
_HOUR = re.compile(rf"(?P<hour>[0-2]?\d)(?P<minute>)(?P<second>)(?:{_HALF}|[ ]?o['’]clock(?P<whole>))", _FLAGS)
#: Two-digit years from here on are of the last century.
_PIVOT = 50


def date_at(text: str, tokens: tuple[Token, ...], index: int, *, day_first: bool) -> Found | None:
    """The dates or the time that start with a token; `day_first` says how 03/04/2015 is read first."""
    token = tokens[index]
    if token.kind == "number":
        return _time(text, tokens, index) or _of_digits(text, tokens, index, day_first=day_first)
    return _of_words(text, tokens, index)


def _of_digits(text: str, tokens: tuple[Token, ...], index: int, *, day_first: bool) -> Found | None:
    start = tokens[index].start
    for pattern in (_ISO, _YEAR_FIRST, _DAY_MONTH):
        match = pattern.match(text, start)
        if match and (value := _date(match)):
            return _found(tokens, index, match.end() - match.group().upper().endswith("T"), [value], match.end())
    numeric = _NUMERIC.match(text, start)
    if numeric is None:
        return None
    first, mark, second, year = map(str, numeric.groups())
    year = year if len(year) == 4 else f"{19 if int(year) >= _PIVOT else 20}{year}"
    orders = [(first, second), (second, first)] if day_first or mark == "." else [(second, first), (first, second)]
    values = [f"{year}-{int(month):02}-{int(day):02}" for day, month in orders if _possible(month, day)]
    if mark == ".":
        values = values[:1]
    return _found(tokens, index, numeric.end(), list(dict.fromkeys(values))) if values else None


def _of_words(text: str, tokens: tuple[Token, ...], index: int) -> Found | None:
    token = tokens[index]
    if token.lower in _HOURS:
        value = _HOURS[token.lower]
        return Found((Fact(kind="time", start=token.start, end=token.end, value=value, spelled=True),), index + 1)
    if token.lower in _WEEKDAYS:
        short = len(token.lower) <= 5 and not token.lower.endswith("day")
        known = not short or token.text[0].isupper()
        return _found(tokens, index, token.end, [_WEEKDAYS[token.lower]]) if known else None
    if token.lower not in _MONTH_NAMES:
        return None
    for pattern in (_MONTH_DAY, _MONTH_YEAR):
        match = pattern.match(text, token.start)
        if match and (day := _date(match)):
            return _with_until(tokens, index, match, day)
    alone = token.lower not in _ALONE_NO_MONTH and token.text[0].isupper()
    return _found(tokens, index, token.end, [f"--{_MONTH_NAMES[token.lower]}"]) if alone else None


def _with_until(tokens: tuple[Token, ...], index: int, match: re.Match[str], value: str) -> Found:
    """October 26-28, 2016 are two dates."""
    until = match.groupdict().get("until")
    if not until or not 1 <= int(until) <= 31:
        return _found(tokens, index, match.end(), [value])
    first = _found(tokens, index, match.end("day"), [value])
    second = _found(
        tokens, after(tokens, first.end, match.start("until")), match.end(), [f"{value[:-2]}{int(until):02}"]
    )
    return Found((*first.facts, *second.facts), second.end)


def _date(match: re.Match[str]) -> str | None:
    parts: dict[str, str | None] = match.groupdict()
    month, day, year = str(parts["month"]), parts.get("day"), parts.get("year")
    month = month if month.isdigit() else _MONTH_NAMES[month.lower()]
    if not _possible(month, day or "1") or (year is not None and int(year) == 0):
        return None
    return (year or "-") + f"-{int(month):02}" + (f"-{int(day):02}" if day else "")


def _possible(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _time(text: str, tokens: tuple[Token, ...], index: int) -> Found | None:
    match = _CLOCK.match(text, tokens[index].start) or _HOUR.match(text, tokens[index].start)
    if match is None or int(match["hour"]) > 23:
        return None
    hour, minute, second = int(match["hour"]), match["minute"] or "00", match["second"]
    rest = f":{minute}" + (f":{second}" if second and second != "00" else "")
    half = (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        half = ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    # Without a half of the day a low hour may be of either; "07:51" is not, most likely.
    other = not half and 1 <= hour <= 12
    also: tuple[Reading, ...] = (("time", f"{(hour + 12) % 24:02}{rest}"),) if other else ()
    end = match.end()
    fact = Fact(kind="time", start=tokens[index].start, end=end, value=f"{hour:02}{rest}", also=also)
    return Found((fact,), after(tokens, index, end))


def _found(tokens: tuple[Token, ...], index: int, end: int, values: list[str], past: int = 0) -> Found:
    also: tuple[Reading, ...] = tuple(("date", value) for value in values[1:])
    year = values[0][:4]
    numbers = (year,) if year.isdigit() else ()
    fact = Fact(kind="date", start=tokens[index].start, end=end, value=values[0], also=also, numbers=numbers)
    return Found((fact,), after(tokens, index, past or end))
