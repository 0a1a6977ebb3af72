"""Versions of a bundle, as a deployment brings them: the same weights, and a manifest that says otherwise."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import MANIFEST_FILE


def version_of(bundle: Path, target: Path, version: str, labels: Mapping[str, Sequence[str]] | None = None) -> str:
    """Write a version of a bundle to a folder; returns its digest.

    Args:
        labels: heads whose labels are named otherwise, in the order of their columns.
    """
    shutil.copytree(bundle, target, copy_function=os.link)
    manifest = json.loads((bundle / MANIFEST_FILE).read_text(encoding="utf-8"))
    manifest["version"] = version
    for head, names in (labels or {}).items():
        entry = manifest["heads"][head]
        entry["labels"] = list(names)
        entry["thresholds"] = dict.fromkeys(names, 0.5)
    (target / MANIFEST_FILE).unlink()  # a link: the bundle's own must stay as it is
    (target / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    return Bundle.load(target).digest


def damage(bundle: Path) -> None:
    """Cut the end off the weights, as a copy that broke off does."""
    weights = bundle / "encoder" / "model.bin"
    content = weights.read_bytes()
    weights.unlink()
    weights.write_bytes(content[: len(content) // 2])


def replace(bundle: Path, new: Path) -> None:
    """Put a new version in the place of a bundle, by two renames."""
    bundle.replace(bundle.with_name(f"{bundle.name}.old-{len(list(bundle.parent.iterdir()))}"))
    new.replace(bundle)
