"""A language model's tokenizer: a message is plain text whatever it looks like, and only a prompt has controls."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from stream_slm.engine.language_model import Tokens
from stream_slm.errors import BundleError, InferenceError

# How the pieces of sentencepiece and of byte-level BPE write a space.
_SPACES = ("▁", "Ġ")


class Spelling:
    """Texts to tokens and back; every method may be called from several threads at once."""

    def __init__(self, document: dict[str, Any], controls: Collection[int] = ()) -> None:
        """Take the object in a `tokenizer.json`, and ids that are control tokens even where it does not say so."""
        # Files as published may cut and pad every text.
        document = {**document, "truncation": None, "padding": None}
        self._full = _tokenizer(document)
        self.controls = frozenset(controls).union(_control_ids(document))
        self._plain = _tokenizer(_without_controls(document, self._names(self.controls)))
        self._continued = _tokenizer(_without_prefix(document))
        self._puts_space_first = self._starts_with_space("a")

    @classmethod
    def load(cls, file: Path, controls: Collection[int] = ()) -> Spelling:
        """Read a `tokenizer.json`; raises BundleError when it is none."""
        try:
            return cls(json.loads(file.read_text(encoding="utf-8")), controls)
        except Exception as error:  # tokenizers raises bare Exception.
            raise BundleError(f"the tokenizer {file} does not load: {error}") from error

    def plain(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokens of each text, none of them a control token; lone surrogates are read as unknown characters."""
        encodings = self._plain.encode_batch_fast(
            [_without_surrogates(text) for text in texts], add_special_tokens=False
        )
        tokens = [tuple(encoding.ids) for encoding in encodings]
        # No known kind of tokenizer gets here: what a message says must never be taken for what we say.
        if not self.controls.isdisjoint(chain.from_iterable(tokens)):
            raise InferenceError("the tokenizer makes a control token of plain text")
        return tokens

    def marked(self, text: str) -> Tokens:
        """Tokens of a text of ours, control tokens by their names."""
        # The space before the message comes with the message.
        ends_in_space = self._puts_space_first and text.endswith(" ") and not text[:-1].endswith(("\n", " "))
        return (
            tuple(self._full.encode(text[:-1] if ends_in_space else text, add_special_tokens=False).ids) if text else ()
        )

    def closing(self, text: str) -> Tokens:
        """The same of a text that follows another, so that no space is put before it."""
        return tuple(self._continued.encode(text, add_special_tokens=False).ids) if text else ()

    def continuation(self, text: str, *, spaced: bool) -> Tokens:
        """Tokens of a text as a model goes on with it; `spaced`: after a space, if the tokenizer puts none itself."""
        bare = text.strip()
        return self.plain([bare if self._puts_space_first or not spaced else f" {bare}"])[0]

    def written(self, ids: Iterable[int]) -> str:
        """The text of tokens that a model wrote, without control tokens and without space around it."""
        text: str = self._full.decode([each for each in ids if each not in self.controls], skip_special_tokens=False)
        return text.strip()

    def _names(self, ids: Iterable[int]) -> dict[str, int]:
        named = {self._full.id_to_token(each): each for each in ids}
        return {name: each for name, each in named.items() if name is not None}

    def _starts_with_space(self, text: str) -> bool:
        tokens = self._full.encode(text, add_special_tokens=False).tokens
        return bool(tokens) and tokens[0].startswith(_SPACES)


def _tokenizer(document: dict[str, Any]) -> Tokenizer:
    return Tokenizer.from_str(json.dumps(document))


def _control_ids(document: dict[str, Any]) -> Iterator[int]:
    for token in document.get("added_tokens") or ():
        if token["special"] or not _is_blank(token["content"]):
            yield token["id"]


def _is_blank(content: str) -> bool:
    # Gemma's and GPT-NeoX's runs of spaces and lines are added tokens too, and nothing but text.
    return not content.strip("▁ \t\r\n")


def _without_controls(document: dict[str, Any], controls: dict[str, int]) -> dict[str, Any]:
    """Return the tokenizer with control tokens out of reach: not looked for in a text, and spelt as none can be.

    Looking for them and taking them apart again would not do: what normalisation makes of a text can be one, too.
    """
    blank = [token for token in document.get("added_tokens") or () if token["content"] not in controls]
    model = dict(document["model"])
    # All tokenizers put something else in the place of spaces before they look into the vocabulary.
    hidden = {name: f" {number} " for name, number in controls.items()}
    if isinstance(model["vocab"], dict):
        model["vocab"] = {hidden.get(name, name): number for name, number in model["vocab"].items()}
    else:
        model["vocab"] = [[hidden.get(name, name), score] for name, score in model["vocab"]]
    if model.get("unk_token") in hidden and hidden[model["unk_token"]] in model["vocab"]:
        model["unk_token"] = hidden[model["unk_token"]]
    if "merges" in model:
        model["merges"] = [merge for merge in model["merges"] if hidden.keys().isdisjoint(_parts(merge))]
    return {**document, "model": model, "added_tokens": blank, "post_processor": None}


def _parts(merge: str | list[str]) -> tuple[str, str, str]:
    left, right = merge.split(" ") if isinstance(merge, str) else merge
    return left, right, left + right


def _without_prefix(document: dict[str, Any]) -> dict[str, Any]:
    """Return the tokenizer without the space that sentencepiece's puts before a text."""
    return {**document, **{key: _unprefixed(document.get(key)) for key in ("normalizer", "pre_tokenizer")}}


def _unprefixed(step: Any) -> Any:
    if not isinstance(step, dict):
        return step
    for key in ("normalizers", "pretokenizers"):
        if key in step:
            kept = [_unprefixed(each) for each in step[key] if each["type"] != "Prepend"]
            return {**step, key: kept}
    if step["type"] == "Prepend":
        return None
    if step["type"] == "Metaspace":
        return {**step, "prepend_scheme": "never"}
    return {**step, "add_prefix_space": False} if "add_prefix_space" in step else step


def _without_surrogates(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
