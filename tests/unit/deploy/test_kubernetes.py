"""The manifests keep to what the code is and does: paths of probes, topics, the group, the restricted standard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faust
import pytest
import yaml

from stream_slm.config.settings import Settings
from stream_slm.streaming.faust_settings import app_options
from stream_slm.streaming.topics import too_small_for_dead_letters
from tests.unit.agents.domains import SPECS
from tests.unit.deploy.manifests import (
    BASE,
    COMPONENTS,
    DOCKERFILE,
    K8S,
    OVERLAYS,
    built_on,
    documents,
    kustomization,
    of_kind,
    pod,
    pod_environment,
)

KEDA, STRIMZI = K8S / "components" / "keda", K8S / "components" / "strimzi"
FOLDERS = [BASE, *COMPONENTS, *OVERLAYS]
SOURCES = {spec.source for spec in SPECS.values()}
OUTPUTS = {topic for spec in SPECS.values() for topic in spec.topics} - SOURCES


def by_name(folder: Path) -> str:
    return folder.relative_to(K8S).as_posix()


def triggers(kind: str) -> list[dict[str, Any]]:
    (scaled,) = of_kind("ScaledObject", KEDA)
    return [each for each in scaled["spec"]["triggers"] if each["type"] == kind]


def topics() -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each["spec"] for each in of_kind("KafkaTopic", STRIMZI)}


def rights(kind: str) -> dict[str, list[str]]:
    (user,) = of_kind("KafkaUser", STRIMZI)
    acls = user["spec"]["authorization"]["acls"]
    return {each["resource"].get("name", ""): each["operations"] for each in acls if each["resource"]["type"] == kind}


def containers() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for folder in FOLDERS:
        for deployment in of_kind("Deployment", folder):
            spec = deployment["spec"]["template"]["spec"]
            whole = [*spec.get("initContainers", ()), *(each for each in spec.get("containers", ()) if "image" in each)]
            found += [(f"{by_name(folder)}: {each['name']}", each) for each in whole]
    return found


def test_the_probes_ask_for_what_is_served() -> None:
    from stream_slm.streaming.http import PROBES  # noqa: PLC0415

    (container,) = pod()["containers"]
    asked = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")}
    assert {kind: PROBES[get["path"]] for kind, get in asked.items()} == {
        "startup": "startup",
        "readiness": "ready",
        "liveness": "live",
    }
    assert {get["port"] for get in asked.values()} == {"http"}


def test_prometheus_scrapes_what_is_served() -> None:
    from stream_slm.streaming.http import METRICS  # noqa: PLC0415

    (monitor,) = of_kind("PodMonitor", K8S / "components" / "monitoring")
    assert [(each["port"], each["path"]) for each in monitor["spec"]["podMetricsEndpoints"]] == [("http", METRICS)]
    (labels,) = kustomization(BASE)["labels"]
    assert monitor["spec"]["selector"]["matchLabels"] == labels["pairs"]


@pytest.mark.parametrize(("where", "container"), containers(), ids=lambda part: part if isinstance(part, str) else "")
def test_each_container_keeps_to_the_restricted_standard(where: str, container: dict[str, Any]) -> None:
    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }, where
    assert {"requests", "limits"} <= set(container["resources"])


@pytest.mark.parametrize("overlay", OVERLAYS, ids=by_name)
def test_each_overlay_enforces_that_standard(overlay: Path) -> None:
    (namespace,) = of_kind("Namespace", overlay)
    assert namespace["metadata"]["name"] == kustomization(overlay)["namespace"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_pod_and_the_image_agree_on_user_and_command() -> None:
    dockerfile = DOCKERFILE.read_text(encoding="utf-8")
    context = pod()["securityContext"]
    (container,) = pod()["containers"]
    assert f"USER {context['runAsUser']}:{context['runAsGroup']}" in dockerfile
    assert f"CMD {container['args']}".replace("'", '"') in dockerfile


@pytest.mark.parametrize("folder", FOLDERS, ids=by_name)
def test_kustomize_is_told_of_every_file(folder: Path) -> None:
    text = (folder / "kustomization.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    named = {*told.get("resources", ()), *(patch["path"] for patch in told.get("patches", ()) if "path" in patch)}
    for generator in told.get("configMapGenerator", ()):
        named |= {file.partition("=")[2] or file for file in (*generator.get("envs", ()), *generator.get("files", ()))}
    assert {file.name for file in folder.iterdir()} - {"kustomization.yaml"} == {n for n in named if "/" not in n}


@pytest.mark.parametrize("folder", FOLDERS, ids=by_name)
def test_what_is_mounted_is_there(folder: Path) -> None:
    volumes, mounts, claims, claimed = set(), set(), set(), set()
    for each in built_on(folder):
        claims |= {claim["metadata"]["name"] for claim in of_kind("PersistentVolumeClaim", each)}
        for deployment in of_kind("Deployment", each):
            spec = deployment["spec"]["template"]["spec"]
            volumes |= {volume["name"] for volume in spec.get("volumes", ())}
            claimed |= {
                volume["persistentVolumeClaim"]["claimName"]
                for volume in spec.get("volumes", ())
                if "persistentVolumeClaim" in volume
            }
            for container in (*spec.get("initContainers", ()), *spec.get("containers", ())):
                mounts |= {mount["name"] for mount in container.get("volumeMounts", ())}
    assert mounts == volumes
    assert claimed == claims


def test_the_topics_are_those_of_the_pipelines() -> None:
    assert set(topics()) == SOURCES | OUTPUTS
    for spec in SPECS.values():
        assert {topics()[topic]["partitions"] for topic in spec.topics} == {topics()[spec.source]["partitions"]}


def test_the_topics_take_what_is_sent_to_them() -> None:
    limits = {name: spec["config"]["max.message.bytes"] for name, spec in topics().items()}
    assert too_small_for_dead_letters(list(SPECS.values()), limits, Settings().producer.max_request_bytes) == []


def test_the_user_may_do_what_a_worker_does_and_nothing_else() -> None:
    assert {topic for topic, may in rights("topic").items() if "Read" in may} == SOURCES
    assert {topic for topic, may in rights("topic").items() if "Write" in may} == OUTPUTS
    assert rights("group") == {Settings().app.id: ["Describe", "Read"]}
    assert rights("transactionalId") == {f"{Settings().app.id}-": ["Describe", "Write"]}


def test_the_autoscaler_watches_the_group_that_the_workers_are_in() -> None:
    for folder in [BASE, *[overlay for overlay in OVERLAYS if KEDA in built_on(overlay)]]:
        id_ = pod_environment(folder)["STREAM_SLM_APP__ID"]
        # Faust makes the group of the id and a version.
        group = faust.App(**app_options(Settings(app={"id": id_}))).conf.id
        assert {each["metadata"]["consumerGroup"] for each in triggers("kafka")} == {group}
        (backlog,) = triggers("prometheus")
        assert f'group="{group}"' in backlog["metadata"]["query"]


def test_the_autoscaler_watches_every_source_and_knows_its_partitions() -> None:
    assert {each["metadata"]["topic"] for each in triggers("kafka")} == SOURCES
    (scaled,) = of_kind("ScaledObject", KEDA)
    assert {topics()[source]["partitions"] for source in SOURCES} == {scaled["spec"]["maxReplicaCount"]}
    assert scaled["spec"]["scaleTargetRef"]["name"] == of_kind("Deployment", BASE)[0]["metadata"]["name"]
    assert "replicas" not in of_kind("Deployment", BASE)[0]["spec"]


def test_the_autoscaler_begins_where_a_fresh_group_does() -> None:
    reset = str(app_options(Settings())["consumer_auto_offset_reset"])
    assert {each["metadata"]["offsetResetPolicy"] for each in triggers("kafka")} == {reset}


def test_the_autoscaler_authenticates_at_each_trigger_that_asks_kafka() -> None:
    (patch,) = kustomization(K8S / "components" / "keda-scram")["patches"]
    (authentication,) = of_kind("TriggerAuthentication", K8S / "components" / "keda-scram")
    added = {each["path"]: each["value"] for each in yaml.safe_load(patch["patch"])}
    (scaled,) = of_kind("ScaledObject", KEDA)
    kafka = [number for number, each in enumerate(scaled["spec"]["triggers"]) if each["type"] == "kafka"]
    assert added == {
        f"/spec/triggers/{number}/{path}": value
        for number in kafka
        for path, value in {
            "authenticationRef": {"name": authentication["metadata"]["name"]},
            "metadata/sasl": "scram_sha512",
            "metadata/tls": "enable",
        }.items()
    }


def test_worker_and_autoscaler_read_the_secrets_that_strimzi_makes() -> None:
    (user,) = of_kind("KafkaUser", STRIMZI)
    (authentication,) = of_kind("TriggerAuthentication", K8S / "components" / "keda-scram")
    (volume,) = pod(K8S / "components" / "kafka-scram")["volumes"]
    mounted = [each["secret"] for each in volume["projected"]["sources"]]
    keys = {(each["name"], item["key"]) for each in mounted for item in each["items"]}
    assert (user["metadata"]["name"], "password") in keys
    assert {(each["name"], each["key"]) for each in authentication["spec"]["secretTargetRef"]} == keys
    settings = dict(
        line.split("=", 1)
        for line in (K8S / "components" / "kafka-scram" / "settings.env").read_text(encoding="utf-8").splitlines()
    )
    assert settings["STREAM_SLM_BROKER__SASL_USERNAME"] == user["metadata"]["name"]
    assert {each["name"] for each in authentication["spec"]["env"]} == {"STREAM_SLM_BROKER__SASL_USERNAME"}


def test_every_kind_is_one_that_is_checked_against_a_schema() -> None:
    # kubernetes-validate passes over kinds it does not know; `make test-ops` has schemas for these.
    every = [each for folder in FOLDERS for each in documents(folder)]
    groups = {each["kind"]: each["apiVersion"].partition("/")[0] for each in every}
    custom = {kind for kind, group in groups.items() if "." in group and not group.endswith(".k8s.io")}
    schemas = Path(__file__).parents[2] / "ops" / "schemas"
    assert custom == {file.name.removesuffix(".schema.json") for file in schemas.iterdir()}
