"""The images that `make image` made: their size and labels, and a reading without a right or a place to write to."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.ops.tools import ROOT, run

WORKER, WITH_MODEL, MODELS = "stream-slm:dev", "stream-slm:dev-with-model", "stream-slm-models:dev"
LARGEST_BYTES = 500_000_000
CONFINED = (
    *("--read-only", "--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--user", "10001", "--tmpfs", "/tmp", "--tmpfs", "/var/lib/stream-slm:uid=10001,gid=10001"),
)


def inspected(image: str) -> dict[str, Any]:
    """What Docker knows of an image; skips the test where it was not made."""
    if shutil.which("docker") is None:
        pytest.skip("no Docker")
    done = subprocess.run(["docker", "image", "inspect", image], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no image {image}, or no Docker engine: make image")
    (found,) = json.loads(done.stdout)
    return found


def test_the_worker_without_a_model_is_small() -> None:
    assert inspected(WORKER)["Size"] < LARGEST_BYTES


@pytest.mark.parametrize("image", [WORKER, WITH_MODEL])
def test_it_runs_as_nobody_in_particular_under_tini(image: str) -> None:
    config = inspected(image)["Config"]
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"][0] == "tini"
    assert config["Healthcheck"]["Test"][:3] == ["CMD", "stream-slm", "healthcheck"]
    assert {f"org.opencontainers.image.{name}" for name in ("title", "version", "revision", "licenses")} <= set(
        config["Labels"]
    )


def test_the_image_with_the_model_reads_with_no_right_and_no_place_to_write_to() -> None:
    inspected(WITH_MODEL)
    sample = (ROOT / "agents" / "samples" / "traffic-events.jsonl").read_text(encoding="utf-8").splitlines()[0]
    command = ("classify", "--domain", "traffic-events")
    printed = run("docker", "run", "--rm", "--interactive", *CONFINED, WITH_MODEL, *command, given=sample)
    assert json.loads(printed)["results"]["event_type"]["label"] == "INCIDENT"


def test_the_root_cannot_be_written_to() -> None:
    inspected(WORKER)
    script = (
        "for folder in / /app /models /opt/stream-slm /usr/local; do touch $folder/x 2>/dev/null && exit 1; done; "
        "touch /tmp/x /var/lib/stream-slm/x"
    )
    run("docker", "run", "--rm", *CONFINED, "--entrypoint", "sh", WORKER, "-c", script)


def test_the_image_of_the_model_holds_bundles_and_nothing_else() -> None:
    inspected(MODELS)
    # It has no command; a container of it is only looked into.
    made = run("docker", "create", MODELS, "none").strip()
    try:
        listed = subprocess.run(["docker", "export", made], capture_output=True, check=True).stdout
    finally:
        run("docker", "rm", made)
    names = subprocess.run(["tar", "--list"], input=listed, capture_output=True, check=True).stdout.decode().split()
    # What a container runtime puts into any root.
    runtime = {"dev/", "etc/", "proc/", "sys/", ".dockerenv"}
    bundles = {name for name in names if name.endswith("/bundle.json")}
    assert bundles
    tops = {f"{name.split('/')[0]}/" for name in bundles}
    assert {name.split("/")[0] + ("/" if "/" in name else "") for name in names} <= tops | runtime
