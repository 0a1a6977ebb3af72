"""Rules of the repository itself: settings named in manifests exist, nothing of a machine is in the files."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from stream_slm.config.settings import PREFIX, Settings, load
from stream_slm.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
BASE = ROOT / "k8s" / "base"
#: Beyond the drain: the last commit, the producer's flush, the exit.
MARGIN_S = 10


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run a command of ours and return what it printed; a failure shows what it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout


def compose() -> dict[str, Any]:
    # Interpolated as Compose does where no variable is set.
    text = re.sub(r"\$\{\w+:-([^}]*)}", r"\1", COMPOSE.read_text(encoding="utf-8"))
    return yaml.safe_load(text)["services"]


def compose_environment(service: str) -> dict[str, str]:
    environment = compose()[service].get("environment", {})
    return {name: str(value) for name, value in environment.items() if name.startswith(PREFIX)}


def manifests() -> Iterator[dict[str, Any]]:
    for file in sorted(BASE.glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def worker_pod() -> dict[str, Any]:
    return next(each["spec"]["template"]["spec"] for each in manifests() if each["kind"] == "Deployment")


def kubernetes_environment() -> dict[str, str]:
    lines = (BASE / "settings.env").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    (container,) = worker_pod()["containers"]
    return settings | {each["name"]: each["value"] for each in container["env"]}


def image_environment() -> dict[str, str]:
    instructions = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    words = [word for line in instructions.splitlines() if line.startswith("ENV ") for word in shlex.split(line[4:])]
    return dict(word.split("=", 1) for word in words if word.startswith(PREFIX))


ENVIRONMENTS = {
    "Dockerfile": image_environment,
    "k8s/base": kubernetes_environment,
    **{f"docker-compose.yml: {name}": lambda name=name: compose_environment(name) for name in compose()},
}


def settings_under(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load()


def tracked_files() -> list[Path]:
    try:
        # Whoever owns the checkout: CI may run as another user.
        git = ("git", "-c", f"safe.directory={ROOT}")
        listed = run(*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    except (AssertionError, FileNotFoundError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_the_settings_that_a_manifest_gives_are_accepted(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_under(ENVIRONMENTS[where](), monkeypatch)


@pytest.mark.parametrize("file", [COMPOSE, DOCKERFILE, *sorted(BASE.iterdir())], ids=lambda file: file.name)
def test_each_setting_named_in_a_manifest_is_in_the_tree(file: Path) -> None:
    # Also in comments and commands, which the test above does not see. A lone prefix, as in prose, names nothing.
    for name in re.findall(rf"{PREFIX}[A-Z]\w*", file.read_text(encoding="utf-8")):
        section, _, setting = name.removeprefix(PREFIX).lower().partition("__")
        if name == "STREAM_SLM_PORT":  # what Kubernetes would set; the comment says how that is kept away
            continue
        assert section in Settings.model_fields, name
        fields = type(getattr(Settings.model_construct(), section)).model_fields
        assert setting in fields or setting.removesuffix("_file") in fields, name  # a secret that is mounted


def test_kubernetes_waits_longer_than_the_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    drain = settings_under(kubernetes_environment(), monkeypatch).delivery.drain_timeout_s
    assert worker_pod()["terminationGracePeriodSeconds"] >= drain + MARGIN_S


def test_compose_waits_longer_than_the_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    drain = settings_under(compose_environment("worker"), monkeypatch).delivery.drain_timeout_s
    grace = compose()["worker"]["stop_grace_period"]
    assert re.fullmatch(r"\d+s", grace)
    assert int(grace[:-1]) >= drain + MARGIN_S


def test_the_pod_keeps_to_the_restricted_standard() -> None:
    pod = worker_pod()
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_pod_and_the_image_agree_on_user_and_command() -> None:
    dockerfile = DOCKERFILE.read_text(encoding="utf-8")
    context = worker_pod()["securityContext"]
    (container,) = worker_pod()["containers"]
    assert f"USER {context['runAsUser']}:{context['runAsGroup']}" in dockerfile
    assert f"CMD {container['args']}".replace("'", '"') in dockerfile


def test_each_claimed_volume_is_claimed_by_a_manifest() -> None:
    claims = {each["metadata"]["name"] for each in manifests() if each["kind"] == "PersistentVolumeClaim"}
    volumes = worker_pod()["volumes"]
    assert {each["persistentVolumeClaim"]["claimName"] for each in volumes if "persistentVolumeClaim" in each} <= claims


def test_kustomize_lists_every_manifest() -> None:
    kustomization = yaml.safe_load((BASE / "kustomization.yaml").read_text(encoding="utf-8"))
    files = {file.name for file in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files


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
