"""What the Dockerfile, docker-compose.yml and k8s/ say, read without Docker, kubectl or kustomize."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from stream_slm.config.settings import PREFIX

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
K8S = ROOT / "k8s"
BASE = K8S / "base"
OVERLAYS = sorted(folder for folder in (K8S / "overlays").iterdir())
COMPONENTS = sorted(folder for folder in (K8S / "components").iterdir())
MONITORING = K8S / "components" / "monitoring"
KEDA = K8S / "components" / "keda"
#: Where the component kafka-scram mounts its Secrets.
SECRETS = "/etc/stream-slm/kafka/"


def compose() -> dict[str, Any]:
    """The services, interpolated as Compose does where no variable is set."""
    text = re.sub(r"\$\{\w+:-([^}]*)}", r"\1", COMPOSE.read_text(encoding="utf-8"))
    return yaml.safe_load(text)["services"]


def compose_environment(service: str) -> dict[str, str]:
    """Our variables of a service."""
    environment = compose()[service].get("environment", {})
    return {name: str(value) for name, value in environment.items() if name.startswith(PREFIX)}


def image_environment() -> dict[str, str]:
    """Our variables that the image sets."""
    instructions = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    words = [word for line in instructions.splitlines() if line.startswith("ENV ") for word in shlex.split(line[4:])]
    return dict(word.split("=", 1) for word in words if word.startswith(PREFIX))


def kustomization(folder: Path) -> dict[str, Any]:
    """A folder's own."""
    return yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """The resources and patches of a folder that are files, without those of folders it builds on."""
    for file in sorted(folder.glob("*.yaml")):
        if file.name != "kustomization.yaml":
            yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def of_kind(kind: str, *folders: Path) -> list[dict[str, Any]]:
    """All of one kind in some folders."""
    return [each for folder in folders for each in documents(folder) if each["kind"] == kind]


def built_on(folder: Path) -> list[Path]:
    """The folders an overlay is made of, in the order in which kustomize applies them, itself last."""
    own = kustomization(folder)
    below = [name for name in (*own.get("resources", ()), *own.get("components", ())) if (folder / name).is_dir()]
    return [each for name in below for each in built_on((folder / name).resolve())] + [folder]


def pod(folder: Path = BASE) -> dict[str, Any]:
    """The pod of the Deployment in a folder: the worker's in the base, a patch of it elsewhere."""
    (deployment,) = of_kind("Deployment", folder)
    return deployment["spec"]["template"]["spec"]


def pods(folder: Path) -> list[dict[str, Any]]:
    """The worker's pod and the patches that a folder and what it builds on bring."""
    return [pod(each) for each in built_on(folder) if of_kind("Deployment", each)]


def pod_environment(folder: Path) -> dict[str, str]:
    """Our variables in a worker of an overlay, the later winning."""
    found: dict[str, str] = {}
    variables: dict[str, str] = {}
    for each in built_on(folder):
        for generator in kustomization(each).get("configMapGenerator", ()):
            for name in generator.get("envs", ()):
                lines = (each / name).read_text(encoding="utf-8").splitlines()
                found |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
            found |= dict(literal.split("=", 1) for literal in generator.get("literals", ()))
        for patch in of_kind("Deployment", each):
            for container in patch["spec"]["template"]["spec"].get("containers", ()):
                variables |= {variable["name"]: variable["value"] for variable in container.get("env", ())}
    return {name: value for name, value in (found | variables).items() if name.startswith(PREFIX)}
