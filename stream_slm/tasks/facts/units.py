"""Units of measure: every spelling to one UCUM-like form."""

from __future__ import annotations

from stream_slm.tasks.facts.fact import Token, glued, table, word_set

#: The form and its spellings, lower case. What is a word of its own besides ("in", "d") is no spelling here.
_UNITS = table(
    [
        ("kg", "kg kgs kilo kilos kilogram kilograms"),
        ("g", "g gm gms gram grams"),
        ("mg", "mg mgs milligram milligrams"),
        ("ug", "mcg mcgs ug µg μg microgram micrograms"),
        ("ng", "ng nanogram nanograms"),
        ("[lb_av]", "lb lbs pound pounds"),
        ("[oz_av]", "oz ounce ounces"),
        ("t", "tonne tonnes ton tons"),
        ("L", "l liter liters litre litres"),
        ("dL", "dl deciliter deciliters decilitre decilitres"),
        ("mL", "ml mls cc ccs milliliter milliliters millilitre millilitres"),
        ("[gal_us]", "gal gallon gallons"),
        ("[tsp_us]", "tsp teaspoon teaspoons"),
        ("km", "km kms kilometer kilometers kilometre kilometres"),
        ("m", "m meter meters metre metres"),
        ("cm", "cm cms centimeter centimeters centimetre centimetres"),
        ("mm", "mm millimeter millimeters millimetre millimetres"),
        ("[mi_i]", "mi mile miles"),
        ("[ft_i]", "ft foot feet"),
        ("[in_i]", "inch inches"),
        ("[yd_i]", "yd yds yard yards"),
        ("ms", "ms msec millisecond milliseconds"),
        ("s", "s sec secs second seconds"),
        ("min", "min mins minute minutes"),
        ("h", "h hr hrs hour hours"),
        ("d", "day days"),
        ("wk", "wk wks week weeks"),
        ("mo", "mo mos month months"),
        ("a", "yr yrs year years yo yom yof yowm yowf yobm yobf"),
        ("[mi_i]/h", "mph"),
        ("km/h", "kph kmh kmph"),
        ("[kn_i]", "knot knots"),
        ("mm[Hg]", "mmhg"),
        ("kPa", "kpa"),
        ("[psi]", "psi"),
        ("[degF]", "fahrenheit"),
        ("Cel", "celsius centigrade"),
        ("deg", "degree degrees"),
        ("mmol", "mmol mmols millimole millimoles"),
        ("meq", "meq meqs milliequivalent milliequivalents"),
        ("[IU]", "iu"),
        ("U", "unit units"),
        ("/min", "bpm"),
        ("%", "% percent pct percentage"),
        ("kW", "kw kilowatt kilowatts"),
        ("MW", "mw megawatt megawatts"),
        ("kWh", "kwh"),
        ("{lane}", "lane lanes"),
        ("{tablet}", "tab tabs tablet tablets pill pills"),
        ("{capsule}", "cap caps capsule capsules"),
        ("{puff}", "puff puffs"),
        ("{drop}", "drop drops gtt gtts"),
        ("{beat}", "beat beats"),
        ("{breath}", "breath breaths"),
        ("{time}", "times"),
        ("{pack}", "pack packs"),
    ]
)
#: One letter means a unit only as it is written in one.
_CASED = {"g": "g", "m": "m", "s": "s", "h": "h", "l": "lL", "mi": "mi", "mw": "MW", "cap": "cap", "ms": "ms"}
_PHRASES = {
    ("mm", "hg"): "mm[Hg]",
    ("millimeters", "of", "mercury"): "mm[Hg]",
    ("international", "units"): "[IU]",
    ("per", "cent"): "%",
    ("degrees", "fahrenheit"): "[degF]",
    ("degrees", "celsius"): "Cel",
    ("degree", "fahrenheit"): "[degF]",
    ("degree", "celsius"): "Cel",
    ("degrees", "f"): "[degF]",
    ("degrees", "c"): "Cel",
    ("°", "f"): "[degF]",
    ("°", "c"): "Cel",
    ("y", "/", "o"): "a",
    ("y", ".", "o", "."): "a",
}
_PHRASE_STARTS = frozenset(phrase[0] for phrase in _PHRASES)
_TIMES = frozenset({"s", "min", "h", "d", "wk", "mo", "a"})
_PER_AMOUNT = frozenset({"kg", "L", "dL", "mL", "m"})
#: What is counted by day is a dose and its frequency: 20 mg a day is 20 mg, daily.
_BY_DAY = frozenset({"d", "wk", "mo", "a"})
_SPEEDS = frozenset({"km", "m", "[mi_i]", "{beat}", "{breath}", "{time}"})
#: Of these a drug is given.
DOSE_UNITS = word_set("g mg ug ng mL U [IU] meq mmol {tablet} {capsule} {puff} {drop} mg/kg ug/kg")
#: Words of common speech: alone they measure nothing.
EVERYDAY = _TIMES | {"ms", "U", "{time}", "{lane}", "{pack}", "{beat}", "{breath}", "deg", "%", "t", "[ft_i]", "m"}
_OLD = (("old",), ("of", "age"))


def unit_at(tokens: tuple[Token, ...], index: int) -> tuple[str, int] | None:
    """The unit that starts with a token (20 mg, 45-year-old, 5 mg/kg, 60 miles an hour), and the token after it."""
    if tokens[index].text in ("-", "‐", "‑", "–") and glued(tokens, index) and glued(tokens, index + 1):
        index += 1
    base = _base(tokens, index)
    if base is None:
        return None
    unit, end = base
    while (divided := _divisor(tokens, end, unit)) is not None:
        unit, end = divided
    return unit, _past_age(tokens, end) if unit == "a" else end


def _base(tokens: tuple[Token, ...], index: int) -> tuple[str, int] | None:
    token = tokens[index]
    if token.lower in _PHRASE_STARTS:
        for phrase, unit in _PHRASES.items():
            if all(tokens[index + step].lower == word for step, word in enumerate(phrase)):
                return unit, index + len(phrase)
    # "98.6 F" is warm, "45 F" a woman.
    degrees = (
        index > 0 and tokens[index - 1].kind == "number" and (glued(tokens, index) or "." in tokens[index - 1].text)
    )
    if token.text in ("F", "C") and degrees:
        return ("[degF]" if token.text == "F" else "Cel"), index + 1
    known = _UNITS.get(token.lower)
    cased = _CASED.get(token.lower)
    if known is None or (cased is not None and token.text not in (cased if len(token.text) == 1 else (cased,))):
        return None
    # "5 Gs", "I saw 3 ms": a letter or digit glued behind is another word.
    if glued(tokens, index + 1) and tokens[index + 1].kind == "number":
        return None
    return known, index + 1


def _divisor(tokens: tuple[Token, ...], index: int, unit: str) -> tuple[str, int] | None:
    """A "/ kg" behind a unit; "per day" behind a dose is its frequency, and none of this."""
    word = tokens[index].lower
    if word not in ("/", "per", "a", "an"):
        return None
    below = _base(tokens, index + 1)
    if below is None:
        return None
    divisor = below[0]
    by_word = word in ("a", "an") and (unit not in _SPEEDS or divisor not in _TIMES)
    other = divisor not in _TIMES and divisor not in _PER_AMOUNT
    by_day = divisor in _BY_DAY and unit != "{time}"
    if by_word or other or by_day or unit.count("/") > 1:
        return None
    joined = {"{beat}/min": "/min", "mi/h": "[mi_i]/h"}.get(f"{unit}/{divisor}", f"{unit}/{divisor}")
    return joined, below[1]


def _past_age(tokens: tuple[Token, ...], index: int) -> int:
    """Past the "old" of "45 years old" and "45-year-old"."""
    hyphen = tokens[index].text == "-" and glued(tokens, index + 1)
    for words in _OLD:
        if all(tokens[index + hyphen + step].lower == word for step, word in enumerate(words)):
            return index + hyphen + len(words)
    return index
