"""Workers that ask language models: tiny ones of random weights, beside the default encoder, and tasks for them."""

from __future__ import annotations

from pathlib import Path

from stream_slm import Answer, Classify, Decoding, Instruction, Summarize, Translate
from stream_slm.pipeline.spec import Task
from tests.unit.engine.tiny_language_model import tiny_decoder, tiny_seq2seq

DECODER, TRANSLATOR = "tiny-decoder", "tiny-translator"
LABELS = {"money": "about a payment", "card": "about a lost card"}
_SHORT = Decoding(max_length=24)


def models_dir(folder: Path, default_bundle: Path) -> Path:
    """A folder of bundles: the default one by a link, and a tiny one of each shape."""
    folder.mkdir()
    (folder / default_bundle.name).symlink_to(default_bundle)
    tiny_decoder(folder / DECODER)
    tiny_seq2seq(folder / TRANSLATOR)
    return folder


def tasks() -> list[Task]:
    """One of each kind; the tiny models read 512 characters, so they are asked shortly."""
    return [
        Classify("risk"),
        Classify(
            "topic",
            labels=LABELS,
            by="scoring",
            bundle=DECODER,
            prompt=Instruction(before="Label it:\n", after="\nLabel?", cue="Label:"),
        ),
        Summarize("summary", max_words=6, bundle=DECODER, instruction="Shorten:", decoding=_SHORT),
        Translate("german", target_language="de", bundle=TRANSLATOR, instruction="In German:", decoding=_SHORT),
        Answer("who", question="Who reported it?", decoding=_SHORT),
        Answer("when", question="When was it?", bundle=DECODER, threshold=0.0, decoding=_SHORT),
    ]
