"""Renders the facts of a clinical note as dictation, triage line, letter, message, report and other styles."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from training.generate.clinical_facts import FIELDS, FILLERS, GRAVE, RADIOLOGY, Facts
from training.generate.grammar import Table, expand, sentence, table, tidy, typos
from training.generate.vocabulary import clinical
from training.generate.vocabulary import clinical_words as words

REGIONS: Table = table(clinical.REGIONS)
PLANS: Table = table(clinical.PLANS)
VITALS: Table = table(clinical.VITALS)
CALM: Table = table(clinical.CALM)
LEAD: Table = table(words.LEAD)
ASK: Table = table(words.ASK)
STAY: Table = table(words.STAY)
TAIL: Table = table(words.TAIL)
RELAYED: Table = table(words.RELAYED)


def person(rng: random.Random, facts: Facts) -> str:
    """The patient as prose names one."""
    years = facts.age
    if years < 1:
        return rng.choice(["newborn", "20-day-old baby", "infant", "3-week-old"])
    noun = ("girl" if facts.female else "boy") if years < 16 else ("woman" if facts.female else "man")
    return rng.choice(
        [
            f"{years}-year-old {noun}",
            f"{years} y/o {'female' if facts.female else 'male'}",
            f"{years}-year-old",
            f"{noun} of {years}",
            f"{years} yo {'F' if facts.female else 'M'}",
            f"{years}-year-old {rng.choice(['female', 'lady']) if facts.female else rng.choice(['male', 'gentleman'])}"
            if years > 15
            else f"{years}-year-old child",
        ]
    )


def lead(rng: random.Random, facts: Facts) -> str:
    """The main problem behind a verb."""
    key = "routine" if facts.urgency == "routine" else "other"
    return rng.choice(LEAD[key]).replace("{c}", facts.core)


def fill(rng: random.Random, facts: Facts, texts: list[str]) -> str:
    """One phrase of a list, with the facts' slots."""
    return expand(rng, rng.choice(texts), facts.slots)


def sides(rng: random.Random, facts: Facts, most: int) -> list[str]:
    """Histories, denials, findings and drugs around the main problem; none of them decides the urgency."""
    own = FIELDS[facts.specialty]
    neutral = (
        FILLERS["neutral"]
        if facts.age > 17
        else [
            "No known drug allergies",
            "Immunisations up to date",
            "Seen with {kin}",
            "Chart reviewed",
            "Lives with {kin}",
            "Plays {sport}",
        ]
    )
    pool: list[Callable[[], str]] = [
        lambda: fill(rng, facts, neutral),
        lambda: fill(rng, facts, FILLERS["family"]),
        lambda: fill(rng, facts, FILLERS["past"]),
        lambda: fill(rng, facts, FILLERS["deny"]),
        lambda: f"{rng.choice(['Meds', 'Takes', 'Current medication', 'On', 'Rx'])}: {drugs(rng, own)}",
        lambda: (
            f"{rng.choice(['Medications include', 'On', 'Taking'])} {drugs(rng, rng.choice(list(FIELDS.values())))}"
        ),
        lambda: (
            fill(rng, facts, own["exam"])
            if facts.urgency in ("routine", "urgent")
            else fill(rng, facts, FILLERS["past"])
        ),
        lambda: f"Known {fill(rng, facts, own['had'])}",
    ]
    if facts.urgency in ("routine", "urgent"):
        pool += [
            lambda: fill(rng, facts, CALM[rng.choice(list(CALM))]),
            lambda: fill(rng, facts, FILLERS["resolved"]),
            lambda: fill(rng, facts, FILLERS["asked"]),
        ]
        if facts.urgency == "routine":
            pool += [lambda: fill(rng, facts, CALM[rng.choice(list(CALM))])]
    else:
        pool += [lambda: fill(rng, facts, CALM[rng.choice(["past", "family"])])]
    return [part() for part in rng.sample(pool, rng.randrange(0, min(most, len(pool)) + 1))]


def drugs(rng: random.Random, own: Table) -> str:
    """Two drugs of the field."""
    return " and ".join(rng.sample(own["drug"], 2))


def vitals(rng: random.Random, facts: Facts) -> str:
    """Vital signs that fit the urgency."""
    return fill(rng, facts, VITALS[facts.urgency])


def plan(rng: random.Random, facts: Facts) -> str:
    """What is to be done, at the pace of the urgency."""
    return fill(rng, facts, PLANS[facts.urgency])


def dictated(rng: random.Random, facts: Facts) -> str:
    """A dictated paragraph."""
    start = rng.choice(
        [
            f"{person(rng, facts)} {lead(rng, facts)}",
            f"This {person(rng, facts)} {lead(rng, facts)}",
            f"The patient is a {person(rng, facts)} who {lead(rng, facts)}",
            f"{facts.core}",
            f"I saw this {person(rng, facts)}, who {lead(rng, facts)}",
        ]
    )
    parts = sides(rng, facts, 5)
    if rng.random() < 0.4:
        parts.append(vitals(rng, facts))
    rng.shuffle(parts)
    parts.insert(0 if rng.random() < 0.75 else rng.randrange(len(parts) + 1), start)
    if rng.random() < 0.55:
        parts.append(plan(rng, facts))
    return " ".join(map(sentence, parts))


def triage(rng: random.Random, facts: Facts) -> str:
    """A telegraphic triage line."""
    age = f"{facts.age}YO{'F' if facts.female else 'M'}" if facts.age else rng.choice(["20 DAY OLD", "NEWBORN"])
    link = (
        rng.choice(["HERE FOR", "FOR", "SEEN FOR"])
        if facts.urgency == "routine"
        else rng.choice(["C/O", "W/", "PRESENTS W/", "P/W", "", "DX", "BIBA"])
    )
    parts = [f"{age} {link} {facts.core}"]
    if rng.random() < 0.5:
        parts.append(vitals(rng, facts))
    parts += sides(rng, facts, 2)
    if rng.random() < 0.4:
        parts.append(plan(rng, facts))
    text = rng.choice(["; ", ". ", ", ", " "]).join(parts)
    return abbreviated(rng, text, 0.6).upper()


def nurse(rng: random.Random, facts: Facts) -> str:
    """A nurse's note."""
    start = rng.choice(
        [
            f"Pt {lead(rng, facts)}",
            f"Patient {lead(rng, facts)}",
            f"Rounding: {facts.core}",
            f"Bedside: {facts.core}",
            f"Writer called to see pt. {sentence(facts.core)}",
            f"{facts.core}",
        ]
        if facts.urgency != "routine"
        else [f"Pt {lead(rng, facts)}", f"Nurse visit: {facts.core}", f"{facts.core}"]
    )
    parts = [start, f"Obs: {vitals(rng, facts)}" if rng.random() < 0.6 else vitals(rng, facts), *sides(rng, facts, 2)]
    if rng.random() < 0.6:
        parts.append(
            rng.choice(["Dr informed", "Doctor aware", "Registrar told", "Plan", "MD notified", "Provider advised"])
            + f": {plan(rng, facts)}"
        )
    return abbreviated(rng, " ".join(map(sentence, parts)), 0.3)


def letter(rng: random.Random, facts: Facts) -> str:
    """A referral or clinic letter."""
    hello = rng.choice(["Dear colleague,", "Dear Dr,", "Dear team,", "To whom it may concern,", "Dear doctor,", ""])
    ask = ASK[facts.urgency]
    body = f"{rng.choice(ask)} {person(rng, facts)} {'for' if facts.urgency == 'routine' else 'with'} {facts.core}"
    parts = [body, *sides(rng, facts, 4)]
    if rng.random() < 0.6:
        parts.append(plan(rng, facts))
    close = rng.choice(["", "Kind regards.", "Yours sincerely.", "Many thanks.", "With thanks."])
    return f"{hello} {' '.join(map(sentence, parts))} {close}".strip()


def sections(rng: random.Random, facts: Facts) -> str:
    """A note with section headings."""
    own = FIELDS[facts.specialty]
    lines = [
        rng.choice(["CC", "Reason for visit", "Chief complaint", "Presenting problem", "S"])
        + f": {sentence(facts.core)}"
    ]
    if rng.random() < 0.6:
        lines.append(
            rng.choice(["PMH", "History", "Past history"]) + f": {sentence(fill(rng, facts, FILLERS['past']))}"
        )
    if rng.random() < 0.5:
        lines.append(rng.choice(["Meds", "Medications"]) + f": {sentence(', '.join(rng.sample(own['drug'], 2)))}")
    if rng.random() < 0.4:
        lines.append(f"ROS: {sentence(fill(rng, facts, FILLERS['deny']))}")
    if rng.random() < 0.6:
        exam = f", {fill(rng, facts, own['exam'])}" if facts.urgency in ("routine", "urgent") else ""
        lines.append(rng.choice(["O", "Exam", "Vitals", "PE"]) + f": {sentence(vitals(rng, facts) + exam)}")
    if facts.urgency == "routine" and rng.random() < 0.3:
        lines.append(f"Note: {sentence(fill(rng, facts, CALM[rng.choice(list(CALM))]))}")
    if rng.random() < 0.7:
        lines.append(rng.choice(["Plan", "A/P", "P", "Assessment and plan"]) + f": {sentence(plan(rng, facts))}")
    if rng.random() < 0.25:
        lines.insert(0, f"{rng.choice(own['dept'])}")
    return rng.choice(["\n", "\n", " "]).join(lines)


def lay_words(rng: random.Random, facts: Facts) -> str:
    """The problem as a patient or relative words it, or repeats it from a letter or a clinician."""
    if rng.random() < 0.62:
        return expand(rng, rng.choice(FIELDS[facts.specialty][f"lay {facts.urgency}"]), facts.slots)
    who = rng.choice(
        ["my", "my mum's", "my dad's", "my husband's", "my wife's", "my son's" if facts.age < 60 else "my brother's"]
    )
    form = rng.choice(RELAYED[facts.urgency])
    return form.replace("{who}", who).replace("{c}", simpler(facts.core))


def simpler(text: str) -> str:
    """Some plain words for technical ones."""
    for technical, plain in words.PLAIN:
        text = re.sub(rf"\b{technical}\b", plain, text)
    return text


def portal(rng: random.Random, facts: Facts) -> str:
    """A message in lay words."""
    lay = lay_words(rng, facts)
    hello = rng.choice(["Hi", "Hello", "Hi doctor", "Good morning", "Hello Dr", "hey", "Dear clinic", "", "", ""])
    tail = ["", *TAIL[facts.urgency]]
    extra = ""
    if rng.random() < 0.35:
        extra = rng.choice(
            [
                f"I also take {rng.choice(FIELDS[facts.specialty]['drug'])}.",
                f"I have {fill(rng, facts, FIELDS[facts.specialty]['had'])} in my file.",
                f"My {facts.slots['kin']} is with me.",
                f"I have no {facts.slots['no']}.",
                f"My {facts.slots['kin']} had {facts.slots['g']} so I wanted to be sure."
                if facts.urgency in ("routine", "urgent")
                else "",
                f"I am {facts.age}." if facts.age > 17 else "",
                "Sorry for typing errors, on my phone.",
                "I also sent this last night.",
            ]
        )
    text = " ".join(
        part
        for part in (
            f"{hello}," if hello else "",
            lay[0].upper() + lay[1:] + ("" if lay.endswith("?") else "."),
            extra,
            rng.choice(tail),
        )
        if part
    )
    text = typos(rng, text, 0.12) if rng.random() < 0.5 else text
    return text.lower() if rng.random() < 0.25 else text


def call(rng: random.Random, facts: Facts) -> str:
    """A telephone note or a dispatcher's line that quotes the caller."""
    lay = lay_words(rng, facts)
    who = rng.choice(
        [
            f"Call from {facts.slots['kin']}",
            "Patient phoned",
            "Caller reports",
            "Voicemail",
            "Telephone triage",
            f"{facts.slots['kin'].capitalize()} called",
            "Message taken",
            "Nurse line",
            "Message forwarded",
        ]
    )
    parts = [f'{who}: "{lay}"' if rng.random() < 0.6 else f"{who}: {lay}"]
    if rng.random() < 0.3 and facts.urgency in ("routine", "urgent"):
        parts.append(fill(rng, facts, FILLERS["deny"]))
    if rng.random() < 0.6:
        parts.append(f"{rng.choice(['Advice', 'Plan', 'Outcome', 'Told'])}: {plan(rng, facts)}")
    return " ".join(map(sentence, parts))


def handover(rng: random.Random, facts: Facts) -> str:
    """A situation, background, assessment and request handover."""
    heads = rng.choice(
        [
            ("S", "B", "A", "R"),
            ("Situation", "Background", "Assessment", "Recommendation"),
            ("Pt", "Hx", "Obs", "To do"),
        ]
    )
    body = (
        f"{person(rng, facts)}, {facts.core}",
        fill(rng, facts, FILLERS["past"]),
        vitals(rng, facts),
        plan(rng, facts),
    )
    return rng.choice(["\n", " "]).join(f"{head}: {sentence(part)}" for head, part in zip(heads, body, strict=True))


def short(rng: random.Random, facts: Facts) -> str:
    """One line."""
    return sentence(
        rng.choice(
            [
                facts.core,
                f"{facts.core}; {plan(rng, facts)}",
                f"{person(rng, facts)}, {facts.core}",
                f"Re: {facts.core}",
                f"Imp: {facts.core}. {sentence(plan(rng, facts))}",
                f"{rng.choice(FIELDS[facts.specialty]['dept'])}: {facts.core}",
                f"{facts.core}. {sentence(fill(rng, facts, FILLERS['deny']))}",
                f"Dx {facts.core}. {sentence(vitals(rng, facts))}",
                f"{facts.core}. {sentence(fill(rng, facts, FILLERS['past']))}",
                f"{facts.core}, {facts.slots['kin']} present",
            ]
        )
    )


def discharge(rng: random.Random, facts: Facts) -> str:
    """A summary at discharge or transfer; what is true now comes after what was."""
    now = STAY[facts.urgency]
    parts = [f"{rng.choice(now)}: {facts.core}", *sides(rng, facts, 4), plan(rng, facts)]
    if facts.urgency == "routine" and rng.random() < 0.4:
        parts.insert(0, f"Admitted {facts.slots['ago']} with {facts.slots['g']}, treated")
    return " ".join(map(sentence, parts))


def report(rng: random.Random, facts: Facts) -> str:
    """A report of an imaging study."""
    finding = facts.core
    region = next(
        (name for name, signs in words.REGION_WORDS if re.search(signs, finding, re.IGNORECASE)),
        rng.choice(["head", "chest", "abdomen", "bone"]),
    )
    study = rng.choice(REGIONS[region])
    normals = rng.sample(REGIONS[f"normal {region}"], rng.randrange(1, 4))
    if facts.urgency != "routine":
        normals = [part for part in REGIONS[f"normal {region}"] if not part.startswith("no ")][:4]
        normals = [rng.choice(normals)]
    detail = finding if rng.random() < 0.3 and facts.urgency != "routine" else ""
    indication, compare = rng.choice(RADIOLOGY["indication"]), fill(rng, facts, RADIOLOGY["compare"])
    technique = rng.choice(RADIOLOGY["technique"]) if rng.random() < 0.5 else ""
    findings = " ".join(sentence(part) for part in rng.sample([*normals, detail], len(normals) + 1) if part)
    ending = f" {sentence(plan(rng, facts))}" if rng.random() < 0.2 else ""
    style = rng.randrange(6)
    if style == 0:
        technique = f"TECHNIQUE: {technique}." if technique else ""
        text = f"EXAM: {study}. INDICATION: {indication}. {technique} COMPARISON: {compare}. FINDINGS: {findings}"
        text = f"{text} IMPRESSION: {sentence(finding)}{ending}"
    elif style == 1:
        text = f"{study.upper()}\n{sentence(findings)}\nConclusion: {sentence(finding)}{ending}"
    elif style == 2:
        text = f"{study[0].upper() + study[1:]}: {sentence(finding)}"
    elif style == 3:
        patient = f"{facts.age or 'neonate'} {'F' if facts.female else 'M'}"
        text = f"Clinical details: {patient}, {indication}. {sentence(study)} {findings} {sentence(finding)}{ending}"
    elif style == 4:
        asked = f"{rng.choice(['r/o', 'exclude', 'query'])} {rng.choice(GRAVE[rng.choice(list(GRAVE))])}"
        text = (
            f"History: {indication}, {asked}. {sentence(technique)} {sentence(findings)} Opinion: {sentence(finding)}"
        )
    else:
        close = ["", "Signed electronically.", "Dictated but not read.", f"Reported {study}.", f"Study: {study}."]
        text = f"IMPRESSION: 1. {sentence(finding)} 2. {sentence(normals[0])} {rng.choice(close)}"
    text = tidy(text)
    return text.upper() if rng.random() < 0.12 else text


def abbreviated(rng: random.Random, text: str, rate: float) -> str:
    """Replace some words by what clinicians scribble."""
    for long_form, brief in words.ABBREVIATIONS:
        if rng.random() < rate:
            text = text.replace(long_form, brief)
    return text


def finish(rng: random.Random, text: str, style: str) -> str:
    """Choose a spelling and add a slip of the pen."""
    if rng.random() < 0.55:
        for british, american in words.AMERICAN:
            text = text.replace(british, american).replace(british.upper(), american.upper())
    if style in ("nurse", "short", "dictated") and rng.random() < 0.15:
        text = typos(rng, text, 0.05)
    if style in ("short", "nurse") and rng.random() < 0.2:
        text = text.lower()
    return text


STYLES: dict[str, Callable[[random.Random, Facts], str]] = {
    "dictated": dictated,
    "triage": triage,
    "nurse": nurse,
    "letter": letter,
    "sections": sections,
    "portal": portal,
    "call": call,
    "handover": handover,
    "short": short,
    "discharge": discharge,
    "report": report,
}
STYLE_WEIGHTS = {
    "dictated": 0.2,
    "triage": 0.15,
    "nurse": 0.1,
    "letter": 0.09,
    "sections": 0.13,
    "portal": 0.12,
    "call": 0.05,
    "handover": 0.05,
    "short": 0.07,
    "discharge": 0.04,
}
