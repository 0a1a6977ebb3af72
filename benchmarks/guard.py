"""The faithfulness guard on public texts: what it catches, what it refuses wrongly, what it only notices."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks.guard_spellings import WAYS, Value, Way, planted_doses, words
from stream_slm.tasks.guard import GuardVerdict, SourceFacts, check, source_facts
from stream_slm.tasks.sentences import split
from stream_slm.types import TextPart

#: Pairs of a kind: of fewer texts more are made of each value, by other draws.
_PAIRS = 1_500
_MOST_DRAWS = 25
_WORDS = 30
_DENIAL = re.compile(r"\b(?:denies|denied|no|not|without|negative for) ", re.IGNORECASE)
_EXPERIMENTS = ("faithful", "absent", "swap", "unit")


@dataclass(frozen=True)
class Source:
    """A text, what the guard knows of it, and the summary that people wrote, where there is one."""

    text: str
    known: SourceFacts
    summary: str
    planted: int

    def values(self, kind: str, way: Way) -> list[Value]:
        """Those to make pairs of; planted ones only where they were planted for that."""
        found = way.find(self.text)
        return found if kind == "drug_dose" else [each for each in found if each.end <= self.planted]


def sources(folder: Path, half: str) -> list[Source]:
    """One half of the texts: payments by three, as on a statement, and notes with two doses (few notes have any)."""
    rows = [json.loads(line) for file in sorted(folder.glob("*/data.jsonl")) for line in file.open(encoding="utf-8")]
    chosen: list[tuple[str, str, str]] = []
    payments: list[str] = []
    rng = Random(half)
    for text, row in {_text(row): row for row in rows}.items():
        even = int(md5(text.encode()).hexdigest()[0], 16) % 2 == 0
        if even != (half == "tune"):
            continue
        if " | " in text:
            payments.append(text)
        elif row["domain"] == "clinical":
            chosen.append((text, f"\n{planted_doses(rng)}", row.get("summary") or ""))
        else:
            chosen.append((text, "", row.get("summary") or ""))
    chosen += [("\n".join(payments[start : start + 3]), "", "") for start in range(0, len(payments), 3)]
    return [Source(text + more, source_facts(text + more), summary, len(text)) for text, more, summary in chosen]


def _text(row: dict[str, object]) -> str:
    extra = row["extra"]
    when = str(extra.get("date") or "") if isinstance(extra, dict) else ""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", when) or re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", when)
    if match is None:
        return str(row["text"])
    year, month, day = match.groups() if len(match[1]) == 4 else match.groups()[::-1]
    named = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[int(month) - 1]  # noqa: SIM905
    return f"{row['text']} | {named} {int(day)}, {year}"


def around(text: str, value: Value) -> tuple[str, str]:
    """The words before a value and behind it: its sentence on its line, or as much of it as a summary would hold."""
    lines = text.rfind("\n", 0, value.start) + 1, (text + "\n").find("\n", value.end)
    for sentence in split([TextPart(text=text, pointer="")]):
        if sentence.start <= value.start and value.end <= sentence.end:
            start, end = max(lines[0], sentence.start), min(lines[1], sentence.end)
            before = re.findall(r"\S+\s+|\S+$", text[start : value.start])
            behind = re.findall(r"^\S+|\s+\S+", text[value.end : end])
            return "".join(before[-_WORDS:]), "".join(behind[:_WORDS])
    return "", ""


def absent(value: Value, way: Way, source: Source, rng: Random) -> Value | None:
    """Another value that the source does not hold, in digits or words or beside another unit."""
    low = source.text.lower()
    for _ in range(20):
        changed = way.change(value, rng)
        plain = str(changed.value)
        said = {plain.lower(), words(int(plain)) if plain.isdigit() and int(plain) < 10**8 else plain.lower()}
        same = any(each.value == changed.value for each in way.find(source.text))
        if not same and not any(re.search(rf"(?<![\w.]){re.escape(each)}(?!\w)", low) for each in said):
            return changed
    return None


def verdict_on(source: Source, value: Value, spelling: str) -> tuple[GuardVerdict, set[str]]:
    """The verdict on the words around a value with this spelling in its place, and what is said of that place."""
    before, behind = around(source.text, value)
    verdict = check(before + spelling + behind, source.known)
    start, end = len(before), len(before) + len(spelling)
    return verdict, {each.why for each in verdict.findings if each.start < end and each.end > start}


def measure(kind: str, found: list[Source], shown: int) -> Counter[str]:
    """How many pairs of each experiment, and how many of them were refused (at the value) or noticed (there)."""
    way, rng, counted = WAYS[kind], Random(kind), Counter[str]()
    pairs = [(source, value) for source in found for value in source.values(kind, way)]
    rng.shuffle(pairs)
    counted["places"] = len(pairs)
    for source, value in (pairs * _MOST_DRAWS)[:_PAIRS]:
        others = [each for each in source.values(kind, way) if (each.value, each.beside) != (value.value, value.beside)]
        other = rng.choice(others) if others else None
        # A dose is swapped for the quantity of another drug.
        drug = value.beside if kind == "drug_dose" else other.beside if other else ""
        if other and (kind != "drug_dose" or other.value != value.value):
            swapped = Value(value.start, value.end, other.value, drug)
        else:
            swapped = None
        replaced = {
            "faithful": value,
            "absent": absent(value, way, source, rng),
            "swap": swapped,
            "unit": way.other_unit(value) if way.other_unit else None,
        }
        for experiment, each in replaced.items():
            if each is None:
                continue
            spelling = way.write(each, rng)
            verdict, said = verdict_on(source, value, spelling)
            refused = not verdict.passed if experiment == "faithful" else bool(said & {"absent", "unit"})
            counted[experiment] += 1
            counted[f"{experiment} refused"] += refused
            counted[f"{experiment} noticed"] += bool(said)
            if shown and refused == (experiment == "faithful") and experiment in ("faithful", "absent"):
                shown -= 1
                before, behind = around(source.text, value)
                print(f"{kind} {experiment}: {before[-60:]!r} >{spelling}< {behind[:40]!r} {verdict.reason} {said}")
    return counted


def denials(found: list[Source]) -> Iterator[tuple[str, Source]]:
    """Sentences with a denial and without it."""
    for source in found:
        for sentence in split([TextPart(text=source.text, pointer="")]):
            match = _DENIAL.search(sentence.text)
            if match and len(sentence.text.split()) <= _WORDS and "?" not in sentence.text:
                yield sentence.text[: match.start()] + sentence.text[match.end() :], source


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets: */data.jsonl of text, summary, extra")
    parser.add_argument("--half", choices=("tune", "report"), default="report", help="which half of the texts")
    parser.add_argument("--show", type=int, default=0, help="print so many mistakes of each kind")
    arguments = parser.parse_args()
    found = sources(arguments.data, arguments.half)
    if not found:
        parser.error(f"no */data.jsonl lies below {arguments.data}")
    table = Table(
        *("kind", "places", "pairs", "absent: caught", "other format: refused", "noticed"),
        *("swap: pairs", "noticed", "unit: pairs", "caught"),
    )
    for kind in WAYS:
        counted = measure(kind, found, arguments.show)
        table.add_row(
            kind,
            str(counted["places"]),
            str(counted["faithful"]),
            _share(counted["absent refused"], counted["absent"]),
            _share(counted["faithful refused"], counted["faithful"]),
            _share(counted["faithful noticed"], counted["faithful"]),
            str(counted["swap"]),
            _share(counted["swap noticed"], counted["swap"]),
            str(counted["unit"]),
            _share(counted["unit refused"], counted["unit"]),
        )
    Console(width=150).print(table)
    _others(found)
    return 0


def _others(found: list[Source]) -> None:
    """Denials; what is noticed of faithful sentences and of people's summaries; the time it takes."""
    changed = [check(text, source.known) for text, source in denials(found)]
    noticed = sum(any(each.why == "negation" for each in verdict.findings) for verdict in changed)
    leads, human, seconds = Counter[str](), Counter[str](), 0.0
    for source in found:
        lead = " ".join(source.text.split()[:60])
        began = time.process_time()
        leads.update(_told(check(lead, source.known)))
        seconds += time.process_time() - began
        if source.summary:
            human.update(_told(check(source.summary, source.known)))
    table = Table("summaries", "pairs", "refused", "swap noticed", "negation noticed")
    table.add_row("a denial dropped from a sentence", str(len(changed)), "-", "-", _share(noticed, len(changed)))
    for name, told in (("the first 60 words", leads), ("written by people", human)):
        shares = [_share(told[each], told["all"]) for each in ("refused", "swap", "negation")]
        table.add_row(name, str(told["all"]), *shares)
    Console(width=150).print(table)
    print(f"{1000 * seconds / len(found):.2f} ms of processor time to judge the first 60 words")


def _told(verdict: GuardVerdict) -> list[str]:
    return ["all", *(["refused"] if verdict.refused else []), *{each.why for each in verdict.findings}]


if __name__ == "__main__":
    sys.exit(main())
