"""Numbers with what they are of: amounts of money, quantities, percentages, plain numbers and ordinals."""

from __future__ import annotations

from stream_slm.tasks.facts.fact import Fact, Found, Reading, Token, glued, table, word_set
from stream_slm.tasks.facts.numbers import Number, money_scale, number_at, shifted, signed
from stream_slm.tasks.facts.units import unit_at

#: ISO 4217, the codes that feeds carry; a code counts in capitals only.
_CODES = word_set(
    "USD EUR GBP JPY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH CNY HKD SGD INR KRW THB IDR MYR PHP "
    "ZAR BRL MXN ARS CLP COP PEN ILS AED SAR EGP NGN KES"
)
_SYMBOLS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS"}
#: Letters glued before a dollar sign.
_DOLLARS = {"US": "USD", "C": "CAD", "CA": "CAD", "A": "AUD", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "S": "SGD"}
_WORDS = table(
    [
        ("USD", "dollar dollars buck bucks"),
        ("EUR", "euro euros"),
        ("GBP", "sterling quid"),
        ("JPY", "yen"),
        ("CHF", "francs"),
        ("INR", "rupee rupees"),
        ("CNY", "yuan renminbi"),
    ]
)
_MINOR = {"cent": ("USD", "EUR"), "cents": ("USD", "EUR"), "¢": ("USD",), "pence": ("GBP",), "penny": ("GBP",)}
_HYPHENS = ("-", "–", "‑")
MONEY_STARTS = frozenset({*_SYMBOLS, *(code.lower() for code in _CODES), *(name.lower() for name in _DOLLARS)})


def measure_at(tokens: tuple[Token, ...], index: int) -> Found | None:
    """The amount, quantity or number that starts with a token."""
    opened = _currency_before(tokens, index)
    if opened is not None:
        currency, first = opened
        first += tokens[first].text in ("-", "−") and glued(tokens, first + 1)
        number = number_at(tokens, first) if tokens[first].kind == "number" else None
        if number is None or number.ordinal or number.parts:
            return None
        return Found((_amount(tokens, index, first, number, (currency,), number.end),), 0)._replace(
            end=_end_of_amount(tokens, number)
        )
    number = number_at(tokens, index)
    if number is None:
        return None
    return _amount_after(tokens, index, number) or _range(tokens, index, number) or _measured(tokens, index, number)


def _currency_before(tokens: tuple[Token, ...], index: int) -> tuple[str, int] | None:
    token = tokens[index]
    if token.text in _SYMBOLS:
        return _SYMBOLS[token.text], index + 1
    if token.text in _DOLLARS and tokens[index + 1].text == "$" and glued(tokens, index + 1):
        return _DOLLARS[token.text], index + 2
    return (token.text, index + 1) if token.text in _CODES and tokens[index + 1].kind in ("number", "mark") else None


def _end_of_amount(tokens: tuple[Token, ...], number: Number) -> int:
    end = number.end + bool(money_scale(tokens, number.end))
    # "$5 USD" says it twice.
    return end + (tokens[end].text in _CODES)


def _amount(
    tokens: tuple[Token, ...], start: int, first: int, number: Number, currencies: tuple[str, ...], end: int
) -> Fact:
    """An amount; of its number's readings the one that looks like money is the likeliest."""
    scale = money_scale(tokens, number.end)
    end = _end_of_amount(tokens, number) if end == number.end else end
    if tokens[end - 1].text in _CODES:
        currencies = (tokens[end - 1].text,)
    minus = "-" if signed(tokens, start) or (first > start and tokens[first - 1].text in ("-", "−")) else ""
    # 1.200 EUR is twelve hundred: money has no thousandths.
    values = sorted((shifted(minus + each, scale) for each in number.values), key=_has_point)
    readings: list[Reading] = [("amount", f"{value} {currency}") for currency in currencies for value in values]
    begin = start - 1 if minus and signed(tokens, start) else start
    return Fact(
        kind="amount",
        start=tokens[begin].start,
        end=tokens[end - 1].end,
        value=readings[0][1],
        also=tuple(readings[1:]),
        numbers=tuple(values),
        unit=currencies[0],
        spelled=number.spelled,
    )


def _has_point(value: str) -> bool:
    return "." in value


def _amount_after(tokens: tuple[Token, ...], index: int, number: Number) -> Found | None:
    """200 USD, 5 dollars and 20 cents, 50p."""
    if number.ordinal or number.parts:
        return None
    at = number.end + bool(money_scale(tokens, number.end) and not number.spelled)
    at += tokens[at].text in _HYPHENS and glued(tokens, at) and glued(tokens, at + 1)
    token = tokens[at]
    currency = _currency_after(token)
    if currency:
        fact = _amount(tokens, index, index, number, (currency,), at + 1)
        return _with_minor(tokens, fact, at + 1)
    pence = token.text == "p" and glued(tokens, at)
    if token.lower in _MINOR or pence:
        cents = number._replace(values=tuple(shifted(each, -2) for each in number.values))
        currencies = ("GBP",) if pence else _MINOR[token.lower]
        fact = _amount(tokens, index, index, cents, currencies, at + 1)
        return Found((fact,), at + 1)
    return None


def _currency_after(token: Token) -> str | None:
    if token.text in _CODES:
        return token.text
    return _SYMBOLS.get(token.text) or _WORDS.get(token.lower)


def _with_minor(tokens: tuple[Token, ...], fact: Fact, end: int) -> Found:
    start = end + (tokens[end].lower == "and")
    minor = number_at(tokens, start)
    if minor is None or tokens[minor.end].lower not in _MINOR or "." in fact.numbers[0] or "." in minor.values[0]:
        return Found((fact,), end)
    if len(minor.values[0]) > 2:
        return Found((fact,), end)
    value = f"{fact.numbers[0]}.{minor.values[0].rjust(2, '0')}".rstrip("0")
    value = value.rstrip(".")
    whole = Fact(
        kind="amount",
        start=fact.start,
        end=tokens[minor.end].end,
        value=f"{value} {fact.unit}",
        numbers=(value,),
        unit=fact.unit,
        spelled=fact.spelled,
    )
    return Found((whole,), minor.end + 1)


def _range(tokens: tuple[Token, ...], index: int, number: Number) -> Found | None:
    """10-20 mg, five to six years: both have the unit."""
    joined = tokens[number.end]
    hyphen = joined.text in _HYPHENS and glued(tokens, number.end) and glued(tokens, number.end + 1)
    if number.ordinal or number.parts or not (hyphen or joined.lower in ("to", "or")):
        return None
    upper = number_at(tokens, number.end + 1)
    unit = unit_at(tokens, upper.end) if upper and not upper.ordinal else None
    if upper is None or unit is None:
        return None
    lower = _fact(tokens, index, number, number.end, unit[0])
    return Found((lower, _fact(tokens, number.end + 1, upper, unit[1], unit[0])), unit[1])


def _measured(tokens: tuple[Token, ...], index: int, number: Number) -> Found | None:
    unit = None if number.ordinal else unit_at(tokens, number.end)
    if unit is not None:
        return Found((_fact(tokens, index, number, unit[1], unit[0]),), unit[1])
    end = number.end
    # The 1990s; a letter glued behind any other number makes it an id, which is read before.
    if tokens[end].text == "s" and glued(tokens, end) and not number.spelled:
        end += 1
    return Found((_fact(tokens, index, number, end, ""),), end)


def _fact(tokens: tuple[Token, ...], index: int, number: Number, end: int, unit: str) -> Fact:
    minus = signed(tokens, index) and not number.ordinal and not number.parts
    values = tuple(f"-{each}" for each in number.values) if minus else number.values
    kind = "ordinal" if number.ordinal else "quantity" if unit else "number"
    readings: list[Reading] = [(kind, f"{each} {unit}".rstrip()) for each in values]  # type: ignore[misc]
    if unit == "[lb_av]" and tokens[end - 1].lower in ("pound", "pounds"):
        readings += [("amount", f"{each} GBP") for each in values]
    if not unit and len(values[0]) == 4 and values[0].isdigit() and values[0][:2] in ("18", "19", "20"):
        readings.append(("date", values[0]))
    return Fact(
        kind=kind,  # type: ignore[arg-type]
        start=tokens[index - minus].start,
        end=tokens[end - 1].end,
        value=readings[0][1],
        also=tuple(readings[1:]),
        numbers=(*values, *number.parts),
        unit=unit,
        spelled=number.spelled,
    )
