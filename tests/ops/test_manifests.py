"""What kustomize makes of the overlays and of every combination of components is what a cluster takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from tests.ops.combinations import COMPONENTS, OVERLAYS, Combination, build, combinations, overlay_of

#: The oldest that has all we use but image volumes, and the newest that is known.
VERSIONS = ("1.31", "1.37")
#: In the schemas since then; a cluster before it drops what it does not know.
IMAGE_VOLUME = "1.33"
SCHEMAS = Path(__file__).with_name("schemas")

Rendered = Callable[[Combination], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The manifests of a combination, built once."""

    @cache
    def of(combination: Combination) -> list[dict[str, Any]]:
        return build(overlay_of(combination, tmp_path_factory.mktemp("overlay")))

    return of


def versions(manifests: list[dict[str, Any]]) -> list[str]:
    volumes = [v for each in manifests if each["kind"] == "Deployment" for v in pod([each])["volumes"]]
    image_volume = any("image" in volume for volume in volumes)
    return [IMAGE_VOLUME if image_volume else VERSIONS[0], VERSIONS[1]]


def pod(manifests: list[dict[str, Any]]) -> dict[str, Any]:
    (deployment,) = [each for each in manifests if each["kind"] == "Deployment"]
    return deployment["spec"]["template"]["spec"]


def check(manifests: list[dict[str, Any]]) -> None:
    for manifest in manifests:
        for version in versions(manifests):
            check_one(json.dumps(manifest), version)


@cache
def check_one(text: str, version: str) -> None:
    """Most manifests are the same in most combinations, and a look at one takes a tenth of a second."""
    manifest = json.loads(text)
    schema = SCHEMAS / f"{manifest['kind']}.schema.json"
    if schema.exists():
        jsonschema.validate(manifest, json.loads(schema.read_text(encoding="utf-8")))
    else:
        kubernetes_validate.validate(manifest, version, strict=True)


def ids(part: object) -> str:
    return "+".join(part) or "base" if isinstance(part, tuple) else getattr(part, "name", str(part))


@pytest.mark.parametrize("overlay", OVERLAYS, ids=ids)
def test_a_cluster_takes_the_overlay(overlay: Path) -> None:
    check(build(overlay))


@pytest.mark.parametrize("combination", [*combinations()], ids=ids)
def test_a_cluster_takes_each_combination(combination: Combination, rendered: Rendered) -> None:
    check(rendered(combination))


def test_each_component_is_in_a_combination() -> None:
    assert {name for combination in combinations() for name in combination} == COMPONENTS


@pytest.mark.parametrize("combination", [*combinations()], ids=ids)
def test_a_combination_has_what_it_mounts(combination: Combination, rendered: Rendered) -> None:
    spec = pod(rendered(combination))
    volumes = [each["name"] for each in spec["volumes"]]
    containers = [*spec.get("initContainers", ()), *spec["containers"]]
    mounted = {mount["name"] for each in containers for mount in each["volumeMounts"]}
    assert len(set(volumes)) == len(volumes)
    assert mounted == set(volumes)
    # The image with the model in it, or the one without and bundles from elsewhere.
    with_model = spec["containers"][0]["image"].endswith("-with-model")
    assert with_model == ("models" not in mounted)


@pytest.mark.parametrize("overlay", OVERLAYS, ids=ids)
def test_everything_is_in_the_namespace_of_its_overlay(overlay: Path) -> None:
    manifests = build(overlay)
    (name,) = {each["metadata"]["name"] for each in manifests if each["kind"] == "Namespace"}
    assert {each["metadata"]["namespace"] for each in manifests if each["kind"] != "Namespace"} == {name}


def test_the_autoscaler_of_prod_asks_the_brokers_and_the_group_of_its_workers() -> None:
    (folder,) = [each for each in OVERLAYS if each.name == "prod"]
    manifests = build(folder)
    (settings,) = [each["data"] for each in manifests if each["kind"] == "ConfigMap" and "data" in each][:1]
    (scaled,) = [each for each in manifests if each["kind"] == "ScaledObject"]
    kafka = [each["metadata"] for each in scaled["spec"]["triggers"] if each["type"] == "kafka"]
    assert len(kafka) == 3
    for trigger in kafka:
        assert trigger["bootstrapServers"] == settings["STREAM_SLM_BROKER__BOOTSTRAP_SERVERS"]
        assert trigger["consumerGroup"] == settings["STREAM_SLM_APP__ID"]


def test_selectors_select_the_worker(rendered: Rendered) -> None:
    manifests = rendered(("monitoring",))
    (deployment,) = [each for each in manifests if each["kind"] == "Deployment"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    (policy,) = [each["spec"]["podSelector"]["matchLabels"] for each in manifests if each["kind"] == "NetworkPolicy"]
    (monitor,) = [each["spec"]["selector"]["matchLabels"] for each in manifests if each["kind"] == "PodMonitor"]
    (budget,) = [each["spec"]["selector"]["matchLabels"] for each in manifests if each["kind"] == "PodDisruptionBudget"]
    assert labels == policy == monitor == budget == deployment["spec"]["selector"]["matchLabels"]


def test_a_wrong_field_is_noticed(rendered: Rendered) -> None:
    # Of the validators: one that accepted anything would pass everything above.
    manifests = rendered(("keda",))
    (deployment,) = [each for each in manifests if each["kind"] == "Deployment"]
    (scaled,) = [each for each in manifests if each["kind"] == "ScaledObject"]
    with pytest.raises(kubernetes_validate.ValidationError):
        check([deployment | {"spec": deployment["spec"] | {"replica": 3}}])
    with pytest.raises(jsonschema.ValidationError):
        check([scaled | {"spec": scaled["spec"] | {"maxReplicas": 3}}])
