"""What a language model's checkpoint says of itself: its limits, control tokens, languages and chat template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tokenizers import Tokenizer

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.extras import require
from stream_slm.engine.language_families import LANGUAGE_FAMILIES, LanguageFamily
from stream_slm.engine.vocabulary import special_names, specials_of
from stream_slm.errors import BundleError

_SPECIALS = ("bos_token", "eos_token", "pad_token", "unk_token")
# What ends a turn of a chat, where a template writes it: not all checkpoints say so in generation_config.json.
_TURN_ENDS = ("<|im_end|>", "<end_of_turn>", "<|eot_id|>", "<|end|>")


@dataclass(frozen=True, kw_only=True)
class Framing:
    """The token ids around a source and before what is written, as the manifest has them."""

    before: list[int | str]
    after: list[int | str]
    start: list[int | str]
    end: list[int]
    codes: dict[str, int]
    defaults: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class LanguageCheckpoint:
    """A checkpoint and its tokenizer."""

    checkpoint: Checkpoint
    tokenizer: Tokenizer

    @property
    def family(self) -> LanguageFamily:
        """What the family is and can do."""
        return LANGUAGE_FAMILIES[self.checkpoint.config["model_type"]]

    @property
    def max_tokens(self) -> int:
        """Of one prompt; of a decoder, prompt and what it writes together."""
        # T5Gemma has a config for each of its halves.
        config = self.checkpoint.config.get("encoder", self.checkpoint.config)
        positions = config.get(self.family.positions) or self.family.length
        if not positions:
            raise BundleError(f"config.json lacks {self.family.positions!r}")
        window = config.get(self.family.window) if self.family.window else None
        return int(min(positions, window or positions))

    @property
    def max_written(self) -> int | None:
        """How many tokens an encoder-decoder can write, where it has a limit."""
        if self.family.shape == "decoder" or self.family.length:
            return None
        return self.max_tokens

    @cached_property
    def chat_template(self) -> str | None:
        """The template in a file of its own, or in `tokenizer_config.json`; of several, the default."""
        for name, key in (("chat_template.jinja", None), ("chat_template.json", "chat_template")):
            file = self.checkpoint.folder / name
            if file.is_file():
                text = file.read_text(encoding="utf-8")
                return str(json.loads(text)[key]) if key else text
        said = self._tokenizer_config.get("chat_template")
        if isinstance(said, list):
            named = {each["name"]: each["template"] for each in said}
            said = named.get("default")
        return str(said) if said else None

    @cached_property
    def special_names(self) -> dict[str, str]:
        """The special tokens that the checkpoint names: `bos_token`, `eos_token`, ..."""
        return special_names(self.checkpoint.folder, _SPECIALS)

    def framing(self, size: int) -> Framing:
        """Return what stands around a source, by the tokenizer and config.json; `size`: how many ids the model has."""
        specials = specials_of(self.tokenizer)
        codes = self._codes()
        sides = {number: code for code, number in codes.items()}
        framing = Framing(
            before=["source" if each in sides else each for each in specials.before],
            after=["source" if each in sides else each for each in specials.after],
            start=[],
            end=self._end(size),
            codes=codes,
            defaults=self._defaults(sides, (*specials.before, *specials.after)),
        )
        if self.family.shape == "decoder":
            # What stands after a text would end it.
            return replace(framing, after=[])
        if self.checkpoint.config["model_type"] == "marian":
            # Its first step reads nothing, whatever token it is given; the padding token is none of CTranslate2's.
            return replace(framing, before=["target"] if codes else [], start=list(framing.end[:1]))
        return replace(framing, start=list(self._start(sides)))

    def _start(self, sides: Mapping[int, str]) -> Iterator[int | str]:
        first, forced = self._setting("decoder_start_token_id"), self._setting("forced_bos_token_id")
        if first is None:
            first = self._setting("bos_token_id")
        if first is None:
            raise BundleError("config.json lacks 'decoder_start_token_id'")
        yield "target" if first in sides else first
        if forced is not None and forced != first:
            yield "target" if forced in sides else forced
        elif sides and first not in sides:
            yield "target"

    def _defaults(self, sides: Mapping[int, str], around: Iterable[int]) -> dict[str, str]:
        config = self._tokenizer_config
        # The language that the tokenizer was saved with, else the one that it puts around a text.
        read = config.get("source_lang") or config.get("src_lang") or next(filter(None, map(sides.get, around)), None)
        forced = (self._setting("forced_bos_token_id"), self._setting("decoder_start_token_id"))
        written = config.get("target_lang") or next((sides[each] for each in forced if each in sides), None)
        if self.family.codes is None:
            return {}
        if self.checkpoint.config["model_type"] == "marian" and sides:
            written = None  # a group of languages, of which one has to be named
        return {side: code for side, code in (("source", read), ("target", written)) if code}

    def _codes(self) -> dict[str, int]:
        if self.family.codes is None:
            return {}
        found = {}
        for token, number in self.tokenizer.get_vocab(with_added_tokens=True).items():
            if match := re.fullmatch(self.family.codes, token):
                found[match[1]] = number
        return dict(sorted(found.items()))

    def _end(self, size: int) -> list[int]:
        said = [self.checkpoint.config.get("eos_token_id"), self._generation_config.get("eos_token_id")]
        ends = [each for item in said for each in (item if isinstance(item, list) else [item])]
        ends.append(self._id_of(self.special_names.get("eos_token")))
        if self.family.shape == "decoder" and self.chat_template:
            ends += [self._id_of(name) for name in _TURN_ENDS if name in self.chat_template]
        known = list(dict.fromkeys(each for each in ends if isinstance(each, int) and 0 <= each < size))
        if not known:
            raise BundleError("neither config.json nor the tokenizer names a token that ends a text (eos_token_id)")
        return known

    def _id_of(self, name: str | None) -> int | None:
        return None if name is None else self.tokenizer.token_to_id(name)

    def _setting(self, name: str) -> Any:
        said = self.checkpoint.config.get(name)
        return self._generation_config.get(name) if said is None else said

    @cached_property
    def _generation_config(self) -> dict[str, Any]:
        return self._optional("generation_config.json")

    @cached_property
    def _tokenizer_config(self) -> dict[str, Any]:
        return self._optional("tokenizer_config.json")

    def _optional(self, name: str) -> dict[str, Any]:
        file = self.checkpoint.folder / name
        try:
            document = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        except ValueError as error:
            raise BundleError(f"{file} is not JSON: {error}") from error
        return document if isinstance(document, dict) else {}


def refuse_unless_convertible(checkpoint: Checkpoint) -> None:
    """Raise BundleError for a model that is not supported, or one whose conversion needs what is not installed."""
    if not checkpoint.is_language_model:
        checkpoint.refuse_unless_convertible()
        return
    model_type = checkpoint.config["model_type"]
    family = LANGUAGE_FAMILIES[model_type]
    checkpoint.refuse_others(family.fixed)
    if checkpoint.config.get("quantization_config"):
        raise BundleError("the checkpoint's weights are quantized already: pull the one that it was made of")
    for kind in _rotary_kinds(checkpoint.config):
        if kind not in family.rotary:
            known = ", ".join(family.rotary)
            raise BundleError(f"config.json has {kind!r} rotary positions; of {model_type}, supported is {known}")
    require("convert", f"converting a model of type {model_type!r}")


def _rotary_kinds(config: Mapping[str, Any]) -> Iterator[str]:
    for said in (config.get("rope_parameters"), config.get("rope_scaling")):
        if isinstance(said, dict):
            # One for all layers, or one for each kind of them.
            for each in said.values() if all(isinstance(value, dict) for value in said.values()) else (said,):
                yield str(each.get("rope_type") or each.get("type") or "default")
