"""checkov's rules for images and clusters hold, but for those that are argued with here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ops.combinations import OVERLAYS, build
from tests.ops.tools import ROOT

#: Rules that we do not keep, and why.
ARGUED = {
    "CKV_K8S_15": "pull policy Always: images are named by digest in earnest, and then a node's copy is the same; with "
    "Always, a registry that is away keeps a worker from being started again",
    "CKV_K8S_43": "digest: known to whoever builds and pushes the image, so it is set in an overlay of theirs",
}
ARGUED_OF_IMAGES = {
    "CKV_DOCKER_7": "a base with a tag: it has one, in the default of BASE_IMAGE, which checkov does not look up",
}


def failed(file: Path, framework: str) -> dict[str, list[str]]:
    """Rules that a file breaks, by id, and where."""
    checkov = Path(sys.executable).with_name("checkov")
    options = ("--framework", framework, "--output", "json", "--quiet", "--compact", "--skip-download")
    done = subprocess.run([checkov, "--file", file, *options], capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["passed"] > 10, done.stdout + done.stderr
    assert report["summary"]["parsing_errors"] == 0
    found: dict[str, list[str]] = {}
    for each in report["results"]["failed_checks"]:
        found.setdefault(each["check_id"], []).append(f"{each['resource']}: {each['check_name']}")
    return found


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda folder: folder.name)
def test_the_manifests_break_no_rule_but_those_argued_with(overlay: Path, tmp_path: Path) -> None:
    file = tmp_path / "manifests.yaml"
    file.write_text(yaml.safe_dump_all(build(overlay)), encoding="utf-8")
    # Both ways: an argument for a rule that is kept has to go.
    broken = failed(file, "kubernetes")
    assert set(broken) == set(ARGUED), broken


def test_the_image_breaks_no_rule_but_those_argued_with() -> None:
    broken = failed(ROOT / "Dockerfile", "dockerfile")
    assert set(broken) == set(ARGUED_OF_IMAGES), broken
