"""A BERT of a few thousand random weights, its tokenizer, and BERT's forward pass in plain numpy to judge it by."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.convert import bare_tensors, convert
from stream_slm.engine.fetch import SourceModel
from stream_slm.engine.tensors import read_tensors
from stream_slm.engine.vocabulary import read_tokenizer

Floats = npt.NDArray[np.float64]

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[", "]", "cls", "mask", "card", "paid", "road", "pain", "ok"]
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 32,
    "intermediate_size": 64,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 24,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "position_embedding_type": "absolute",
    "type_vocab_size": 2,
    "vocab_size": len(WORDS) + 2,
}


def random_tensors(seed: int = 0) -> dict[str, npt.NDArray[np.float32]]:
    """Weights for `CONFIG` under the names of a bare BertModel."""
    rng = np.random.default_rng(seed)
    hidden, inner = 32, 64
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS) + 2, hidden),
        "embeddings.position_embeddings.weight": (24, hidden),
        "embeddings.token_type_embeddings.weight": (2, hidden),
    }
    linears = {"attention.output.dense": (hidden, hidden), "intermediate.dense": (inner, hidden)}
    linears |= {f"attention.self.{part}": (hidden, hidden) for part in ("query", "key", "value")}
    linears |= {"output.dense": (hidden, inner)}
    for layer in range(2):
        for name, shape in linears.items():
            shapes[f"encoder.layer.{layer}.{name}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{name}.bias"] = shape[:1]
    tensors = {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    norms = ["embeddings"] + [
        f"encoder.layer.{layer}.{part}" for layer in range(2) for part in ("attention.output", "output")
    ]
    for norm in norms:
        tensors[f"{norm}.LayerNorm.weight"] = rng.normal(1, 0.1, hidden).astype(np.float32)
        tensors[f"{norm}.LayerNorm.bias"] = rng.normal(0, 0.1, hidden).astype(np.float32)
    return tensors


def write_checkpoint(folder: Path, tensors: Mapping[str, Any] | None = None, **config: Any) -> Path:
    """Write config.json, tokenizer.json and model.safetensors into `folder`, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({**CONFIG, **config}))
    save_file(dict(tensors or random_tensors()), folder / "model.safetensors")
    tokenizer = Tokenizer(models.WordPiece({word: row for row, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # As published files do: an encoder that kept these would see 8 tokens of any text.
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def as_distilbert(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The same weights under DistilBERT's names, which has no token types: those of `tensors` must be 0."""
    names = {
        "encoder.layer": "distilbert.transformer.layer",
        "embeddings.": "distilbert.embeddings.",
        "attention.self.query": "attention.q_lin",
        "attention.self.key": "attention.k_lin",
        "attention.self.value": "attention.v_lin",
        "attention.output.dense": "attention.out_lin",
        "attention.output.LayerNorm": "sa_layer_norm",
        "intermediate.dense": "ffn.lin1",
        "output.dense": "ffn.lin2",
        "output.LayerNorm": "output_layer_norm",
    }
    renamed = {}
    for name, tensor in tensors.items():
        new = name
        for old, now in names.items():
            new = new.replace(old, now, 1) if not new.startswith("distilbert.embeddings.") else new
        renamed[new] = tensor
    del renamed["distilbert.embeddings.token_type_embeddings.weight"]
    return renamed


DISTILBERT = {
    "model_type": "distilbert",
    "activation": "gelu",
    "dim": 32,
    "hidden_dim": 64,
    "n_heads": 4,
    "n_layers": 2,
    "architectures": ["DistilBertForSequenceClassification"],
    "id2label": {"0": "bad", "1": "good"},
}


def distilbert_head(seed: int = 5) -> dict[str, npt.NDArray[np.float32]]:
    """A classification head for `DISTILBERT`."""
    rng = np.random.default_rng(seed)
    shapes = {"pre_classifier.weight": (32, 32), "pre_classifier.bias": (32,)}
    shapes |= {"classifier.weight": (2, 32), "classifier.bias": (2,)}
    return {name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def without_token_types(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The same weights, but embeddings of token types that add nothing."""
    name = "embeddings.token_type_embeddings.weight"
    return {**tensors, name: np.zeros_like(tensors[name])}


def as_roberta(tensors: Mapping[str, Any], padding_id: int = 1) -> dict[str, Any]:
    """The same weights as RoBERTa stores them: positions from the padding token's id plus one on, one token type."""
    positions, types = "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight"
    unused = np.full((padding_id + 1, tensors[positions].shape[1]), 9, np.float32)
    shifted = {positions: np.concatenate([unused, tensors[positions]]), types: tensors[types][:1]}
    return {f"roberta.{name}": tensor for name, tensor in {**tensors, **shifted}.items()}


def source_of(checkpoint: Path, **changes: Any) -> SourceModel:
    """A source that pins the sums of the files in `checkpoint`."""
    names = ("config.json", "tokenizer.json", "model.safetensors")
    fields: dict[str, Any] = {
        "repo": "tests/tiny-bert",
        "revision": "0" * 40,
        "licence": "Apache-2.0",
        "languages": ("en",),
        "requirement": "tiny-bert==0.1.0",
        "package_folder": "tiny_bert/model",
        "package_bytes": 10_000,
        "files": {name: (hashlib.sha256((checkpoint / name).read_bytes()).hexdigest(),) for name in names},
    }
    return SourceModel(**{**fields, **changes})


def converted(folder: Path, target: Path, quantization: str = "int8") -> None:
    """Convert the checkpoint in `folder` into the CTranslate2 model folder `target`."""
    checkpoint = Checkpoint.read(folder)
    tensors = bare_tensors(read_tensors(folder), checkpoint.family.prefix)
    convert(checkpoint, read_tokenizer(folder), tensors, target, quantization)


def mean_hidden_state(tensors: Mapping[str, Any], ids: Sequence[int]) -> Floats:
    """BERT's last hidden states over `ids`, averaged over all of them."""
    return hidden_states(tensors, ids).mean(0)


def hidden_states(tensors: Mapping[str, Any], ids: Sequence[int]) -> Floats:
    """BERT's last hidden states over `ids`: (tokens, dimension)."""
    weights = {name: np.asarray(tensor, np.float64) for name, tensor in tensors.items()}

    def norm(states: Floats, name: str) -> Floats:
        centred = states - states.mean(-1, keepdims=True)
        scaled = centred / np.sqrt(states.var(-1, keepdims=True) + 1e-12)
        return scaled * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]

    def linear(states: Floats, name: str) -> Floats:
        return states @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    states = weights["embeddings.word_embeddings.weight"][list(ids)]
    states = states + weights["embeddings.position_embeddings.weight"][: len(ids)]
    states = norm(states + weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
    for layer in (f"encoder.layer.{index}" for index in range(2)):
        query, key, value = (
            linear(states, f"{layer}.attention.self.{part}").reshape(len(ids), 4, 8).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(8))
        context = (scores / scores.sum(-1, keepdims=True)) @ value
        attended = linear(context.transpose(1, 0, 2).reshape(len(ids), 32), f"{layer}.attention.output.dense")
        states = norm(states + attended, f"{layer}.attention.output")
        inner = linear(states, f"{layer}.intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        states = norm(states + linear(inner, f"{layer}.output.dense"), f"{layer}.output")
    return states


def cosines(left: Any, right: Any) -> Floats:
    """Row by row."""
    return (left * right).sum(-1) / np.linalg.norm(left, axis=-1) / np.linalg.norm(right, axis=-1)
