"""Rules of the CPU limit: the tightest quota on the way to the root binds, rounded up, and never less than one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stream_slm.engine import cpu


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("150000 100000\n", 1.5),
        ("50000 100000", 0.5),
        ("max 100000\n", None),
        ("", None),
        (None, None),
        ("1 2 3", None),
        ("100000 0", None),
    ],
)
def test_cpu_max_of_version_2(text: str | None, cpus: float | None) -> None:
    """A quota over its period is CPUs; `max` and anything unreadable is no quota."""
    assert cpu.parse_cpu_max(text) == cpus


@pytest.mark.parametrize(
    ("quota", "period", "cpus"),
    [("200000\n", "100000\n", 2.0), ("-1\n", "100000\n", None), (None, "100000", None), ("x", "100000", None)],
)
def test_cfs_quota_of_version_1(quota: str | None, period: str | None, cpus: float | None) -> None:
    """Minus one is version 1's word for no quota."""
    assert cpu.parse_cfs_quota(quota, period) == cpus


def test_own_cgroups_of_both_versions() -> None:
    """Controllers that share a hierarchy each get its path; version 2 is the nameless one; a colon in a path stays."""
    text = "4:cpu,cpuacct:/kube/pod:1\n1:name=systemd:/\n0::/user.slice\nnonsense\n"
    assert cpu.parse_own_cgroups(text) == {
        "cpu": "/kube/pod:1",
        "cpuacct": "/kube/pod:1",
        "name=systemd": "/",
        "": "/user.slice",
    }


def test_tightest_quota_above_binds(tmp_path: Path) -> None:
    """A pod's limit binds a container that has none of its own."""
    write(tmp_path / "pod" / "cpu.max", "250000 100000")
    write(tmp_path / "pod" / "container" / "cpu.max", "max 100000")
    write(tmp_path / "cpu.max", "400000 100000")
    assert cpu.quota_cpus(tmp_path, "0::/pod/container") == 2.5


def test_version_1_path_of_the_host_falls_back_to_the_mount(tmp_path: Path) -> None:
    """Inside a container the host's path does not exist; the limit lies at the mount's root."""
    write(tmp_path / "cpu" / "cpu.cfs_quota_us", "150000")
    write(tmp_path / "cpu" / "cpu.cfs_period_us", "100000")
    assert cpu.quota_cpus(tmp_path, "3:cpu,cpuacct:/docker/4f2a\n") == 1.5


def test_path_above_the_namespace_is_not_followed(tmp_path: Path) -> None:
    """A path such as /../sibling leads out of the mount and is not read."""
    write(tmp_path / "cpu.max", "100000 100000")
    write(tmp_path / "mount" / "cpu.max", "max 100000")
    assert cpu.quota_cpus(tmp_path / "mount", "0::/../sibling") is None


@pytest.mark.parametrize(("quota", "limit"), [(None, 4), (0.2, 1), (1.5, 2), (3.0, 3), (16.0, 4)])
def test_limit_is_the_lesser_of_affinity_and_quota(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, limit: int
) -> None:
    """Half a CPU is still one replica; a quota above the affinity gives nothing."""
    monkeypatch.setattr(cpu, "_affinity_cpus", lambda: 4)
    monkeypatch.setattr(cpu, "quota_cpus", lambda *_: quota)
    assert cpu.cpu_limit() == limit


def test_this_process() -> None:
    """Whatever machine this is, the limit lies between one and its CPUs."""
    assert 1 <= cpu.cpu_limit() <= (os.cpu_count() or 1)
