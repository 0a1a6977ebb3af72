"""How often the reference alert rules fire: recall and precision on hand-written rows, plain rates on real texts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.engine.encoder import Encoder
from stream_slm.learning.calibration import softmax
from stream_slm.learning.features import features
from stream_slm.pipeline.models import HEADS
from stream_slm.tasks import head
from stream_slm.tasks.head import LinearHead
from stream_slm.types import TextPart
from training.domains import DOMAINS
from training.features import read
from training.train_heads import near

#: Each domain's rule: task, labels, how its sets are called.
RULES = {
    "transactions": ("risk", ("suspicious",), "txn_*"),
    "clinical-notes": ("urgency", ("asap", "stat"), "clin_*"),
    "traffic-events": ("severity", ("MAJOR",), "traf_*"),
}
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
#: Texts of a real set that are enough for a rate.
_SAMPLE = 1000


def probabilities(
    encoder: Encoder, found: LinearHead, texts: Sequence[Sequence[TextPart]], labels: Sequence[str]
) -> np.ndarray:
    """(n,): the summed probability of a rule's labels; nothing for an unfamiliar text."""
    seen = features(read(encoder, texts))
    logits = seen.means @ found.encoder_weights + seen.ngrams @ found.ngram_weights + found.bias
    columns = [found.labels.index(label) for label in labels]
    summed = softmax(np.asarray(logits, dtype=np.float64))[:, columns].sum(axis=1)
    # What is unfamiliar raises no alert, whatever its score.
    return np.where(near(seen, found.centres) >= found.familiar_from, summed, 0.0)


def main() -> int:
    """Print a table a domain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of sets, each with a data.jsonl of texts")
    arguments = parser.parse_args()
    bundle = Bundle.load(build_default(default_models_dir(), HEADS))
    encoder = bundle.encoder()
    for domain in DOMAINS:
        task, labels, pattern = RULES[domain.name]
        found = head.load(bundle.folder, bundle.manifest.heads[task])
        title = f"{domain.name}: P({' + '.join(labels)})"
        table = Table("texts", "figure", *(f">= {each}" for each in THRESHOLDS), title=title)
        rows = domain.heldout()
        scores = probabilities(encoder, found, [domain.text_of(row["record"]) for row in rows], labels)
        truth = np.array([row["labels"][task] in labels for row in rows])
        fired = [scores >= each for each in THRESHOLDS]
        table.add_row("hand-written", "recall", *(f"{each[truth].mean():.2f}" for each in fired))
        table.add_row("hand-written", "precision", *(f"{truth[each].mean():.2f}" for each in fired))
        for folder in sorted(arguments.data.glob(pattern)) if arguments.data else ():
            print(folder.name, file=sys.stderr)
            with (folder / "data.jsonl").open(encoding="utf-8") as lines:
                texts = [json.loads(line)["text"] for line in lines]
            chosen = np.random.default_rng(0).permutation(len(texts))[:_SAMPLE]
            parts = [[TextPart(text=texts[i], pointer="/text")] for i in chosen]
            scores = probabilities(encoder, found, parts, labels)
            table.add_row(folder.name, "fires", *(f"{(scores >= each).mean():.3f}" for each in THRESHOLDS))
        Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
