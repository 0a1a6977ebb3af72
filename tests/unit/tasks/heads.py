"""Heads of random weights that are not linear, and files of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stream_slm.tasks.published import Layer, PublishedHead
from stream_slm.tasks.zero_shot import ZeroShotHead, unit


def random_published(
    labels: Sequence[str], activations: Sequence[str] = ("tanh", "none"), seed: int = 0, width: int = 8, **more: Any
) -> PublishedHead:
    """Layers of random weights, six wide between."""
    rng = np.random.default_rng(seed)
    sizes = [width, *[6] * (len(activations) - 1), len(labels)]
    layers = tuple(
        Layer(
            weights=rng.normal(0, 1, (sizes[index], sizes[index + 1])).astype(np.float32),
            bias=rng.normal(0, 1, sizes[index + 1]).astype(np.float32),
            activation=activation,
        )
        for index, activation in enumerate(activations)
    )
    return PublishedHead(labels=tuple(labels), thresholds=(0.5,) * len(labels), layers=layers, **more)


def random_zero_shot(labels: Sequence[str], seed: int = 0, width: int = 8, **more: Any) -> ZeroShotHead:
    """Labels at random places."""
    rng = np.random.default_rng(seed)
    fields: dict[str, Any] = {"temperature": 0.1, "offset": 0.2, "thresholds": (0.5,) * len(labels), **more}
    return ZeroShotHead(
        labels=tuple(labels), vectors=unit(rng.normal(0, 1, (len(labels), width)).astype(np.float32)), **fields
    )


def save_head(folder: Path, kind: str, arrays: dict[str, Any], **entry: Any) -> dict[str, Any]:
    """Write a head's file; returns its entry in the manifest, of two labels."""
    np.savez(folder / "h.npz", **arrays)
    return {"kind": kind, "path": "h.npz", "labels": ["a", "b"], "thresholds": {"a": 0.5, "b": 0.6}, **entry}
