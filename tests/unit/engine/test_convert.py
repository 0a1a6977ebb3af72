"""Rules of the conversion: the same numbers as BERT, the same bytes each time, no guess at what it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.encoder import Encoder
from stream_slm.engine.tensors import read_tensors
from stream_slm.errors import BundleError
from tests.unit.engine.tiny import (
    DISTILBERT,
    as_distilbert,
    as_roberta,
    converted,
    cosines,
    mean_hidden_state,
    random_tensors,
    without_token_types,
    write_checkpoint,
)

CHUNKS = [(2, 9, 10, 11, 3), (2, 13, 3), (2, 12, 12, 1, 9, 10, 11, 13, 9, 3), (2, 3)]


def encoder_of(checkpoint: Path, folder: Path, quantization: str) -> Encoder:
    converted(checkpoint, folder, quantization)
    return Encoder.load(folder, checkpoint / "tokenizer.json", dimension=32, max_tokens=22)


@pytest.mark.parametrize(("quantization", "cosine"), [("float32", 0.999999), ("int8", 0.99)])
def test_same_vectors_as_the_reference(
    checkpoint: Path, tmp_path: Path, quantization: str | None, cosine: float
) -> None:
    """A padded batch gives each row what BERT, written down in numpy, gives it alone."""
    expected = np.stack([mean_hidden_state(random_tensors(), chunk) for chunk in CHUNKS])
    vectors = encoder_of(checkpoint, tmp_path / "model", quantization).encode(CHUNKS)
    assert vectors.dtype == np.float32
    assert cosines(vectors, expected).min() > cosine
    if quantization == "float32":
        np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_same_bytes_each_time(checkpoint: Path, tmp_path: Path) -> None:
    """Two conversions of one checkpoint are one bundle, with one digest."""
    for name in ("one", "two"):
        converted(checkpoint, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["config.json", "model.bin", "vocabulary.json"]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def old_names(name: str) -> str:
    return "bert." + name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


@pytest.mark.parametrize("rename", [lambda name: name, old_names], ids=["bare", "with a head, before 2020"])
def test_names_of_other_savers(tmp_path: Path, rename: Callable[[str], str]) -> None:
    """Weights are found under the names that a task model and an old release gave them."""
    renamed = {rename(name): tensor for name, tensor in random_tensors().items()}
    checkpoint = write_checkpoint(tmp_path / "checkpoint", {**renamed, "cls.bias": np.zeros(2, np.float32)})
    expected = mean_hidden_state(random_tensors(), CHUNKS[0])
    vector = encoder_of(checkpoint, tmp_path / "model", "float32").encode(CHUNKS[:1])[0]
    np.testing.assert_allclose(vector, expected, atol=1e-5)


def test_distilbert(tmp_path: Path) -> None:
    """Other names, no token types, and other words in config.json."""
    tensors = without_token_types(random_tensors())
    checkpoint = write_checkpoint(tmp_path / "checkpoint", as_distilbert(tensors), **DISTILBERT)
    expected = np.stack([mean_hidden_state(tensors, chunk) for chunk in CHUNKS])
    np.testing.assert_allclose(
        encoder_of(checkpoint, tmp_path / "model", "float32").encode(CHUNKS), expected, atol=1e-5
    )


@pytest.mark.parametrize("family", ["roberta", "xlm-roberta", "camembert"])
def test_roberta_counts_positions_from_the_padding(tmp_path: Path, family: str) -> None:
    """The rows before the first token's are not read."""
    config = {"model_type": family, "pad_token_id": 1, "max_position_embeddings": 26}
    checkpoint = write_checkpoint(tmp_path / "checkpoint", as_roberta(random_tensors()), **config)
    expected = np.stack([mean_hidden_state(random_tensors(), chunk) for chunk in CHUNKS])
    np.testing.assert_allclose(
        encoder_of(checkpoint, tmp_path / "model", "float32").encode(CHUNKS), expected, atol=1e-5
    )
    assert Checkpoint.read(checkpoint).positions == 24


def test_shards_are_read_as_one(checkpoint: Path, tmp_path: Path) -> None:
    """Weights spread over files give the same bytes; a shard that is not there is named."""
    converted(checkpoint, tmp_path / "whole")
    tensors = sorted(random_tensors().items())
    shards = {"model-1.safetensors": dict(tensors[:9]), "model-2.safetensors": dict(tensors[9:])}
    for name, part in shards.items():
        save_file(part, checkpoint / name)
    index = {"weight_map": {tensor: name for name, part in shards.items() for tensor in part}}
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps(index))
    (checkpoint / "model.safetensors").unlink()
    converted(checkpoint, tmp_path / "shards")
    assert (tmp_path / "shards/model.bin").read_bytes() == (tmp_path / "whole/model.bin").read_bytes()
    (checkpoint / "model-2.safetensors").unlink()
    with pytest.raises(BundleError, match=r"names model-2\.safetensors, which is missing"):
        converted(checkpoint, tmp_path / "model")


@pytest.mark.parametrize("name", ["../x.safetensors", "pytorch_model-1.bin"])
def test_index_names_only_safetensors_beside_it(checkpoint: Path, tmp_path: Path, name: str) -> None:
    """An index leads to no pickle and to no other folder."""
    (checkpoint / "model.safetensors").unlink()
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"x": name}}))
    with pytest.raises(BundleError, match="which is no safetensors file beside it"):
        converted(checkpoint, tmp_path / "model")


def test_pickle_is_not_opened(checkpoint: Path, tmp_path: Path) -> None:
    """A pickle could run code: it is named, and the way out."""
    (checkpoint / "model.safetensors").rename(checkpoint / "pytorch_model.bin")
    with pytest.raises(BundleError, match=r"pickle only \(pytorch_model\.bin\).* save the model as safetensors"):
        converted(checkpoint, tmp_path / "model")


@pytest.mark.parametrize(("dtype", "bound"), [("F32", 0.0), ("F16", 1e-3), ("BF16", 1e-2)])
def test_half_precision_is_read(tmp_path: Path, dtype: str, bound: float) -> None:
    """Tensors in half and brain floats become float32; integers are no weights."""
    tensor = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
    stored: Any = {"F32": tensor, "F16": tensor.astype(np.float16)}.get(dtype)
    body = (tensor.view(np.uint32) >> 16).astype(np.uint16).tobytes() if stored is None else stored.tobytes()
    header = {
        "x": {"dtype": dtype, "shape": [2, 3], "data_offsets": [0, len(body)]},
        "ids": {"dtype": "I64", "shape": [1], "data_offsets": [len(body), len(body) + 8]},
    }
    told = json.dumps(header).encode()
    (tmp_path / "model.safetensors").write_bytes(len(told).to_bytes(8, "little") + told + body + bytes(8))
    tensors = read_tensors(tmp_path)
    assert list(tensors) == ["x"]
    assert tensors["x"].dtype == np.float32
    np.testing.assert_allclose(tensors["x"], tensor, atol=bound)


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"model_type": "mpnet"}, "type 'mpnet'"),
        ({"position_embedding_type": "relative_key"}, "'relative_key' positions"),
        ({"hidden_act": "mish"}, "activation 'mish'"),
        ({"vocab_size": 5}, r"shape \(16, 32\), where config\.json says \(5, 32\)"),
        ({"num_hidden_layers": 1}, r"unexpected weight 'encoder\.layer\.1"),
        ({"num_hidden_layers": 3}, r"lacks the weight 'encoder\.layer\.2"),
    ],
)
def test_other_models_are_refused(tmp_path: Path, config: dict[str, Any], complaint: str) -> None:
    """What the conversion does not know it does not attempt."""
    checkpoint = write_checkpoint(tmp_path / "checkpoint", **config)
    with pytest.raises(BundleError, match=complaint):
        converted(checkpoint, tmp_path / "model")


def test_broken_weights_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    """A file that is no safetensors is named."""
    (checkpoint / "model.safetensors").write_bytes(b"not a tensor")
    with pytest.raises(BundleError, match=r"model\.safetensors is not a safetensors file"):
        converted(checkpoint, tmp_path / "model")
