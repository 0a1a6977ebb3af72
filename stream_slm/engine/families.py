"""The model families that are converted without torch: what each calls its weights and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stream_slm.errors import BundleError

# Families that CTranslate2 has no kernels for.
_ONNX_ONLY = ("deberta", "deberta-v2", "xlnet")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNames:
    """What the weights of one layer are called, below `layer`.N."""

    layer: str
    query: str
    key: str
    value: str
    attended: str
    attention_norm: str
    inner: str
    outer: str
    output_norm: str


_BERT_LAYER = LayerNames(
    layer="encoder.layer",
    query="attention.self.query",
    key="attention.self.key",
    value="attention.self.value",
    attended="attention.output.dense",
    attention_norm="attention.output.LayerNorm",
    inner="intermediate.dense",
    outer="output.dense",
    output_norm="output.LayerNorm",
)
_DISTILBERT_LAYER = LayerNames(
    layer="transformer.layer",
    query="attention.q_lin",
    key="attention.k_lin",
    value="attention.v_lin",
    attended="attention.out_lin",
    attention_norm="sa_layer_norm",
    inner="ffn.lin1",
    outer="ffn.lin2",
    output_norm="output_layer_norm",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How a family names things.

    Attributes:
        prefix: what stands before the bare model's names in a checkpoint with a task head.
        names: what the weights of a layer are called.
        settings: our name of a setting -> its name in `config.json`.
        token_types: whether there are embeddings of token types.
        padded_positions: whether positions are counted from the padding token's id plus one, as RoBERTa does.
        head: the linear layers of a classification head, each with the activation after it.
    """

    prefix: str
    names: LayerNames
    settings: Mapping[str, str]
    head: tuple[tuple[str, str], ...]
    token_types: bool = True
    padded_positions: bool = False


_BERT_SETTINGS = {
    "layers": "num_hidden_layers",
    "attention_heads": "num_attention_heads",
    "activation": "hidden_act",
    "dimension": "hidden_size",
}
_DISTILBERT_SETTINGS = {
    "layers": "n_layers",
    "attention_heads": "n_heads",
    "activation": "activation",
    "dimension": "dim",
}
_ROBERTA = Family(
    prefix="roberta.",
    names=_BERT_LAYER,
    settings=_BERT_SETTINGS,
    padded_positions=True,
    head=(("classifier.dense", "tanh"), ("classifier.out_proj", "none")),
)
FAMILIES: Mapping[str, Family] = {
    "bert": Family(
        prefix="bert.",
        names=_BERT_LAYER,
        settings=_BERT_SETTINGS,
        head=(("pooler.dense", "tanh"), ("classifier", "none")),
    ),
    "distilbert": Family(
        prefix="distilbert.",
        names=_DISTILBERT_LAYER,
        settings=_DISTILBERT_SETTINGS,
        token_types=False,
        head=(("pre_classifier", "relu"), ("classifier", "none")),
    ),
    "roberta": _ROBERTA,
    "xlm-roberta": _ROBERTA,
    "camembert": _ROBERTA,
}


def family_of(config: Mapping[str, Any]) -> Family:
    """Return the family of a `config.json`; raises BundleError, which lists those supported, for any other."""
    model_type = str(config.get("model_type"))
    if model_type in FAMILIES:
        return FAMILIES[model_type]
    supported = f"{', '.join(FAMILIES)} (TinyBERT and MiniLM are of type bert)"
    if model_type in _ONNX_ONLY:
        raise BundleError(
            f"a model of type {model_type!r} needs an export to ONNX, which this version does not do; "
            f"it converts {supported}"
        )
    raise BundleError(f"cannot convert a model of type {model_type!r}; supported are {supported}")
