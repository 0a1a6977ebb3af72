"""Rules of the repository: nothing of a machine is in its files, what is needed is pinned, the wheel is whole."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from stream_slm.errors import RecordError

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run a command of ours and return what it printed; a failure shows what it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout


def tracked_files() -> list[Path]:
    try:
        # Whoever owns the checkout: CI may run as another user.
        git = ("git", "-c", f"safe.directory={ROOT}")
        listed = run(*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    except (AssertionError, FileNotFoundError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


#: A home, a scratch folder or a package index of whoever wrote a file; spelled so as not to find itself.
OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|tmp/scratch\S*)/|/(?:home|Users)/\w|index[-_]url[ =:]+['\"]?https?://",
    re.IGNORECASE,
)


def test_no_file_holds_a_path_or_a_package_index_of_a_machine() -> None:
    found = []
    for file in tracked_files():
        if file == Path(__file__) or file.suffix == ".npz":
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if match := OF_A_MACHINE.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {match[0]}")
    assert not found


@pytest.mark.parametrize("kind", [*RecordError.__subclasses__()])
def test_each_code_of_a_dead_letter_is_explained(kind: type[RecordError]) -> None:
    # An operator finds what it means and what to do.
    page = (ROOT / "docs" / "dead-letters.md").read_text(encoding="utf-8")
    assert f"\n| `{kind.code}` | " in page


def test_the_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (help .*)$", makefile, re.MULTILINE)
    printed = run("make", "--no-print-directory")
    assert re.findall(r"^  make ([\w-]+) +\S", printed, re.MULTILINE) == phony.split()


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        # Extras of gigabytes, which no command of the Makefile installs but test-models, with pins of its own.
        *(name for extra, names in extras.items() if extra not in ("convert", "onnx") for name in names),
        *(name for group in project["dependency-groups"].values() for name in group),
    ]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {_normal(line.partition("==")[0]) for line in lines if not line.startswith("#")}
    assert {_normal(re.match(r"[\w.-]+", name)[0]) for name in wanted if "==" not in name} <= pinned
    assert not pinned & {"torch", "transformers"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("module", ["stream_slm", "stream_slm.cli.main"])
def test_no_training_library_is_imported(module: str) -> None:
    heavy = {"torch", "transformers", "sklearn", "scipy", "pandas"}
    loaded = run(sys.executable, "-c", f"import sys, {module}; print(*sys.modules)").split()
    assert not heavy & set(loaded)


def test_the_wheel_holds_the_library_with_its_data_and_nothing_else(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    (info,) = {name.partition("/")[0] for name in names} - {"stream_slm"}
    assert re.fullmatch(r"stream_slm-[\d.]+\.dist-info", info)
    ours = [file.relative_to(ROOT).as_posix() for file in tracked_files() if file.is_relative_to(ROOT / "stream_slm")]
    assert set(ours) <= names
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names if name.startswith(f"{info}/licenses/")}
    assert {"alert.v1.schema.json", "heads.json", "category.npz"} <= {Path(name).name for name in names}
