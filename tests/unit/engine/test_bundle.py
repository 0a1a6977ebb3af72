"""Rules of a bundle: it appears whole or not at all, is used only unaltered, and is rebuilt only when it must be."""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stream_slm.engine.build import DEFAULT_BUNDLE
from stream_slm.engine.bundle import Bundle, build_default, default_models_dir
from stream_slm.engine.fetch import SourceModel
from stream_slm.engine.transfer import silent
from stream_slm.errors import BundleError
from tests.unit.engine.hub import Hub


class Killed(BaseException):
    """Ends a build wherever it stands, as a signal would."""


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    folder = tmp_path / "heads-folder"
    folder.mkdir()
    (folder / "risk.npz").write_bytes(b"weights")
    (folder / "heads.json").write_text(json.dumps({"transactions.risk": {"path": "risk.npz", "labels": ["routine"]}}))
    return folder


def test_built_bundle_loads_and_encodes(hub: Hub, models_dir: Path, heads: Path, source: SourceModel) -> None:
    """A build holds an encoder, the heads under their place in the bundle, and a card."""
    folder = build_default(models_dir, heads, source=source)
    bundle = Bundle.load(folder)
    assert folder == models_dir / DEFAULT_BUNDLE
    assert bundle.digest == bundle.manifest.digest
    assert bundle.manifest.heads == {
        "transactions.risk": {"kind": "linear", "path": "heads/risk.npz", "labels": ["routine"]}
    }
    assert bundle.path("heads/risk.npz").read_bytes() == b"weights"
    assert (bundle.manifest.encoder.dimension, bundle.manifest.encoder.max_tokens) == (32, 22)
    assert bundle.runtime_version[0].isdigit()
    assert source.revision in bundle.path(bundle.manifest.card).read_text()
    encoder = bundle.encoder(inter_threads=1)
    assert encoder.encode(encoder.tokenize(["card paid"])[0].chunks).shape == (1, 32)
    assert os.listdir(models_dir) == [DEFAULT_BUNDLE]


def test_current_bundle_is_reused(hub: Hub, models_dir: Path, heads: Path, source: SourceModel) -> None:
    """The second build asks nobody anything."""
    build_default(models_dir, heads, source=source)
    asked = len(hub.asked)
    build_default(models_dir, heads, source=source)
    assert len(hub.asked) == asked


def test_absent_heads_are_none(hub: Hub, models_dir: Path, tmp_path: Path, source: SourceModel) -> None:
    """A folder that is not there and no folder give the same bundle."""
    digest = Bundle.load(build_default(models_dir, None, source=source)).digest
    assert Bundle.load(build_default(models_dir, tmp_path / "nowhere", source=source)).digest == digest


def test_altered_bundle_is_built_again(hub: Hub, models_dir: Path, source: SourceModel) -> None:
    """A build mends what loading refuses, to the same digest."""
    folder = build_default(models_dir, source=source)
    digest = Bundle.load(folder).digest
    (folder / "encoder" / "model.bin").write_bytes(b"cut")
    with pytest.raises(BundleError, match=r"encoder/model\.bin"):
        Bundle.load(folder)
    assert Bundle.load(build_default(models_dir, source=source)).digest == digest
    assert os.listdir(models_dir) == [DEFAULT_BUNDLE]


def test_changed_heads_are_built_in(hub: Hub, models_dir: Path, heads: Path, source: SourceModel) -> None:
    """Other bytes of a head, or another entry, make another bundle."""
    digests = [Bundle.load(build_default(models_dir, heads, source=source)).digest]
    (heads / "risk.npz").write_bytes(b"better weights")
    digests.append(Bundle.load(build_default(models_dir, heads, source=source)).digest)
    (heads / "heads.json").write_text(json.dumps({"transactions.risk": {"path": "risk.npz", "labels": ["review"]}}))
    digests.append(Bundle.load(build_default(models_dir, heads, source=source)).digest)
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "is not an object of task -> entry"),
        ("[]", "is not an object of task -> entry"),
        ('{"risk": {"labels": []}}', "is not an object of task -> entry"),
        ('{"risk": {"path": "gone.npz"}}', r"gone\.npz is missing"),
        ('{"risk": {"path": "../models"}}', "leads out of the bundle"),
    ],
)
def test_wrong_heads_are_refused_before_anything_is_fetched(
    hub: Hub, models_dir: Path, heads: Path, source: SourceModel, text: str, complaint: str
) -> None:
    """A mistake in the heads costs no download."""
    (heads / "heads.json").write_text(text)
    with pytest.raises(BundleError, match=complaint):
        build_default(models_dir, heads, source=source)
    assert not hub.asked


@pytest.mark.parametrize("last", ["probe", "download", "convert", "verify"])
def test_killed_build_leaves_nothing(hub: Hub, models_dir: Path, source: SourceModel, last: str) -> None:
    """A build that ends at any stage leaves no half bundle and no work folder."""

    def kill(stage: str, _done: int, _total: int | None) -> None:
        if stage == last:
            raise Killed

    with pytest.raises(Killed):
        build_default(models_dir, progress=kill, source=source)
    assert os.listdir(models_dir) == []


def test_what_a_killed_process_left_goes(hub: Hub, models_dir: Path, source: SourceModel) -> None:
    """A work folder of yesterday is removed, one of today may belong to a build that still runs."""
    for name, age_s in (("old", 2 * 24 * 3600), ("new", 60)):
        left = models_dir / f".{DEFAULT_BUNDLE}+{name}"
        left.mkdir(parents=True)
        os.utime(left, (time.time() - age_s,) * 2)
    build_default(models_dir, source=source)
    assert sorted(os.listdir(models_dir)) == [f".{DEFAULT_BUNDLE}+new", DEFAULT_BUNDLE]


@pytest.mark.parametrize("before", ["nothing", "a broken bundle"])
def test_two_builds_at_once(hub: Hub, models_dir: Path, source: SourceModel, before: str) -> None:
    """Both finish with the same whole bundle, whichever was first, and nothing is left beside it."""
    if before == "a broken bundle":
        (build_default(models_dir, source=source) / "README.md").write_text("altered")
    together = threading.Barrier(4)

    def meet(stage: str, _done: int, _total: int | None) -> None:
        if stage == "verify":
            together.wait(30)

    with ThreadPoolExecutor(4) as threads:
        builds = [threads.submit(build_default, models_dir, None, meet, source=source) for _ in range(4)]
        folders = {build.result() for build in builds}
    assert folders == {models_dir / DEFAULT_BUNDLE}
    Bundle.load(models_dir / DEFAULT_BUNDLE)
    assert os.listdir(models_dir) == [DEFAULT_BUNDLE]


def test_folder_that_cannot_be_written(hub: Hub, tmp_path: Path, source: SourceModel) -> None:
    """The error names the folder."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BundleError, match="cannot write the model bundle"):
        build_default(tmp_path / "file" / "models", source=source)


def test_offline_error_names_the_place_to_copy_to(
    hub: Hub, models_dir: Path, source: SourceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any network the way out is a copy, and the error says where to."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BundleError, match=f"can be copied to {models_dir / DEFAULT_BUNDLE}"):
        build_default(models_dir, source=source)
    assert os.listdir(models_dir) == []


def test_models_dir_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`$XDG_CACHE_HOME` where it is set, `~/.cache` else."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_models_dir() == tmp_path / "stream-slm" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_models_dir() == tmp_path / ".cache" / "stream-slm" / "models"


def test_silence_is_a_progress() -> None:
    """The default reports to nobody."""
    silent("download", 1, None)


def test_unloadable_encoder_is_a_bundle_error(hub: Hub, models_dir: Path, source: SourceModel) -> None:
    """CTranslate2's and the tokenizer's own errors do not leave the engine."""
    bundle = Bundle.load(build_default(models_dir, source=source))
    with pytest.raises(BundleError, match="does not load"):
        bundle.encoder(compute_type="float3")
    bundle.path("tokenizer.json").write_text("{}")
    with pytest.raises(BundleError, match="does not load"):
        bundle.encoder()
