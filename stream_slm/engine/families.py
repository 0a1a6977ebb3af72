"""The model families that can be pulled: what each calls its weights and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stream_slm.engine.language_families import LANGUAGE_FAMILIES
from stream_slm.errors import BundleError


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
        names: what the weights of a layer are called, for a family that is converted without torch.
        settings: our name of a setting -> its name in `config.json`.
        token_types: whether there are embeddings of token types.
        second_type: whether the second text of a pair is of a type of its own.
        padded_positions: whether positions are counted from the padding token's id plus one, as RoBERTa does.
        head: the linear layers of a classification head, each with the activation after it.
        head_pooling: which of a text's tokens the head reads.
        head_fixed: what `config.json` may say otherwise of a head, and then it is refused: key -> value.
        fixed: the same of the model itself.
        length: the most tokens to read at once where the model itself has no limit.
        exported_as: the class of transformers to export to ONNX, for a family that CTranslate2 has no kernels for.
    """

    prefix: str
    settings: Mapping[str, str]
    head: tuple[tuple[str, str], ...]
    head_pooling: str = "cls"
    head_fixed: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    length: int | None = None
    names: LayerNames | None = None
    exported_as: str | None = None
    token_types: bool = True
    second_type: bool = False
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
_XLNET_SETTINGS = {
    "layers": "n_layer",
    "attention_heads": "n_head",
    "activation": "ff_activation",
    "dimension": "d_model",
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
        second_type=True,
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
    "deberta-v2": Family(
        prefix="deberta.",
        settings=_BERT_SETTINGS,
        head=(("pooler.dense", "gelu"), ("classifier", "none")),
        head_fixed={"pooler_hidden_act": "gelu"},
        exported_as="DebertaV2Model",
    ),
    "xlnet": Family(
        prefix="transformer.",
        settings=_XLNET_SETTINGS,
        head=(("sequence_summary.summary", "tanh"), ("logits_proj", "none")),
        # <cls> stands at the end.
        head_pooling="last",
        head_fixed={"summary_type": "last", "summary_use_proj": True, "summary_activation": "tanh"},
        # Else one half of a batch would be read forwards and the other backwards.
        fixed={"bi_data": False},
        # Its positions are relative; this is what it was trained with.
        length=512,
        exported_as="XLNetModel",
    ),
}


#: Of families that people ask for: what they are called, and what does the same job here.
_INSTEAD = {
    "deberta": "DeBERTa of the first version; take a DeBERTa v3 (microsoft/deberta-v3-small, -base, -large, or a model "
    "fine-tuned from one), which is of type deberta-v2",
    "mpnet": "MPNet, whose positions CTranslate2 does not know; take a MiniLM, BGE, E5 or GTE model, of type bert",
}


def family_of(config: Mapping[str, Any]) -> Family:
    """Return the family of a `config.json`; raises BundleError, which lists those supported, for any other."""
    model_type = str(config.get("model_type"))
    if model_type in FAMILIES:
        return FAMILIES[model_type]
    named = f"{model_type!r} ({_INSTEAD[model_type]})" if model_type in _INSTEAD else repr(model_type)
    supported = (
        f"{', '.join(FAMILIES)} (TinyBERT and MiniLM are of type bert, DeBERTa v3 of type deberta-v2), "
        f"and the language models {', '.join(LANGUAGE_FAMILIES)}"
    )
    raise BundleError(f"cannot convert a model of type {named}; supported are {supported}")
