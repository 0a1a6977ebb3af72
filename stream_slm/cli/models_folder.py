"""Where bundles lie, as the commands of `stream-slm models` are told, and how one of them is found by its name."""

from __future__ import annotations

from pathlib import Path

import click

from stream_slm.config.settings import load
from stream_slm.engine.manifest import MANIFEST_FILE
from stream_slm.errors import BundleError
from stream_slm.pipeline import models as pipeline_models

folder_option = click.option(
    "--models-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of bundles (default: models.dir of the settings, else the user's cache folder).",
)


def models_folder(given: Path | None) -> Path:
    """The folder of bundles: as given, else that of the settings."""
    return given or pipeline_models.models_dir(load())


def bundle_names(folder: Path) -> list[str]:
    """The bundles in a folder, whole or not."""
    return sorted(manifest.parent.name for manifest in folder.glob(f"[!.]*/{MANIFEST_FILE}"))


def bundle_folder(folder: Path, name: str) -> Path:
    """The folder of the bundle of this name.

    Raises:
        BundleError: there is none; names those that are there.
    """
    names = bundle_names(folder)
    if name not in names:
        raise BundleError(f"no model bundle {name!r} in {folder}; there is {', '.join(names) or 'none'}")
    return folder / name


def bytes_in(folder: Path) -> int:
    """What the files of a bundle take."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
