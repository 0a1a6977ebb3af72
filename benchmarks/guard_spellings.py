"""Values in a text, other ways to write them, and other values: without the guard's own grammars."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "_ ten twenty thirty forty fifty sixty seventy eighty ninety"
_MONTHS = "January February March April May June July August September October November December"
ONES, TENS, MONTHS = (names.split() for names in (_ONES, _TENS, _MONTHS))

#: A spelling to the other ones of the same unit, and to one of another that could be meant.
UNITS: dict[str, tuple[list[str], str]] = {
    "mg": (["mg", "milligrams"], "mcg"),
    "mcg": (["mcg", "micrograms", "µg"], "mg"),
    "mL": (["mL", "ml", "milliliters", "cc"], "mg"),
    "cm": (["cm", "centimeters"], "mm"),
    "mm": (["mm", "millimeters"], "cm"),
    "kg": (["kg", "kilograms"], "lbs"),
    "pounds": (["pounds", "lbs"], "kg"),
    "feet": (["feet", "ft"], "inches"),
    "inches": (["inches"], "feet"),
    "miles": (["miles", "mi"], "km"),
    "mph": (["mph", "miles per hour", "miles an hour"], "km/h"),
    "hours": (["hours", "hrs"], "days"),
    "minutes": (["minutes", "min", "mins"], "hours"),
    "days": (["days"], "weeks"),
    "weeks": (["weeks", "wks"], "months"),
    "months": (["months", "mos"], "years"),
    "years": (["years", "yrs"], "months"),
    "%": (["%", " percent", " per cent"], "mg"),
}
_CANON = {spelling.strip(): unit for unit, (spellings, _) in UNITS.items() for spelling in spellings} | {
    "percent": "%",
    "pound": "pounds",
    "lb": "pounds",
    "hour": "hours",
    "minute": "minutes",
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
    "mile": "miles",
    "inch": "inches",
    "foot": "feet",
}
_UNIT = "|".join(sorted(map(re.escape, _CANON), key=len, reverse=True))


@dataclass(frozen=True)
class Value:
    """A value where it stands in a source: what it is in Python's terms, and the unit, drug or prefix beside it."""

    start: int
    end: int
    value: object
    beside: str = ""


@dataclass(frozen=True)
class Way:
    """How one kind is found in a text, written otherwise, changed, and given another unit (None: it has none)."""

    find: Callable[[str], list[Value]]
    write: Callable[[Value, Random], str]
    change: Callable[[Value, Random], Value]
    other_unit: Callable[[Value], Value] | None = None


def words(number: int) -> str:
    """English, to the millions."""
    for scale, name in ((10**6, "million"), (1000, "thousand")):
        if number >= scale:
            return f"{words(number // scale)} {name}" + (f" {words(number % scale)}" if number % scale else "")
    if number >= 100:
        return f"{ONES[number // 100]} hundred" + (f" and {words(number % 100)}" if number % 100 else "")
    return ONES[number] if number < 20 else TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")


def digits(value: str, rng: Random) -> str:
    """A decimal string in some style."""
    whole, _, fraction = value.partition(".")
    number = int(whole)
    if fraction:
        european = f"{number:,}".replace(",", rng.choice([".", "\u00a0"]))
        return rng.choice([value, f"{number:,}.{fraction}", f"{european},{fraction}", f"{number},{fraction}"])
    styles = [whole, words(number), f"{number:,}", f"{number:,}".replace(",", "\u202f")]
    return rng.choice(styles if number < 10**7 else styles[2:])


def another(value: str, rng: Random) -> str:
    """A number of about the same size."""
    whole, _, fraction = value.partition(".")
    number = int(whole)
    low = 10 ** (len(whole) - 1) if len(whole) > 1 else 2
    changed = rng.randint(low, low * 10 + 20)
    return str(changed + (changed == number)) + (f".{fraction}" if fraction else "")


_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_NUMBER = re.compile(
    r"(?<![\w.,/:$£€#-])(?<!I )(?<!SR )(?<!US )(?<!MP )(?<!post )(?<!xit )(?<!oute )(?<!way )(?<!No\. )(?<!GBP )"
    r"(?:\d{1,6}(?:\.\d{1,2})?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:two|three|four|five|"
    r"six|seven|eight|nine))?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    rf"(?![\w/:%-]|[.,]\d|,? (?:{_MONTH}|st|nd|rd|th|a\.?m|p\.?m|AM|PM|hundred|thousand|million|one|half|and a|over)"
    r"|,? (?:St|Ave|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b"
    r"|['’]| \d| (?:twenty|thirty|forty|fifty|sixty|two|three|four|five|six|seven|eight|nine|ten)\b)"
)
#: Behind these a number is part of a date or of a longer number.
_PART = re.compile(rf"(?:{_MONTH}|thousand|hundred|and|th|nineteen|\w+ty)\.? $", re.IGNORECASE)


def numbers(text: str) -> list[Value]:
    """Plain numbers, in digits or words."""
    found = []
    for match in _NUMBER.finditer(text):
        run = match.group()
        if _PART.search(text[max(0, match.start() - 12) : match.start()]) or re.fullmatch(r"(19|20)\d\d", run):
            continue
        if _numbers_item(text, match):
            continue
        value = run if run[0].isdigit() else str(_from_words(run))
        found.append(Value(match.start(), match.end(), value))
    return found


def _from_words(run: str) -> int:
    return sum(ONES.index(word) if word in ONES else 10 * TENS.index(word) for word in re.split("[ -]", run))


#: "2. Aspirin": the number of a list's item.
_ITEM = re.compile(r"(?:^|[.;,!?\n])\s*$")


def _numbers_item(text: str, match: re.Match[str]) -> bool:
    opens = _ITEM.search(text[max(0, match.start() - 4) : match.start()]) is not None
    return opens and re.match(r"[.)]\s", text[match.end() : match.end() + 2]) is not None


_QUANTITY = re.compile(
    rf"(?<![\w.,/:$£€-])(\d{{1,4}}(?:\.\d{{1,2}})?)([ -]?)({_UNIT})(?![\w/]|[- ](?:old|per|a\b|of age))"
)


def quantities(text: str) -> list[Value]:
    """Numbers with a unit behind."""
    return [Value(m.start(), m.end(), m[1], _CANON[m[3]]) for m in _QUANTITY.finditer(text)]


def write_quantity(value: Value, rng: Random) -> str:
    """The number in some style and the unit in some spelling."""
    spelling = rng.choice(UNITS[value.beside][0]) if value.beside in UNITS else value.beside
    number = digits(str(value.value), rng)
    return f"{number}{spelling}" if spelling[0] in " %" else f"{number} {spelling}"


_DOSE = re.compile(
    r"\b(?!(?:dose|with|about|takes?|taking|given|times|than|from|been|that|tablet|this|have|only|your|another|over|into|"
    r"approximately|least|just|every|received?|total|of|additional|strength|currently|used)\b)"
    r"([A-Z]?[a-z]{5,}) (\d{1,4}(?:\.\d{1,2})?) ?(mg|mcg)\b(?!/)"
)


def doses(text: str) -> list[Value]:
    """A word, and milligrams or micrograms."""
    return [Value(m.start(), m.end(), m[2], f"{m[1]} {m[3]}") for m in _DOSE.finditer(text)]


_DRUGS = (
    "lisinopril metformin atorvastatin amlodipine metoprolol omeprazole losartan gabapentin sertraline furosemide "
    "prednisone tramadol citalopram warfarin levothyroxine clonazepam ibuprofen amoxicillin naproxen ramipril"
)
_STRENGTHS = ("2.5", "5", "10", "20", "25", "40", "50", "75", "81", "100", "250", "500", "1000", "1200")


def planted_doses(rng: Random) -> str:
    """A line of a note with two drugs."""
    (one, other), (much, more) = rng.sample(_DRUGS.split(), 2), rng.sample(_STRENGTHS, 2)
    often = [rng.choice(["daily", "twice a day", "every 8 hours", "at bedtime"]) for _ in range(2)]
    return f"Currently on {one} {much} mg {often[0]} and {other} {more} mg {often[1]}."


def write_dose(value: Value, rng: Random) -> str:
    """The drug in some case, before the quantity or behind it."""
    drug, unit = value.beside.split()
    spelled = rng.choice(UNITS[unit][0])
    number = digits(str(value.value), rng)
    drug = rng.choice([drug, drug.lower(), drug.capitalize()])
    return rng.choice([f"{drug} {number} {spelled}", f"{number} {spelled} of {drug}", f"{drug} {value.value}{spelled}"])


_TIME = re.compile(r"(?<![\w:])(1?\d):([0-5]\d) ?([ap])\.?m\b\.?", re.IGNORECASE)


def times(text: str) -> list[Value]:
    """Times of twelve hours, as minutes of the day."""
    found = []
    for match in _TIME.finditer(text):
        if 1 <= int(match[1]) <= 12:
            minutes = (int(match[1]) % 12 + 12 * (match[3] in "pP")) * 60 + int(match[2])
            found.append(Value(match.start(), match.end(), minutes))
    return found


def write_time(value: Value, rng: Random) -> str:
    """Of twelve hours or twenty-four."""
    hour, minute = divmod(int(str(value.value)), 60)
    twelve, half = f"{hour % 12 or 12}:{minute:02}", "ap"[hour >= 12]
    return rng.choice(
        [f"{twelve} {half}m", f"{twelve} {half}.m.", f"{twelve}{half.upper()}M", f"{hour:02}:{minute:02}"]
    )


_DATE = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:, (\d{{4}}))?(?![\w:])")


def text_dates(text: str) -> list[Value]:
    """Dates with a month's name; `beside` is "year" where one is said."""
    found = []
    for match in _DATE.finditer(text):
        month = next(index for index, name in enumerate(MONTHS, 1) if name.startswith(match[1][:3]))
        if 1 <= int(match[2]) <= 28:
            day = date(int(match[3] or 2000), month, int(match[2]))
            found.append(Value(match.start(), match.end(), day, "year" if match[3] else ""))
    return found


def write_date(value: Value, rng: Random) -> str:
    """American, British, European, ISO; without a year where none is said."""
    day = value.value
    assert isinstance(day, date)
    month = MONTHS[day.month - 1]
    if not value.beside:
        return rng.choice(
            [f"{month} {day.day}", f"{month[:3]}. {day.day}", f"{day.day} {month}", f"{day.day}th of {month}"]
        )
    return rng.choice(
        [
            day.isoformat(),
            f"{month} {day.day}, {day.year}",
            f"{month[:3]} {day.day}, {day.year}",
            f"{day.day} {month} {day.year}",
            f"{day.day:02}.{day.month:02}.{day.year}",
            f"{day.day:02}/{day.month:02}/{day.year}",
            f"{day.month}/{day.day}/{day.year}",
        ]
    )


def another_date(value: Value, rng: Random) -> Value:
    """Within two years of it, or within the year."""
    day = value.value
    assert isinstance(day, date)
    changed = day + timedelta(days=rng.choice([-1, 1]) * rng.randint(1, 600 if value.beside else 150))
    return Value(value.start, value.end, changed, value.beside)


def another_time(value: Value, rng: Random) -> Value:
    """Any other of the day."""
    return Value(value.start, value.end, (int(str(value.value)) + rng.randint(5, 1400)) % 1440)


_ROAD = re.compile(r"\b(I|SR|US|Interstate|State Route)[- ](\d{1,3})\b")
_PREFIXES = {"I": ["I-", "I ", "Interstate "], "SR": ["SR ", "SR-", "State Route "], "US": ["US ", "US-", "U.S. "]}
_PREFIXES["US"].append("US Route ")


def roads(text: str) -> list[Value]:
    """American numbered roads; `beside` is I, SR or US."""
    short = {"Interstate": "I", "State Route": "SR"}
    return [Value(m.start(), m.end(), m[2], short.get(m[1], m[1])) for m in _ROAD.finditer(text)]


_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b(?!['’])")


def in_titles(text: str) -> bool:
    """Whether most words of a text are capitalised, as in a list of names or a headline."""
    capitals = [word[0].isupper() for word in re.findall(r"[A-Za-z]{2,}", text)]
    return sum(capitals) > len(capitals) / 2


def names(text: str) -> list[Value]:
    """Capitalised words inside sentences of prose; but for those of dates."""
    return [] if in_titles(text) else title_names(text)


def title_names(text: str) -> list[Value]:
    """The same of any text."""
    return [
        Value(m.start(), m.end(), m.group())
        for m in _NAME.finditer(text)
        if not any(m.group()[:3] == each[:3] for each in (*MONTHS, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    ]


def amounts(text: str) -> list[Value]:
    """As the payment sets write them: GBP 4.50."""
    return [Value(m.start(), m.end(), m[2], m[1]) for m in re.finditer(r"\b(GBP) (\d+(?:\.\d\d)?)\b", text)]


def write_amount(value: Value, rng: Random) -> str:
    """Code, symbol or word."""
    symbol, word = {"GBP": ("£", "pounds"), "USD": ("$", "dollars"), "EUR": ("€", "euros")}[value.beside]
    number = digits(str(value.value), rng)
    if number[0].isdigit():
        return rng.choice(
            [f"{symbol}{number}", f"{value.beside} {number}", f"{number} {value.beside}", f"{number} {word}"]
        )
    return f"{number} {word}"


def write_name(value: Value, rng: Random) -> str:
    """In capitals, as an owner."""
    return rng.choice([str(value.value), str(value.value).upper(), f"{value.value}'s"])


def another_name(value: Value, rng: Random) -> Value:
    """One that no text is likely to hold."""
    return Value(value.start, value.end, rng.choice(_OTHER_NAMES))


def _replaced(value: Value, rng: Random) -> Value:
    return Value(value.start, value.end, another(str(value.value), rng), value.beside)


def _unit_replaced(value: Value) -> Value:
    *drug, unit = value.beside.split()
    return Value(value.start, value.end, value.value, " ".join([*drug, UNITS[unit][1]]))


WAYS: dict[str, Way] = {
    "number": Way(numbers, lambda value, rng: digits(str(value.value), rng), _replaced),
    "amount": Way(amounts, write_amount, _replaced, lambda value: Value(value.start, value.end, value.value, "EUR")),
    "quantity": Way(quantities, write_quantity, _replaced, _unit_replaced),
    "drug_dose": Way(doses, write_dose, _replaced, _unit_replaced),
    "date": Way(text_dates, write_date, another_date),
    "time": Way(times, write_time, another_time),
    "road": Way(roads, lambda value, rng: rng.choice(_PREFIXES[value.beside]) + str(value.value), _replaced),
    "name": Way(names, write_name, another_name),
    "name in titles": Way(lambda text: title_names(text) if in_titles(text) else [], write_name, another_name),
}
_OTHERS = (
    "Boston Keller Nakamura Toledo Renault Harwich Olsen Brandt Ferrara Dubai Whitby Mendoza Lagos Peugeot Ostrava "
    "Quincy Tampere Baxter Novak Sorrento Aldridge Kyoto Fresno Vauxhall Bergen Castillo Dundee Ibarra Jansen Lindqvist"
)
_OTHER_NAMES = _OTHERS.split()
