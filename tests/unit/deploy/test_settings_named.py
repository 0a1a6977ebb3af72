"""Every setting that an image, Compose or a manifest names is one, and its value is accepted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stream_slm.config.settings import PREFIX, Settings, load
from tests.unit.deploy.manifests import (
    BASE,
    COMPOSE,
    DOCKERFILE,
    K8S,
    OVERLAYS,
    ROOT,
    SECRETS,
    compose,
    compose_environment,
    image_environment,
    kustomization,
    pod,
    pod_environment,
)

#: Beyond the drain: the last commit, the producer's flush, the exit.
MARGIN_S = 10

ENVIRONMENTS: dict[str, Callable[[], dict[str, str]]] = {
    "Dockerfile": image_environment,
    **{f"docker-compose.yml: {name}": lambda name=name: compose_environment(name) for name in compose()},
    **{f"k8s: {folder.name}": lambda folder=folder: pod_environment(folder) for folder in (BASE, *OVERLAYS)},
}
DOCS = [ROOT / "docs" / name for name in ("deployment.md", "kubernetes.md", "runbooks.md")]
FILES = [COMPOSE, DOCKERFILE, *DOCS, *sorted(file for file in K8S.rglob("*") if file.suffix in (".yaml", ".env"))]


def settings_under(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, secrets: Path) -> Settings:
    """The settings of a worker that finds its Secrets mounted."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        if value.startswith(SECRETS):
            (secrets / Path(value).name).write_text("secret", encoding="utf-8")
            value = str(secrets / Path(value).name)  # noqa: PLW2901
        monkeypatch.setenv(name, value)
    return load()


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_the_settings_that_a_manifest_gives_are_accepted(
    where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings_under(ENVIRONMENTS[where](), monkeypatch, tmp_path)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_each_setting_named_in_a_file_is_in_the_tree(file: Path) -> None:
    # Also in comments and commands, which the test above does not see. A lone prefix, as in prose, names nothing.
    for name in re.findall(rf"{PREFIX}[A-Z]\w*", file.read_text(encoding="utf-8")):
        section, _, setting = name.removeprefix(PREFIX).removesuffix("_FILE").lower().partition("__")
        # Where the settings file is; and what Kubernetes would set, in the comment that says how that is kept away.
        if name in ("STREAM_SLM_CONFIG", "STREAM_SLM_PORT"):
            continue
        assert section in Settings.model_fields, name
        assert setting in type(getattr(Settings.model_construct(), section)).model_fields, name


@pytest.mark.parametrize("overlay", [BASE, *OVERLAYS], ids=lambda folder: folder.name)
def test_kubernetes_waits_longer_than_the_drain(overlay: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drain = settings_under(pod_environment(overlay), monkeypatch, tmp_path).delivery.drain_timeout_s
    assert pod()["terminationGracePeriodSeconds"] >= drain + MARGIN_S


def test_compose_waits_longer_than_the_drain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drain = settings_under(compose_environment("worker"), monkeypatch, tmp_path).delivery.drain_timeout_s
    grace = compose()["worker"]["stop_grace_period"]
    assert re.fullmatch(r"\d+s", grace)
    assert int(grace[:-1]) >= drain + MARGIN_S


def test_probes_and_scrapes_reach_the_port_that_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for environment in (pod_environment(BASE), compose_environment("worker")):
        http = settings_under(environment, monkeypatch, tmp_path).http
        assert http.bind == "0.0.0.0"
        (container,) = pod()["containers"]
        assert container["ports"] == [{"name": "http", "containerPort": http.port}]
        assert f"\nEXPOSE {http.port}\n" in DOCKERFILE.read_text(encoding="utf-8")
        scrape = (ROOT / "monitoring" / "prometheus.yml").read_text(encoding="utf-8")
        assert f"port: {http.port}\n" in scrape


def test_no_secret_is_given_as_a_value() -> None:
    for folder in (BASE, *OVERLAYS):
        for name in pod_environment(folder):
            assert name.endswith("_FILE") or "PASSWORD" not in name, f"{kustomization(folder)['kind']}: {name}"
