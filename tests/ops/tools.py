"""The tools that are no Python packages, and what to do where one is missing."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Of the environment that runs this: `make test-ops` puts promtool there where it can.
_HERE = Path(sys.executable).parent


def run(*command: str | Path, given: str | None = None) -> str:
    """Run a tool and return what it printed; a failure shows what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(words, input=given, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def promtool() -> str:
    """Prometheus' checker; skips the test where there is none."""
    found = shutil.which("promtool") or shutil.which("promtool", path=_HERE)
    if found is None:
        pytest.skip("no promtool: it comes with Prometheus (on Debian the package prometheus)")
    return found


def kustomize() -> tuple[str, ...]:
    """What builds a folder of manifests; skips the test where there is nothing."""
    if kubectl := shutil.which("kubectl"):
        return (kubectl, "kustomize")
    if alone := shutil.which("kustomize"):
        return (alone, "build")
    pytest.skip("neither kubectl (1.27 or newer) nor kustomize (5 or newer)")
