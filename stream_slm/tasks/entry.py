"""What a bundle's manifest says of a head of any kind, the arrays in the head's file, and scores from logits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from stream_slm.errors import BundleError
from stream_slm.tasks.text import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeadFile:
    """A head as it lies in a bundle; `arrays` are float32, `calibrated` says whether a score is a probability."""

    file: Path
    entry: Mapping[str, Any]
    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    multi_label: bool
    calibrated: bool
    arrays: Mapping[str, Floats]

    def refused(self, reason: str) -> BundleError:
        """The error of a file that is none of a head."""
        return BundleError(f"head {self.file}: {reason}")


def read_head(folder: Path, entry: Mapping[str, Any]) -> HeadFile:
    """Read what all kinds have in common.

    Raises:
        BundleError: the file cannot be read, or the entry lacks a field.
    """
    file = folder / str(entry.get("path"))
    try:
        labels = tuple(str(label) for label in entry["labels"])
        thresholds = tuple(float(entry["thresholds"][label]) for label in labels)
        calibration = str((entry.get("calibration") or {}).get("kind", "none"))
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name].astype(np.float32) for name in archive.files}
    except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"head {file}: cannot be read ({type(error).__name__})") from None
    if not labels or len(set(labels)) != len(labels):
        raise BundleError(f"head {file}: needs at least one label, and different ones")
    return HeadFile(
        file=file,
        entry=entry,
        labels=labels,
        thresholds=thresholds,
        multi_label=bool(entry.get("multi_label", False)),
        calibrated=calibration != "none",
        arrays=arrays,
    )


def scores_of(logits: Floats, *, multi_label: bool) -> Floats:
    """(L,): of one label among all, or of each label by itself."""
    if multi_label:
        # Beyond 60 a float32 score is 0 or 1 anyway, and exp would overflow.
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), dtype=np.float32)
    exponents = np.exp(logits - logits.max())
    scores: Floats = exponents / exponents.sum()
    return scores
