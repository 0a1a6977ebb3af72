"""Make a bundle's files in a work folder: a checkpoint converted, its heads and a card added, all of it described."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.convert import RECIPE, bare_tensors, convert
from stream_slm.engine.manifest import (
    MANIFEST_FILE,
    EncoderEntry,
    Manifest,
    Source,
    locate,
    sum_file,
    write_manifest,
)
from stream_slm.engine.published import DEFAULT_TASK, read_head
from stream_slm.engine.tensors import Tensors, read_tensors
from stream_slm.engine.transfer import Progress
from stream_slm.engine.vocabulary import read_tokenizer, specials_of
from stream_slm.errors import BundleError

DEFAULT_BUNDLE = "minilm-l6-v2-int8"
HEADS_FILE = "heads.json"
#: What `--quantization` takes.
QUANTIZATIONS = ("int8", "int8_float32", "float16", "bfloat16", "float32")

_BUNDLE_VERSION = "2"
_TOKENIZER = "tokenizer.json"
_UNKNOWN = "unknown"
# Whose versions a bundle notes.
_CONVERTERS = {"ctranslate2": ("ctranslate2",), "onnx": ("torch", "transformers", "onnx")}
_CARD = """# {name}

{what}: {repo}, revision {revision}, licence {licence}, converted to {runtime} with {compute_type} weights.
It gives one vector of {dimension} numbers for {unit} of up to {max_tokens} tokens; a longer one is read in parts.
Vectors are pooled over tokens ({pooling}) and not normalised. Languages: {languages}.
{heads}

Decision support that abstains below its thresholds: not a medical device, not a fraud verdict.
"""
_TRAINED_HEADS = "What the heads, if any, were trained and calibrated on stands in `bundle.json`."
_PUBLISHED_HEAD = "Its classification head is the published one: its scores were not calibrated here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Trained heads to go into a bundle: entries by task, and files as path in the bundle -> where it lies now."""

    entries: dict[str, dict[str, Any]]
    files: dict[str, Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a bundle is made of: `repo` and `revision` say what the model is, `fetched_from` how it came here."""

    repo: str
    revision: str
    fetched_from: str
    sums: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to make a bundle; None for `task`, `languages` and `licence` takes what the checkpoint says."""

    name: str
    quantization: str = "int8"
    task: str | None = None
    languages: tuple[str, ...] | None = None
    licence: str | None = None
    heads: Heads


def read_heads(folder: Path | None) -> Heads:
    """Read a folder of trained heads; None or an absent folder holds none.

    `heads.json` is an object of task name -> entry, whose `path` is relative to `folder`; one without a `kind` is
    linear. All files of the folder but that one and hidden ones belong to the heads.

    Raises:
        BundleError: `heads.json` is missing or wrong, or names a file that is absent or outside the folder.
    """
    if folder is None or not folder.is_dir():
        return Heads(entries={}, files={})
    try:
        document = json.loads((folder / HEADS_FILE).read_text(encoding="utf-8"))
        entries = {
            task: {"kind": "linear", **entry, "path": f"heads/{entry['path']}"} for task, entry in document.items()
        }
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise BundleError(f"{folder / HEADS_FILE} is not an object of task -> entry with a path: {error!r}") from error
    for entry in document.values():
        locate(folder, entry["path"])
    return Heads(entries=entries, files={f"heads/{path}": folder / path for path in _list_files(folder, HEADS_FILE)})


def build(folder: Path, checkpoint_folder: Path, origin: Origin, plan: Plan, progress: Progress) -> None:
    """Make a whole bundle of the checkpoint in the new folder `folder`, and check it.

    Raises:
        BundleError: the checkpoint cannot be converted; says why.
    """
    progress("convert", 0, None)
    checkpoint = Checkpoint.read(checkpoint_folder)
    checkpoint.refuse_unless_convertible()
    family = checkpoint.family
    tokenizer = read_tokenizer(checkpoint_folder)
    tensors = bare_tensors(read_tensors(checkpoint_folder), family.prefix)
    folder.mkdir(parents=True, exist_ok=True)
    make = _exporter() if family.exported_as else convert
    make(checkpoint, tokenizer, tensors, folder / "encoder", plan.quantization)
    if (checkpoint_folder / _TOKENIZER).is_file():
        shutil.copyfile(checkpoint_folder / _TOKENIZER, folder / _TOKENIZER)
    else:
        tokenizer.save(str(folder / _TOKENIZER))
    heads = dict(plan.heads.entries)
    if published := read_head(checkpoint, tensors):
        task = plan.task or DEFAULT_TASK
        heads[task] = published.write(folder, task)
    elif plan.task:
        raise BundleError(f"--task {plan.task}: the checkpoint has no classification head to give that name")
    for path, file in plan.heads.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / path)
    specials = specials_of(tokenizer)
    encoder = _describe_encoder(checkpoint, len(specials.before) + len(specials.after), origin, plan)
    _write(folder, encoder, heads, checkpoint, origin, plan)
    progress("verify", 0, None)
    Manifest.from_json(json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))).verify(folder)


def is_made_as(manifest: Manifest, plan: Plan) -> bool:
    """Whether `build` with `plan`, of the same checkpoint, would give the bundle of `manifest` again."""
    encoder = manifest.encoder
    published = {task: entry for task, entry in manifest.heads.items() if entry["kind"] == "published"}
    trained = {task: entry for task, entry in manifest.heads.items() if task not in published}
    own = {entry["path"] for entry in published.values()}
    bundled = {path: sha for path, sha in manifest.files.items() if path.startswith("heads/") and path not in own}
    return (
        (manifest.version, encoder.recipe, encoder.compute_type) == (_BUNDLE_VERSION, RECIPE, plan.quantization)
        and (plan.languages is None or encoder.languages == list(plan.languages))
        and (not published or set(published) == {plan.task or DEFAULT_TASK})
        and trained == plan.heads.entries
        and bundled == {path: sum_file(file) for path, file in plan.heads.files.items()}
    )


def _exporter() -> Callable[[Checkpoint, Tokenizer, Tensors, Path, str], None]:
    from stream_slm.engine.onnx_export import export  # noqa: PLC0415  (an extra, and slow to load)

    return export


def _describe_encoder(checkpoint: Checkpoint, specials: int, origin: Origin, plan: Plan) -> EncoderEntry:
    languages = plan.languages if plan.languages is not None else checkpoint.card_says("language")
    return EncoderEntry(
        path="encoder",
        tokenizer=_TOKENIZER,
        runtime="onnx" if checkpoint.family.exported_as else "ctranslate2",
        family=checkpoint.get("model_type"),
        pooling=checkpoint.pooling,
        # A published head was fitted on whole texts; sentence vectors are not what it expects.
        reading="whole" if checkpoint.is_classifier else "sentences",
        dimension=checkpoint.setting("dimension"),
        max_tokens=checkpoint.positions - specials,
        trained_tokens=checkpoint.trained_tokens,
        languages=list(languages),
        compute_type=plan.quantization,
        recipe=RECIPE,
        source=Source(repo=origin.repo, revision=origin.revision, files=origin.sums),
    )


def _write(
    folder: Path, encoder: EncoderEntry, heads: dict[str, Any], checkpoint: Checkpoint, origin: Origin, plan: Plan
) -> None:
    licence = plan.licence or ", ".join(checkpoint.card_says("license")) or _UNKNOWN
    card = _CARD.format(
        name=plan.name,
        what="Text encoder" if encoder.reading == "whole" else "Sentence encoder",
        unit="a text" if encoder.reading == "whole" else "a sentence",
        repo="a checkpoint in a folder" if origin.repo == "path" else origin.repo,
        revision=origin.revision,
        licence=licence,
        runtime="CTranslate2" if encoder.runtime == "ctranslate2" else "ONNX",
        compute_type=encoder.compute_type,
        dimension=encoder.dimension,
        max_tokens=encoder.max_tokens,
        pooling=encoder.pooling,
        languages=f"{', '.join(encoder.languages)}; a text in any other is not understood"
        if encoder.languages
        else _UNKNOWN,
        heads=_PUBLISHED_HEAD if checkpoint.is_classifier else _TRAINED_HEADS,
    )
    (folder / "README.md").write_text(card, encoding="utf-8")
    manifest = Manifest(
        name=plan.name,
        version=_BUNDLE_VERSION,
        licence=licence,
        card="README.md",
        model=encoder,
        heads=heads,
        files={path: sum_file(folder / path) for path in _list_files(folder, MANIFEST_FILE)},
        provenance={
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "fetched_from": origin.fetched_from,
            **{name: version(name) for name in _CONVERTERS[encoder.runtime]},
        },
    )
    write_manifest(manifest, folder)


def _list_files(folder: Path, without: str) -> Iterator[str]:
    """Yield the paths of all files below `folder`, relative and sorted, but `without` and hidden ones."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and str(relative) != without and not any(part.startswith(".") for part in relative.parts):
            yield relative.as_posix()
