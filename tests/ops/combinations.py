"""Every way to put the components together that makes sense."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from tests.ops.tools import ROOT, kustomize, run

K8S = ROOT / "k8s"
OVERLAYS = sorted((K8S / "overlays").iterdir())
COMPONENTS = {folder.name for folder in (K8S / "components").iterdir()}
MODELS = (None, "model-pvc", "model-image-volume", "model-init-container")
#: KEDA reaches Kafka as the worker does: with SCRAM, or without.
CONNECTIONS = ((), ("keda",), ("kafka-scram",), ("kafka-scram", "keda", "keda-scram"))
OTHERS = ("strimzi", "monitoring", "gpu")

Combination = tuple[str, ...]


def combinations() -> Iterator[Combination]:
    """Each as the components of an overlay, in its order."""
    for model, connection, *others in product(MODELS, CONNECTIONS, *[(False, True)] * len(OTHERS)):
        chosen = tuple(name for name, taken in zip(OTHERS, others, strict=True) if taken)
        yield (*((model,) if model else ()), *connection, *chosen)


def build(folder: Path) -> list[dict[str, Any]]:
    """The manifests of a folder, as they would be applied."""
    return [each for each in yaml.safe_load_all(run(*kustomize(), folder)) if each]


def overlay_of(combination: Combination, folder: Path) -> Path:
    """Write an overlay of the base and these components."""

    def path(name: str) -> str:
        return os.path.relpath(K8S / name, folder)

    tree = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "combined",
        "resources": [path("base")],
        "components": [path(f"components/{name}") for name in combination],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    return folder
