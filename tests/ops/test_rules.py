"""Prometheus takes its configuration and the alert rules; each alert fires when it should, and only then."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.ops.rules import SOURCE, TARGET, written
from tests.ops.tools import ROOT, promtool, run

CASES = Path(__file__).with_name("rules_test.yml")


def alerts() -> set[str]:
    groups = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["spec"]["groups"]
    return {rule["alert"] for group in groups for rule in group["rules"]}


def test_the_rules_for_compose_are_written() -> None:
    assert TARGET.read_text(encoding="utf-8") == written(), "run: make rules"


def test_prometheus_takes_rules_and_configuration() -> None:
    assert "SUCCESS" in run(promtool(), "check", "rules", TARGET)
    assert "SUCCESS" in run(promtool(), "check", "config", ROOT / "monitoring" / "prometheus.yml")


def test_every_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    fires, quiet = set(), set()
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))["tests"]:
        for rule in case["alert_rule_test"]:
            (fires if rule["exp_alerts"] else quiet).add(rule["alertname"])
    assert fires == quiet == alerts()


def test_the_alerts_fire_in_their_cases_and_only_there() -> None:
    assert "SUCCESS" in run(promtool(), "test", "rules", CASES)
