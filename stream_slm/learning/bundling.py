"""A copy of a bundle with another head or other thresholds: put in place only as a whole, and only once verified."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stream_slm.engine.build import DEFAULT_BUNDLE
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import sum_file, write_manifest
from stream_slm.errors import BundleError, ConfigurationError
from stream_slm.tasks.head import LinearHead


def refuse_name(models_dir: Path, name: str, *, may_replace: bool) -> None:
    """Tell what is wrong with a new bundle's name before any work is done.

    Raises:
        ConfigurationError: it is no name of a folder, taken, or the default bundle's.
    """
    if not name or name.startswith(".") or name != Path(name).name:
        raise ConfigurationError(f"{name!r} is no name for a bundle: one folder, without a leading dot")
    if name == DEFAULT_BUNDLE:
        raise ConfigurationError(f"{name} is the default bundle, which `models pull` makes anew: choose another name")
    if (models_dir / name).exists() and not may_replace:
        raise ConfigurationError(f"there is a bundle {name} in {models_dir}: --replace puts the new one in its place")


def copy_with(
    source: Bundle,
    models_dir: Path,
    name: str,
    *,
    heads: Mapping[str, dict[str, Any]],
    files: Mapping[str, bytes],
    provenance: Mapping[str, str],
) -> Bundle:
    """Copy `source` to the bundle `name`, with `heads` and `files` in place of those of the same names.

    Raises:
        BundleError: it cannot be written.
    """
    target = models_dir / name
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=models_dir) as work:
            made = Path(work) / name
            for path in source.manifest.files:
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source.path(path), made / path)
            for path, content in files.items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_bytes(content)
            manifest = replace(
                source.manifest,
                name=name,
                heads={**source.manifest.heads, **heads},
                files={path: sum_file(made / path) for path in sorted({*source.manifest.files, *files})},
                provenance={**source.manifest.provenance, **provenance},
            )
            write_manifest(manifest, made)
            manifest.verify(made)
            if target.exists():
                target.replace(Path(work) / "replaced")
            made.replace(target)
    except OSError as error:
        raise BundleError(f"cannot write the model bundle {target}: {error.strerror or error}") from error
    return Bundle.load(target)


def arrays_of(head: LinearHead) -> bytes:
    """The file of a head, as `stream_slm.tasks.head` reads it."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        encoder=head.encoder_weights.astype(np.float16),
        ngrams=head.ngram_weights.astype(np.float16),
        bias=head.bias,
        centres=head.centres.astype(np.float16),
    )
    return file.getvalue()


def json_of(document: Any) -> bytes:
    """Readable JSON of a file in a bundle."""
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
