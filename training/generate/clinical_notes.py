"""Generates clinical notes with specialty and urgency, from facts about problem, history, findings and plan."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from training.generate.grammar import Table, count_entries, expand, sentence, table, typos, weighted
from training.generate.vocabulary import clinical

URGENCIES = {"routine": 0.4, "urgent": 0.22, "asap": 0.2, "stat": 0.18}
FIELDS: dict[str, Table] = {name: table(text) for name, text in clinical.SPECIALTIES.items()}
SPECIALTIES = [*FIELDS, "radiology"]
RADIOLOGY: Table = table(clinical.RADIOLOGY)
REGIONS: Table = table(clinical.REGIONS)
PLANS: Table = table(clinical.PLANS)
VITALS: Table = table(clinical.VITALS)
FILLERS: Table = table(clinical.FILLERS)
GRAVE: Table = table(clinical.GRAVE)
CALM: Table = table(clinical.CALM)

REGION_WORDS = (
    ("breast", r"BI-RADS"),
    ("head", r"intracereb|subdural|brain|infarct|MCA|basilar|intracranial|epidural|tonsillar|subarach|sinus mucos|small vessel|orbital|stroke"),
    ("chest", r"lung|pneumoth|pleural|consolid|cavitat|hilar|pericard|tamponade|emboli|embolus|granuloma|tracheal|endotracheal|line tip|nasogastric|spiculated|4 mm nodule|ventricle"),
    ("vessel", r"DVT|vein|carotid|aneurysm|aort|dissection"),
    ("pelvis", r"ectopic|ovarian|pregnancy|growth|fibroid|testicular"),
    ("bone", r"fracture|knee|menisc|disc|T-score|bone|joint|degenerative|T8|arterial blush|scaphoid"),
    ("neck", r"thyroid|oesophagus|recurrence"),
    ("abdomen", r"append|bowel|diverticul|free air|abscess|cholecyst|liver|splen|spleen|renal|kidney|stone|pancrea|colonic|ureteric|hernia|haemoperi|intussus|swab|gallst|haemangioma"),
)  # fmt: skip
ABBREVIATIONS = (
    ("chest pain", "CP"), ("shortness of breath", "SOB"), ("breathless", "SOB"), ("blood pressure", "BP"), ("heart rate", "HR"), ("saturations", "sats"),
    ("history of", "h/o"), ("follow-up", "f/u"), ("fracture", "fx"), ("treatment", "tx"), ("abdominal", "abd"), ("temperature", "T"), ("patient", "pt"),
    ("bilateral", "b/l"), ("hypertension", "HTN"), ("diabetes", "DM"), ("atrial fibrillation", "AF"), ("vomiting", "vom"), ("haemoglobin", "Hb"), (" with ", " w/ "),
    ("systolic", "SBP"), ("suspected", "?"), ("without", "w/o"), ("weeks", "wks"), ("hours", "hrs"), ("left", "L"), ("right", "R"), ("antibiotics", "abx"), ("unresponsive", "unresp"),
)  # fmt: skip
AMERICAN = (
    ("haem", "hem"), ("Haem", "Hem"), ("oedema", "edema"), ("anaem", "anem"), ("oesoph", "esoph"), ("diarrhoea", "diarrhea"), ("leukaem", "leukem"), ("paed", "ped"), ("coeliac", "celiac"),
    ("tumour", "tumor"), ("colour", "color"), ("gynaecol", "gynecol"), ("labour", "labor"), ("apnoea", "apnea"), ("calcaem", "calcem"), ("glycaem", "glycem"), ("kalaem", "kalem"), ("ischaem", "ischem"),
    ("orthopaed", "orthoped"), ("Orthopaed", "Orthoped"), ("centre", "center"), ("dyspnoea", "dyspnea"), ("goitre", "goiter"), ("theatre", "OR"), ("melaena", "melena"), ("anaes", "anes"),
)  # fmt: skip
NOTE_TYPES = {
    "dictated": ["History & Physical", "Consultation", "Progress"], "triage": ["ED note", "Triage"], "nurse": ["Nursing", "Progress"], "letter": ["Referral", "Consultation"],
    "sections": ["History & Physical", "Progress", "ED note"], "portal": ["Patient message", "Telephone encounter"], "call": ["Telephone encounter"], "handover": ["Progress", "Nursing"],
    "short": ["Progress", "ED note", "Telephone encounter", "Consultation"], "discharge": ["Discharge summary"], "report": ["Imaging narrative"],
}  # fmt: skip

LEAD = table("""
routine: is seen for {c}; is here for {c}; attends for {c}; presents for {c}; comes in for {c}; returns for {c}; is reviewed for {c}; was seen today for {c}; came for {c}; visits for {c}; has a scheduled appointment for {c}; booked in for {c}
other: presents with {c}; has {c}; was brought in with {c}; came in with {c}; is seen with {c}; arrives with {c}; now has {c}; is assessed for {c}; is found to have {c}; attends with {c}; was referred with {c}; is admitted with {c}; walked in with {c}; developed {c}
""")


@dataclass
class Facts:
    """One patient, one main problem, and what surrounds it."""

    specialty: str
    urgency: str
    core: str
    age: int
    female: bool
    slots: dict[str, str]


def vocabulary_size() -> int:
    """How many phrases the tables of this domain hold."""
    return count_entries([FIELDS, RADIOLOGY, REGIONS, PLANS, VITALS, FILLERS, GRAVE, CALM, LEAD])


def rows(count: int, seed: int) -> Iterator[dict]:
    """Yield labelled notes, the same ones for the same seed."""
    rng = random.Random(f"clinical-notes-{seed}")
    for number in range(count):
        facts = draw(rng)
        style = "report" if facts.specialty == "radiology" else weighted(rng, STYLE_WEIGHTS)
        text = finish(rng, STYLES[style](rng, facts), style)
        record = {"id": f"note-{seed}-{number}", "text": text}
        if rng.random() < 0.85:
            record["note_type"] = rng.choice(NOTE_TYPES[style])
        yield {"record": record, "labels": {"specialty": facts.specialty, "urgency": facts.urgency}}


def draw(rng: random.Random) -> Facts:
    """Draw the facts of one note."""
    specialty, urgency = rng.choice(SPECIALTIES), weighted(rng, URGENCIES)
    core = rng.choice((RADIOLOGY if specialty == "radiology" else FIELDS[specialty])[urgency])
    female = specialty == "obstetrics_gynecology" or rng.random() < 0.5
    if re.search(r"prostate|PSA|BPH|testic|testis|vasectomy|scrot|foreskin|circumcis|epididym|hydrocele|paraphimosis|priapism|penile|torsion of single|erectile", core):
        female = False
    age = rng.randrange(18, 47) if specialty == "obstetrics_gynecology" else rng.choice([rng.randrange(19, 92), rng.randrange(30, 85)])
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


def slots_for(rng: random.Random, facts: Facts) -> dict[str, str]:
    """Numbers, histories and people that templates may ask for."""
    number = {
        "sysn": (112, 138), "dian": (66, 84), "hrn": (58, 84), "satn": (96, 100), "hru": (84, 104), "satu": (94, 97), "sysa": (96, 112), "diaa": (54, 68), "hra": (112, 138), "rra": (24, 32),
        "sata": (87, 92), "syss": (52, 78), "dias": (28, 44), "hrs": (132, 170), "sats": (68, 84), "rrs": (36, 48), "gcs": (3, 9), "lac": (6, 13), "digit": (2, 9), "low": (0, 5), "weight": (52, 108),
    }  # fmt: skip
    slots = {name: str(rng.randrange(*span)) for name, span in number.items()}
    slots["past"] = str(rng.randrange(max(1994, 2022 - max(facts.age - 1, 0)), 2025))
    if facts.age > 25 and rng.random() < 0.2:
        slots["past"] = rng.choice(["the nineties", "childhood", "the past", "her twenties" if facts.female else "his twenties"])
    fields = list(FIELDS)
    other = rng.choice(fields)
    own = facts.specialty if facts.specialty in FIELDS and rng.random() < 0.5 else other
    slots["hx"], slots["hx2"] = (expand(rng, rng.choice(FIELDS[name]["had"]), slots) for name in (own, rng.choice(fields)))
    denied = rng.sample(FIELDS[own]["no"] + FIELDS[rng.choice(fields)]["no"], 3)
    slots |= {"no": denied[0], "no2": denied[1], "no3": denied[2]}
    slots["g"] = rng.choice(GRAVE[facts.specialty if facts.specialty in GRAVE and rng.random() < 0.7 else other])
    slots["was"] = slots["g"]
    slots["lay"] = rng.choice(["chest pain", "sudden weakness", "breathing trouble", "heavy bleeding", "fainting", "severe pain"])
    slots |= {"kin": rng.choice(FILLERS["kins"] if facts.age > 17 else ["mother", "father", "grandmother", "sister", "brother"]), "job": rng.choice(FILLERS["jobs"]), "sport": rng.choice(FILLERS["sports"]), "ago": expand(rng, rng.choice(FILLERS["agos"]), slots)}
    return slots


def jitter(rng: random.Random, text: str) -> str:
    """Vary measured numbers slightly, so that no exact number becomes a sign."""

    def vary(match: re.Match[str]) -> str:
        number = match.group(0)
        if "." in number:
            return f"{max(0.1, float(number) + rng.choice([-0.1, 0, 0, 0.1, 0.2])):.1f}" if len(number.split(".")[1]) == 1 else number
        value = int(number)
        return number if value < 30 or 85 < value < 101 or value > 1900 and len(number) == 4 else str(value + rng.randrange(-2, 3))

    return re.sub(r"(?<![\w.,/])\d+(?:\.\d+)?(?![\w,.]*\d)(?!/)", vary, text)


def person(rng: random.Random, facts: Facts) -> str:
    """The patient as prose names one."""
    years = facts.age
    if years < 1:
        return rng.choice(["newborn", "20-day-old baby", "infant", "3-week-old"])
    noun = ("girl" if facts.female else "boy") if years < 16 else ("woman" if facts.female else "man")
    return rng.choice([f"{years}-year-old {noun}", f"{years} y/o {'female' if facts.female else 'male'}", f"{years}-year-old", f"{noun} of {years}", f"{years} yo {'F' if facts.female else 'M'}",
                       f"{years}-year-old {rng.choice(['female', 'lady']) if facts.female else rng.choice(['male', 'gentleman'])}" if years > 15 else f"{years}-year-old child"])  # fmt: skip


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
    neutral = FILLERS["neutral"] if facts.age > 17 else ["No known drug allergies", "Immunisations up to date", "Seen with {kin}", "Chart reviewed", "Lives with {kin}", "Plays {sport}"]
    pool: list[Callable[[], str]] = [
        lambda: fill(rng, facts, neutral),
        lambda: fill(rng, facts, FILLERS["family"]),
        lambda: fill(rng, facts, FILLERS["past"]),
        lambda: fill(rng, facts, FILLERS["deny"]),
        lambda: f"{rng.choice(['Meds', 'Takes', 'Current medication', 'On', 'Rx'])}: {' and '.join(rng.sample(own['drug'], 2))}",
        lambda: f"{rng.choice(['Medications include', 'On', 'Taking'])} {rng.choice(FIELDS[rng.choice(list(FIELDS))]['drug'])}",
        lambda: fill(rng, facts, own["exam"]) if facts.urgency in ("routine", "urgent") else fill(rng, facts, FILLERS["past"]),
        lambda: f"Known {fill(rng, facts, own['had'])}",
    ]
    if facts.urgency in ("routine", "urgent"):
        pool += [lambda: fill(rng, facts, CALM[rng.choice(list(CALM))]), lambda: fill(rng, facts, FILLERS["resolved"]), lambda: fill(rng, facts, FILLERS["asked"])]
        if facts.urgency == "routine":
            pool += [lambda: fill(rng, facts, CALM[rng.choice(list(CALM))])]
    else:
        pool += [lambda: fill(rng, facts, CALM[rng.choice(["past", "family"])])]
    return [part() for part in rng.sample(pool, rng.randrange(0, min(most, len(pool)) + 1))]


def vitals(rng: random.Random, facts: Facts) -> str:
    """Vital signs that fit the urgency."""
    return fill(rng, facts, VITALS[facts.urgency])


def plan(rng: random.Random, facts: Facts) -> str:
    """What is to be done, at the pace of the urgency."""
    return fill(rng, facts, PLANS[facts.urgency])


def dictated(rng: random.Random, facts: Facts) -> str:
    """A dictated paragraph."""
    start = rng.choice([f"{person(rng, facts)} {lead(rng, facts)}", f"This {person(rng, facts)} {lead(rng, facts)}", f"The patient is a {person(rng, facts)} who {lead(rng, facts)}",
                        f"{facts.core}", f"I saw this {person(rng, facts)}, who {lead(rng, facts)}"])  # fmt: skip
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
    link = rng.choice(["HERE FOR", "FOR", "SEEN FOR"]) if facts.urgency == "routine" else rng.choice(["C/O", "W/", "PRESENTS W/", "P/W", "", "DX", "BIBA"])
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
    start = rng.choice([f"Pt {lead(rng, facts)}", f"Patient {lead(rng, facts)}", f"Rounding: {facts.core}", f"Bedside: {facts.core}", f"Writer called to see pt. {sentence(facts.core)}",
                        f"{facts.core}"] if facts.urgency != "routine" else [f"Pt {lead(rng, facts)}", f"Nurse visit: {facts.core}", f"{facts.core}"])  # fmt: skip
    parts = [start, f"Obs: {vitals(rng, facts)}" if rng.random() < 0.6 else vitals(rng, facts), *sides(rng, facts, 2)]
    if rng.random() < 0.6:
        parts.append(rng.choice(["Dr informed", "Doctor aware", "Registrar told", "Plan", "MD notified", "Provider advised"]) + f": {plan(rng, facts)}")
    return abbreviated(rng, " ".join(map(sentence, parts)), 0.3)


def letter(rng: random.Random, facts: Facts) -> str:
    """A referral or clinic letter."""
    hello = rng.choice(["Dear colleague,", "Dear Dr,", "Dear team,", "To whom it may concern,", "Dear doctor,", ""])
    ask = {
        "routine": ["Thank you for following this", "Routine review of this", "For information, this", "I would be grateful for a routine opinion on this", "Clinic letter on this"],
        "urgent": ["Please see soon this", "I would be grateful for an early appointment for this", "Grateful for your advice this week on this", "Thank you for seeing this"],
        "asap": ["Please see today this", "Thank you for accepting today this", "Please assess without delay this", "I am sending in this"],
        "stat": ["Sending by blue light this", "Emergency transfer of this", "Already called ahead about this", "In resus now, this"],
    }[facts.urgency]  # fmt: skip
    body = f"{rng.choice(ask)} {person(rng, facts)} {'for' if facts.urgency == 'routine' else 'with'} {facts.core}"
    parts = [body, *sides(rng, facts, 4)]
    if rng.random() < 0.6:
        parts.append(plan(rng, facts))
    return f"{hello} {' '.join(map(sentence, parts))} {rng.choice(['', 'Kind regards.', 'Yours sincerely.', 'Many thanks.', 'With thanks.'])}".strip()


def sections(rng: random.Random, facts: Facts) -> str:
    """A note with section headings."""
    own = FIELDS[facts.specialty]
    lines = [rng.choice(["CC", "Reason for visit", "Chief complaint", "Presenting problem", "S"]) + f": {sentence(facts.core)}"]
    if rng.random() < 0.6:
        lines.append(rng.choice(["PMH", "History", "Past history"]) + f": {sentence(fill(rng, facts, FILLERS['past']))}")
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


def portal(rng: random.Random, facts: Facts) -> str:
    """A message in lay words."""
    lay = expand(rng, rng.choice(FIELDS[facts.specialty][f"lay {facts.urgency}"]), facts.slots)
    hello = rng.choice(["Hi", "Hello", "Hi doctor", "Good morning", "Hello Dr", "hey", "Dear clinic", "", "", ""])
    tail = {
        "routine": ["No rush.", "Whenever you get a chance.", "Thanks a lot", "Thank you!", "Just wondering.", "", "All good otherwise.", "See you at my next visit.", "Nothing urgent.", "No hurry at all, thanks"],
        "urgent": ["Should I come in this week?", "Can someone call me tomorrow?", "What should I do?", "Can I get an appointment soon?", "", "It is getting worse.", "Please advise.", "Is there anything in the next day or two?"],
        "asap": ["Do I need to come in today?", "Should I go to the ER?", "Please call me back as soon as you can.", "", "I am worried.", "Can you see us this morning?", "What do I do?", "nobody is answering the phone"],
        "stat": ["Help!!", "What do I do??", "please hurry", "", "ambulance is coming?", "HELP", "calling 911 now", "send someone now", "please answer!!"],
    }[facts.urgency]  # fmt: skip
    extra = ""
    if rng.random() < 0.35:
        extra = rng.choice([f"I also take {rng.choice(FIELDS[facts.specialty]['drug'])}.", f"I have {fill(rng, facts, FIELDS[facts.specialty]['had'])} in my file.", f"My {facts.slots['kin']} is with me.",
                            f"I have no {facts.slots['no']}.", f"My {facts.slots['kin']} had {facts.slots['g']} so I wanted to be sure." if facts.urgency in ("routine", "urgent") else "",
                            f"I am {facts.age}." if facts.age > 17 else "", "Sorry for typing errors, on my phone.", "I also sent this last night."])  # fmt: skip
    text = " ".join(part for part in (f"{hello}," if hello else "", lay[0].upper() + lay[1:] + ("" if lay.endswith("?") else "."), extra, rng.choice(tail)) if part)
    text = typos(rng, text, 0.12) if rng.random() < 0.5 else text
    return text.lower() if rng.random() < 0.25 else text


def call(rng: random.Random, facts: Facts) -> str:
    """A telephone note or a dispatcher's line that quotes the caller."""
    lay = expand(rng, rng.choice(FIELDS[facts.specialty][f"lay {facts.urgency}"]), facts.slots)
    who = rng.choice([f"Call from {facts.slots['kin']}", "Patient phoned", "Caller reports", "Voicemail", "Telephone triage", f"{facts.slots['kin'].capitalize()} called", "Message taken", "Nurse line", "Message forwarded"])
    parts = [f'{who}: "{lay}"' if rng.random() < 0.6 else f"{who}: {lay}"]
    if rng.random() < 0.3 and facts.urgency in ("routine", "urgent"):
        parts.append(fill(rng, facts, FILLERS["deny"]))
    if rng.random() < 0.6:
        parts.append(f"{rng.choice(['Advice', 'Plan', 'Outcome', 'Told'])}: {plan(rng, facts)}")
    return " ".join(map(sentence, parts))


def handover(rng: random.Random, facts: Facts) -> str:
    """A situation, background, assessment and request handover."""
    heads = rng.choice([("S", "B", "A", "R"), ("Situation", "Background", "Assessment", "Recommendation"), ("Pt", "Hx", "Obs", "To do")])
    body = (f"{person(rng, facts)}, {facts.core}", fill(rng, facts, FILLERS["past"]), vitals(rng, facts), plan(rng, facts))
    return rng.choice(["\n", " "]).join(f"{head}: {sentence(part)}" for head, part in zip(heads, body, strict=True))


def short(rng: random.Random, facts: Facts) -> str:
    """One line."""
    return sentence(rng.choice([
        facts.core, f"{facts.core}; {plan(rng, facts)}", f"{person(rng, facts)}, {facts.core}", f"Re: {facts.core}", f"Imp: {facts.core}. {sentence(plan(rng, facts))}", f"{rng.choice(FIELDS[facts.specialty]['dept'])}: {facts.core}",
        f"{facts.core}. {sentence(fill(rng, facts, FILLERS['deny']))}", f"Dx {facts.core}. {sentence(vitals(rng, facts))}", f"{facts.core}. {sentence(fill(rng, facts, FILLERS['past']))}", f"{facts.core}, {facts.slots['kin']} present",
    ]))  # fmt: skip


def discharge(rng: random.Random, facts: Facts) -> str:
    """A summary at discharge or transfer; what is true now comes after what was."""
    now = {
        "routine": ["Recovered fully, home today", "Uneventful stay", "Discharged well", "Goals met, going home"], "urgent": ["Going home with early review", "Fit for discharge, needs check in two days", "Left the ward with open issue"],
        "asap": ["Readmitted", "Discharge cancelled today", "Transferred this morning"], "stat": ["Deteriorated on the ward", "Transfer to ICU in progress", "Arrest call during stay"],
    }[facts.urgency]  # fmt: skip
    parts = [f"{rng.choice(now)}: {facts.core}", *sides(rng, facts, 4), plan(rng, facts)]
    if facts.urgency == "routine" and rng.random() < 0.4:
        parts.insert(0, f"Admitted {facts.slots['ago']} with {facts.slots['g']}, treated")
    return " ".join(map(sentence, parts))


def report(rng: random.Random, facts: Facts) -> str:
    """A report of an imaging study."""
    finding = facts.core
    region = next((name for name, words in REGION_WORDS if re.search(words, finding, re.IGNORECASE)), rng.choice(["head", "chest", "abdomen", "bone"]))
    study = rng.choice(REGIONS[region])
    normals = rng.sample(REGIONS[f"normal {region}"], rng.randrange(1, 4))
    if facts.urgency != "routine":
        normals = rng.sample(normals, min(1, len(normals)))
    detail = finding if rng.random() < 0.3 and facts.urgency != "routine" else ""
    indication, compare = rng.choice(RADIOLOGY["indication"]), fill(rng, facts, RADIOLOGY["compare"])
    technique = rng.choice(RADIOLOGY["technique"]) if rng.random() < 0.5 else ""
    findings = " ".join(sentence(part) for part in rng.sample([*normals, detail], len(normals) + 1) if part)
    ending = f" {sentence(plan(rng, facts))}" if rng.random() < 0.2 else ""
    style = rng.randrange(6)
    if style == 0:
        text = f"EXAM: {study}. INDICATION: {indication}. {technique and 'TECHNIQUE: ' + technique + '.'} COMPARISON: {compare}. FINDINGS: {findings} IMPRESSION: {sentence(finding)}{ending}"
    elif style == 1:
        text = f"{study.upper()}\n{sentence(findings)}\nConclusion: {sentence(finding)}{ending}"
    elif style == 2:
        text = f"{study[0].upper() + study[1:]}: {sentence(finding)}"
    elif style == 3:
        text = f"Clinical details: {facts.age or 'neonate'} {'F' if facts.female else 'M'}, {indication}. {sentence(study)} {findings} {sentence(finding)}{ending}"
    elif style == 4:
        text = f"History: {indication}, {rng.choice(['r/o', 'exclude', 'query'])} {rng.choice(GRAVE[rng.choice(list(GRAVE))])}. {sentence(technique)} {sentence(findings)} Opinion: {sentence(finding)}"
    else:
        text = f"IMPRESSION: 1. {sentence(finding)} 2. {sentence(normals[0])} {rng.choice(['', 'Signed electronically.', 'Dictated but not read.', f'Reported {study}.', f'Study: {study}.'])}"
    return text.upper() if rng.random() < 0.12 else text


def abbreviated(rng: random.Random, text: str, rate: float) -> str:
    """Replace some words by what clinicians scribble."""
    for long_form, brief in ABBREVIATIONS:
        if rng.random() < rate:
            text = text.replace(long_form, brief)
    return text


def finish(rng: random.Random, text: str, style: str) -> str:
    """Choose a spelling and add a slip of the pen."""
    if rng.random() < 0.55:
        for british, american in AMERICAN:
            text = text.replace(british, american).replace(british.upper(), american.upper())
    if style in ("nurse", "short", "dictated") and rng.random() < 0.15:
        text = typos(rng, text, 0.05)
    if style in ("short", "nurse") and rng.random() < 0.2:
        text = text.lower()
    return text


STYLES: dict[str, Callable[[random.Random, Facts], str]] = {
    "dictated": dictated, "triage": triage, "nurse": nurse, "letter": letter, "sections": sections, "portal": portal, "call": call, "handover": handover, "short": short, "discharge": discharge, "report": report,
}  # fmt: skip
STYLE_WEIGHTS = {
    "dictated": 0.2, "triage": 0.15, "nurse": 0.1, "letter": 0.09, "sections": 0.13, "portal": 0.12, "call": 0.05, "handover": 0.05, "short": 0.07, "discharge": 0.04,
}  # fmt: skip
