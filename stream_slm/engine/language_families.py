"""The families of language models that can be pulled: which class of transformers each is, and what it can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFamily:
    """How a family is read, told and limited.

    Attributes:
        kind: the class of transformers; with its own code alone, never a checkpoint's.
        shape: `encoder_decoder` or `decoder`.
        follows: whether an instruction in its source means anything to it.
        positions: the setting that limits how many tokens it reads.
        length: the most tokens to read where no setting says it: positions are relative, this is the training's.
        window: the setting that limits how far back some of its layers look. CTranslate2's sliding window gives other
            numbers than the model beyond that (measured), so a prompt ends there: until then both are the same.
        rotary: the kinds of rotary positions that give the numbers of transformers.
        codes: what the token of a language looks like, with its code as the group.
        fixed: what `config.json` may say otherwise, and then it is refused: key -> value.
    """

    kind: str
    shape: str = "decoder"
    follows: bool = True
    positions: str = "max_position_embeddings"
    length: int | None = None
    window: str | None = None
    rotary: tuple[str, ...] = ("default",)
    codes: str | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)


_SWISH = {"hidden_act": "silu"}

LANGUAGE_FAMILIES: Mapping[str, LanguageFamily] = {
    "t5": LanguageFamily(
        kind="T5ForConditionalGeneration", shape="encoder_decoder", positions="n_positions", length=512
    ),
    "mt5": LanguageFamily(
        kind="MT5ForConditionalGeneration", shape="encoder_decoder", positions="n_positions", length=512
    ),
    "bart": LanguageFamily(kind="BartForConditionalGeneration", shape="encoder_decoder", follows=False),
    "pegasus": LanguageFamily(kind="PegasusForConditionalGeneration", shape="encoder_decoder", follows=False),
    "marian": LanguageFamily(
        kind="MarianMTModel",
        shape="encoder_decoder",
        follows=False,
        codes=r">>(.+)<<",
        fixed={"share_encoder_decoder_embeddings": True},
    ),
    "mbart": LanguageFamily(
        kind="MBartForConditionalGeneration", shape="encoder_decoder", follows=False, codes=r"([a-z]{2,3}_[A-Z]{2})"
    ),
    "m2m_100": LanguageFamily(
        kind="M2M100ForConditionalGeneration",
        shape="encoder_decoder",
        follows=False,
        codes=r"(?:__)?([a-z]{3}_[A-Z][a-z]{3}|(?<=__)[a-z]{2,3}(?=__))(?:__)?",
    ),
    "t5gemma": LanguageFamily(kind="T5GemmaForConditionalGeneration", shape="encoder_decoder", window="sliding_window"),
    "llama": LanguageFamily(kind="LlamaForCausalLM", rotary=("default", "llama3"), fixed=_SWISH),
    "mistral": LanguageFamily(kind="MistralForCausalLM", window="sliding_window", fixed=_SWISH),
    "qwen2": LanguageFamily(kind="Qwen2ForCausalLM", fixed={**_SWISH, "use_sliding_window": False}),
    "qwen3": LanguageFamily(
        kind="Qwen3ForCausalLM", fixed={**_SWISH, "use_sliding_window": False, "attention_bias": False}
    ),
    "gemma": LanguageFamily(kind="GemmaForCausalLM"),
    "gemma2": LanguageFamily(kind="Gemma2ForCausalLM", window="sliding_window"),
    "gemma3_text": LanguageFamily(kind="Gemma3ForCausalLM", window="sliding_window"),
    "phi": LanguageFamily(kind="PhiForCausalLM", fixed={"qk_layernorm": False}),
    "phi3": LanguageFamily(kind="Phi3ForCausalLM", window="sliding_window", fixed=_SWISH),
    "gpt2": LanguageFamily(
        kind="GPT2LMHeadModel",
        positions="n_positions",
        fixed={"scale_attn_by_inverse_layer_idx": False, "scale_attn_weights": True},
    ),
    "gptj": LanguageFamily(kind="GPTJForCausalLM", positions="n_positions"),
    "gpt_neo": LanguageFamily(kind="GPTNeoForCausalLM", window="window_size"),
    "gpt_neox": LanguageFamily(kind="GPTNeoXForCausalLM"),
    "gpt_bigcode": LanguageFamily(kind="GPTBigCodeForCausalLM", positions="n_positions", fixed={"multi_query": True}),
    "codegen": LanguageFamily(kind="CodeGenForCausalLM", positions="n_positions"),
    "opt": LanguageFamily(kind="OPTForCausalLM", fixed={"_remove_final_layer_norm": False}),
    # Its positions are relative and without a limit.
    "bloom": LanguageFamily(
        kind="BloomForCausalLM",
        positions="seq_length",
        length=2048,
        fixed={"apply_residual_connection_post_layernorm": False},
    ),
}
