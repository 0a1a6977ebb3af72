"""A published checkpoint in a folder, as a save of transformers or sentence-transformers lays it out: what it says."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stream_slm.engine.extras import require
from stream_slm.engine.families import Family, family_of
from stream_slm.engine.language_families import LANGUAGE_FAMILIES
from stream_slm.engine.tensors import INDEX_FILE, WEIGHTS_FILE
from stream_slm.errors import BundleError

#: What is read of a checkpoint besides its weights; everything else, code above all, stays where it is.
SMALL_FILES = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "modules.json",
    "sentence_bert_config.json",
    "README.md",
    INDEX_FILE,
)
#: What is read besides of a language model's.
LANGUAGE_FILES = (
    "generation_config.json",
    "chat_template.jinja",
    "chat_template.json",
    "source.spm",
    "target.spm",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tokenizer.model",
    "added_tokens.json",
)
_POOLING_CONFIG = "_Pooling/config.json"

#: How the vectors of a chunk's tokens become one.
POOLINGS = ("mean", "cls", "max")
_POOLING_MODES = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
}
# The bundle's vectors are not normalised; whoever compares them does it.
_KNOWN_MODULES = ("Transformer", "Pooling", "Normalize")


def needed(names: Iterable[str], *, language_model: bool) -> Iterator[str]:
    """Yield which files of a checkpoint are needed, but the shards of its weights, which the index names."""
    small = (*SMALL_FILES, *LANGUAGE_FILES) if language_model else SMALL_FILES
    for name in names:
        if name in small or name == WEIGHTS_FILE or (name.endswith(_POOLING_CONFIG) and name.count("/") == 1):
            yield name


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A folder with a checkpoint; `config` is its config.json."""

    folder: Path
    config: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Checkpoint":
        """Read what the checkpoint says of itself; raises BundleError when there is no config.json."""
        return cls(folder=folder, config=_read_object(folder / "config.json"))

    @property
    def is_language_model(self) -> bool:
        """Whether it writes text, where others give vectors."""
        return self.config.get("model_type") in LANGUAGE_FAMILIES

    @property
    def family(self) -> Family:
        """How the checkpoint names its weights; raises BundleError for a family that is not supported."""
        return family_of(self.config)

    def refuse_unless_convertible(self) -> None:
        """Raise BundleError for a model that is not supported, or one whose export needs what is not installed."""
        self.refuse_others(self.family.fixed)
        if self.family.exported_as:
            require("convert", f"exporting a model of type {self.config['model_type']!r} to ONNX")

    def refuse_others(self, fixed: Mapping[str, Any]) -> None:
        """Raise BundleError where config.json says something else than `fixed`; it may say nothing."""
        for key, value in fixed.items():
            if self.config.get(key, value) != value:
                raise BundleError(f"config.json says {key} {self.config[key]!r}; supported is {value!r}")

    def setting(self, name: str) -> Any:
        """Return a setting by our name for it; raises BundleError when config.json lacks it."""
        return self.get(self.family.settings[name])

    def get(self, key: str) -> Any:
        """Return what config.json says under `key`; raises BundleError when it lacks it."""
        if key not in self.config:
            raise BundleError(f"{self.folder / 'config.json'} lacks {key!r}")
        return self.config[key]

    @property
    def is_classifier(self) -> bool:
        """Whether the checkpoint has a published classification head."""
        return any(str(name).endswith("ForSequenceClassification") for name in self.config.get("architectures") or ())

    @property
    def position_offset(self) -> int:
        """How many rows of the position embeddings stand before that of the first token."""
        return int(self.config.get("pad_token_id") or 0) + 1 if self.family.padded_positions else 0

    @property
    def positions(self) -> int:
        """The most tokens, special ones included, that the model can read at once."""
        return self.family.length or int(self.get("max_position_embeddings")) - self.position_offset

    @property
    def trained_tokens(self) -> int | None:
        """The length that sentence-transformers trained with: what it cuts to, not what the model can read."""
        file = self.folder / "sentence_bert_config.json"
        length = _read_object(file).get("max_seq_length") if file.is_file() else None
        return int(length) if length else None

    @property
    def pooling(self) -> str:
        """What the family's published head reads, if there is one, else what sentence-transformers says, else `mean`.

        Raises BundleError for a way of pooling, or a layer after it, that is not supported.
        """
        if self.is_classifier:
            return self.family.head_pooling
        modules = self.folder / "modules.json"
        if not modules.is_file():
            return "mean"
        folder = None
        for module in _read_json(modules):
            kind = str(module.get("type")).rpartition(".")[2]
            if kind not in _KNOWN_MODULES:
                raise BundleError(f"{modules} has the module {kind!r}; supported are {', '.join(_KNOWN_MODULES)}")
            if kind == "Pooling":
                folder = self.folder / str(module.get("path"))
        return _read_pooling(folder / "config.json") if folder else "mean"

    def card_says(self, field: str) -> list[str]:
        """Return what the checkpoint's README.md says of `license` or `language` in its head; nothing if silent."""
        try:
            _, head, _ = (self.folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
            said = yaml.safe_load(head)[field]
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
            return []
        # PyYAML reads Norwegian, `no`, as False.
        return [("no" if item is False else str(item)) for item in (said if isinstance(said, list) else [said])]


def _read_pooling(file: Path) -> str:
    config = _read_object(file)
    # One word from sentence-transformers 5 on; before, a switch for each mode.
    word = config.get("pooling_mode")
    said = [str(word)] if word else [name for name, on in config.items() if name in _POOLING_MODES and on is True]
    others = [name for name, on in config.items() if name.startswith("pooling_mode_") and on is True]
    modes = [_POOLING_MODES.get(name, name) for name in said or others]
    if len(modes) != 1 or modes[0] not in POOLINGS or (not word and len(others) > 1):
        told = ", ".join(map(str, others or modes)) or "nothing"
        raise BundleError(f"{file} asks for {told}; supported is one of {', '.join(POOLINGS)}")
    return modes[0]


def _read_object(file: Path) -> dict[str, Any]:
    document = _read_json(file)
    if not isinstance(document, dict):
        raise BundleError(f"{file} is not a JSON object")
    return document


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BundleError(f"{file.parent} has no {file.name}: not a checkpoint") from error
    except (OSError, ValueError) as error:
        raise BundleError(f"{file} is not JSON: {error}") from error
