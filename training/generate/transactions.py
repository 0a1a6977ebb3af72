"""Generates bank and card transactions with category and risk, from facts about payee, purpose, amount and marks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from training.generate.grammar import Table, count_entries, expand, items, sentence, table, typos, weighted
from training.generate.vocabulary import payments, places, risk, statements
from training.generate.vocabulary.merchants import MERCHANTS

CATEGORIES = [
    "INCOME",
    "TRANSFER_IN",
    "TRANSFER_OUT",
    "LOAN_PAYMENTS",
    "BANK_FEES",
    "ENTERTAINMENT",
    "FOOD_AND_DRINK",
    "GENERAL_MERCHANDISE",
    "HOME_IMPROVEMENT",
    "MEDICAL",
    "PERSONAL_CARE",
    "GENERAL_SERVICES",
    "GOVERNMENT_AND_NON_PROFIT",
    "TRANSPORTATION",
    "TRAVEL",
    "RENT_AND_UTILITIES",
]
RISKS = {"routine": 0.65, "review": 0.18, "suspicious": 0.17}
COUNTRIES = {"US": 0.36, "GB": 0.28, "EU": 0.18, "CA": 0.09, "AU": 0.09}
MONEY_IN = {"INCOME", "TRANSFER_IN"}
RANGES = {  # ordinary amounts of what is paid without a card merchant
    "INCOME": (90, 5200),
    "TRANSFER_IN": (10, 1400),
    "TRANSFER_OUT": (10, 1200),
    "LOAN_PAYMENTS": (45, 2100),
    "BANK_FEES": (1, 60),
    "ENTERTAINMENT": (5, 260),
    "FOOD_AND_DRINK": (4, 420),
    "GENERAL_MERCHANDISE": (6, 700),
    "HOME_IMPROVEMENT": (25, 2600),
    "MEDICAL": (15, 900),
    "PERSONAL_CARE": (8, 190),
    "GENERAL_SERVICES": (12, 1900),
    "GOVERNMENT_AND_NON_PROFIT": (5, 1600),
    "TRANSPORTATION": (2, 240),
    "TRAVEL": (35, 1900),
    "RENT_AND_UTILITIES": (15, 1900),
}
CODES = {"debit": "direct debit", "standing": "standing order", "payment": "payment", "purchase": "purchase"}

PURPOSES: Table = table(payments.PURPOSES)
BANK_LINES: Table = table(payments.BANK_LINES)
PAYEES: Table = table(payments.PAYEES)
LARGE: Table = table(payments.LARGE_ORDINARY)
ROUTINE: Table = table(risk.ROUTINE_NOTES)
REVIEW: Table = table(risk.REVIEW_NOTES)
MARKS: Table = table(risk.SUSPICIOUS_NOTES)
EVENTS: Table = table(risk.SUSPICIOUS_EVENTS)
SHOPS: dict[str, Table] = {category: table(text) for category, text in MERCHANTS.items()}

CARD_LINES: Table = table(statements.CARD_LINES)
PAY_LINES: Table = table(statements.PAY_LINES)
TALK: Table = table(statements.TALK)
LONG: Table = table(statements.LONG)
FEE_LINES = [
    "{w} {p}",
    "{p} {w}",
    "{w}",
    "{p}: {w}",
    "{w} {ddmm}",
    "{p} DEBIT {w}",
    "{w} ACCT XX{d4}",
    "CHARGE {w} {p}",
]
JOIN = [
    "{t} {n}",
    "{t} - {n}",
    "{t}. {N}",
    "{t} / {n}",
    "{t} ({n})",
    "{t}; memo: {n}",
    "{t} | {n}",
    "{t}, {n}",
    "{N} - {t}",
    "{N}: {t}",
    "{t} NOTE {n}",
    "{t} -- {n}",
    "{t} ref {n}",
]


@dataclass
class Facts:
    """What happened, before any words."""

    category: str
    risk: str
    country: str
    amount: float
    money_in: bool
    when: date
    slots: dict[str, str]
    merchant: str = ""
    payee: str = ""
    purpose: str = ""
    bank_line: str = ""
    note: str = ""
    mcc: str = ""
    channel: str = "other"
    code: str = "payment"
    telling: bool = False  # the note alone names the category


def vocabulary_size() -> int:
    """How many phrases the tables of this domain hold."""
    tables = [
        PURPOSES,
        BANK_LINES,
        PAYEES,
        LARGE,
        ROUTINE,
        REVIEW,
        MARKS,
        EVENTS,
        SHOPS,
        CARD_LINES,
        PAY_LINES,
        TALK,
        LONG,
    ]
    return sum(count_entries(entry) for entry in tables)


def rows(count: int, seed: int) -> Iterator[dict]:
    """Yield labelled transactions, the same ones for the same seed."""
    rng = random.Random(f"transactions-{seed}")
    for number in range(count):
        facts = draw(rng)
        record = (
            simple(rng, facts, f"txn-{seed}-{number}")
            if rng.random() < 0.25
            else full(rng, facts, f"txn-{seed}-{number}")
        )
        yield {"record": record, "labels": {"category": facts.category, "risk": facts.risk}}


def draw(rng: random.Random) -> Facts:
    """Draw the facts of one transaction."""
    category = rng.choice(CATEGORIES)
    country = weighted(rng, COUNTRIES)
    when = date(2023, 1, 1) + timedelta(days=rng.randrange(1420))
    facts = Facts(
        category, weighted(rng, RISKS), country, 0.0, category in MONEY_IN, when, slots_for(rng, country, when)
    )
    if facts.risk == "routine" and rng.random() < 0.1:
        draw_large_ordinary(rng, facts)
    elif category in SHOPS and rng.random() < 0.62:
        draw_shop(rng, facts)
    elif category in BANK_LINES and rng.random() < (0.8 if category == "BANK_FEES" else 0.62):
        draw_bank_line(rng, facts)
    else:
        draw_purpose(rng, facts)
    draw_risk(rng, facts)
    facts.slots["amount"] = money(rng, facts)
    return facts


def slots_for(rng: random.Random, country: str, when: date) -> dict[str, str]:
    """Names, numbers and dates that templates may ask for."""
    surname, first = rng.choice(places.SURNAMES), rng.choice(places.FIRST_NAMES)
    place, region = rng.choice(places.PLACES[country]), rng.choice(places.REGIONS[country])
    slots = {"surname": surname, "firstname": first, "place": place, "city": place, "region": region}
    slots["person"] = rng.choice(
        [
            f"{first} {surname}",
            f"{first[0]} {surname}",
            f"{surname} {first[0]}",
            f"Mr {first[0]} {surname}",
            f"Ms {surname}",
        ]
    )
    slots["bank"] = rng.choice(items(places.BANKS[country]))
    slots |= {
        "saint": rng.choice(places.SAINTS),
        "animal": rng.choice(places.ANIMALS),
        "foreign": rng.choice(items(places.FOREIGN)),
    }
    for name, text in (
        ("employer", places.EMPLOYERS),
        ("company", places.COMPANIES),
        ("uni", places.UNIVERSITIES),
        ("insurer", places.INSURERS),
        ("exchange", places.EXCHANGES),
    ):
        slots[name] = expand(rng, rng.choice(items(text)), slots)
    for size in range(2, 9):
        slots[f"d{size}"] = str(rng.randrange(10 ** (size - 1), 10**size))
    slots["digits"] = slots["d8"] + slots["d2"]
    slots["ref"] = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(rng.randrange(6, 11)))
    slots |= {"month": when.strftime(rng.choice(["%b", "%B"])), "year": str(when.year), "day": when.strftime("%d %b")}
    slots |= {"mmdd": when.strftime("%m/%d"), "ddmm": when.strftime(rng.choice(["%d/%m", "%d %b", "%d-%m-%Y", "%d%b"]))}
    slots["night"] = f"0{rng.randrange(1, 5)}:{rng.randrange(60):02d}"
    slots["n"] = str(rng.choice([3, 4, 5, 6, 8, 9, 11, 12, 14, 17, 20, 26, 40]))
    slots["small"] = rng.choice(["0.01", "0.10", "0.50", "1.00", "1.01", "2.00", "0.00", "0.99"])
    slots["struct"] = rng.choice(["9,{d3}", "9500", "9,800", "9,900.00", "4,950", "9.9k", "9,600"]).replace(
        "{d3}", slots["d3"]
    )
    return slots


def ordinary(rng: random.Random, low: float, high: float) -> float:
    """An amount between low and high, small ones more often, sometimes round."""
    amount = low * (high / low) ** rng.random()
    if rng.random() < 0.25:
        return float(max(1, round(amount / 5) * 5)) if amount > 10 else float(max(1, round(amount)))
    return round(amount, 2)


def draw_shop(rng: random.Random, facts: Facts) -> None:
    """A card merchant, a biller or a body that is known by name."""
    shops = SHOPS[facts.category]
    headers = [key for key in shops if len(key.split()) == 3]
    header = rng.choice(headers)
    mcc, channel, code = header.split()
    low, high = map(float, shops[header][0].split("-"))
    local = shops.get(f"{mcc} LOCAL", [])
    known = shops.get(f"{mcc} {facts.country}", [])
    pool = (
        local if local and (not known or rng.random() < 0.3) else known or shops.get(f"{mcc} US") or shops[f"{mcc} GB"]
    )
    facts.merchant = expand(rng, rng.choice(pool), facts.slots)
    facts.mcc, facts.amount = mcc, ordinary(rng, low, high)
    facts.channel = {"store": "in store", "online": "online", "other": "other"}[channel]
    facts.code = CODES[code]
    if rng.random() < 0.3:
        facts.purpose = expand(rng, rng.choice(PURPOSES[facts.category]), facts.slots) if rng.random() < 0.12 else ""
    if facts.risk == "routine" and rng.random() < 0.04:
        facts.money_in, facts.code = True, "refund"


def draw_bank_line(rng: random.Random, facts: Facts) -> None:
    """An entry that a bank, employer or processor words."""
    facts.bank_line = expand(rng, rng.choice(BANK_LINES[facts.category]), facts.slots)
    facts.amount = ordinary(rng, *RANGES[facts.category])
    line = facts.bank_line
    if facts.category == "BANK_FEES":
        facts.code = "interest" if "INTEREST" in line or "ZINS" in line else "bank charge"
    elif any(
        word in line for word in ("ATM", "CASH W", "LINK CASH", "AUTOMAT", "DAB", "CAJERO", "BANCOMAT", "BANKOMAT")
    ):
        facts.code, facts.channel, facts.mcc = "atm", "in store", "6011"
        facts.amount = float(rng.choice([10, 20, 30, 40, 50, 60, 80, 100, 150, 200, 250, 300]))
    elif facts.category == "LOAN_PAYMENTS":
        facts.code, facts.mcc = rng.choice(["direct debit", "bill payment", "standing order"]), "6012"
    elif facts.category == "INCOME":
        facts.code = "interest" if "INTEREST" in line else "transfer"
    else:
        facts.code, facts.mcc = "transfer", rng.choice(["", "4829", "6012"])


def draw_purpose(rng: random.Random, facts: Facts) -> None:
    """A payment whose purpose stands in its memo, to or from a person or firm."""
    facts.payee = expand(rng, rng.choice(PAYEES[facts.category]), facts.slots)
    facts.purpose = expand(rng, rng.choice(PURPOSES[facts.category]), facts.slots)
    facts.amount = ordinary(rng, *RANGES[facts.category])
    facts.code = rng.choice(["transfer", "payment", "bill payment", "standing order"])
    facts.channel = rng.choice(["online", "other"])


def draw_large_ordinary(rng: random.Random, facts: Facts) -> None:
    """A sum that is large and yet what such a thing costs."""
    key = next(key for key in LARGE if key.startswith(facts.category + " "))
    low, high = map(float, key.split()[1:])
    draw_purpose(rng, facts)
    facts.purpose, facts.amount = rng.choice(LARGE[key]), ordinary(rng, low, high)


def draw_risk(rng: random.Random, facts: Facts) -> None:
    """Give the facts what makes them ordinary, worth a glance or suspicious."""
    category = facts.category
    if facts.risk == "routine":
        chance = rng.random()
        if chance < 0.16:
            facts.note = rng.choice(ROUTINE["plain"])
        elif chance < 0.27:
            facts.note = rng.choice(ROUTINE["hard"])
        elif chance < 0.37:
            facts.note, facts.purpose, facts.telling = rng.choice(ROUTINE[f"hard {category}"]), "", True
    elif facts.risk == "review":
        draw_review(rng, facts)
    else:
        draw_suspicious(rng, facts)
    facts.note = expand(rng, facts.note, facts.slots | {"amount": f"{facts.amount:.0f}"})


def draw_review(rng: random.Random, facts: Facts) -> None:
    """A large or round sum, a first payee, a vague purpose, a duplicate, or what is odd for its category."""
    high = RANGES[facts.category][1]
    chance = rng.random()
    if chance < 0.2:
        facts.amount = float(round(high * rng.uniform(4, 25), -3 if high > 400 else -2))
        facts.note = rng.choice(["", "", *REVIEW["any"][:14]])
    elif chance < 0.34:
        facts.purpose = ""
        facts.note = rng.choice(REVIEW["vague"])
        facts.amount = float(round(max(high, 500) * rng.uniform(0.8, 6), -2))
        if facts.payee and facts.category not in MONEY_IN | {"TRANSFER_OUT"}:
            facts.purpose = rng.choice(PURPOSES[facts.category])
    elif chance < 0.62 or facts.category not in REVIEW:
        facts.note = rng.choice(REVIEW["any"])
        facts.amount = ordinary(rng, high * 0.3, high * 4)
    else:
        facts.note, facts.purpose = rng.choice(REVIEW[facts.category]), ""
        facts.amount = ordinary(rng, high * 0.8, high * 12)


def draw_suspicious(rng: random.Random, facts: Facts) -> None:
    """A known mark of fraud or laundering, general or of the category."""
    if facts.category in EVENTS and rng.random() < 0.5:
        facts.note = rng.choice(EVENTS[facts.category])
        facts.purpose, facts.telling = "", True
        if rng.random() < 0.25:
            second = rng.choice(MARKS[rng.choice(["pressure", "takeover", "invoice_fake"])])
            facts.note = f"{facts.note}{rng.choice([', ', '; ', '. '])}{second}"
        facts.amount = ordinary(rng, 40, 9900)
        return
    shop = bool(facts.merchant) and facts.channel != "other"
    kinds = (
        ["stolen_card", "card_testing", "takeover"]
        if shop
        else ["bank_details", "pressure", "takeover", "invoice_fake"]
    )
    if facts.category in ("BANK_FEES", "INCOME", "LOAN_PAYMENTS", *MONEY_IN):
        kinds = ["takeover", "bank_details", "pressure"]
    if facts.code == "atm":
        kinds = ["stolen_card", "pressure", "takeover"]
    kind = rng.choice(kinds)
    facts.note = rng.choice(MARKS[kind])
    if kind == "card_testing":
        facts.amount = float(facts.slots["small"]) or 1.0
    elif kind != "stolen_card":
        facts.amount = ordinary(rng, facts.amount, max(facts.amount * 8, 400))


def money(rng: random.Random, facts: Facts) -> str:
    """The amount as people and statements write it."""
    currency = places.CURRENCIES[facts.country]
    amount = facts.amount
    forms = [
        f"{places.SYMBOLS[currency]}{amount:,.2f}",
        f"{currency} {amount:.2f}",
        f"{amount:.2f} {currency}",
        f"{amount:,.2f}",
        f"{amount:.2f}",
    ]
    if amount == int(amount):
        forms += [f"{places.SYMBOLS[currency]}{amount:,.0f}", f"{amount:.0f} {currency}"]
    return rng.choice(forms)


def mangled(rng: random.Random, name: str) -> str:
    """A name as a terminal or clearing system prints it."""
    text = name.upper()
    chance = rng.random()
    if chance < 0.15:
        text = text.replace(" ", "")
    elif chance < 0.3:
        text = text[: rng.randrange(12, 23)].rstrip()
    elif chance < 0.36 and len(text) > 9:
        text = " ".join(
            word if len(word) < 6 else word[0] + "".join(c for c in word[1:] if c not in "AEIOU")
            for word in text.split()
        )
    elif chance < 0.42:
        text = text.replace("'", "").replace("&", "AND").replace(".", " ")
    if rng.random() < 0.12:
        text += rng.choice(
            [" LTD", " INC", " LLC", " PLC", " SA", " GMBH", " PTY LTD", ".COM", " UK", " 24/7", " ONLINE"]
        )
    return text


def cased(rng: random.Random, text: str) -> str:
    """A memo in the case its writer used, now and then with a slip."""
    text = rng.choices([text, text.upper(), text.lower(), text.capitalize()], [5, 3, 2, 2])[0]
    return typos(rng, text, 0.08) if rng.random() < 0.1 else text


def statement(rng: random.Random, facts: Facts) -> str:
    """The raw statement line, without the note."""
    if facts.bank_line:
        line = facts.bank_line if rng.random() < 0.8 else facts.bank_line.title()
        return f"{line} {cased(rng, facts.purpose)}" if facts.purpose else line
    if facts.merchant:
        raw = rng.choice(CARD_LINES[facts.country]) if rng.random() < 0.85 else "{m}"
        raw = expand(rng, raw, facts.slots | {"m": mangled(rng, facts.merchant), "city": facts.slots["city"].upper()})
        raw = f"REFUND {raw}" if facts.code == "refund" and rng.random() < 0.7 else raw
        return f"{raw} {cased(rng, facts.purpose)}" if facts.purpose else raw
    if facts.category == "BANK_FEES":
        forms = FEE_LINES
    elif facts.money_in:
        forms = [
            "FPI {p} {w}",
            "CREDIT {p} {w}",
            "SEPA GUTSCHRIFT {p} {w}",
            "ZELLE FROM {p} {w}",
            "DEPOSIT {w} {p}",
            "TRANSFER FROM {p} {w}",
            "ACH CREDIT {p} {w}",
            "E-TRANSFER FROM {p} {w}",
        ]
    else:
        forms = PAY_LINES[facts.country]
    if not facts.payee:
        return cased(rng, facts.purpose)
    upper = rng.random() < 0.7
    raw = expand(
        rng,
        rng.choice(forms),
        facts.slots | {"p": facts.payee.upper() if upper else facts.payee, "w": cased(rng, facts.purpose)},
    )
    return raw if rng.random() < 0.9 else raw.title()


def joined(rng: random.Random, text: str, note: str) -> str:
    """A text with its note, in one of the ways they are put together."""
    if not note:
        return text
    if not text:
        return note
    form = rng.choice(JOIN)
    return form.replace("{N}", note[0].upper() + note[1:]).replace("{n}", note).replace("{t}", text)


def narrative(rng: random.Random, facts: Facts) -> str:
    """Several sentences around the entry, as a bookkeeper, a branch or a long remittance text has them."""
    slots = facts.slots | {
        "line": statement(rng, facts),
        "w": facts.purpose,
        "n": facts.note,
        "a": facts.slots["amount"],
    }
    parts = [rng.choice(LONG["lead"])]
    if facts.purpose and rng.random() < 0.6:
        parts.append(rng.choice(LONG["what"]))
    parts += rng.sample(LONG["filler"], rng.randrange(1, 7))
    if facts.note:
        parts.insert(rng.randrange(1, len(parts) + 1), rng.choice(LONG["note"]))
    return " ".join(sentence(expand(rng, part, slots)) for part in parts)


def simple(rng: random.Random, facts: Facts, identifier: str) -> dict:
    """The record in its simple form, one text."""
    note = cased(rng, facts.note)
    slots = facts.slots | {"m": facts.merchant, "p": facts.payee, "w": facts.purpose, "a": facts.slots["amount"]}
    chance = rng.random()
    if rng.random() < 0.22:
        return {"id": identifier, "text": narrative(rng, facts)}
    if facts.telling and rng.random() < 0.3:
        return {
            "id": identifier,
            "text": rng.choice([note, f"{note} {facts.slots['amount']}", f"{facts.slots['amount']} {note}"]),
        }
    if facts.merchant and not facts.purpose and chance < 0.5:
        text = expand(rng, rng.choice(TALK["shop"]), slots)
    elif facts.payee and facts.purpose and chance < 0.7:
        text = expand(rng, rng.choice(TALK["in" if facts.money_in else "out"]), slots)
    else:
        text = statement(rng, facts)
        if rng.random() < 0.6 or (facts.risk == "review" and not facts.note):
            text = rng.choice(
                [
                    f"{text} {facts.slots['amount']}",
                    f"{facts.slots['ddmm']} {text} {facts.slots['amount']}",
                    f"{facts.slots['amount']} {text}",
                ]
            )
    if facts.risk == "review" and not facts.note and facts.slots["amount"] not in text:
        text = f"{text} {facts.slots['amount']}"
    return {"id": identifier, "text": joined(rng, text, note)}


def full(rng: random.Random, facts: Facts, identifier: str) -> dict:
    """The record in its full form, with fields missing at random."""
    raw, note = statement(rng, facts), cased(rng, facts.note)
    signed = -facts.amount if facts.money_in else facts.amount
    has_indicator = rng.random() < 0.6
    amount: float | str = facts.amount if has_indicator else signed
    record: dict = {
        "transaction_id": identifier,
        "account_id": f"acc-{rng.randrange(10**6):06d}",
        "amount": f"{amount:.2f}" if rng.random() < 0.3 else round(amount, 2),
        "iso_currency_code": places.CURRENCIES[facts.country],
        "date": facts.when.isoformat(),
        "name": raw,
    }
    meta: dict[str, str] = {}
    if note:
        place = rng.random()
        if place < 0.5:
            meta["reason"] = note
        elif place < 0.75:
            record["name"] = joined(rng, raw, note)
        else:
            record["original_description"] = joined(rng, raw, note)
    elif facts.purpose and facts.payee and rng.random() < 0.35:
        record["name"], meta["reason"] = facts.payee, facts.purpose
    if facts.merchant and rng.random() < 0.7:
        record["merchant_name"] = facts.merchant
        if rng.random() < 0.3 and "original_description" not in record:
            record["original_description"] = record["name"]
            record["name"] = facts.merchant
    if facts.payee and rng.random() < 0.25:
        meta["payer" if facts.money_in else "payee"] = facts.payee
    if facts.mcc and rng.random() < 0.6:
        record["merchant_category_code"] = facts.mcc
    if rng.random() < 0.85:
        record["payment_channel"] = facts.channel
    if rng.random() < 0.5:
        record["transaction_code"] = facts.code
    if has_indicator:
        record["credit_debit_indicator"] = "CRDT" if facts.money_in else "DBIT"
    if rng.random() < 0.1:
        meta["reference_number"] = facts.slots["ref"]
    if meta:
        record["payment_meta"] = meta
    if facts.merchant and rng.random() < 0.4:
        country = facts.slots["region"] if facts.country == "EU" else facts.country
        record["location"] = {"city": facts.slots["city"], "country": country}
        if facts.country in ("US", "CA", "AU") and rng.random() < 0.6:
            record["location"]["region"] = facts.slots["region"]
    return record
