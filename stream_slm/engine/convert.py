"""Convert a BERT-family checkpoint in safetensors to a CTranslate2 model folder, without torch."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
from ctranslate2.specs import (
    Activation,
    EmbeddingsMerge,
    TransformerEncoderModelSpec,
    TransformerEncoderSpec,
)
from tokenizers import Tokenizer

from stream_slm.errors import BundleError

Tensors = Mapping[str, npt.NDArray[np.float32]]

# Raise it whenever the same checkpoint would give other bytes: bundles built by an older recipe are then rebuilt.
RECIPE = 1

_ACTIVATIONS = {
    "gelu": Activation.GELU,
    "gelu_new": Activation.GELUTanh,
    "gelu_pytorch_tanh": Activation.GELUTanh,
    "relu": Activation.RELU,
    "silu": Activation.SWISH,
    "swish": Activation.SWISH,
}
_NUMPY_DTYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def convert(checkpoint: Path, target: Path, quantization: str | None = "int8") -> None:
    """Write `checkpoint` (config.json, tokenizer.json, model.safetensors) as a CTranslate2 model into `target`.

    The same input gives the same bytes. `quantization` is CTranslate2's word (`int8`, `float32`, ...) or None to
    keep float32. The pooling layer of BERT is left out: sentence vectors are a mean over tokens and never use it.

    Raises BundleError for a checkpoint that is not a BERT with absolute positions, or that lacks a weight.
    """
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    _refuse_unsupported(config)
    spec = _empty_spec(config)
    _fill_encoder(spec.encoder, read_tensors(checkpoint / "model.safetensors"))
    spec.register_vocabulary(_read_vocabulary(checkpoint / "tokenizer.json", config["vocab_size"]))
    spec.config.unk_token = "[UNK]"  # noqa: S105  (a token of text)
    spec.config.layer_norm_epsilon = config["layer_norm_eps"]
    spec.validate()
    spec.optimize(quantization=quantization)
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))


def read_tensors(path: Path) -> Tensors:
    """Return the floating-point tensors of a safetensors file as float32, under the names of a bare `BertModel`.

    Raises BundleError when the file is not safetensors.
    """
    try:
        # Not safetensors.numpy.load_file: it refuses bfloat16.
        entries = safetensors.deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise BundleError(f"{path.name} is not a safetensors file: {error}") from error
    return {_bare_name(name): _to_float32(entry) for name, entry in entries if entry["dtype"] in _NUMPY_DTYPES}


def _to_float32(entry: Mapping[str, Any]) -> npt.NDArray[np.float32]:
    stored = np.frombuffer(entry["data"], dtype=_NUMPY_DTYPES[entry["dtype"]])
    if entry["dtype"] == "BF16":
        # numpy has no bfloat16: its bits are the upper half of a float32.
        stored = (stored.astype(np.uint32) << 16).view(np.float32)
    tensor: npt.NDArray[np.float32] = stored.reshape(entry["shape"]).astype(np.float32)
    return tensor


def _bare_name(name: str) -> str:
    # Checkpoints saved with a task head say "bert.", and those older than 2020 say gamma and beta.
    name = name.removeprefix("bert.")
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")


def _refuse_unsupported(config: Mapping[str, Any]) -> None:
    if config.get("model_type") != "bert":
        raise BundleError(f"cannot convert a model of type {config.get('model_type')!r}: only 'bert' is supported")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise BundleError(f"cannot convert {config['position_embedding_type']!r} positions: only 'absolute'")
    if config.get("hidden_act") not in _ACTIVATIONS:
        raise BundleError(f"cannot convert the activation {config.get('hidden_act')!r}")


def _empty_spec(config: Mapping[str, Any]) -> Any:
    encoder = TransformerEncoderSpec(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        pre_norm=False,
        activation=_ACTIVATIONS[config["hidden_act"]],
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    return TransformerEncoderModelSpec(encoder, pooling_layer=False)


def _fill_encoder(encoder: Any, tensors: Tensors) -> None:
    try:
        encoder.embeddings[0].weight = tensors["embeddings.word_embeddings.weight"]
        encoder.embeddings[1].weight = tensors["embeddings.token_type_embeddings.weight"]
        encoder.position_encodings.encodings = tensors["embeddings.position_embeddings.weight"]
        _fill_norm(encoder.layernorm_embedding, tensors, "embeddings.LayerNorm")
        for index, layer in enumerate(encoder.layer):
            _fill_layer(layer, tensors, f"encoder.layer.{index}")
    except KeyError as error:
        raise BundleError(f"the checkpoint lacks the weight {error}") from error


def _fill_layer(layer: Any, tensors: Tensors, name: str) -> None:
    query_key_value = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    layer.self_attention.linear[0].weight = np.concatenate([tensors[f"{part}.weight"] for part in query_key_value])
    layer.self_attention.linear[0].bias = np.concatenate([tensors[f"{part}.bias"] for part in query_key_value])
    _fill_linear(layer.self_attention.linear[1], tensors, f"{name}.attention.output.dense")
    _fill_norm(layer.self_attention.layer_norm, tensors, f"{name}.attention.output.LayerNorm")
    _fill_linear(layer.ffn.linear_0, tensors, f"{name}.intermediate.dense")
    _fill_linear(layer.ffn.linear_1, tensors, f"{name}.output.dense")
    _fill_norm(layer.ffn.layer_norm, tensors, f"{name}.output.LayerNorm")


def _fill_linear(linear: Any, tensors: Tensors, name: str) -> None:
    linear.weight = tensors[f"{name}.weight"]
    linear.bias = tensors[f"{name}.bias"]


def _fill_norm(norm: Any, tensors: Tensors, name: str) -> None:
    norm.gamma = tensors[f"{name}.weight"]
    norm.beta = tensors[f"{name}.bias"]


def _read_vocabulary(tokenizer_file: Path, size: int) -> list[str]:
    """Return `size` tokens in the order of their ids; rows that the tokenizer never produces get a filler name."""
    ids = Tokenizer.from_file(str(tokenizer_file)).get_vocab(with_added_tokens=True)
    return list(_name_rows({index: token for token, index in ids.items()}, size))


def _name_rows(tokens: Mapping[int, str], size: int) -> Iterator[str]:
    if tokens and max(tokens) >= size:
        raise BundleError(f"the tokenizer has id {max(tokens)} but the model only {size} rows")
    for row in range(size):
        yield tokens.get(row, f"<extra_id_{row}>")
