"""Compose itself reads docker-compose.yml, with every profile."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.ops.tools import ROOT, run


def test_compose_takes_the_file_with_every_profile() -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no Docker Compose")
    profiles = ("demo", "monitoring", "ui")
    words = [word for profile in profiles for word in ("--profile", profile)]
    file = ("--file", ROOT / "docker-compose.yml")
    services = json.loads(run("docker", "compose", *words, *file, "config", "--format", "json"))["services"]
    assert {profile for each in services.values() for profile in each.get("profiles", ())} == set(profiles)
