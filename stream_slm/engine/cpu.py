"""How many CPUs this process may use, where it is confined by affinity or by a cgroup."""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_CGROUP_ROOT = Path("/sys/fs/cgroup")
_OWN_CGROUPS = Path("/proc/self/cgroup")


def cpu_limit() -> int:
    """Return the CPUs this process may use: the lesser of its affinity and its cgroup quota, rounded up, at least 1.

    The machine's CPU count is no guide in a container: one replica too many there means throttling, not speed.
    """
    quota = quota_cpus(_CGROUP_ROOT, _read(_OWN_CGROUPS) or "")
    available = _affinity_cpus()
    return max(1, available if quota is None else min(available, math.ceil(quota)))


def quota_cpus(root: Path, own_cgroups: str) -> float | None:
    """Return the tightest CPU quota on the way from the process's own cgroup up to the root, or None for no quota.

    `root` is where cgroups are mounted and `own_cgroups` the text of `/proc/self/cgroup`. Every level counts, since
    a limit set on a pod or a slice binds the containers below it.
    """
    paths = parse_own_cgroups(own_cgroups)
    quotas = [parse_cpu_max(_read(level / "cpu.max")) for level in _levels(root, paths.get("", "/"))]
    quotas += [
        parse_cfs_quota(_read(level / "cpu.cfs_quota_us"), _read(level / "cpu.cfs_period_us"))
        for level in _levels(root / "cpu", paths.get("cpu", "/"))
    ]
    return min((quota for quota in quotas if quota is not None), default=None)


def parse_own_cgroups(text: str) -> dict[str, str]:
    """Return controller -> path from lines such as `4:cpu,cpuacct:/docker/ab`; version 2 has the controller ''."""
    fields = [line.split(":", 2) for line in text.splitlines() if line.count(":") >= 2]
    return {controller: path for _, controllers, path in fields for controller in controllers.split(",")}


def parse_cpu_max(text: str | None) -> float | None:
    """Return the CPUs that a version 2 `cpu.max` allows (`"150000 100000"` is 1.5), or None for `"max 100000"`."""
    fields = (text or "").split()
    return _share(fields[0], fields[1]) if len(fields) == 2 else None


def parse_cfs_quota(quota_us: str | None, period_us: str | None) -> float | None:
    """Return the CPUs that a version 1 `cpu.cfs_quota_us` allows within its period, or None for `"-1"`."""
    return _share(quota_us, period_us) if quota_us and period_us else None


def _share(quota_us: str, period_us: str) -> float | None:
    try:
        quota, period = int(quota_us), int(period_us)
    except ValueError:
        return None
    return quota / period if quota > 0 and period > 0 else None


def _levels(root: Path, path: str) -> Iterator[Path]:
    # Without a cgroup namespace the path is the host's and not visible below this mount: the walk then finds
    # its files only at the root, which is where the container's own limit is mounted.
    own = PurePosixPath("/", path)
    for level in (own, *own.parents):
        if ".." not in level.parts:
            yield root.joinpath(*level.parts[1:])


def _affinity_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
