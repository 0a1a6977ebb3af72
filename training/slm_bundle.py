"""Makes the bundle of `slm-tiny` from its last checkpoint: CTranslate2 in int8, tokenizer, card, loss plot, manifest."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import torch
from ctranslate2.converters import TransformersConverter
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from stream_slm.engine.manifest import LanguageModelEntry, Manifest, Source, sum_file, write_manifest
from training.slm_card import card
from training.slm_data import MAX_SOURCE
from training.slm_model import new_model
from training.slm_plot import loss_plot
from training.slm_text import rows_of
from training.slm_tokenizer import END, PAD, UNKNOWN
from training.train_slm import WORK

NAME = "slm-tiny"
OUTPUT = Path(__file__).parent.parent / "stream_slm" / "bundles" / NAME


def main() -> int:
    """Convert, and write what stands beside the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK, help="folder of the training (default: build/slm-tiny)")
    parser.add_argument(
        "--output", type=Path, default=OUTPUT, help="folder of the bundle (default: the one in the box)"
    )
    arguments = parser.parse_args()
    saved = torch.load(arguments.work / "checkpoint.pt", weights_only=True)
    tokenizer = Tokenizer.from_file(str(arguments.work / "tokenizer.json"))
    arguments.output.mkdir(parents=True, exist_ok=True)
    convert(saved["model"], tokenizer, arguments.output / "model")
    tokenizer.save(str(arguments.output / "tokenizer.json"))
    rows = rows_of(arguments.work / "losses.jsonl")
    (arguments.output / "losses.svg").write_text(loss_plot(rows), encoding="utf-8")
    measured = arguments.work / "figures.json"
    told = arguments.work / "note.md"
    figures = json.loads(measured.read_text(encoding="utf-8")) if measured.exists() else {}
    training = {name: saved[name] for name in ("seed", "steps", "copy_steps", "items")} | {
        "parameters": sum(weight.numel() for weight in saved["model"].values()) - _tied(saved["model"]),
        "vocabulary": tokenizer.get_vocab_size(),
    }
    (arguments.output / "CARD.md").write_text(
        card(training, told.read_text(encoding="utf-8") if told.exists() else "", figures), encoding="utf-8"
    )
    manifest = described(arguments.output, tokenizer)
    write_manifest(manifest, arguments.output)
    size = sum(path.stat().st_size for path in arguments.output.rglob("*") if path.is_file())
    print(f"{arguments.output}: step {saved['steps']}, {size / 1e6:.1f} MB, {manifest.digest}")
    return 0


def _tied(weights: dict[str, torch.Tensor]) -> int:
    """Entries of the table of embeddings beyond the one that its names share."""
    names = [name for name in weights if name.endswith(("shared.weight", "embed_tokens.weight", "lm_head.weight"))]
    return sum(weights[name].numel() for name in names[1:])


def convert(weights: dict[str, torch.Tensor], tokenizer: Tokenizer, output: Path) -> None:
    """The model in int8, its vocabulary written as ids in decimal, as every bundle's is."""
    model = new_model(tokenizer.get_vocab_size())
    model.load_state_dict(weights)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        named = {"pad_token": PAD, "eos_token": END, "unk_token": UNKNOWN}
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named).save_pretrained(folder)
        TransformersConverter(folder).convert(str(output), quantization="int8", force=True)
    ids = [str(number) for number in range(tokenizer.get_vocab_size())]
    (output / "shared_vocabulary.json").write_text(json.dumps(ids), encoding="utf-8")
    config = json.loads((output / "config.json").read_text(encoding="utf-8"))
    for key, value in config.items():
        if key.endswith("_token") and value is not None:
            config[key] = str(tokenizer.token_to_id(value))
    (output / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def described(folder: Path, tokenizer: Tokenizer) -> Manifest:
    """The manifest over every file of the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "bundle.json")
    sums = {path.relative_to(folder).as_posix(): sum_file(path) for path in paths}
    entry = LanguageModelEntry(
        path="model",
        tokenizer="tokenizer.json",
        runtime="ctranslate2",
        family="t5",
        shape="encoder_decoder",
        max_tokens=MAX_SOURCE,
        vocabulary_size=tokenizer.get_vocab_size(),
        instructions="none",
        before=[],
        after=[tokenizer.token_to_id(END)],
        start=[tokenizer.token_to_id(PAD)],
        end=[tokenizer.token_to_id(END)],
        languages=["en"],
        compute_type="int8",
        recipe=1,
        source=Source(
            repo="stream-slm/slm-tiny", revision="trained here", files={"model.bin": sums["model/model.bin"]}
        ),
    )
    return Manifest(name=NAME, version="1", licence="Apache-2.0", card="CARD.md", model=entry, heads={}, files=sums)


if __name__ == "__main__":
    raise SystemExit(main())
