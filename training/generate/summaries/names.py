"""Open vocabularies: names of people, places, firms, streets and drugs, known ones and ones built from syllables."""

from __future__ import annotations

import random

from training.generate.grammar import items
from training.generate.vocabulary import places, traffic

_ONSETS = items(
    "b; bl; br; c; ch; cl; cr; d; dr; f; fl; fr; g; gl; gr; h; j; k; kr; l; m; n; p; pl; pr; qu; r; s; "
    "sc; sh; sl; sn; st; str; t; th; tr; v; w; y; z"
)
_VOWELS = items("a; a; a; e; e; e; i; i; o; o; u; ai; ea; ee; ie; oa; oo; ou; y")
_CODAS = [
    "",
    "",
    "",
    "",
    *items("b; ck; d; ft; g; l; ll; lm; ld; m; n; n; nd; ng; nt; p; r; r; rd; rk; rn; rt; s; ss; st; sk; t; th; x"),
]
_PLACE_ENDS = items(
    "ton; ford; ham; bury; field; wick; ville; mouth; burgh; dale; worth; stead; port; haven; wood; ley; "
    "bridge; minster"
)
_SURNAME_ENDS = items("son; man; er; sen; ski; ez; ov; ini; aux; etti; well; ard; mann; berg")
_DRUG_ENDS = items(
    "ol; pril; sartan; statin; mycin; cillin; azole; pam; zepam; idine; formin; gliptin; oxacin; vir; "
    "mab; tinib; prazole; triptan; one; caine; phylline; thiazide; dipine; setron"
)
_ROAD_ENDS = items(
    "Road;Street;Avenue;Lane;Drive;Way;Close;Boulevard;Parkway;Highway;Bypass;Bridge;Tunnel;Hill;Quay;Parade;Terrace;"
    "Crescent;Expressway;Freeway;Trail;St;Rd;Ave;Blvd;Pkwy;Hwy;Row;Square;Gate"
)
_TRADES = items(
    "Coffee;Bakery;Market;Pharmacy;Foods;Kitchen;Grill;Tools;Motors;Books;Electric;Dental;Fitness;Travel;Hotels;Cinema;"
    "Garage;Energy;Water;Insurance;Telecom;Shoes;Garden Centre;Toys;Bikes;Optical;Vets;Cleaners;Salon;Barbers;Pizza;"
    "Noodle Bar;Sports;Music;Hardware;Fuel;Airways;Rail;Taxi;Parking;Storage;Logistics;Trading;Consulting;Legal;Studios"
)
_FORMS = ["", "", "", "", "Ltd", "Inc", "LLC", "GmbH", "SA", "PLC", "Co", "& Sons", "Group", "Bros", "Pty Ltd", "BV"]


def syllables(rng: random.Random, least: int, most: int) -> str:
    """A lower-case word that no list holds."""
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.randint(least, most))
    )


def coined(rng: random.Random, ends: list[str] | None = None) -> str:
    """A capitalised made-up word, with one of the endings."""
    if ends is None:
        return syllables(rng, 1, 3).capitalize()
    return (syllables(rng, 1, 2) + rng.choice(ends)).capitalize()


def town(rng: random.Random) -> str:
    """A town: a listed one or a coined one."""
    chance = rng.random()
    if chance < 0.3:
        return rng.choice(traffic.TOWNS)
    if chance < 0.5:
        return rng.choice(places.PLACES[rng.choice(list(places.PLACES))])
    name = coined(rng, _PLACE_ENDS) if chance < 0.8 else coined(rng)
    if rng.random() < 0.15:
        name = f"{rng.choice(['St', 'Fort', 'Port', 'North', 'South', 'East', 'West', 'New', 'Mount', 'Lake', 'San', 'El'])} {name}"
    return name


def street(rng: random.Random) -> str:
    """A street with what kind of street it is."""
    stem = rng.choice(traffic.STREETS) if rng.random() < 0.45 else rng.choice([coined(rng), coined(rng, _PLACE_ENDS)])
    if rng.random() < 0.08:
        stem = f"{rng.choice(['Old', 'Upper', 'Lower', 'Great', 'Little', 'East', 'West'])} {stem}"
    return f"{stem} {rng.choice(_ROAD_ENDS)}"


def first_name(rng: random.Random) -> str:
    """A first name."""
    return rng.choice(places.FIRST_NAMES) if rng.random() < 0.6 else coined(rng)


def surname(rng: random.Random) -> str:
    """A family name."""
    return rng.choice(places.SURNAMES) if rng.random() < 0.5 else coined(rng, rng.choice([None, _SURNAME_ENDS]))


def person(rng: random.Random) -> str:
    """A person as statements and letters name one."""
    first, last = first_name(rng), surname(rng)
    return rng.choice(
        [f"{first} {last}", f"{first} {last}", f"{first[0]} {last}", f"{last} {first[0]}", f"Mr {first[0]} {last}",
         f"Ms {last}", f"Dr {last}", f"{first[0]}. {last}", first]
    )  # fmt: skip


def firm(rng: random.Random) -> str:
    """A merchant or a company of any trade."""
    stem = rng.choice([coined(rng), coined(rng), surname(rng), town(rng), f"{coined(rng)} {coined(rng)}"])
    if rng.random() < 0.12:
        stem = f"{surname(rng)} {rng.choice(['&', 'and'])} {surname(rng)}"
    if rng.random() < 0.08:
        stem = f"{stem}'s"
    trade = rng.choice(_TRADES) if rng.random() < 0.6 else ""
    form = rng.choice(_FORMS)
    return " ".join(part for part in (stem, trade, form) if part)


def drug(rng: random.Random) -> str:
    """A made-up drug name with an ending that drugs have."""
    return syllables(rng, 1, 2) + rng.choice(_DRUG_ENDS)


def code(rng: random.Random, least: int = 5, most: int = 11) -> str:
    """A reference of capitals and digits."""
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(rng.randint(least, most)))


def digits(rng: random.Random, size: int) -> str:
    """A number of so many digits, the first not nought."""
    return str(rng.randrange(10 ** (size - 1), 10**size))
