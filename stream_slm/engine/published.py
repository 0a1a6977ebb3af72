"""The classification head that a fine-tuned checkpoint brings: read into a bundle, since CTranslate2 leaves it out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.tensors import Tensor, Tensors
from stream_slm.errors import BundleError

#: The task's name where the user gives none.
DEFAULT_TASK = "label"
_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedHead:
    """Linear layers over a unit's vector, each (in, out) with a bias and an activation; the last gives the logits."""

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    activations: tuple[str, ...]
    labels: tuple[str, ...]
    multi_label: bool

    def write(self, folder: Path, task: str) -> dict[str, Any]:
        """Write the layers into the bundle at `folder`, and return the manifest's entry for `task`."""
        path = f"heads/{task}.npz"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {f"w{index}": weight for index, weight in enumerate(self.weights)}
        arrays |= {f"b{index}": bias for index, bias in enumerate(self.biases)}
        with (folder / path).open("wb") as stream:
            np.savez(stream, **arrays)
        return {
            "kind": "published",
            "path": path,
            "labels": list(self.labels),
            "multi_label": self.multi_label,
            "activations": list(self.activations),
            "thresholds": dict.fromkeys(self.labels, _THRESHOLD),
            # Whoever published the head did not say how often its scores are right.
            "calibration": {"kind": "none", "rows": 0},
        }


def read_head(checkpoint: Checkpoint, tensors: Tensors) -> PublishedHead | None:
    """Return the classification head among the bare `tensors`, or None for a checkpoint without one.

    Raises BundleError when a layer is missing or does not fit its labels, and for regression, which has none.
    """
    if not checkpoint.is_classifier:
        return None
    layers = checkpoint.family.head
    checkpoint.refuse_others(checkpoint.family.head_fixed)
    problem = checkpoint.config.get("problem_type")
    try:
        # Stored as (out, in).
        weights = tuple(np.ascontiguousarray(tensors[f"{name}.weight"].T) for name, _ in layers)
        biases = tuple(tensors[f"{name}.bias"] for name, _ in layers)
    except KeyError as error:
        raise BundleError(f"the checkpoint's classification head lacks the weight {error}") from None
    outputs = weights[-1].shape[1]
    if problem == "regression" or outputs == 1:
        raise BundleError("the checkpoint's head is a regression with one output: it has no labels to choose from")
    return PublishedHead(
        weights=weights,
        biases=biases,
        activations=tuple(activation for _, activation in layers),
        labels=_labels(checkpoint, outputs),
        multi_label=problem == "multi_label_classification",
    )


def _labels(checkpoint: Checkpoint, count: int) -> tuple[str, ...]:
    named = checkpoint.config.get("id2label") or {str(index): f"LABEL_{index}" for index in range(count)}
    labels = tuple(str(named.get(str(index))) for index in range(count))
    if len(named) != count or None in map(named.get, map(str, range(count))) or len(set(labels)) != count:
        raise BundleError(f"config.json's id2label does not name each of the head's {count} outputs once")
    return labels
