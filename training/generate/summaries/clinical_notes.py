"""Clinical notes with summaries: patient, problem, treatment and plan, drawn before any words."""

from __future__ import annotations

import random
from collections.abc import Iterator

from agents.clinical_notes import text_of
from training.generate import clinical_facts, clinical_styles
from training.generate.grammar import expand, sentence
from training.generate.grammar import items as listed
from training.generate.summaries import names
from training.generate.summaries.item import BUDGET, Item, Patterns, clip, closed, drawn, lowered, said, words
from training.slm_text import source_of

PATTERNS = listed("""
{Person} {lead}. {sides} {Vitals}. {Plan}.; {Person}, {core}. {sides} {Plan}.; This {person} {lead}. {Treatment}. {sides}
{Plan}.; The patient is a {person} who {lead}. {sides} {Vitals}. {Treatment}. {Plan}.; I saw this {person}, who {lead}. {sides}
{Treatment}. {Plan}.; {Core} in a {person}. {sides} {Plan}.; {Core}. {sides} {Vitals}. {Plan}.; {head}: {core}. Pt: {person}.
{sides} {planhead}: {plan}.; {head}: {person}, {core}. {sides} {planhead}: {plan}. {Treatment}.; Dear [colleague|doctor|
team], [I would be grateful for your view on|thank you for seeing|I reviewed] this {person} with {core}. {sides} {Treatment}.
{Plan}. [Kind regards.|Many thanks.|Yours sincerely.]; {person} - {core} - {plan}; {PERSON} C/O {core}; {vitals}. {sides}
{plan}; S: {person}, {core}. B: {sides} A: {vitals}. R: {plan}.; Call from {kin}: {person} {lead}. {sides} [Advice|Told]:
{plan}.; Impression: {core}. {sides} Recommendation: {plan}.; Admitted: {person}. [Problem|Diagnosis|Main issue]: {core}.
{Treatment}. {sides} {Plan}.; {sides} Today the {person} {lead}. {Treatment}. {Plan}.; Ward round: {person}, {core}. {Vitals}.
{sides} {planhead}: {plan}; {Treatment}.; Reviewed {person}. {Core}. {sides} {Plan}. {Treatment}.; ED: {person} {lead}. {sides}
{Vitals}. {Plan}.; Handover: {person} with {core}, {treatment}. {sides} {Plan}.; {Vitals}. {Person} {lead}. {sides} {Plan}.;
{head}. {Core}. {person}. {sides} {treatment}. {plan}.; Telephone: {person}. {Core}. {Plan}.; Progress: {core}. {Treatment}.
{sides} {Plan}.; Discharged: {person} after [treatment|admission] for {core}. {Treatment}. {sides} {Plan}.; Letter to GP:
{person}, {core}. {sides} We [have|] {treatment}. {Plan}.; Nurse note: {person} {lead}. {Vitals}. {sides} Dr informed: {plan}.
""")
TREATMENTS = listed("""
[started|commenced|given|prescribed|put on] {drug} {dose} mg [once|twice|three times] daily; {drug} [increased|reduced] to
{dose} mg; [stopped|held|withdrew] {drug}; switched from {drug2} to {drug}; {drug} {dose} mg [IV|IM|orally] given; continues
{drug} {dose} mg at night; {drug} course for {days} days; [declined|could not tolerate] {drug}; on {drug} {dose} mg bd
""")
HEADS = ["CC", "Reason for visit", "Chief complaint", "Presenting problem", "S", "Reason", "Problem", "Diagnosis"]
PLAN_HEADS = ["Plan", "A/P", "P", "Assessment and plan", "To do", "Rec", "Next"]


def items(count: int, seed: int, *, heldout: bool) -> Iterator[Item]:
    """Items of this domain, the same ones for the same seed; those held out hold a pattern that training never shows."""
    rng = random.Random(f"clinical-summaries-{seed}-{heldout}")
    yield from drawn(draw, rng, count, heldout=heldout, prefix=f"note-{seed}")


def draw(rng: random.Random, heldout: bool, identifier: str) -> Item | None:
    """One item, or None where the text names no problem."""
    facts, patterns = clinical_facts.draw(rng), Patterns(rng, heldout)
    styled = facts if facts.specialty in clinical_facts.FIELDS else None
    person = clinical_styles.person(rng, facts)
    values = {"person": person, "core": facts.core, "plan": clinical_styles.plan(rng, facts).rstrip(".")}
    drugs = {"drug": names.drug(rng), "drug2": names.drug(rng), "dose": rng.choice(["2.5", "5", "10", "12.5", "25", "40", "75", "100", "250", "500"]),
             "days": str(rng.randint(3, 21))}  # fmt: skip
    values["treatment"] = patterns.fill(TREATMENTS, drugs) if rng.random() < 0.6 else ""
    sides = clinical_styles.sides(rng, facts, 4) if styled else []
    slots = facts.slots | values | {
        "lead": clinical_styles.lead(rng, facts),
        "sides": " ".join(map(sentence, sides)),
        "vitals": clinical_styles.vitals(rng, facts).rstrip("."),
        "head": rng.choice(HEADS),
        "planhead": rng.choice(PLAN_HEADS),
        "PERSON": person.upper(),
    }  # fmt: skip
    slots |= {
        name.capitalize(): slots[name][:1].upper() + slots[name][1:]
        for name in ("person", "core", "plan", "treatment", "vitals")
    }
    text = expand(rng, patterns.draw(PATTERNS), slots).replace(". .", ".").replace("..", ".")
    chance = rng.random()
    text = clinical_styles.abbreviated(rng, text, 0.3) if chance < 0.2 else text.upper() if chance < 0.28 else text
    record = {"id": identifier, "text": text}
    text = source_of(text_of(record))
    found = {
        kind: literal for kind, value in values.items() if (literal := said(text, lowered(value) if value else ""))
    }
    if "core" not in found:
        return None
    return Item(
        domain="clinical-notes",
        record=record,
        text=text,
        facts=found,
        labels={"specialty": facts.specialty, "urgency": facts.urgency},
        references=references(found),
        patterns=tuple(patterns.used),
        unseen=patterns.unseen,
    )


def references(found: dict[str, str]) -> tuple[str, ...]:
    """Summaries of what the text says: who, with what, treated how, and what comes next."""
    person, core, plan, treatment = (found.get(kind, "") for kind in ("person", "core", "plan", "treatment"))
    core = clip(core, 12)
    head = f"{person}: {core}" if person else core
    rest = [part for part in (treatment, plan) if part]
    said_of: list[str] = []
    for part in rest:
        left = BUDGET - words(head) - sum(map(words, said_of))
        if left >= min(words(part), 4):
            said_of.append(clip(part, left))
    first = closed("; ".join([head, *said_of]))
    second = closed(", ".join([f"{core} in {person}" if person else core, *said_of]))
    third = closed(f"{person or 'patient'} with {core}" + "".join(f", {part}" for part in reversed(said_of)))
    return tuple(dict.fromkeys((first, second, third)))
