"""The alert rules as Prometheus itself reads them, written from the PrometheusRule (make rules)."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "k8s" / "components" / "monitoring" / "prometheusrule.yaml"
TARGET = ROOT / "monitoring" / "rules.yml"
_HEAD = f"# Written by `make rules` from {SOURCE.relative_to(ROOT)}: change that, not this.\n"


def written() -> str:
    """What the file should hold."""
    groups = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["spec"]["groups"]
    return _HEAD + yaml.safe_dump({"groups": groups}, sort_keys=False, width=120)


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
