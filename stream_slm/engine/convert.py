"""Convert a checkpoint of the BERT, DistilBERT or RoBERTa family to a CTranslate2 model folder, without torch."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import (
    Activation,
    EmbeddingsMerge,
    TransformerEncoderModelSpec,
    TransformerEncoderSpec,
)
from ctranslate2.specs.model_spec import NumpyVariable, Variable, visit_spec
from tokenizers import Tokenizer

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.families import LayerNames
from stream_slm.engine.tensors import Tensor, Tensors
from stream_slm.engine.vocabulary import unknown_token
from stream_slm.errors import BundleError

# Raise it whenever the same checkpoint would give other bytes: bundles built by an older recipe are then rebuilt.
RECIPE = 2
# The same of exports to ONNX.
ONNX_RECIPE = 3

_ACTIVATIONS = {
    "gelu": Activation.GELU,
    "gelu_new": Activation.GELUTanh,
    "gelu_pytorch_tanh": Activation.GELUTanh,
    "relu": Activation.RELU,
    "silu": Activation.SWISH,
    "swish": Activation.SWISH,
}
# DistilBERT's is no setting of it.
_DEFAULT_EPSILON = 1e-12


class _Weight(NumpyVariable):  # type: ignore[misc]
    """A weight that becomes bfloat16 without torch, which CTranslate2 asks for."""

    def _to(self, dtype: str) -> Variable:
        return _Bfloat16(self.array) if dtype == "bfloat16" else super()._to(dtype)


class _Bfloat16(NumpyVariable):  # type: ignore[misc]
    """A weight as the upper halves of its float32, rounded to the nearest."""

    dtype = "bfloat16"

    def __init__(self, array: Tensor) -> None:
        bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
        super().__init__(((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16))


def _keep_upper_half(spec: Any, name: str, value: Any) -> None:
    if isinstance(value, NumpyVariable) and value.dtype == "float32":
        setattr(spec, name.rpartition("/")[2], _Weight(value.array))


class _Weights:
    """The weights under the names of the bare model; remembers which were taken."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._taken: set[str] = set()

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._tensors:
            raise BundleError(f"the checkpoint lacks the weight {name!r}")
        self._taken.add(name)
        return self._tensors[name]

    def refuse_leftovers(self, parts: tuple[str, ...]) -> None:
        """Raise BundleError for a weight of these parts of the model that nothing asked for."""
        left = [name for name in self._tensors if name.startswith(parts) and name not in self._taken]
        if left:
            raise BundleError(f"the checkpoint has the unexpected weight {min(left)!r}, and {len(left) - 1} more")


def convert(checkpoint: Checkpoint, tokenizer: Tokenizer, tensors: Tensors, target: Path, quantization: str) -> None:
    """Write `checkpoint` with its bare `tensors` as a CTranslate2 model into `target`.

    The same input gives the same bytes. `quantization` is CTranslate2's word (`int8`, `float32`, ...). The pooling
    layer of BERT is left out: it belongs to a head.

    Raises BundleError for positions or an activation that CTranslate2 does not know, and for a weight that is
    missing, of a wrong shape or not expected.
    """
    if checkpoint.config.get("position_embedding_type") not in (None, "absolute"):
        raise BundleError(f"cannot convert {checkpoint.config['position_embedding_type']!r} positions: only 'absolute'")
    names = checkpoint.family.names
    assert names is not None, "families without names are exported"
    spec = _empty_spec(checkpoint)
    weights = _Weights(tensors)
    _fill_encoder(spec.encoder, weights, checkpoint, names)
    weights.refuse_leftovers(("embeddings.", f"{names.layer}."))
    spec.register_vocabulary(_read_vocabulary(tokenizer, len(weights["embeddings.word_embeddings.weight"])))
    # Read by CTranslate2 for tokens it does not know, which never happens: it is given ids.
    spec.config.unk_token = unknown_token(tokenizer) or tokenizer.id_to_token(0)
    spec.config.layer_norm_epsilon = checkpoint.config.get("layer_norm_eps", _DEFAULT_EPSILON)
    try:
        spec.validate()
    except Exception as error:  # CTranslate2 raises bare Exception and ValueError for a weight that does not fit.
        raise BundleError(f"the checkpoint's weights do not fit its config.json: {error}") from error
    if quantization == "bfloat16":
        visit_spec(spec, _keep_upper_half)
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))


def bare_tensors(tensors: Tensors, prefix: str) -> Tensors:
    """Return `tensors` under the names of a bare model, whatever the checkpoint was saved with."""
    return {_bare_name(name, prefix): tensor for name, tensor in tensors.items()}


def _bare_name(name: str, prefix: str) -> str:
    # Checkpoints saved with a task head have a prefix, and those older than 2020 say gamma and beta.
    name = name.removeprefix(prefix)
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")


def _empty_spec(checkpoint: Checkpoint) -> Any:
    activation = checkpoint.setting("activation")
    if activation not in _ACTIVATIONS:
        raise BundleError(f"cannot convert the activation {activation!r}; supported are {', '.join(_ACTIVATIONS)}")
    encoder = TransformerEncoderSpec(
        checkpoint.setting("layers"),
        checkpoint.setting("attention_heads"),
        pre_norm=False,
        activation=_ACTIVATIONS[activation],
        layernorm_embedding=True,
        num_source_embeddings=2 if checkpoint.family.token_types else 1,
        embeddings_merge=EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    return TransformerEncoderModelSpec(encoder, pooling_layer=False)


def _fill_encoder(encoder: Any, weights: _Weights, checkpoint: Checkpoint, names: LayerNames) -> None:
    words, positions = weights["embeddings.word_embeddings.weight"], weights["embeddings.position_embeddings.weight"]
    expected = (checkpoint.get("vocab_size"), checkpoint.setting("dimension"))
    if words.shape != expected:
        raise BundleError(f"the word embeddings have the shape {words.shape}, where config.json says {expected}")
    encoder.embeddings[0].weight = words
    if checkpoint.family.token_types:
        types = weights["embeddings.token_type_embeddings.weight"]
        # Of a model that knows one type only, both texts of a pair are of that.
        one_for_both = checkpoint.family.second_type and len(types) == 1
        encoder.embeddings[1].weight = np.repeat(types, 2, axis=0) if one_for_both else types
    # The rows before the first token's are for padding.
    encoder.position_encodings.encodings = positions[checkpoint.position_offset :]
    _fill_norm(encoder.layernorm_embedding, weights, "embeddings.LayerNorm")
    for index, layer in enumerate(encoder.layer):
        _fill_layer(layer, weights, names, f"{names.layer}.{index}")


def _fill_layer(layer: Any, weights: _Weights, names: LayerNames, at: str) -> None:
    query_key_value = [f"{at}.{part}" for part in (names.query, names.key, names.value)]
    layer.self_attention.linear[0].weight = np.concatenate([weights[f"{part}.weight"] for part in query_key_value])
    layer.self_attention.linear[0].bias = np.concatenate([weights[f"{part}.bias"] for part in query_key_value])
    _fill_linear(layer.self_attention.linear[1], weights, f"{at}.{names.attended}")
    _fill_norm(layer.self_attention.layer_norm, weights, f"{at}.{names.attention_norm}")
    _fill_linear(layer.ffn.linear_0, weights, f"{at}.{names.inner}")
    _fill_linear(layer.ffn.linear_1, weights, f"{at}.{names.outer}")
    _fill_norm(layer.ffn.layer_norm, weights, f"{at}.{names.output_norm}")


def _fill_linear(linear: Any, weights: _Weights, name: str) -> None:
    linear.weight = weights[f"{name}.weight"]
    linear.bias = weights[f"{name}.bias"]


def _fill_norm(norm: Any, weights: _Weights, name: str) -> None:
    norm.gamma = weights[f"{name}.weight"]
    norm.beta = weights[f"{name}.bias"]


def _read_vocabulary(tokenizer: Tokenizer, size: int) -> list[str]:
    """Return `size` tokens in the order of their ids; rows that the tokenizer never produces get a filler name."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    return list(_name_rows({index: token for token, index in ids.items()}, size))


def _name_rows(tokens: Mapping[int, str], size: int) -> Iterator[str]:
    if tokens and max(tokens) >= size:
        raise BundleError(f"the tokenizer has id {max(tokens)} but the model only {size} rows")
    for row in range(size):
        yield tokens.get(row, f"<extra_id_{row}>")
