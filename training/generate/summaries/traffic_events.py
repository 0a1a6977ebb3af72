"""Traffic events with summaries: road, direction, place, cause, effect, duration and advice, drawn before any words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from stream_slm.pipeline.text import at
from training.generate import traffic_events as base
from training.generate.grammar import expand, tidy, typos
from training.generate.summaries import names
from training.generate.summaries import traffic_patterns as words_of
from training.generate.summaries.item import BUDGET, Item, Patterns, clip, closed, drawn, lowered, said, words
from training.slm_text import source_of

TEXT_OF = at("/headline", "/description", "/text")


def items(count: int, seed: int, *, heldout: bool) -> Iterator[Item]:
    """Items of this domain, the same ones for the same seed; those held out hold a pattern that training never shows."""
    rng = random.Random(f"traffic-summaries-{seed}-{heldout}")
    yield from drawn(draw, rng, count, heldout=heldout, prefix=f"event-{seed}")


def draw(rng: random.Random, heldout: bool, identifier: str) -> Item | None:
    """One item, or None where chance made one that says too little."""
    facts = base.draw(rng)
    facts.slots |= open_names(rng, facts.slots)
    facts.cause = base.draw_cause(rng, facts.event_type, facts.slots)
    facts.impact = base.draw_impact(rng, facts.event_type, facts.severity, facts.slots)
    patterns = Patterns(rng, heldout)
    prosaic = rng.random() < 0.35
    if prosaic:
        facts.slots |= dict(zip(("cargo", "cargo2", "cargo3"), rng.sample(words_of.CARGO, 3), strict=True))
        facts.cause = patterns.fill(words_of.CLAUSES, facts.slots)
        facts.impact = patterns.fill(words_of.EFFECTS, facts.slots)
    values = {
        "road": facts.slots["road"],
        "dir": facts.slots["dir"],
        "place": facts.slots["place"],
        "cause": facts.cause,
        "impact": facts.impact,
        "duration": patterns.fill(words_of.DURATIONS, facts.slots) if rng.random() < 0.3 else "",
        "advice": patterns.fill(words_of.ADVICE, facts.slots) if rng.random() < 0.25 else "",
    }
    record = written(rng, patterns, facts, values, identifier, prosaic=prosaic)
    text = source_of(TEXT_OF(record))
    found = {kind: literal for kind, value in values.items() if (literal := parts_said(text, value))}
    if "cause" not in found and "impact" not in found:
        return None
    return Item(
        domain="traffic-events",
        record=record,
        text=text,
        facts=found,
        labels={"event_type": facts.event_type, "severity": facts.severity},
        references=references(found),
        patterns=tuple(patterns.used),
        unseen=patterns.unseen,
    )


def parts_said(text: str, value: str) -> str:
    """A value as the text has it; one of two parts stands at two places."""
    parts = [said(text, lowered(part)) for part in value.split("|") if part]
    return " ".join(part for part in parts if part) if all(parts) else ""


def open_names(rng: random.Random, slots: dict[str, str]) -> dict[str, str]:
    """Roads and places that no list holds, beside those that the base generator draws."""
    opened = {"town": names.town(rng), "street": names.street(rng), "street2": names.street(rng)}
    opened["town2"] = opened["town"].replace(" ", "")
    opened["km"] = str(rng.randint(1, 90))
    opened["tenth"] = f"{rng.randint(1, 300)}.{rng.randint(1, 9)}"
    for road in ("road", "road2"):
        number = rng.choice([str(rng.randint(1, 99)), str(rng.randint(100, 999)), str(rng.randint(1000, 9999))])
        forms = [f"I-{rng.randint(2, 99)}", f"US {number}", f"US-{number}", f"SR {number}", f"State Route {number}",
                 f"Highway {number}", f"Hwy {number}", f"Route {number}", f"A{number}", f"M{rng.randint(1, 99)}",
                 f"B{rng.randint(1000, 9999)}", f"N{rng.randint(1, 99)}", f"R{rng.randint(100, 999)}", f"CR {number}",
                 f"FM {number}", f"SH {number}", f"Interstate {rng.randint(2, 99)}", f"M{rng.randint(1, 31)} Motorway",
                 f"A{number} {names.street(rng)}", f"BC-{number}", f"Loop {number}", f"I{rng.randint(2, 99)}"]  # fmt: skip
        chance = rng.random()
        opened[road] = rng.choice(forms) if chance < 0.55 else names.street(rng) if chance < 0.85 else slots[road]
    merged = slots | opened
    opened["place"], opened["place2"] = (
        expand(rng, rng.choice(words_of.PLACES), merged) if rng.random() < 0.8 else slots["place"] for _ in range(2)
    )
    return opened


def written(
    rng: random.Random,
    patterns: Patterns,
    facts: base.Facts,
    values: dict[str, str],
    identifier: str,
    *,
    prosaic: bool,
) -> dict[str, object]:
    """The record: a headline and a description, or a text alone."""
    text = prose(rng, patterns, facts, values, prosaic=prosaic)
    record: dict[str, object] = {"id": identifier}
    if rng.random() < 0.6:
        slots = slots_of(rng, facts, values)
        headline = tidy(patterns.fill(words_of.HEADLINES, slots))
        record |= {"status": "ACTIVE", "headline": headline[0].upper() + headline[1:]}
        if rng.random() < 0.93:
            record["description"] = text
    else:
        record["text"] = text
    return record


def slots_of(rng: random.Random, facts: base.Facts, values: dict[str, str]) -> dict[str, str]:
    """Everything a pattern may ask for; a slot with a capital is one that starts a sentence."""
    slots = facts.slots | values
    fillers = base.FILLERS["neutral"] + base.FILLERS[facts.event_type] * 2
    slots |= {"clause": values["cause"], "effect": values["impact"]}
    slots |= {"filler": rng.choice(fillers), "filler2": rng.choice(fillers)}
    for name in ("cause", "impact", "clause", "effect", "duration", "advice", "place", "dir"):
        slots[name.capitalize()] = slots[name][:1].upper() + slots[name][1:]
    return slots


def prose(rng: random.Random, patterns: Patterns, facts: base.Facts, values: dict[str, str], *, prosaic: bool) -> str:
    """The text of the event: a lead, the event, and sentences beside the matter."""
    slots = slots_of(rng, facts, values)
    if prosaic:
        text = patterns.fill(words_of.PROSE, slots)
    elif facts.event_type == "INCIDENT" and rng.random() < 0.18:
        text = crash(rng, facts, values)
    else:
        text = patterns.fill(words_of.PATTERNS, slots)
    if values["duration"] and values["duration"] not in text:
        text = (
            f"{text.rstrip('.')}, {values['duration']}."
            if rng.random() < 0.5
            else f"{text.rstrip('.')}. {slots['Duration']}."
        )
    if values["advice"] and values["advice"] not in text:
        text = f"{text.rstrip('.')}. {slots['Advice']}."
    if rng.random() < 0.3:
        text = f"{patterns.fill(words_of.LEADS, slots)} {text}"
    beside = [*base.FILLERS["neutral"], *base.FILLERS[facts.event_type], *words_of.FILLER, *words_of.FILLER]
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3])):
        extra = expand(rng, rng.choice(beside), slots)
        text = f"{text.rstrip('.')}. {extra}" if rng.random() < 0.75 else f"{extra} {text[0].upper()}{text[1:]}"
    text = tidy(re.sub(r"([.!?])\.+", r"\1", text))
    chance = rng.random()
    if chance < 0.14:
        return shortened(rng, text).upper()
    if chance < 0.18:
        return text.lower()
    if chance < 0.24:
        text = typos(rng, text, 0.03)
    return text[0].upper() + text[1:]


def shortened(rng: random.Random, text: str) -> str:
    """Some of the words that dispatchers shorten."""
    for long_form, brief in base.SHORTHAND:
        if rng.random() < 0.15:
            text = re.sub(rf"\b{long_form}\b", brief, text)
    return text


def crash(rng: random.Random, facts: base.Facts, values: dict[str, str]) -> str:
    """A crash told in order; what it came to is the effect."""
    who, was, when = (expand(rng, rng.choice(base.CRASH[part]), facts.slots) for part in ("who", "was", "when"))
    end = expand(rng, rng.choice(base.CRASH[facts.severity]), facts.slots)
    # The matter is who and what went wrong; what went before it is left out.
    event = when.removeprefix("when ")
    values["cause"] = f"{who}|{event.removeprefix('it ')}" if event.startswith("it ") else event
    values["impact"] = lowered(end)
    opening = rng.choice([f"At {facts.slots['hour']}", f"On {facts.slots['day']} at {facts.slots['hour']}", "Preliminary report:", "",
                          f"{facts.slots['road']} {facts.slots['place']}:", "Trooper's narrative:"])  # fmt: skip
    middle = [expand(rng, part, facts.slots) for part in rng.sample(base.FILLERS["INCIDENT"], rng.choice([0, 0, 1, 2]))]
    body = f"{who} {was} {when}"
    body = body if opening else body[0].upper() + body[1:]
    return " ".join([f"{opening} {body}.".strip(), *middle, end])


def references(found: dict[str, str]) -> tuple[str, ...]:
    """Summaries of what the text says: where, what, with what effect, how long."""
    road, heading, place = (found.get(kind, "") for kind in ("road", "dir", "place"))
    cause, impact, duration, advice = (found.get(kind, "") for kind in ("cause", "impact", "duration", "advice"))
    where = " ".join(part for part in (road, heading, place) if part and part not in cause)
    if words(f"{where} {cause} {impact}") > BUDGET:
        where = " ".join(part for part in (road, place) if part and part not in cause)
    cause = clip(cause, max(4, BUDGET - words(where) - min(words(impact), 6)))
    rest = BUDGET - words(where) - words(cause)
    impact = clip(impact, max(rest, 3)) if impact else ""
    left = BUDGET - words(f"{where} {cause} {impact}")
    tail = [part for part in (duration, advice) if part]
    extra = ""
    for part in tail:
        if words(part) <= left:
            extra, left = f"{extra}, {part}" if extra else part, left - words(part)
    matter = ", ".join(part for part in (cause, impact, extra) if part)
    first = closed(f"{where}: {matter}" if where else matter)
    spot = f" on {where}" if road else f" {where}" if where else ""
    second = closed(
        f"{cause or impact}{spot}" + "".join(f"; {part}" for part in (impact if cause else "", extra) if part)
    )
    third = closed(
        f"{impact or cause}{spot}"
        + (f" because of {cause}" if cause and impact else "")
        + (f", {extra}" if extra else "")
    )
    return tuple(dict.fromkeys((first, second, third)))
