"""The tokenizer of a language model's checkpoint as one `tokenizer.json`, so that a worker needs `tokenizers` alone."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer
from transformers.convert_slow_tokenizer import import_protobuf

from stream_slm.engine.vocabulary import read_tokenizer
from stream_slm.errors import BundleError

# Of pieces that only the target's sentencepiece model has: found where nothing else fits, as by their names.
_LAST_RESORT = -1e4
# Of sentencepiece's kinds: what it looks for in a text.
_NORMAL, _USER_DEFINED = 1, 4


def read_language_tokenizer(folder: Path, model_type: str) -> Tokenizer:
    """Return the tokenizer of the checkpoint in `folder`; raises BundleError when it has none that can be read."""
    if (folder / "tokenizer.json").is_file():
        return read_tokenizer(folder)
    try:
        if model_type == "marian":
            return _marian(folder)
        made = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        backend = getattr(made, "backend_tokenizer", None)
    except Exception as error:  # transformers raises whatever it likes.
        raise BundleError(f"the tokenizer in {folder} cannot be read: {error}") from error
    if not isinstance(backend, Tokenizer):
        raise BundleError(f"{folder} has no tokenizer.json, and {type(made).__name__} of transformers cannot write one")
    return backend


def _marian(folder: Path) -> Tokenizer:
    """Make one of `vocab.json`, which has the ids, and of the source's sentencepiece model, which has the scores."""
    ids = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    model = import_protobuf().ModelProto()
    model.ParseFromString((folder / "source.spm").read_bytes())
    scores = {piece.piece: piece.score for piece in model.pieces if piece.type in {_NORMAL, _USER_DEFINED}}
    names = {number: name for name, number in ids.items()}
    vocabulary = [names.get(number, f"<unused_{number}>") for number in range(max(names) + 1)]
    pieces = [(name, scores.get(name, _LAST_RESORT)) for name in vocabulary]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=ids["<unk>"], byte_fallback=False))
    charsmap = model.normalizer_spec.precompiled_charsmap
    steps: list[normalizers.Normalizer] = [normalizers.Precompiled(charsmap)] if charsmap else []
    if model.normalizer_spec.remove_extra_whitespaces:
        steps += [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    languages = [name for name in ids if name.startswith(">>") and name.endswith("<<")]
    tokenizer.add_special_tokens([name for name in ("</s>", "<unk>", "<pad>", *languages) if name in ids])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", ids["</s>"])])
    return tokenizer
