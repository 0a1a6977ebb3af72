"""docker-compose.yml and the image: what they mount, run and ask for exists."""

from __future__ import annotations

import json
import re

import click
import yaml

from stream_slm.cli.main import main
from tests.unit.agents.domains import SPECS
from tests.unit.deploy.manifests import COMPOSE, DOCKERFILE, MONITORING, ROOT, compose


def invoked(words: list[str]) -> click.Context:
    """What a command line means, without running it; a click.UsageError where it means nothing."""
    program, name, *rest = words
    assert program == "stream-slm"
    return main.commands[name].make_context(name, rest)


def test_the_health_checks_are_commands_of_ours() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    (of_image,) = re.findall(r"^HEALTHCHECK .*\\\n\s+CMD (\[.*])$", text, re.MULTILINE)
    assert invoked(json.loads(of_image)).params["probe"] == "live"
    shell, *of_compose = compose()["worker"]["healthcheck"]["test"]
    assert shell == "CMD"
    assert invoked(of_compose).params["probe"] == "ready"


def test_what_is_mounted_from_the_checkout_is_there() -> None:
    mounted = [
        volume.split(":")[0]
        for service in compose().values()
        for volume in service.get("volumes", ())
        if volume.startswith(".")
    ]
    assert mounted
    for path in mounted:
        assert (ROOT / path).is_file(), path
    assert any((ROOT / path).samefile(MONITORING / "dashboard.json") for path in mounted)


def test_named_volumes_are_declared() -> None:
    declared = set(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["volumes"])
    used = {
        volume.split(":")[0]
        for service in compose().values()
        for volume in service.get("volumes", ())
        if not volume.startswith(".")
    }
    assert used == declared


def test_the_samples_are_of_the_pipelines() -> None:
    (script,) = compose()["samples"]["command"]
    (named,) = re.findall(r"for domain in (.*); do", script)
    assert set(named.split()) == set(SPECS)
    for domain in SPECS:
        assert f"{domain}.v1" == SPECS[domain].source
        assert (ROOT / "agents" / "samples" / f"{domain}.jsonl").is_file()


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in compose().values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_our_own_containers_can_write_nowhere_but_where_it_is_said() -> None:
    ours = {name: each for name, each in compose().items() if each["image"].startswith("stream-slm:")}
    assert set(ours) == {"topics", "worker", "samples"}
    for service in ours.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_prometheus_finds_workers_and_rules() -> None:
    config = yaml.safe_load((ROOT / "monitoring" / "prometheus.yml").read_text(encoding="utf-8"))
    (scrape,) = config["scrape_configs"]
    assert scrape["dns_sd_configs"][0]["names"] == ["worker"]
    assert "worker" in compose()
    inside = [volume.split(":")[1] for volume in compose()["prometheus"]["volumes"] if volume.startswith(".")]
    assert {f"/etc/prometheus/{name}" for name in config["rule_files"]} <= set(inside)
