"""A checkpoint's tokenizer: its `tokenizer.json`, or one made of the vocabulary files that older checkpoints have."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from stream_slm.errors import BundleError

_BERT_SPECIALS = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
_ROBERTA_SPECIALS = {
    "bos_token": "<s>",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Specials:
    """The tokens that stand before and after each text, and the one for what cannot be spelt, if there is one."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    unknown: int | None


def read_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of the checkpoint in `folder`; it neither truncates nor pads.

    Raises BundleError when it has none that can be read without transformers.
    """
    try:
        tokenizer = _read(folder)
    except Exception as error:  # tokenizers raises bare Exception.
        raise BundleError(f"the tokenizer in {folder} cannot be read: {error}") from error
    if tokenizer is None:
        raise BundleError(
            f"{folder} has no tokenizer.json, and no vocabulary that one could be made of: "
            "AutoTokenizer.from_pretrained(folder).save_pretrained(folder) of transformers writes it"
        )
    # Files as published cut every text to the length of the training, and pad it to that.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _read(folder: Path) -> Tokenizer | None:
    if (folder / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    if (folder / "vocab.txt").is_file():
        return _wordpiece(folder)
    if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        return _byte_level(folder)
    return None


def specials_of(tokenizer: Tokenizer) -> Specials:
    """Return the special tokens that `tokenizer` puts around a text."""
    encoding = tokenizer.encode("a")
    own = [place for place, special in enumerate(encoding.special_tokens_mask) if not special]
    first, last = (own[0], own[-1] + 1) if own else (len(encoding.ids) // 2, len(encoding.ids) // 2)
    unknown = unknown_token(tokenizer)
    return Specials(
        before=tuple(encoding.ids[:first]),
        after=tuple(encoding.ids[last:]),
        unknown=None if unknown is None else tokenizer.token_to_id(unknown),
    )


def unknown_token(tokenizer: Tokenizer) -> str | None:
    """Return the token for what the vocabulary cannot spell; None where it can spell everything."""
    if not isinstance(tokenizer.model, models.Unigram):
        token: str | None = tokenizer.model.unk_token
        return token
    # Unigram keeps its own to itself.
    row = json.loads(tokenizer.to_str())["model"].get("unk_id")
    return None if row is None else tokenizer.id_to_token(row)


def _wordpiece(folder: Path) -> Tokenizer:
    config = _config(folder)
    names = {**_BERT_SPECIALS, **special_names(folder, _BERT_SPECIALS)}
    tokenizer = Tokenizer(models.WordPiece.from_file(str(folder / "vocab.txt"), unk_token=names["unk_token"]))
    lowercase = config.get("do_lower_case", True)
    tokenizer.normalizer = normalizers.BertNormalizer(
        lowercase=lowercase,
        strip_accents=config.get("strip_accents"),
        handle_chinese_chars=config.get("tokenize_chinese_chars", True),
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(list(names.values()))
    before, after = names["cls_token"], names["sep_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{before} $A {after}",
        pair=f"{before} $A {after} $B:1 {after}:1",
        special_tokens=[(before, tokenizer.token_to_id(before)), (after, tokenizer.token_to_id(after))],
    )
    return tokenizer


def _byte_level(folder: Path) -> Tokenizer:
    config = _config(folder)
    names = {**_ROBERTA_SPECIALS, **special_names(folder, _ROBERTA_SPECIALS)}
    spaced = config.get("add_prefix_space", False)
    model = models.BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=spaced)
    tokenizer.decoder = decoders.ByteLevel()
    # The mask takes the space before it along.
    tokenizer.add_special_tokens([AddedToken(text, lstrip=name == "mask_token") for name, text in names.items()])
    before, after, vocabulary = names["bos_token"], names["eos_token"], tokenizer.get_vocab(with_added_tokens=True)
    tokenizer.post_processor = processors.RobertaProcessing(
        (after, vocabulary[after]), (before, vocabulary[before]), add_prefix_space=spaced
    )
    return tokenizer


def _config(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        if (folder / name).is_file():
            merged |= json.loads((folder / name).read_text(encoding="utf-8"))
    return merged


def special_names(folder: Path, wanted: Iterable[str]) -> dict[str, str]:
    """Return the special tokens that the checkpoint names; each is a string or an object with a content."""
    config = _config(folder)
    found = {name: config[name] for name in wanted if config.get(name)}
    return {name: token["content"] if isinstance(token, dict) else str(token) for name, token in found.items()}
