"""Small seeded language models, saved by transformers as the hub has them, and what transformers makes of them."""

from __future__ import annotations

import copy
import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from stream_slm.engine.language_model import Prompt, Tokens
from tests.models.published import TEXTS

# Small sums: more threads would wait for each other.
torch.set_num_threads(1)

POSITIONS, WINDOW = 192, 160
_HIDDEN, _INNER, _LAYERS, _HEADS = 32, 64, 2, 4
_VARIANCE = 0.15
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message.role == 'system' %}<<SYS>> {{ message.content }} <</SYS>>"
    "{% elif message.role == 'user' %}[INST] {{ message.content }} [/INST]{% endif %}{% endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}<start_of_turn>{{ message.role }}\n{{ message.content | trim }}<end_of_turn>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)


def byte_level(specials: Sequence[str], *, before: str = "", after: str = "") -> Tokenizer:
    """Byte-level BPE, as GPT-2's, Qwen's and BART's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=list(specials), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return _framed(tokenizer, before, after)


def sentencepiece_bpe(specials: Sequence[str], *, before: str = "", prefix: bool = True) -> Tokenizer:
    """BPE over characters, as Llama's and Gemma's are: spaces become a sign, with one put before the text or not."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    replace = normalizers.Replace(" ", "▁")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), replace] if prefix else [replace])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse()])
    trainer = trainers.BpeTrainer(vocab_size=220, special_tokens=list(specials), show_progress=False)
    tokenizer.train_from_iterator([*TEXTS, f"<>|/[]_:.?\n{string.ascii_letters}"], trainer)
    return _framed(tokenizer, before, "")


def unigram(specials: Sequence[str], *, before: str = "", after: str = "</s>") -> Tokenizer:
    """Unigram, as T5's, Pegasus' and mBART's."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=220, special_tokens=list(specials), unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator([*TEXTS, f"<>|/[]_:.?{string.ascii_letters}"], trainer)
    return _framed(tokenizer, before, after)


def _framed(tokenizer: Tokenizer, before: str, after: str) -> Tokenizer:
    # An added token that is not special, as Qwen 3 has it.
    tokenizer.add_tokens([AddedToken("<think>", special=False, normalized=False)])
    around = [name for name in (*before.split(), *after.split()) if name]
    if around:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{before} $A {after}".strip(),
            special_tokens=[(name, tokenizer.token_to_id(name)) for name in around],
        )
    return tokenizer


_GPT = ["<|endoftext|>", "<pad>"]
_CHAT = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
_LLAMA = ["<unk>", "<s>", "</s>"]
_GEMMA = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
_BART = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
_T5 = ["<pad>", "</s>", "<unk>", "<extra_id_0>"]
_NLLB = ["<s>", "<pad>", "</s>", "<unk>", "eng_Latn", "fra_Latn"]
_MBART = ["<s>", "<pad>", "</s>", "<unk>", "en_XX", "de_DE"]

_TOKENIZERS = {
    "gpt": lambda: byte_level(_GPT),
    "chat": lambda: byte_level(_CHAT),
    "llama": lambda: sentencepiece_bpe(_LLAMA, before="<s>"),
    "gemma": lambda: sentencepiece_bpe(_GEMMA, before="<bos>", prefix=False),
    "bart": lambda: byte_level(_BART, before="<s>", after="</s>"),
    "t5": lambda: unigram(_T5),
    "nllb": lambda: unigram(_NLLB, before="eng_Latn", after="</s>"),
    "mbart50": lambda: unigram(_MBART, before="en_XX", after="</s>"),
    "mbart25": lambda: unigram(_MBART, before="", after="</s> en_XX"),
}


def _rope(base: float, **more: Any) -> dict[str, Any]:
    return {"rope_type": "default", "rope_theta": base, **more}


_ROTARY = {
    "hidden_size": _HIDDEN,
    "intermediate_size": _INNER,
    "num_hidden_layers": _LAYERS,
    "num_attention_heads": _HEADS,
    "num_key_value_heads": 2,
    "max_position_embeddings": POSITIONS,
    "rope_parameters": _rope(5000.0),
}
_GPT2 = {"n_embd": _HIDDEN, "n_layer": _LAYERS, "n_head": _HEADS, "n_positions": POSITIONS}
_GEMMA_2 = {
    **_ROTARY,
    "head_dim": 16,
    "query_pre_attn_scalar": 9,
    "sliding_window": WINDOW,
    "attn_logit_softcapping": None,
}
_BART_SIZES = {
    "d_model": _HIDDEN,
    "encoder_layers": _LAYERS,
    "decoder_layers": _LAYERS,
    "encoder_attention_heads": _HEADS,
    "decoder_attention_heads": _HEADS,
    "encoder_ffn_dim": _INNER,
    "decoder_ffn_dim": _INNER,
    "max_position_embeddings": POSITIONS,
}
_T5_SIZES = {"d_model": _HIDDEN, "d_kv": 16, "d_ff": _INNER, "num_layers": _LAYERS, "num_heads": _HEADS}
_OPT = {
    "hidden_size": _HIDDEN,
    "ffn_dim": _INNER,
    "num_hidden_layers": _LAYERS,
    "num_attention_heads": _HEADS,
    "max_position_embeddings": POSITIONS,
}
_SCALED = {"rope_type": "llama3", "rope_theta": 5000.0, "factor": 8.0, "low_freq_factor": 1.0}
_SCALED |= {"high_freq_factor": 4.0, "original_max_position_embeddings": 16}

# Name -> class, tokenizer, chat template, sizes and what else its config.json says.
CHECKPOINTS: dict[str, tuple[str, str, str | None, dict[str, Any]]] = {
    "t5": ("T5ForConditionalGeneration", "t5", None, _T5_SIZES),
    "flan-t5": (
        "T5ForConditionalGeneration",
        "t5",
        None,
        {**_T5_SIZES, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
    ),
    "mt5": ("MT5ForConditionalGeneration", "t5", None, _T5_SIZES),
    "bart": ("BartForConditionalGeneration", "bart", None, {**_BART_SIZES, "forced_bos_token_id": 0}),
    "pegasus": ("PegasusForConditionalGeneration", "t5", None, {**_BART_SIZES, "scale_embedding": True}),
    "mbart-50": ("MBartForConditionalGeneration", "mbart50", None, {**_BART_SIZES, "scale_embedding": True}),
    "mbart-25": ("MBartForConditionalGeneration", "mbart25", None, {**_BART_SIZES, "scale_embedding": True}),
    "nllb": ("M2M100ForConditionalGeneration", "nllb", None, {**_BART_SIZES, "scale_embedding": True}),
    "t5gemma": (
        "T5GemmaForConditionalGeneration",
        "gemma",
        None,
        {"half": {**_GEMMA_2, "final_logit_softcapping": 5.0}},
    ),
    "t5gemma-it": ("T5GemmaForConditionalGeneration", "gemma", GEMMA, {"half": _GEMMA_2}),
    "llama": ("LlamaForCausalLM", "llama", LLAMA, _ROTARY),
    "llama-3": ("LlamaForCausalLM", "chat", CHATML, {**_ROTARY, "head_dim": 16, "rope_parameters": _SCALED}),
    "smollm": ("LlamaForCausalLM", "chat", CHATML, {**_ROTARY, "tie_word_embeddings": True}),
    "mistral": ("MistralForCausalLM", "llama", LLAMA, {**_ROTARY, "sliding_window": WINDOW}),
    "qwen2": ("Qwen2ForCausalLM", "chat", CHATML, _ROTARY),
    "qwen3": ("Qwen3ForCausalLM", "chat", CHATML, {**_ROTARY, "head_dim": 16}),
    "gemma": ("GemmaForCausalLM", "gemma", GEMMA, {**_ROTARY, "head_dim": 16}),
    "gemma-2": ("Gemma2ForCausalLM", "gemma", GEMMA, {**_GEMMA_2, "final_logit_softcapping": 5.0}),
    "gemma-3": (
        "Gemma3ForCausalLM",
        "gemma",
        GEMMA,
        {
            **_GEMMA_2,
            "layer_types": ["sliding_attention", "full_attention"],
            "rope_parameters": {"sliding_attention": _rope(3000.0), "full_attention": _rope(50_000.0)},
        },
    ),
    "phi": ("PhiForCausalLM", "gpt", None, {**_ROTARY, "rope_parameters": _rope(5000.0, partial_rotary_factor=0.5)}),
    "phi-3": ("Phi3ForCausalLM", "chat", CHATML, {**_ROTARY, "sliding_window": WINDOW}),
    "gpt2": ("GPT2LMHeadModel", "gpt", None, _GPT2),
    "gptj": ("GPTJForCausalLM", "gpt", None, {**_GPT2, "rotary_dim": 4}),
    "gpt-neo": (
        "GPTNeoForCausalLM",
        "gpt",
        None,
        {
            "hidden_size": _HIDDEN,
            "num_layers": _LAYERS,
            "num_heads": _HEADS,
            "attention_types": [[["global", "local"], 1]],
            "window_size": WINDOW,
            "max_position_embeddings": POSITIONS,
        },
    ),
    "gpt-neox": (
        "GPTNeoXForCausalLM",
        "gpt",
        None,
        {**_ROTARY, "rope_parameters": _rope(5000.0, partial_rotary_factor=0.5)},
    ),
    "gpt-bigcode": ("GPTBigCodeForCausalLM", "gpt", None, _GPT2),
    "codegen": ("CodeGenForCausalLM", "gpt", None, {**_GPT2, "rotary_dim": 4}),
    "opt": ("OPTForCausalLM", "gpt", None, {**_OPT, "word_embed_proj_dim": _HIDDEN}),
    "opt-350m": ("OPTForCausalLM", "gpt", None, {**_OPT, "word_embed_proj_dim": 16, "do_layer_norm_before": False}),
    "bloom": ("BloomForCausalLM", "gpt", None, {"hidden_size": _HIDDEN, "n_layer": _LAYERS, "n_head": _HEADS}),
}


def save(name: str, folder: Path, *, seed: int = 0, dtype: Any = torch.float32, **config: Any) -> Any:
    """Save a checkpoint of `CHECKPOINTS` into `folder`, as the hub has it; return transformers' model."""
    kind, tokenized, template, settings = CHECKPOINTS[name]
    tokenizer = _TOKENIZERS[tokenized]()
    ids = _ids(tokenizer)
    settings = {**settings, **config}
    size = settings.pop("vocab_size", tokenizer.get_vocab_size(with_added_tokens=True))
    model_class = getattr(transformers, kind)
    if "half" in settings:
        half = {**settings.pop("half"), **ids, "vocab_size": size}
        settings |= {"encoder": half, "decoder": half}
    full = model_class.config_class(vocab_size=size, **{**ids, **settings})
    # What CTranslate2 is held against is the model as it is written down, not a fast way to compute it.
    full._attn_implementation = "eager"
    torch.manual_seed(seed)
    model = model_class(full).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * _VARIANCE)
            weight.copy_(weight.to(dtype))
    # A copy: what follows from the config, such as the rotations, is never rounded.
    copy.deepcopy(model).to(dtype).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    named = {
        key.removesuffix("_id"): tokenizer.id_to_token(number)
        for key, number in ids.items()
        if key.endswith("token_id")
    }
    (folder / "tokenizer_config.json").write_text(json.dumps({**named, "chat_template": template}))
    return model


def _ids(tokenizer: Tokenizer) -> dict[str, int]:
    """The special ids that config.json names, by the tokens that are there."""
    wanted = {
        "bos_token_id": ("<s>", "<bos>", "<|endoftext|>", "<pad>"),
        "eos_token_id": ("</s>", "<eos>", "<|im_end|>", "<|endoftext|>"),
        "pad_token_id": ("<pad>", "<|endoftext|>", "<unk>"),
    }
    found = {key: next(n for n in map(tokenizer.token_to_id, names) if n is not None) for key, names in wanted.items()}
    starts = "</s>" if tokenizer.token_to_id("<mask>") or tokenizer.token_to_id("fra_Latn") else "<pad>"
    if tokenizer.token_to_id("de_DE"):
        # MBart-25 begins with the language; MBart-50 with the token that ends.
        last = tokenizer.encode("a").ids[-1]
        starts = "de_DE" if last == tokenizer.token_to_id("en_XX") else "</s>"
    number = tokenizer.token_to_id(starts)
    return found if number is None else {**found, "decoder_start_token_id": number}


def log_probabilities(model: Any, prompt: Prompt, continuation: Tokens, *, without: int | None = None) -> list[float]:
    """What transformers gives each token of a continuation; `without`: a token that the softmax leaves out."""
    logits = _logits(model, prompt, continuation)
    if without is not None:
        logits[:, without] = -torch.inf
    rows = logits.log_softmax(-1)
    return [float(rows[place, token]) for place, token in enumerate(continuation)]


def greedy(model: Any, prompt: Prompt, length: int, ends: Sequence[int], *, without: int | None = None) -> Tokens:
    """The likeliest token each time, until one ends the text; computed anew for each, so without any cache."""
    written: list[int] = []
    while len(written) < length and not (written and written[-1] in ends):
        logits = _logits(model, prompt, (*written, 0))[-1]
        if without is not None:
            logits[without] = -torch.inf
        written.append(int(logits.argmax()))
    return tuple(written)


def _logits(model: Any, prompt: Prompt, continuation: Tokens) -> Any:
    source = torch.tensor([[*prompt.static, *prompt.own]])
    with torch.no_grad():
        if prompt.start:
            target = torch.tensor([[*prompt.start, *continuation[:-1]]])
            return model(input_ids=source, decoder_input_ids=target).logits[0, len(prompt.start) - 1 :].clone()
        whole = torch.tensor([[*prompt.static, *prompt.own, *continuation[:-1]]])
        return model(input_ids=whole).logits[0, len(prompt) - 1 :].clone()
