"""Alert rules and the dashboard ask for metrics that a worker has, and each alert says what to do about it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import prometheus_client
import pytest
import yaml

import stream_slm
import stream_slm.metrics
from tests.unit.deploy.manifests import KEDA, MONITORING, ROOT, documents, of_kind

#: What a client library adds to a name, by the metric's type.
SUFFIXES = ("_total", "_bucket", "_sum", "_count")
RUNBOOKS = ROOT / "docs" / "runbooks.md"


def groups() -> list[dict[str, Any]]:
    (rules,) = of_kind("PrometheusRule", MONITORING)
    return rules["spec"]["groups"]


ALERTS = [alert for group in groups() for alert in group["rules"]]
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))


def queries() -> Iterator[tuple[str, str]]:
    """Everything that is asked of Prometheus, and by whom."""
    for alert in ALERTS:
        yield alert["alert"], alert["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield f"panel {panel['title']}", target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", variable["definition"]
    for scaled in documents(KEDA):
        for trigger in scaled["spec"]["triggers"]:
            if trigger["type"] == "prometheus":
                yield "autoscaler", trigger["metadata"]["query"]


@cache
def code() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "stream_slm").rglob("*.py")))


@cache
def metrics() -> frozenset[str]:
    """What a worker exports: the metrics of our own modules, and what prometheus_client tells of a process."""
    ours = {metric.name for metric in prometheus_client.REGISTRY.collect()}
    # Gauges that are worked out at a scrape are in no registry before a worker runs: their names stand in the code of
    # whatever module puts our prefix before them.
    for file in sorted((ROOT / "stream_slm").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "stream_slm.metrics"
            for name in node.names
        }
        if "PREFIX" in imported:
            calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
            names = [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]
            ours |= {f"{stream_slm.metrics.PREFIX}{name}" for name in names if isinstance(name, str)}
    return frozenset(ours) | {"process_start_time_seconds", "process_cpu_seconds", "process_resident_memory_bytes"}


@pytest.mark.parametrize(("where", "query"), [*queries()], ids=[where for where, _ in queries()])
def test_what_is_asked_for_is_measured(where: str, query: str) -> None:
    asked = set(re.findall(r"\b(?:stream_slm|process|python|faust)_[a-z_]+\b", query))
    assert asked, where
    known = metrics()
    for name in asked:
        bare = next((name.removesuffix(end) for end in SUFFIXES if name.endswith(end)), name)
        assert name in known or bare in known, name


@pytest.mark.parametrize(("where", "query"), [*queries()], ids=[where for where, _ in queries()])
def test_no_label_is_asked_for_that_is_in_no_metric(where: str, query: str) -> None:
    labels = {name for words in re.findall(r"\b(?:by|on) \(([^)]*)\)", query) for name in re.split(r"[,\s]+", words)}
    labels |= set(re.findall(r"(\w+)(?:=~|!=|!~|=)\"", query))
    # From Kubernetes, or from the histogram.
    labels -= {"namespace", "pod", "le", ""}
    for label in labels:
        assert f'"{label}"' in code(), f"{where}: {label}"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_each_alert_says_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert {"summary", "description", "runbook_url"} == set(alert["annotations"])
    page, _, section = alert["annotations"]["runbook_url"].partition("#")
    assert page.endswith(f"docs/{RUNBOOKS.name}")
    assert section == alert["alert"].lower()


def test_each_alert_has_a_section_and_each_section_an_alert() -> None:
    sections = re.findall(r"^## (\w+)$", RUNBOOKS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections == [alert["alert"] for alert in ALERTS]


def test_compose_has_the_same_rules() -> None:
    written = yaml.safe_load((ROOT / "monitoring" / "rules.yml").read_text(encoding="utf-8"))
    assert written == {"groups": groups()}, "run: make rules"


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    assert DASHBOARD["uid"] == "stream-slm"
    assert DASHBOARD["schemaVersion"] >= 39
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    assert [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"] == [
        "Kafka",
        "Inference",
        "Quality",
        "Runtime",
    ]
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    asked = {name for _, query in queries() for name in re.findall(r"\$\{?(\w+)", query)}
    assert asked - {"__rate_interval"} <= variables
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"] if "datasource" in panel} == {"${datasource}"}


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not taken & cells, panel["title"]
        taken |= cells
