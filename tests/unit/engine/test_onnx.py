"""Rules of the second runtime: its extras are asked for by name, and it answers as the first does."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from stream_slm.engine import extras
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.manifest import sum_file, write_manifest
from stream_slm.engine.pull import Wish, pull
from stream_slm.engine.sources import parse_source
from stream_slm.errors import BundleError, InferenceError
from stream_slm.pipeline.engines import load_engine
from tests.unit.engine.tiny import WORDS, write_checkpoint

TEXTS = ["card paid road", "ok", "pain road card paid ok"]


class FakeSession:
    """An ONNX Runtime session whose model gives each token its id, and a padding token -1."""

    def __init__(self, path: str, options: Any, providers: list[str]) -> None:
        if Path(path).read_bytes() != b"a model":
            raise Exception("Protobuf parsing failed")  # noqa: TRY002  (as ONNX Runtime's are, of no common root)
        self.options = options
        assert providers == ["CPUExecutionProvider"]

    def run(self, outputs: None, inputs: Mapping[str, Any]) -> list[Any]:
        """Hidden states of 32 dimensions."""
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        assert ids.dtype == mask.dtype == np.int64
        if (ids == WORDS.index("mask")).any():
            raise Exception("the model failed")  # noqa: TRY002
        values = np.where(mask == 1, ids, -1).astype(np.float32)
        return [np.repeat(values[:, :, None], 32, axis=2)]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An onnxruntime, whether one is installed or not."""
    module = ModuleType("onnxruntime")
    module.__spec__ = ModuleSpec("onnxruntime", None)
    options = {"add_session_config_entry": lambda _key, _value: None}
    module.InferenceSession = FakeSession  # type: ignore[attr-defined]
    module.SessionOptions = lambda: SimpleNamespace(**options)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "onnxruntime", module)
    monkeypatch.delitem(sys.modules, "stream_slm.engine.onnx_encoder", raising=False)
    yield
    # It holds the fake.
    sys.modules.pop("stream_slm.engine.onnx_encoder", None)


@pytest.fixture
def nothing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of what extras bring."""
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)


def bundle_of(folder: Path, pooling: str) -> Bundle:
    """A bundle as the export of a tiny checkpoint leaves it, but for the model in it."""
    source = parse_source(f"path:{write_checkpoint(folder / 'checkpoint')}")
    bundle = Bundle.load(pull(folder / "models", source, Wish(name="tiny")))
    for file in (bundle.folder / "encoder").iterdir():
        file.unlink()
    (bundle.folder / "encoder" / "model.onnx").write_bytes(b"a model")
    entry = replace(bundle.manifest.encoder, runtime="onnx", pooling=pooling)
    files = {path: sha256 for path, sha256 in bundle.manifest.files.items() if not path.startswith("encoder/")}
    files["encoder/model.onnx"] = sum_file(bundle.folder / "encoder" / "model.onnx")
    write_manifest(replace(bundle.manifest, model=entry, files=files), bundle.folder)
    return Bundle.load(bundle.folder)


@pytest.mark.usefixtures("nothing_extra")
@pytest.mark.parametrize("model_type", ["deberta-v2", "xlnet"])
def test_export_without_its_extra_is_refused(model_type: str, tmp_path: Path) -> None:
    """In one line that says what to install, and nothing is left behind."""
    write_checkpoint(tmp_path / "checkpoint", model_type=model_type)
    with pytest.raises(BundleError) as refused:
        pull(tmp_path / "models", parse_source(f"path:{tmp_path / 'checkpoint'}"), Wish(name="tiny"))
    assert str(refused.value) == (
        f"exporting a model of type {model_type!r} to ONNX needs torch, transformers, onnx, onnxruntime: "
        "pip install 'stream-slm[convert]'"
    )
    assert not (tmp_path / "models" / "tiny").exists()


@pytest.mark.usefixtures("nothing_extra")
def test_bundle_without_its_runtime_is_refused(tmp_path: Path) -> None:
    """By the worker that should run it; the bundle itself is whole."""
    bundle = bundle_of(tmp_path, "mean")
    with pytest.raises(BundleError, match=r"the bundle tiny needs onnxruntime: pip install 'stream-slm\[onnx\]'"):
        load_engine(bundle, inter_threads=1, intra_threads=1)


def test_bundle_must_list_its_model(tmp_path: Path) -> None:
    """As for the first runtime."""
    bundle = bundle_of(tmp_path, "mean")
    files = {path: sha256 for path, sha256 in bundle.manifest.files.items() if path != "encoder/model.onnx"}
    write_manifest(replace(bundle.manifest, files=files), bundle.folder)
    with pytest.raises(BundleError, match=r"names encoder/model\.onnx but lists no SHA-256"):
        Bundle.load(bundle.folder)


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize(
    ("pooling", "pool"),
    [("mean", np.mean), ("max", np.max), ("cls", lambda ids: ids[0]), ("last", lambda ids: ids[-1])],
)
def test_vectors_are_pooled_over_real_tokens(pooling: str, pool: Any, tmp_path: Path) -> None:
    """However long the texts beside them are; in the order given."""
    encoder = load_engine(bundle_of(tmp_path, pooling), inter_threads=2, intra_threads=1)
    encoder.warm_up()
    chunks = [text.chunks[0] for text in encoder.tokenize(TEXTS)]
    assert len(set(map(len, chunks))) == 3
    expected = [[pool(chunk)] * 32 for chunk in chunks]
    np.testing.assert_allclose(encoder.encode(chunks), expected, rtol=1e-6)
    assert encoder.encode(chunks).dtype == np.float32


@pytest.mark.usefixtures("runtime")
def test_failures_are_of_the_engine(tmp_path: Path) -> None:
    """ONNX Runtime's own errors do not leave it, nor does a closed encoder answer."""
    bundle = bundle_of(tmp_path, "mean")
    encoder = bundle.encoder(inter_threads=1)
    with pytest.raises(InferenceError, match="failed on a batch of 1: the model failed"):
        encoder.encode([(2, WORDS.index("mask"), 3)])
    with pytest.raises(InferenceError, match="outside the vocabulary"):
        encoder.encode([(2, 99, 3)])
    encoder.close()
    with pytest.raises(InferenceError, match="closed"):
        encoder.encode([(2, 3)])
    (bundle.folder / "encoder" / "model.onnx").write_bytes(b"no model")
    with pytest.raises(BundleError, match="does not load: Protobuf parsing failed"):
        bundle.encoder()


def test_length_and_pooling_follow_the_family(tmp_path: Path) -> None:
    """XLNet has positions without end, and its head reads the last token."""
    checkpoint = Checkpoint.read(
        write_checkpoint(tmp_path, model_type="xlnet", architectures=["XLNetForSequenceClassification"])
    )
    assert (checkpoint.positions, checkpoint.pooling) == (512, "last")


@pytest.mark.usefixtures("nothing_extra")
def test_xlnet_for_two_directions_is_refused(tmp_path: Path) -> None:
    """A text's vector would depend on its place in the batch."""
    checkpoint = Checkpoint.read(write_checkpoint(tmp_path, model_type="xlnet", bi_data=True))
    with pytest.raises(BundleError, match=r"config\.json says bi_data True; supported is False"):
        checkpoint.refuse_unless_convertible()
