"""Generates traffic events with Open511 type and severity, from facts about cause, place, impact and source."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from training.generate.grammar import Table, count_entries, expand, table, tidy, typos, weighted
from training.generate.vocabulary import traffic

TYPES = ["CONSTRUCTION", "SPECIAL_EVENT", "INCIDENT", "WEATHER_CONDITION", "ROAD_CONDITION"]
SEVERITIES = ["MINOR", "MODERATE", "MAJOR"]
COUNTRIES = {"US": 0.42, "GB": 0.24, "CA": 0.15, "AU": 0.11, "IE": 0.08}
CENTRES = {"US": (40.0, -100.0), "GB": (53.0, -1.6), "CA": (50.0, -100.0), "AU": (-33.0, 148.0), "IE": (53.2, -7.5)}
STYLES = {"alert": 0.46, "radio": 0.14, "tweet": 0.1, "dispatch": 0.14, "narrative": 0.16}

ROADS: Table = table(traffic.ROADS)
PLACES: Table = table(traffic.PLACES)
DIRECTIONS: Table = table(traffic.DIRECTIONS)
CAUSES: Table = table(traffic.CAUSES)
IMPACTS: Table = table(traffic.IMPACTS)
TYPE_IMPACTS: Table = table(traffic.TYPE_IMPACTS)
CAUSE_PARTS: Table = table(traffic.CAUSE_PARTS)
IMPACT_PARTS: Table = table(traffic.IMPACT_PARTS)
CRASH: Table = table(traffic.CRASH)
FILLERS: Table = table(traffic.FILLERS)
SOURCES: Table = table(traffic.SOURCES)
HARMLESS = (
    r"postponed|delayed by|suspended|cancelled|finished early|preparatory|survey|fender|minor bump|mattress"
    r"|ladder|light |flurries|mist$|drizzle|easing|passed|dropping|clear by|good condition|gritted, damp"
    r"|salted|bare and|mowing|shopping|science fair|showers|haze"
)
GRAVE = (
    r"impassable|under water|washed-out road|washout|collapsed|major|entrapment|pile-up|red weather"
    r"|blizzard|whiteout|hurricane|tornado|cyclone|head-on|planned closure|demolition|landslide|landslip"
    r"|mudslide|avalanche|chemical|overturned|tanker|pedestrian struck|train hit|cyclist hit|crane collapse"
    r"|aircraft|shooting|armed|bridge beams|slipped away|on its roof|killed"
)
CALLED_OFF = (
    r"postponed|put off|cancelled|suspended|finished early|has passed|no longer required|tapering|lifting|clearing$"
)
CASUALTIES = (
    r"injur|fatal|killed|dead|hospital|air ambulance|life flight|coroner|critical|trapped|hazmat|hazardous|cars driven"
    r"|vehicles involved|hazard lights|moved to|investigation|cleared"
)
SHORTHAND = (
    ("northbound", "NB"),
    ("southbound", "SB"),
    ("eastbound", "EB"),
    ("westbound", "WB"),
    ("vehicle", "veh"),
    ("injuries", "inj"),
    ("closed", "clsd"),
    ("blocked", "blkd"),
    ("traffic", "tfc"),
    ("collision", "coll"),
    ("construction", "constr"),
    ("maintenance", "maint"),
    ("minutes", "min"),
    ("between", "btwn"),
    ("shoulder", "shldr"),
    ("left lane", "LL"),
    ("right lane", "RL"),
    ("accident", "acc"),
    ("police", "PD"),
    ("road", "rd"),
)


@dataclass
class Facts:
    """What happened, where, and what it does to traffic."""

    event_type: str
    severity: str
    country: str
    cause: str
    impact: str
    updated: datetime
    slots: dict[str, str]


def vocabulary_size() -> int:
    """How many phrases the tables of this domain hold."""
    return count_entries(
        [
            ROADS,
            PLACES,
            DIRECTIONS,
            CAUSES,
            IMPACTS,
            TYPE_IMPACTS,
            CAUSE_PARTS,
            IMPACT_PARTS,
            CRASH,
            FILLERS,
            SOURCES,
            traffic.STREETS,
            traffic.TOWNS,
        ]
    )


def rows(count: int, seed: int) -> Iterator[dict]:
    """Yield labelled events, the same ones for the same seed."""
    rng = random.Random(f"traffic-events-{seed}")
    for number in range(count):
        facts = draw(rng)
        style = weighted(rng, STYLES)
        text = render(rng, facts, style)
        identifier = f"event-{seed}-{number}"
        record = open511(rng, facts, text, identifier) if rng.random() < 0.6 else {"id": identifier, "text": text}
        yield {"record": record, "labels": {"event_type": facts.event_type, "severity": facts.severity}}


def draw(rng: random.Random) -> Facts:
    """Draw the facts of one event."""
    event_type, severity, country = rng.choice(TYPES), rng.choice(SEVERITIES), weighted(rng, COUNTRIES)
    updated = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(2_000_000))
    slots = slots_for(rng, country)
    cause = draw_cause(rng, event_type, slots)
    while not fits(cause, severity):
        cause = draw_cause(rng, event_type, slots)
    impact = draw_impact(rng, event_type, severity, slots)
    while not credible(event_type, impact):
        impact = draw_impact(rng, event_type, severity, slots)
    return Facts(event_type, severity, country, cause, impact, updated, slots)


def draw_cause(rng: random.Random, event_type: str, slots: dict[str, str]) -> str:
    """What happened, as a fixed phrase or put together from parts."""
    return expand(rng, rng.choice((CAUSES if rng.random() < 0.55 else CAUSE_PARTS)[event_type]), slots)


def draw_impact(rng: random.Random, event_type: str, severity: str, slots: dict[str, str]) -> str:
    """What it does to traffic: of the type, of any type, or put together from parts."""
    chance = rng.random()
    if chance < 0.42:
        pool = TYPE_IMPACTS[f"{event_type} {severity}"]
    elif chance < 0.68:
        pool = IMPACTS[severity]
    else:
        pool = IMPACT_PARTS.get(f"{event_type} {severity}", []) * 2 + IMPACT_PARTS[severity]
    return expand(rng, rng.choice(pool), slots)


def fits(cause: str, severity: str) -> bool:
    """Whether a cause can go with the severity, where its own words tell."""
    if called_off(cause):
        return severity == "MINOR"
    return not (severity == "MAJOR" and harmless(cause)) and not (severity == "MINOR" and grave(cause))


def called_off(cause: str) -> bool:
    """Causes that are over or will not be."""
    return re.search(CALLED_OFF, cause) is not None


def harmless(cause: str) -> bool:
    """Causes that say by themselves that little is in the way."""
    return re.search(HARMLESS, cause) is not None


def grave(cause: str) -> bool:
    """Causes that say by themselves that the road is shut or people are hurt."""
    return re.search(GRAVE, cause) is not None


def credible(event_type: str, impact: str) -> bool:
    """Keep casualties to incidents, and so on."""
    if event_type == "INCIDENT":
        return True
    return re.search(CASUALTIES, impact) is None


def slots_for(rng: random.Random, country: str) -> dict[str, str]:
    """Roads, places, times and sizes that templates may ask for."""
    slots = {
        "n1": str(rng.randrange(1, 96)),
        "n2": str(rng.randrange(1, 100)),
        "n3": str(rng.randrange(100, 999)),
        "n4": str(rng.randrange(1000, 9999)),
    }
    slots |= {"mp": str(rng.randrange(1, 340)), "lane": str(rng.randrange(1, 5)), "unit": str(rng.randrange(100, 9999))}
    exit_number = rng.randrange(1, 60)
    slots |= {"ex": str(exit_number), "ex2": str(exit_number + rng.randrange(1, 4))}
    slots["street"], slots["street2"] = rng.sample(traffic.STREETS, 2)
    slots["town"] = rng.choice(traffic.TOWNS)
    slots["town2"] = slots["town"].replace(" ", "")
    slots["mid"] = str(rng.choice([10, 15, 20, 25, 30, 35, 40]))
    slots |= {
        "long": str(rng.choice([60, 75, 80, 90, 100, 120])),
        "miles": str(rng.randrange(6, 18)),
        "short": str(rng.randrange(1, 4)),
        "many": str(rng.randrange(8, 45)),
    }
    slots |= {
        "gust": str(rng.randrange(45, 90)),
        "vis": str(rng.choice([40, 50, 80, 100, 150])),
        "speed": rng.choice(["25 mph", "30 mph", "40 mph", "50 km/h", "60 km/h", "45", "20 mph"]),
    }
    hour = rng.randrange(24)
    later = (hour + rng.randrange(2, 10)) % 24
    minute = rng.choice([0, 0, 0, 15, 30, 45, rng.randrange(60)])
    twelve = rng.random() < 0.5
    slots["hour"], slots["hour2"] = (
        f"{(h % 12) or 12}:{minute:02d} {'a.m.' if h < 12 else 'p.m.'}" if twelve else f"{h:02d}:{minute:02d}"
        for h in (hour, later)
    )
    slots["day"] = slots["Day"] = rng.choice(
        [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
            "tonight",
            "tomorrow",
            "this weekend",
        ]
    )
    slots["part"] = rng.choice(["morning", "afternoon", "evening"])
    slots["road"], slots["road2"] = (expand(rng, rng.choice(ROADS[country]), slots) for _ in range(2))
    slots["place"], slots["place2"] = (expand(rng, rng.choice(PLACES[country]), slots) for _ in range(2))
    slots["dir"] = expand(rng, rng.choice(DIRECTIONS[country]), slots)
    return slots


def phrases(rng: random.Random, facts: Facts) -> dict[str, str]:
    """The facts' own words as slots, sometimes with a second impact of the same severity."""
    impact = facts.impact
    if rng.random() < 0.25:
        other = expand(rng, rng.choice(TYPE_IMPACTS[f"{facts.event_type} {facts.severity}"]), facts.slots)
        impact = impact if other == impact else f"{impact}{rng.choice([', ', '; ', ' and '])}{other}"
    fillers = FILLERS["neutral"] + FILLERS[facts.event_type] * 2
    first, second = rng.sample(fillers, 2)
    lead = rng.choice(["", "", "For information.", "Notice to drivers.", "Bulletin.", "Good morning.", "Correction."])
    cause = facts.cause
    return facts.slots | {
        "cause": cause,
        "Cause": cause[0].upper() + cause[1:],
        "impact": impact,
        "Impact": impact[0].upper() + impact[1:],
        "filler": first,
        "filler2": second,
        "lead": lead,
    }


def render(rng: random.Random, facts: Facts, style: str) -> str:
    """The text of the event in one of the styles of its sources."""
    slots = phrases(rng, facts)
    if facts.event_type == "INCIDENT" and rng.random() < 0.2:
        return finish(rng, crash(rng, facts), "narrative")
    text = expand(rng, rng.choice(SOURCES[style]), slots)
    if style == "narrative" and rng.random() < 0.35:
        more = rng.sample(FILLERS["neutral"] + FILLERS[facts.event_type], rng.randrange(1, 5))
        text = " ".join([text, *(expand(rng, part, slots) for part in more)])
    elif rng.random() < 0.2:
        text = f"{text} {expand(rng, rng.choice(FILLERS['neutral'] + FILLERS[facts.event_type]), slots)}"
    return finish(rng, text, style)


def crash(rng: random.Random, facts: Facts) -> str:
    """A crash told in order, as reports to an authority do."""
    body = f"{rng.choice(CRASH['who'])} {rng.choice(CRASH['was'])} {rng.choice(CRASH['when'])}."
    ends = rng.sample(CRASH[facts.severity], rng.choice([1, 1, 2]))
    extra = rng.sample(FILLERS["neutral"] + FILLERS["INCIDENT"], rng.randrange(0, 4))
    opening = expand(
        rng,
        rng.choice(
            [
                "On {day} at {hour}",
                "At {hour}",
                "Shortly after {hour},",
                "Preliminary report:",
                "Narrative:",
                "",
                "Officer's summary:",
                "Around {hour},",
            ]
        ),
        facts.slots,
    )
    text = expand(rng, " ".join([body, *extra[:1], *ends, *extra[1:]]), facts.slots)
    return f"{opening} {text}" if opening else text


def finish(rng: random.Random, text: str, style: str) -> str:
    """Close gaps, and set the case and spelling of the source."""
    text = tidy(re.sub(r"\.{2}(?!\.)|\. \.", ".", text.replace("a.m..", "a.m.").replace("p.m..", "p.m.")))
    if style == "dispatch":
        for long_form, brief in SHORTHAND:
            if rng.random() < 0.4:
                text = re.sub(rf"\b{long_form}\b", brief, text)
        return text.upper() if rng.random() < 0.75 else text
    if style == "tweet":
        text = text.lower() if rng.random() < 0.3 else text
        return typos(rng, text, 0.06) if rng.random() < 0.3 else text
    if rng.random() < 0.08:
        return text.upper()
    return text if text.startswith(("http", "#")) else text[0].upper() + text[1:]


def open511(rng: random.Random, facts: Facts, text: str, identifier: str) -> dict:
    """The record in Open511 form; type and severity are what the model is to find, so they are left out."""
    slots = phrases(rng, facts)
    headline = finish(rng, expand(rng, rng.choice(SOURCES["headline"]), slots), "headline")
    record: dict = {
        "id": identifier,
        "status": "ARCHIVED" if re.search(r"cleared|reopened", facts.impact) and rng.random() < 0.5 else "ACTIVE",
        "headline": headline,
    }
    if rng.random() < 0.93:
        record["description"] = text
    else:
        record["headline"] = text
    record["updated"] = facts.updated.strftime("%Y-%m-%dT%H:%M:%SZ")
    latitude, longitude = CENTRES[facts.country]
    record["geography"] = {
        "type": "Point",
        "coordinates": [round(longitude + rng.uniform(-4, 4), 4), round(latitude + rng.uniform(-3, 3), 4)],
    }
    if rng.random() < 0.8:
        road: dict = {"name": facts.slots["road"]}
        if rng.random() < 0.6:
            road["direction"] = rng.choice(["N", "S", "E", "W", "BOTH"])
        if rng.random() < 0.4:
            road["from"] = facts.slots["place2"]
        if rng.random() < 0.25:
            road["state"] = {
                "MINOR": "ALL_LANES_OPEN",
                "MODERATE": rng.choice(["SOME_LANES_CLOSED", "SINGLE_LANE_ALTERNATING"]),
                "MAJOR": "CLOSED",
            }[facts.severity]
        record["roads"] = [road]
    return record
