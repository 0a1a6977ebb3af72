"""Draws the facts behind a clinical note: problem, urgency, patient, histories and numbers."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from training.generate.grammar import Table, expand, table, weighted
from training.generate.vocabulary import clinical
from training.generate.vocabulary import clinical_words as words

URGENCIES = {"routine": 0.4, "urgent": 0.22, "asap": 0.2, "stat": 0.18}
MALE = (
    r"prostat|PSA|BPH|testic|testis|vasectomy|scrot|foreskin|circumcis|epididym|hydrocele|paraphimosis|priapism|penile"
    r"|erectile"
)
MILD = (
    r"acne|hair loss|mole|floaters|ADHD|scoliosis|hernia|gout|menopause|morning sickness|hearing loss"
    r"|hoarse|sore throat|bloating|heartburn|insomnia|itching|constipation|tremor|foot pain|eczema"
    r"|psoriasis|goitre|tiredness|poor appetite|fibroids|plaster cast|obsessive"
)
FIELDS: dict[str, Table] = {name: table(text) for name, text in clinical.SPECIALTIES.items()}
SPECIALTIES = [*FIELDS, "radiology"]
RADIOLOGY: Table = table(clinical.RADIOLOGY)
FILLERS: Table = table(clinical.FILLERS)
GRAVE: Table = table(clinical.GRAVE)
TOPICS: Table = table(words.TOPICS)
MODIFIERS: Table = table(words.MODIFIERS)


@dataclass
class Facts:
    """One patient, one main problem, and what surrounds it."""

    specialty: str
    urgency: str
    core: str
    age: int
    female: bool
    slots: dict[str, str]


def draw(rng: random.Random) -> Facts:
    """Draw the facts of one note."""
    specialty, urgency = rng.choice(SPECIALTIES), weighted(rng, URGENCIES)
    core = draw_core(rng, specialty, urgency)
    female = specialty == "obstetrics_gynecology" or (rng.random() < 0.5 and not re.search(MALE, core))
    age = (
        rng.randrange(18, 47)
        if specialty == "obstetrics_gynecology"
        else rng.choice([rng.randrange(19, 92), rng.randrange(30, 85)])
    )
    if re.search(r"child|infant|baby|toddler|school|boy|seven-year", core):
        age = rng.randrange(1, 12)
    elif re.search(r"teenager|teen", core):
        age = rng.randrange(13, 18)
    elif re.search(r"neonate", core):
        age = 0
    elif re.search(r"enopaus|elderly|84-year|62-year|80-year", core):
        age = rng.randrange(58, 85)
    facts = Facts(specialty, urgency, "", age, female, {})
    facts.slots = slots_for(rng, facts)
    facts.core = jitter(rng, expand(rng, core, facts.slots))
    return facts


def draw_core(rng: random.Random, specialty: str, urgency: str) -> str:
    """The main problem: a told one, or a topic of the specialty with a pace that fits any of them."""
    if specialty == "radiology":
        return rng.choice(RADIOLOGY[urgency])
    if rng.random() < 0.68:
        return rng.choice(FIELDS[specialty][urgency])
    topics = [topic for topic in TOPICS[specialty] if urgency in ("routine", "urgent") or not re.search(MILD, topic)]
    topic, modifier = rng.choice(topics), rng.choice(MODIFIERS[urgency])
    return f"{topic}{' ' if modifier.startswith(('with ', 'and ')) else ', '}{modifier}"


def slots_for(rng: random.Random, facts: Facts) -> dict[str, str]:
    """Numbers, histories and people that templates may ask for."""
    number = {
        "sysn": (112, 138),
        "dian": (66, 84),
        "hrn": (58, 84),
        "satn": (96, 100),
        "hru": (84, 104),
        "satu": (94, 97),
        "sysa": (96, 112),
        "diaa": (54, 68),
        "hra": (112, 138),
        "rra": (24, 32),
        "sata": (87, 92),
        "syss": (52, 78),
        "dias": (28, 44),
        "hrs": (132, 170),
        "sats": (68, 84),
        "rrs": (36, 48),
        "gcs": (3, 9),
        "lac": (6, 13),
        "digit": (2, 9),
        "low": (0, 5),
        "weight": (52, 108),
    }
    slots = {name: str(rng.randrange(*span)) for name, span in number.items()}
    slots["past"] = str(rng.randrange(max(1994, 2022 - max(facts.age - 1, 0)), 2025))
    if facts.age > 25 and rng.random() < 0.2:
        slots["past"] = rng.choice(
            ["the nineties", "childhood", "the past", "her twenties" if facts.female else "his twenties"]
        )
    fields = list(FIELDS)
    other = rng.choice(fields)
    own = facts.specialty if facts.specialty in FIELDS and rng.random() < 0.5 else other
    slots["hx"], slots["hx2"] = (
        expand(rng, rng.choice(FIELDS[name]["had"]), slots) for name in (own, rng.choice(fields))
    )
    denied = rng.sample(FIELDS[own]["no"] + FIELDS[rng.choice(fields)]["no"], 3)
    slots |= {"no": denied[0], "no2": denied[1], "no3": denied[2]}
    slots["g"] = rng.choice(GRAVE[facts.specialty if facts.specialty in GRAVE and rng.random() < 0.7 else other])
    slots["was"] = slots["g"]
    slots["lay"] = rng.choice(
        ["chest pain", "sudden weakness", "breathing trouble", "heavy bleeding", "fainting", "severe pain"]
    )
    slots |= {
        "kin": rng.choice(
            FILLERS["kins"] if facts.age > 17 else ["mother", "father", "grandmother", "sister", "brother"]
        ),
        "job": rng.choice(FILLERS["jobs"]),
        "sport": rng.choice(FILLERS["sports"]),
        "ago": expand(rng, rng.choice(FILLERS["agos"]), slots),
    }
    return slots


def jitter(rng: random.Random, text: str) -> str:
    """Vary measured numbers slightly, so that no exact number becomes a sign."""

    def vary(match: re.Match[str]) -> str:
        number = match.group(0)
        if "." in number:
            return (
                f"{max(0.1, float(number) + rng.choice([-0.1, 0, 0, 0.1, 0.2])):.1f}"
                if len(number.split(".")[1]) == 1
                else number
            )
        value = int(number)
        return (
            number
            if value < 30 or 85 < value < 101 or (value > 1900 and len(number) == 4)
            else str(value + rng.randrange(-2, 3))
        )

    return re.sub(r"(?<![\w.,/])\d+(?:\.\d+)?(?![\w,.]*\d)(?!/)", vary, text)
