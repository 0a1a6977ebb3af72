"""Transactions with summaries: direction, amount, payee, place, purpose and note, drawn before any words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.merchant_categories import described
from agents.transactions import text_of
from training.generate import transactions as base
from training.generate.grammar import choices, expand, sentence
from training.generate.grammar import items as listed
from training.generate.summaries import names
from training.generate.summaries import transaction_patterns as words_of
from training.generate.summaries.item import BUDGET, Item, Patterns, clip, closed, drawn, said, words
from training.slm_text import source_of

CURRENCIES = {"US": ("USD", "$"), "GB": ("GBP", "£"), "EU": ("EUR", "€"), "CA": ("CAD", "C$"), "AU": ("AUD", "A$")}
OTHERS = ("CHF", "SEK", "NOK", "PLN", "JPY", "INR", "NZD", "SGD", "ZAR", "MXN")
SPELT = {"USD": "dollars", "GBP": "pounds", "EUR": "euros", "CAD": "dollars", "AUD": "dollars"}

_SMALL = listed(
    "nought; one; two; three; four; five; six; seven; eight; nine; ten; eleven; twelve; thirteen; fourteen; fifteen; "
    "sixteen; seventeen; eighteen; nineteen"
)
_TENS = ["", "", *listed("twenty; thirty; forty; fifty; sixty; seventy; eighty; ninety")]


@dataclass(slots=True)
class Payment:
    """One payment, before any words; `verb` is how a summary opens."""

    verb: str
    amount: float
    currency: str
    name: str = ""
    city: str = ""
    purpose: str = ""
    note: str = ""
    line: str = ""
    kind: str = "pay"
    state: str = ""
    mcc: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)


def items(count: int, seed: int, *, heldout: bool) -> Iterator[Item]:
    """Items of this domain, the same ones for the same seed; those held out hold a pattern that training never shows."""
    rng = random.Random(f"transaction-summaries-{seed}-{heldout}")
    yield from drawn(draw_item, rng, count, heldout=heldout, prefix=f"txn-{seed}")


def draw_item(rng: random.Random, heldout: bool, identifier: str) -> Item:
    """One item."""
    payment, patterns = draw(rng), Patterns(rng, heldout)
    if rng.random() < 0.68:
        record, amount = structured(rng, patterns, payment, identifier)
    else:
        record, amount = told(rng, patterns, payment, identifier)
    text = source_of(text_of(record))
    found = {"amount": amount} if amount and amount in text else {}
    values = {"name": payment.name, "city": payment.city, "purpose": payment.purpose, "note": payment.note}
    values["state"] = payment.state
    found |= {kind: literal for kind, value in values.items() if (literal := verbatim(text, value))}
    if payment.line:
        found["line"] = verbatim(text, payment.line) or ""
    if (code := str(record.get("merchant_category_code", ""))) and not found.keys() & {"purpose", "note"}:
        found["mcc"] = described(code)
    return Item(
        domain="transactions",
        record=record,
        text=text,
        facts=found,
        labels=payment.labels,
        references=references(payment, found),
        patterns=tuple(patterns.used),
        unseen=patterns.unseen,
    )


def verbatim(text: str, value: str) -> str:
    """A name or a memo in the case in which the text has it; where it stands twice, as it first does."""
    if value and value in text:
        return value
    return said(text, value) or ""


def draw(rng: random.Random) -> Payment:
    """The facts of one payment."""
    facts = base.draw(rng)
    amount = facts.amount if rng.random() < 0.7 else round(10 ** rng.uniform(0, 5), rng.choice([0, 2, 2, 2]))
    currency = CURRENCIES[facts.country][0] if rng.random() < 0.85 else rng.choice(OTHERS)
    payment = Payment(verb="Received" if facts.money_in else "Paid", amount=amount, currency=currency)
    payment.labels = {"category": facts.category, "risk": facts.risk}
    payment.slots = facts.slots | {"person": names.person(rng), "city": names.town(rng)}
    payment.note = facts.note.strip().rstrip(".")
    payment.mcc = facts.mcc
    if facts.code == "atm":
        payment.verb, payment.kind, payment.line = "Withdrew", "atm", facts.bank_line
    elif facts.category == "BANK_FEES":
        payment.verb, payment.kind = "Charged", "fee"
        payment.line = facts.bank_line or facts.purpose
    elif facts.merchant:
        payment.kind = "shop"
        payment.name = facts.merchant if rng.random() < 0.35 else names.firm(rng)
        payment.verb = "Refunded" if facts.code == "refund" else payment.verb
        payment.city = names.town(rng) if rng.random() < 0.6 else ""
    elif facts.bank_line and rng.random() < 0.6:
        payment.kind, payment.line = "bank", facts.bank_line
    else:
        payment.name = (
            facts.payee if facts.payee and rng.random() < 0.3 else rng.choice([names.person, names.firm])(rng)
        )
    if not payment.line and (payment.kind == "pay" or rng.random() < 0.15):
        purpose = facts.purpose or rng.choice(base.PURPOSES[facts.category])
        payment.purpose = purpose if rng.random() < 0.6 else memo(rng, payment)
    if not payment.note and rng.random() < 0.12:
        thing = {"thing": rng.choice(words_of.THINGS), "code": names.code(rng)}
        payment.note = expand(rng, rng.choice(words_of.REASONS), payment.slots | thing)
    return payment


def memo(rng: random.Random, payment: Payment) -> str:
    """What payers write, put together from parts."""
    slots = payment.slots | {"firm": names.firm(rng), "name": names.first_name(rng), "code": names.code(rng)}
    return expand(rng, choices(rng, rng.choice(words_of.MEMOS + words_of.THINGS)), slots)


def structured(
    rng: random.Random, patterns: Patterns, payment: Payment, identifier: str
) -> tuple[dict[str, object], str]:
    """The record in full form, and the amount as its rendering words it."""
    line = raw_line(rng, patterns, payment)
    record: dict[str, object] = {"transaction_id": identifier, "date": "2026-05-04"}
    meta: dict[str, str] = {}
    name, reason = line, ""
    if payment.purpose and rng.random() < 0.5:
        reason = base.cased(rng, payment.purpose) if rng.random() < 0.4 else payment.purpose
        name = line if payment.purpose not in line else payment.name or line
    if payment.note:
        note = base.cased(rng, payment.note) if rng.random() < 0.35 else payment.note
        chance = rng.random()
        if chance < 0.6:
            reason = f"{reason}{rng.choice([', ', '; ', '. ', ' - '])}{note}" if reason else note
        elif chance < 0.8:
            name = base.joined(rng, name, note)
        else:
            record["original_description"] = base.joined(rng, name, note)
    record["name"] = name
    if payment.kind == "shop" and rng.random() < 0.6:
        record["merchant_name"] = payment.name
    if reason:
        meta["reason"] = reason
    facts_of_payment(rng, payment, record)
    if meta:
        record["payment_meta"] = meta
    has_amount, has_currency = "amount" in record, "iso_currency_code" in record
    amount = f"{payment.amount:.2f}" + (f" {payment.currency}" if has_currency else "")
    return record, amount if has_amount else ""


def facts_of_payment(rng: random.Random, payment: Payment, record: dict[str, object]) -> None:
    """Amount, currency, code, channel, place and merchant category, each of which may be missing."""
    money_in = payment.verb in ("Received", "Refunded")
    if rng.random() < 0.96:
        signed = -payment.amount if money_in else payment.amount
        if rng.random() < 0.4:
            signed, record["credit_debit_indicator"] = payment.amount, "CRDT" if money_in else "DBIT"
        record["amount"] = signed if rng.random() < 0.7 else f"{signed:.2f}"
        if rng.random() < 0.92:
            record["iso_currency_code"] = payment.currency
    if rng.random() < 0.55 or payment.kind in ("fee", "atm") or payment.verb == "Refunded":
        record["transaction_code"] = {"shop": "purchase", "fee": "bank charge", "atm": "atm"}.get(
            payment.kind, rng.choice(["transfer", "payment", "bill payment", "standing order", "direct debit"])
        )
        if payment.verb == "Refunded":
            record["transaction_code"] = "refund"
    if rng.random() < 0.75:
        record["payment_channel"] = rng.choice(["in store", "online", "other"])
    if payment.city and rng.random() < 0.75:
        record["location"] = {"city": payment.city}
        if rng.random() < 0.7:
            record["location"] = {
                "city": payment.city,
                "country": rng.choice(["US", "GB", "DE", "FR", "IE", "CA", "AU", "ES"]),
            }
    if payment.mcc and rng.random() < 0.6:
        record["merchant_category_code"] = payment.mcc


def raw_line(rng: random.Random, patterns: Patterns, payment: Payment) -> str:
    """What the bank printed; `payment.name` becomes what stands there, where the terminal mangled it."""
    if payment.line:
        return payment.line if rng.random() < 0.8 else payment.line.title()
    slots = payment.slots | {"city": payment.city.upper() or names.town(rng).upper(), "code": names.code(rng)}
    if payment.kind == "shop":
        chance = rng.random()
        printed = (
            payment.name if chance < 0.2 else payment.name.upper() if chance < 0.6 else base.mangled(rng, payment.name)
        )
        line = expand(rng, patterns.draw(words_of.CARD_LINES), slots | {"m": printed})
        if payment.purpose and rng.random() < 0.3:
            line = f"{line} {payment.purpose.upper()}"
        if payment.name.casefold() not in line.casefold():
            payment.name = printed
        return line
    upper = rng.random() < 0.6
    who = payment.name.upper() if upper else payment.name
    what = base.cased(rng, payment.purpose) if rng.random() < 0.5 else payment.purpose
    pattern = patterns.draw(words_of.PAY_LINES["in" if payment.verb == "Received" else "out"])
    line = expand(rng, pattern, slots | {"p": who, "w": what})
    if payment.purpose and payment.purpose.casefold() not in line.casefold() and what in line:
        payment.purpose = what
    return line


def told(rng: random.Random, patterns: Patterns, payment: Payment, identifier: str) -> tuple[dict[str, object], str]:
    """The record in its simple form: one text, as somebody tells it; and the amount as it stands there."""
    amount = money(rng, payment)
    slots = payment.slots | {
        "a": amount,
        "p": payment.name,
        "m": payment.name,
        "w": payment.purpose,
        "code": names.code(rng),
        "city": payment.city or names.town(rng),
    }
    if payment.name and payment.verb == "Paid" and rng.random() < 0.12:
        payment.state, payment.purpose = rng.choice(words_of.STATES), ""
        reasons = expand(rng, rng.choice(words_of.REASONS), payment.slots | {"thing": "goods", "code": names.code(rng)})
        payment.note = payment.note or reasons
        text = patterns.fill(words_of.TALK_STATE, slots | {"s": payment.state, "n": payment.note})
    elif payment.line:
        text = expand(
            rng,
            patterns.draw(listed("{w}, {a}; {w} {a}; {a} {w}; {w}: {a}; entry of {a}, {w}; {w} came to {a}")),
            slots | {"w": payment.line},
        )
    elif not payment.purpose:
        text = patterns.fill(words_of.TALK_SHOP, slots)
        # These are told as spending, or as a refund.
        payment.verb = "Refunded" if re.search(r"(?i)\brefund|gave back", text) else "Paid"
    elif payment.verb == "Received":
        text = patterns.fill(words_of.TALK_IN + words_of.TALK_MORE_IN, slots)
    else:
        text = patterns.fill(words_of.TALK_OUT + words_of.TALK_MORE_OUT, slots)
    parts = [sentence(text)] if rng.random() < 0.75 else [text]
    if payment.note and not payment.state:
        parts.append(sentence(patterns.fill(words_of.NOTES, slots | {"n": payment.note})))
    for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 2, 4])):
        parts.insert(
            rng.randint(0, len(parts)),
            sentence(expand(rng, patterns.draw(words_of.FILLER), slots | {"code": names.code(rng)})),
        )
    if not payment.city or payment.city not in text:
        payment.city = ""
    whole = " ".join(parts)
    if rng.random() < 0.06:
        whole, amount = whole.upper(), amount.upper()
    return {"id": identifier, "text": whole}, amount


def money(rng: random.Random, payment: Payment) -> str:
    """The amount as people write it."""
    code, value = payment.currency, payment.amount
    symbol = next((sign for known, sign in CURRENCIES.values() if known == code), "")
    forms = [
        f"{code} {value:,.2f}",
        f"{value:,.2f} {code}",
        f"{value:.2f} {code}",
        f"{code} {value:.2f}",
        f"{value:,.2f}",
    ]
    forms += [f"{symbol}{value:,.2f}"] * 4 + [f"{symbol}{value:.2f}"] if symbol else []
    forms += [f"{value:,.2f} {SPELT[code]}"] if code in SPELT else []
    if value == int(value):
        forms += [f"{symbol}{value:,.0f}", f"{value:.0f} {code}", f"{value:,.0f} {SPELT.get(code, code)}"] * 3
    if value == int(value) and value < 1000 and code in SPELT and rng.random() < 0.12:
        return f"{spelt(int(value))} {SPELT[code]}"
    if code == "EUR" and rng.random() < 0.25:
        forms = [f"{value:,.2f} EUR".translate(str.maketrans(",.", ".,")), f"{value:.2f} €".replace(".", ",")]
    return rng.choice(forms)


def spelt(number: int) -> str:
    """A number below a thousand in words."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    rest = f" and {spelt(number % 100)}" if number % 100 else ""
    return f"{_SMALL[number // 100]} hundred{rest}"


def references(payment: Payment, found: dict[str, str]) -> tuple[str, ...]:
    """Summaries of what the text says: verb, amount, name, place, and what it was for or what was noted."""
    name, city, mcc = found.get("name", ""), found.get("city", ""), found.get("mcc", "")
    verb, money_in = payment.verb, payment.verb in ("Received", "Refunded")
    link = {"Withdrew": "at", "Charged": "by"}.get(verb, "from" if money_in else "to")
    head = (
        f"{verb} {found['amount']}" if "amount" in found else {"Received": "Payment", "Paid": "Payment"}.get(verb, verb)
    )
    where = f" in {city}" if city and city.casefold() not in name.casefold() else ""
    party = f" {link} {clip(name, 7)}" if name else ""
    left = BUDGET - words(f"{head}{party}{where}")
    matter = []
    for kind in ("state", "line", "purpose", "note"):
        value = clip(found.get(kind, ""), left) if found.get(kind) and left > 1 else ""
        if value and not any(value.casefold() in each.casefold() for each in [*matter, name]):
            matter.append(value)
            left -= words(value)
    if not matter and mcc and left >= 2:
        matter = [clip(mcc, left)]
    told_of = "; ".join(matter)
    first = closed(f"{head}{party}{where}: {told_of}" if told_of else f"{head}{party}{where}")
    amount = f" of {found['amount']}" if "amount" in found else ""
    noun = {"Received": "Receipt", "Refunded": "Refund", "Withdrew": "Withdrawal", "Charged": "Charge"}.get(
        verb, "Payment"
    )
    second = closed(f"{noun}{amount}{party}{where}" + (f" for {told_of}" if told_of else ""))
    third = closed(", ".join(part for part in (f"{name or noun}{where}", found.get("amount", ""), told_of) if part))
    return tuple(dict.fromkeys((first, second, third)))
