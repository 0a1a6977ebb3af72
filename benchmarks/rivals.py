"""What a user would write instead, ready to run: an environment of their own, a checkpoint, a list of contenders."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.arena import Contender
from benchmarks.texts import ROOT
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.fetch import ALL_MINILM_L6_V2, fetch

#: Made by `make bench`: torch, transformers, FastStream and Quix Streams beside our own package.
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
#: The same weights as our encoder's, with a classification layer on top; what it says costs the same as a trained one.
_MAKE = """
import sys, torch
from transformers import AutoTokenizer, BertForSequenceClassification
torch.manual_seed(0)
labels = dict(enumerate(["routine", "review", "suspicious"]))
model = BertForSequenceClassification.from_pretrained(sys.argv[1], id2label=labels)
model.save_pretrained(sys.argv[2])
AutoTokenizer.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2])
"""


def rivals(bundle: Bundle, folder: Path, python: Path = PYTHON) -> Iterator[Contender]:
    """All of them; those of torch read a checkpoint that is made in a folder first.

    Raises:
        SystemExit: the environment is not there.
    """
    if not python.exists():
        raise SystemExit(f"{python} is missing: `make bench` makes the environment of the others (5 GB)")
    checkpoint = _checkpoint(folder, python)
    torch = {"BENCH_CHECKPOINT": str(checkpoint), "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    raw = {"BENCH_BUNDLE": str(bundle.folder)}
    batch = {"BENCH_BATCH": "32"}
    at = "benchmarks.contenders."
    for name, module, environment in (
        ("aiokafka + torch, one by one", "aiokafka_torch", torch),
        ("aiokafka + torch, batches", "aiokafka_torch", torch | batch),
        ("FastStream + torch, batches", "faststream_torch", torch),
        ("Quix Streams + torch", "quix_torch", torch),
        ("Faust + CTranslate2, by event", "faust_ct2", raw),
        ("Faust take(32) + CTranslate2", "faust_ct2", raw | batch),
    ):
        yield Contender(name=name, module=at + module, python=str(python), environment=environment)


def _checkpoint(folder: Path, python: Path) -> Path:
    source, made = folder / "source", folder / "checkpoint"
    if not made.exists():
        fetch(ALL_MINILM_L6_V2, source, lambda *_: None)
        vocabulary = source / "tokenizer_config.json"
        if not vocabulary.exists():
            vocabulary.write_text('{"tokenizer_class": "BertTokenizerFast", "model_max_length": 512}', encoding="utf-8")
        subprocess.run([str(python), "-c", _MAKE, str(source), str(made)], check=True, capture_output=True)
        shutil.rmtree(source)
    return made
