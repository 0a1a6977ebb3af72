"""Labels that are only described, on labelled texts: how often right, and what their scores are worth."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.engine.encoder import Encoder
from stream_slm.pipeline.models import HEADS
from stream_slm.tasks.entry import scores_of
from stream_slm.tasks.zero_shot import OFFSET, TEMPERATURE, THRESHOLD, ZeroShotHead, described, unit
from stream_slm.types import TextPart
from training.features import features, read

_SECTIONS = {
    "FAM/SOCHX": "family history, smoking, alcohol, work and home life",
    "GENHX": "history of the present illness: how the complaint began and developed",
    "PASTMEDICALHX": "past medical conditions and illnesses",
    "CC": "the chief complaint, why the patient came",
    "ALLERGY": "allergies to drugs or food",
    "ROS": "review of systems: symptoms asked for organ by organ",
    "MEDICATIONS": "medicines the patient takes",
    "PASTSURGICAL": "past operations and surgery",
    "ASSESSMENT": "the doctor's assessment of the problems",
    "EXAM": "findings of the physical examination",
    "DISPOSITION": "where the patient goes next: discharge, transfer",
    "DIAGNOSIS": "the diagnosis",
    "PLAN": "the plan of treatment and follow-up",
    "EDCOURSE": "what happened in the emergency department",
    "IMAGING": "results of x-ray, CT or MRI",
    "IMMUNIZATIONS": "vaccinations",
    "OTHER_HISTORY": "other history",
    "PROCEDURES": "procedures carried out",
    "GYNHX": "pregnancies, periods and gynecological history",
    "LABS": "laboratory results",
}
#: Sets with what their labels mean, as a user would write it; None: the names say it, or are all there is.
SETS: dict[str, Mapping[str, str] | None] = {
    "txn_banking77": None,
    "txn_oxford_over500": None,
    "txn_birmingham_pcards": None,
    "clin_mts_sections": _SECTIONS,
    "clin_mts_dialog_sum": _SECTIONS,
    "traf_sgo_crash": {
        "Passenger Car": "a crash with a car",
        "SUV": "a crash with an SUV",
        "Pickup Truck": "a crash with a pickup truck",
        "Heavy Truck": "a crash with a heavy truck or semi-trailer",
        "Van": "a crash with a van",
        "Other Fixed Object": "the vehicle hit a fixed object such as a gate or curb",
        "Non-Motorist: Cyclist": "a crash with a bicycle or cyclist",
        "Motorcycle": "a crash with a motorcycle",
        "Bus": "a crash with a bus",
        "Animal": "a crash with a dog, a deer or another animal",
    },
    "traf_wsdot_alerts": {
        "Construction": "road works, construction",
        "Maintenance": "maintenance of the road, mowing, cleaning",
        "Lane Closure": "a lane is closed",
        "Special Event": "an event, a parade or a race",
        "Collision": "a crash of vehicles",
        "Express Lane Operation": "hours or direction of express lanes",
    },
}
#: All sets together, asked what each text is about.
_DOMAINS = {
    "txn": "a bank or card payment",
    "clin": "a medical note about a patient",
    "traf": "a road traffic report",
}
_NAMES = {"txn": "transactions", "clin": "clinical", "traf": "traffic"}
_SAMPLE, _PER_SET = 900, 140
TEMPERATURES = (0.03, 0.05, 0.07)


def sample(folder: Path, count: int) -> list[tuple[str, str]]:
    """Some (text, label) of a set, the same every time."""
    rows = [json.loads(line) for line in (folder / "data.jsonl").open(encoding="utf-8")]
    chosen = np.random.default_rng(0).permutation(len(rows))[:count]
    return [(rows[i]["text"], rows[i]["label"]) for i in chosen]


def vectors(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, d), each text's mean over its sentences."""
    return features(read(encoder, [[TextPart(text=text, pointer="")] for text in texts])).means


def calibration_error(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error in ten bins of equal mass."""
    bins = np.array_split(np.argsort(scores), 10)
    return float(sum(len(each) / len(scores) * abs(scores[each].mean() - right[each].mean()) for each in bins))


def measure(encoder: Encoder, rows: Sequence[tuple[str, str]], labels: Mapping[str, str]) -> list[str]:
    """Accuracy; calibration error at each temperature; at the default, what the threshold lets pass.

    Last, where each label is judged by itself: how often the right one is accepted, among how many a text.
    """
    names = list(labels)
    truth = np.array([names.index(label) for _, label in rows])
    head = ZeroShotHead(
        labels=tuple(names),
        thresholds=(THRESHOLD,) * len(names),
        vectors=unit(vectors(encoder, described(labels))),
        temperature=TEMPERATURE,
    )
    cosines = unit(vectors(encoder, [text for text, _ in rows])) @ head.vectors.T
    right = cosines.argmax(axis=1) == truth
    found = {
        each: np.array([scores_of(row / each, multi_label=False).max() for row in cosines]) for each in TEMPERATURES
    }
    passed = found[TEMPERATURE] >= THRESHOLD
    errors = [f"{calibration_error(found[each], right):.2f}" for each in TEMPERATURES]
    accepted = f"{right[passed].mean():.2f}" if passed.any() else "-"
    many = scores_of((cosines - OFFSET) / TEMPERATURE, multi_label=True) >= THRESHOLD
    of_many = [f"{many[np.arange(len(truth)), truth].mean():.2f}", f"{many.sum(axis=1).mean():.2f}"]
    return [str(len(rows)), str(len(names)), f"{right.mean():.2f}", *errors, f"{passed.mean():.2f}", accepted, *of_many]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets: */data.jsonl of text, label")
    arguments = parser.parse_args()
    encoder = Bundle.load(build_default(default_models_dir(), HEADS)).encoder()
    errors = [f"ECE at {each}" for each in TEMPERATURES]
    table = Table("set", "rows", "labels", "right", *errors, "accepted", "of those right", "of many: found", "among")
    mixed: list[tuple[str, str]] = []
    for name, descriptions in SETS.items():
        folder = arguments.data / name
        if not (folder / "data.jsonl").is_file():
            continue
        everything = sample(folder, 10**6)
        rows = [
            (text, label) for text, label in everything if label and (descriptions is None or label in descriptions)
        ]
        rows = rows[:_SAMPLE]
        labels = {label: (descriptions or {}).get(label, "") for label in sorted({label for _, label in rows})}
        table.add_row(name, *measure(encoder, rows, labels))
        domain = name.partition("_")[0]
        mixed += [(text, _NAMES[domain]) for text, _ in everything[:_PER_SET]]
    if not mixed:
        parser.error(f"none of {', '.join(SETS)} lies below {arguments.data}")
    present = {label for _, label in mixed}
    table.add_row(
        "which of three domains",
        *measure(encoder, mixed, {_NAMES[key]: text for key, text in _DOMAINS.items() if _NAMES[key] in present}),
    )
    Console(width=150).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
