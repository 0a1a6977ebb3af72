"""Make the default bundle's files in a work folder: fetched, converted, joined by heads and a card, described."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from stream_slm.engine.convert import RECIPE, convert
from stream_slm.engine.fetch import Fetched, Progress, SourceModel, fetch
from stream_slm.engine.manifest import (
    MANIFEST_FILE,
    EncoderEntry,
    Manifest,
    Source,
    locate,
    sum_file,
    write_manifest,
)
from stream_slm.errors import BundleError

DEFAULT_BUNDLE = "minilm-l6-v2-int8"
HEADS_FILE = "heads.json"

_BUNDLE_VERSION = "1"
_COMPUTE_TYPE = "int8"
_CARD = """# {name}

Sentence encoder: {repo}, revision {revision}, licence {licence}, converted to CTranslate2 with {compute_type} weights.
It gives one vector of {dimension} numbers for a sentence of up to {max_tokens} tokens; a longer one is read in parts.
Vectors are means over tokens and not normalised. Languages: {languages}; a text in any other is not understood.
What the heads, if any, were trained and calibrated on stands in `bundle.json`.

Decision support that abstains below its thresholds: not a medical device, not a fraud verdict.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Trained heads to go into a bundle: entries by task, and files as path in the bundle -> where it lies now."""

    entries: dict[str, dict[str, Any]]
    files: dict[str, Path]


def read_heads(folder: Path | None) -> Heads:
    """Read a folder of trained heads; None or an absent folder holds none.

    `heads.json` is an object of task name -> entry, whose `path` is relative to `folder`. All files of the folder
    but that one and hidden ones belong to the heads.

    Raises:
        BundleError: `heads.json` is missing or wrong, or names a file that is absent or outside the folder.
    """
    if folder is None or not folder.is_dir():
        return Heads(entries={}, files={})
    try:
        document = json.loads((folder / HEADS_FILE).read_text(encoding="utf-8"))
        entries = {task: {**entry, "path": f"heads/{entry['path']}"} for task, entry in document.items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise BundleError(f"{folder / HEADS_FILE} is not an object of task -> entry with a path: {error!r}") from error
    for entry in document.values():
        locate(folder, entry["path"])
    return Heads(entries=entries, files={f"heads/{path}": folder / path for path in _list_files(folder, HEADS_FILE)})


def build(folder: Path, heads: Heads, progress: Progress, source: SourceModel) -> None:
    """Make a whole bundle in the new folder `folder`, and check it; what was fetched is left beside it.

    Raises:
        BundleError: the checkpoint cannot be had or converted.
    """
    checkpoint = folder.parent / "source"
    fetched = fetch(source, checkpoint, progress)
    progress("convert", 0, None)
    convert(checkpoint, folder / "encoder", _COMPUTE_TYPE)
    shutil.copyfile(checkpoint / "tokenizer.json", folder / "tokenizer.json")
    for path, file in heads.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / path)
    encoder = _describe_encoder(checkpoint, fetched, source)
    (folder / "README.md").write_text(_render_card(encoder, source), encoding="utf-8")
    manifest = _describe(folder, encoder, heads, fetched, source)
    write_manifest(manifest, folder)
    progress("verify", 0, None)
    manifest.verify(folder)


def is_made_of(manifest: Manifest, heads: Heads, source: SourceModel) -> bool:
    """Whether `build` from the same heads and source would give the bundle of `manifest` again."""
    encoder, sums = manifest.encoder, manifest.encoder.source.files
    bundled_heads = {path: sha256 for path, sha256 in manifest.files.items() if path.startswith("heads/")}
    return (
        (manifest.version, encoder.recipe, encoder.compute_type) == (_BUNDLE_VERSION, RECIPE, _COMPUTE_TYPE)
        and sums.keys() == source.files.keys()
        and all(sums[name] in accepted for name, accepted in source.files.items())
        and manifest.heads == heads.entries
        and bundled_heads == {path: sum_file(file) for path, file in heads.files.items()}
    )


def _describe_encoder(checkpoint: Path, fetched: Fetched, source: SourceModel) -> EncoderEntry:
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    return EncoderEntry(
        path="encoder",
        tokenizer="tokenizer.json",
        pooling="mean",
        dimension=config["hidden_size"],
        max_tokens=config["max_position_embeddings"] - 2,
        languages=list(source.languages),
        compute_type=_COMPUTE_TYPE,
        recipe=RECIPE,
        source=Source(repo=source.repo, revision=source.revision, files=fetched.sums),
    )


def _describe(folder: Path, encoder: EncoderEntry, heads: Heads, fetched: Fetched, source: SourceModel) -> Manifest:
    return Manifest(
        name=DEFAULT_BUNDLE,
        version=_BUNDLE_VERSION,
        licence=source.licence,
        card="README.md",
        encoder=encoder,
        heads=heads.entries,
        files={path: sum_file(folder / path) for path in _list_files(folder, MANIFEST_FILE)},
        provenance={
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "fetched_from": fetched.origin,
            "ctranslate2": version("ctranslate2"),
        },
    )


def _render_card(encoder: EncoderEntry, source: SourceModel) -> str:
    return _CARD.format(
        name=DEFAULT_BUNDLE,
        repo=source.repo,
        revision=source.revision,
        licence=source.licence,
        compute_type=encoder.compute_type,
        dimension=encoder.dimension,
        max_tokens=encoder.max_tokens,
        languages=", ".join(encoder.languages),
    )


def _list_files(folder: Path, without: str) -> Iterator[str]:
    """Yield the paths of all files below `folder`, relative and sorted, but `without` and hidden ones."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and str(relative) != without and not any(part.startswith(".") for part in relative.parts):
            yield relative.as_posix()
