"""The head recipe beside its parts and TF-IDF, on every labelled set of a data folder (DESIGN's split by md5)."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from benchmarks.own_labels import LabelledSet, calibration_table, labelled_set, shots_table
from stream_slm.engine.bundle import Bundle, build_default
from stream_slm.engine.encoder import Encoder
from stream_slm.learning.features import Features, Scaling, features
from stream_slm.types import TextPart
from training.features import encoder_only, read
from training.recipe import choose_strength, fit, joined

#: Labels with fewer test rows say nothing.
LEAST_TEST_ROWS = 10
RESAMPLES = 1000


def in_training(text: str) -> bool:
    """Equal texts fall on one side: first hex digit 0 to b trains, c to f tests."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[0] < "c"


def load(folder: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of a set, labels with enough test rows only."""
    rows = [json.loads(line) for line in (folder / "data.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row.get("label")]
    tests = Counter(row["label"] for row in rows if not in_training(row["text"]))
    trains = Counter(row["label"] for row in rows if in_training(row["text"]))
    kept = [row for row in rows if tests[row["label"]] >= LEAST_TEST_ROWS and trains[row["label"]] >= 2]
    return [row["text"] for row in kept], [row["label"] for row in kept]


def compare(texts: list[str], labels: list[str], found: Features) -> tuple[dict[str, float], dict[str, str]]:
    """Macro-F1 on the test rows of each way, and whether the recipe differs from the others (paired bootstrap)."""
    train_mask = np.array([in_training(text) for text in texts])
    truth = np.array(labels)
    train, test = np.flatnonzero(train_mask), np.flatnonzero(~train_mask)
    scaling = Scaling.of(found.rows(train))
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1)
    words.fit([texts[i] for i in train])
    matrices: dict[str, Callable[[np.ndarray], object]] = {
        "encoder + n-grams": lambda rows: joined(scaling, found.rows(rows)),
        "encoder": lambda rows: joined(scaling, found.rows(rows), ngrams=False),
        "TF-IDF + LR": lambda rows: words.transform([texts[i] for i in rows]),
    }
    guesses = {}
    for name, matrix in matrices.items():
        seen = matrix(train)
        guesses[name] = fit(seen, truth[train], choose_strength(seen, truth[train])).predict(matrix(test))
    scores = {name: f1_score(truth[test], guess, average="macro") for name, guess in guesses.items()}
    recipe = guesses["encoder + n-grams"]
    verdicts = {name: _bootstrap(truth[test], recipe, guess) for name, guess in guesses.items() if guess is not recipe}
    return scores, verdicts


def _bootstrap(truth: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> str:
    rng = np.random.default_rng(0)
    names = np.unique(truth)
    gaps = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(truth), len(truth))
        gaps.append(
            f1_score(truth[rows], ours[rows], labels=names, average="macro", zero_division=0)
            - f1_score(truth[rows], theirs[rows], labels=names, average="macro", zero_division=0)
        )
    low, high = np.quantile(gaps, [0.025, 0.975])
    return f"{low:+.3f}..{high:+.3f}" + (" above" if low > 0 else " below" if high < 0 else "")


def main() -> int:
    """Print the table; the last line is the means as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of sets: */data.jsonl of text, label")
    parser.add_argument("--shots", type=int, nargs="*", default=[], help="heads from so many rows a label, e.g. 8 32")
    parser.add_argument("--seeds", type=int, default=5, help="draws of those rows (default: 5)")
    arguments = parser.parse_args()
    folders = sorted(path.parent for path in arguments.data.glob("*/data.jsonl"))
    if not folders:
        parser.error(f"no */data.jsonl below {arguments.data}")
    encoder = Bundle.load(build_default(encoder_only())).encoder()
    if arguments.shots:
        sets = [each for folder in folders if (each := _set(folder, encoder)) is not None]
        console = Console(width=140)
        console.print(shots_table(sets, arguments.shots, arguments.seeds, LEAST_TEST_ROWS))
        console.print(calibration_table(sets, LEAST_TEST_ROWS))
        return 0
    return _recipe_table(folders, encoder)


def _set(folder: Path, encoder: Encoder) -> LabelledSet | None:
    """Every labelled row of a set, encoded."""
    rows = [json.loads(line) for line in (folder / "data.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row.get("label")]
    if not rows:
        return None
    print(f"{folder.name}: {len(rows)} rows", file=sys.stderr)
    texts = [row["text"] for row in rows]
    found = features(read(encoder, [[TextPart(text=text, pointer="/text")] for text in texts]))
    return labelled_set(
        folder.name, texts, [row["label"] for row in rows], found, [in_training(text) for text in texts]
    )


def _recipe_table(folders: list[Path], encoder: Encoder) -> int:
    ways = ["encoder + n-grams", "encoder", "TF-IDF + LR"]
    table = Table("set", "labels", "train", "test", *ways, "95 % of gap to encoder", "95 % of gap to TF-IDF")
    every: list[dict[str, float]] = []
    for folder in folders:
        texts, labels = load(folder)
        if len(set(labels)) < 2:
            print(f"{folder.name}: no labels with {LEAST_TEST_ROWS} test rows", file=sys.stderr)
            continue
        print(f"{folder.name}: {len(texts)} rows", file=sys.stderr)
        parts = [[TextPart(text=text, pointer="/text")] for text in texts]
        scores, verdicts = compare(texts, labels, features(read(encoder, parts)))
        every.append(scores)
        trained = sum(in_training(text) for text in texts)
        numbers = [str(len(set(labels))), str(trained), str(len(texts) - trained)]
        table.add_row(folder.name, *numbers, *(f"{scores[way]:.3f}" for way in ways), *verdicts.values())
    means = {way: sum(scores[way] for scores in every) / len(every) for way in ways}
    table.add_row("mean", "", "", "", *(f"{means[way]:.3f}" for way in ways), "", "")
    Console(width=170).print(table)
    print(json.dumps({way: round(mean, 4) for way, mean in means.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
