"""CTranslate2's own loaders of language models, mended where transformers 5 no longer has what they ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from ctranslate2.converters import transformers as loaders
from ctranslate2.converters.utils import fuse_linear
from ctranslate2.specs.common_spec import LinearSpec, Quantization
from ctranslate2.specs.transformer_spec import TransformerDecoderModelSpec

# The classes of BART's line differed by these settings, which left their config.json's: norms before each layer, and
# one after the embeddings.
_NORMS = {"bart": (False, True), "mbart": (True, True), "pegasus": (True, False)}


def read_spec(model: Any) -> Any:
    """Return a model of transformers as a specification of CTranslate2, still without a vocabulary."""
    config = model.config
    _give_back_settings(config)
    with torch.no_grad():
        spec = _loader(model).get_model_spec(model)
        if config.model_type == "t5gemma":
            _set_rotary(spec.encoder, config.encoder)
            _set_rotary(spec.decoder, config.decoder)
        else:
            _set_rotary(spec.decoder, config)
    spec.config.layer_norm_epsilon = _epsilon(getattr(config, "decoder", config))
    return spec


def _give_back_settings(config: Any) -> None:
    """Set what the loaders read of a config, and transformers 5 no longer writes into it."""
    if config.model_type in _NORMS:
        config.normalize_before, config.normalize_embedding = _NORMS[config.model_type]
    elif config.model_type == "t5":
        # The loader takes it for this; transformers 5 sets it for all.
        config.tie_word_embeddings = config.scale_decoder_outputs
    elif config.model_type == "mt5":
        config.tie_word_embeddings = False
    elif config.model_type == "gemma":
        config.hidden_activation = config.hidden_act
    elif config.model_type == "gpt_neox":
        config.rotary_pct = config.rope_parameters.get("partial_rotary_factor", 1.0)


def _loader(model: Any) -> Any:
    own = _OWN.get(model.config.model_type)
    return own() if own else loaders._MODEL_LOADERS[type(model.config).__name__]


def _epsilon(config: Any) -> float:
    named = ("layer_norm_epsilon", "layer_norm_eps", "rms_norm_eps")
    # BART's line has the default of torch.
    return float(next((getattr(config, name) for name in named if getattr(config, name, None) is not None), 1e-5))


def _set_rotary(stack: Any, config: Any) -> None:
    """Set what the loaders took from `rope_theta` and its like, or had no thought of, in each layer of a stack."""
    cap = getattr(config, "final_logit_softcapping", None)
    if cap and hasattr(stack, "final_logit_softcapping"):
        stack.final_logit_softcapping = np.float32(cap)
    rotary = getattr(config, "rope_parameters", None)
    if not rotary:
        return
    # A prompt ends where the window does.
    vars(stack).pop("sliding_window", None)
    for index, layer in enumerate(stack.layer):
        of_layer = rotary if "rope_theta" in rotary else rotary[config.layer_types[index]]
        attention = layer.self_attention
        attention.rotary_base = np.float32(of_layer["rope_theta"])
        for each in (attention, getattr(layer, "attention", None)):
            if each is not None:
                vars(each).pop("sliding_window", None)
                _set_heads(each, config)
        if of_layer["rope_type"] == "llama3":
            _put(
                attention,
                rotary_scaling_factor=np.float32(of_layer["factor"]),
                original_max_position_embeddings=np.int32(of_layer["original_max_position_embeddings"]),
            )


def _set_heads(attention: Any, config: Any) -> None:
    if getattr(config, "head_dim", None):
        _put(attention, head_dim=np.int32(config.head_dim))
    if getattr(config, "query_pre_attn_scalar", None):
        _put(attention, queries_scale=np.float32(config.query_pre_attn_scalar**-0.5))


def _put(part: Any, **values: Any) -> None:
    # Past the specification's own check: it lists only what its loaders set, CTranslate2 reads more.
    vars(part).update(values)


class _GPTNeoX(loaders.GPTNeoXLoader):  # type: ignore[misc]
    """As it was, but for the name of the last layer."""

    def get_model_spec(self, model: Any) -> Any:
        model.embed_out = model.lm_head
        return super().get_model_spec(model)


class _M2M100(loaders.M2M100Loader):  # type: ignore[misc]
    """As it was; the first position is the padding token's id plus one, which is 2 in those published."""

    def set_position_encodings(self, spec: Any, module: Any) -> None:
        spec.encodings = module.weights[module.padding_idx + 1 :]


class _Phi3(loaders.Phi3Loader):  # type: ignore[misc]
    """As it was, without the scaled positions, which are refused: they are no part of the attention any more."""

    def get_model_spec(self, model: Any) -> Any:
        config = model.config
        rotary = config.rope_parameters
        config.rope_scaling = None  # and with it the parameters, of which this is another name
        spec = super().get_model_spec(model)
        config.rope_parameters = rotary
        share = rotary.get("partial_rotary_factor", 1.0)
        for layer in spec.decoder.layer:
            for name in ("original_max_position_embeddings", "max_position_embeddings"):
                vars(layer.self_attention).pop(name, None)
            size = config.hidden_size // config.num_attention_heads
            layer.self_attention.rotary_dim = np.int32(int(size * share))
        return spec

    def set_decoder(self, spec: Any, module: Any, quant_type: Any = Quantization.CT2) -> None:
        for layer in module.layers:
            layer.self_attn.rotary_emb = _Unscaled
        super().set_decoder(spec, module, quant_type)


class _Unscaled:
    long_factor = None
    short_factor = None


class _Phi(loaders.ModelLoader):  # type: ignore[misc]
    """Phi as transformers has it; CTranslate2's loader is for the code that came with the first checkpoints."""

    def get_model_spec(self, model: Any) -> Any:
        config, module = model.config, model.model
        heads, heads_kv = config.num_attention_heads, config.num_key_value_heads
        spec = TransformerDecoderModelSpec.from_config(
            config.num_hidden_layers,
            heads,
            activation=_activation(config.hidden_act),
            rotary_dim=int(config.rope_parameters["partial_rotary_factor"] * (config.hidden_size // heads)),
            rotary_interleave=False,
            parallel_residual=True,
            shared_layer_norm=True,
            num_heads_kv=None if heads_kv == heads else heads_kv,
        )
        decoder = spec.decoder
        decoder.scale_embeddings = False
        self.set_embeddings(decoder.embeddings, module.embed_tokens)
        self.set_layer_norm(decoder.layer_norm, module.final_layernorm)
        self.set_linear(decoder.projection, model.lm_head)
        for target, layer in zip(decoder.layer, module.layers, strict=True):
            attention = layer.self_attn
            self.set_layer_norm(target.shared_layer_norm, layer.input_layernorm)
            parts = [LinearSpec() for _ in range(3)]
            for part, linear in zip(parts, (attention.q_proj, attention.k_proj, attention.v_proj), strict=True):
                self.set_linear(part, linear)
            fuse_linear(target.self_attention.linear[0], parts)
            self.set_linear(target.self_attention.linear[1], attention.dense)
            self.set_linear(target.ffn.linear_0, layer.mlp.fc1)
            self.set_linear(target.ffn.linear_1, layer.mlp.fc2)
        return spec


class _GPTNeo(loaders.ModelLoader):  # type: ignore[misc]
    """GPT-Neo, which CTranslate2 has no loader for: GPT-2 whose queries are not scaled."""

    def get_model_spec(self, model: Any) -> Any:
        config, module = model.config, model.transformer
        spec = TransformerDecoderModelSpec.from_config(
            config.num_layers, config.num_heads, activation=_activation(config.activation_function)
        )
        decoder = spec.decoder
        decoder.scale_embeddings = False
        self.set_embeddings(decoder.embeddings, module.wte)
        self.set_position_encodings(decoder.position_encodings, module.wpe)
        self.set_layer_norm(decoder.layer_norm, module.ln_f)
        self.set_linear(decoder.projection, model.lm_head)
        # CTranslate2 divides by it what GPT-Neo does not.
        scale = (config.hidden_size // config.num_heads) ** 0.5
        for target, layer in zip(decoder.layer, module.h, strict=True):
            attention = layer.attn.attention
            self.set_layer_norm(target.self_attention.layer_norm, layer.ln_1)
            queries = attention.q_proj.weight.float() * scale
            keys_values = [attention.k_proj.weight.float(), attention.v_proj.weight.float()]
            target.self_attention.linear[0].weight = torch.cat([queries, *keys_values])
            # The projection has one, and the fused weights are of its kind.
            target.self_attention.linear[0].bias = torch.zeros(3 * config.hidden_size)
            self.set_linear(target.self_attention.linear[1], attention.out_proj)
            self.set_layer_norm(target.ffn.layer_norm, layer.ln_2)
            self.set_linear(target.ffn.linear_0, layer.mlp.c_fc)
            self.set_linear(target.ffn.linear_1, layer.mlp.c_proj)
        return spec


_OWN = {"gpt_neox": _GPTNeoX, "m2m_100": _M2M100, "phi3": _Phi3, "phi": _Phi, "gpt_neo": _GPTNeo}


def _activation(name: str) -> Any:
    return loaders._SUPPORTED_ACTIVATIONS[name]
