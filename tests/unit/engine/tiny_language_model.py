"""Bundles of language models of a few thousand random weights, made without torch: an encoder-decoder and a decoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import Activation, TransformerDecoderModelSpec, TransformerSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import LanguageModelEntry, Manifest, Source, sum_file, write_manifest

HIDDEN, INNER, LAYERS, HEADS, POSITIONS = 32, 64, 2, 4, 512
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_SEQ2SEQ_SPECIALS = ["<pad>", "</s>", "<unk>"]
_DECODER_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def characters() -> Tokenizer:
    """A Unigram tokenizer such as T5's, of single characters and a few words; `</s>` stands at the end of a source."""
    words = ["▁card", "▁paid", "▁road", "▁pain", "▁the", "yes", "no"]
    pieces = [(name, 0.0) for name in _SEQ2SEQ_SPECIALS]
    pieces += [("▁", -3.0), *((chr(code), -6.0) for code in range(33, 127)), *((word, -4.0) for word in words)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(_SEQ2SEQ_SPECIALS)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def bytes_() -> Tokenizer:
    """A byte-level tokenizer such as Qwen's, without merges; `<think>` is an added token that is not special."""
    vocabulary = {piece: row for row, piece in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(_DECODER_SPECIALS)
    tokenizer.add_tokens([AddedToken("<think>", special=False, normalized=False)])
    return tokenizer


def tiny_seq2seq(folder: Path, *, seed: int = 0, **entry: Any) -> Path:
    """Write the bundle of an encoder-decoder that takes instructions as plain text into `folder`, and return it."""
    tokenizer = characters()
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    spec = TransformerSpec.from_config((LAYERS, LAYERS), HEADS, pre_norm=True, activation=Activation.RELU)
    rng = np.random.default_rng(seed)
    for stack in (spec.encoder, spec.decoder):
        embeddings = stack.embeddings[0] if isinstance(stack.embeddings, list) else stack.embeddings
        embeddings.weight = _normal(rng, size, HIDDEN)
        stack.scale_embeddings = False
        stack.position_encodings.encodings = _normal(rng, POSITIONS, HIDDEN)
        _fill_norm(rng, stack.layer_norm)
        for layer in stack.layer:
            _fill_layer(rng, layer)
    _fill_linear(rng, spec.decoder.projection, size, HIDDEN)
    spec.register_source_vocabulary(_ids(size))
    spec.register_target_vocabulary(_ids(size))
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "2", "0", "1"
    spec.config.decoder_start_token = None
    described = {
        "family": "t5",
        "shape": "encoder_decoder",
        "max_tokens": POSITIONS,
        "max_written": POSITIONS,
        "instructions": "plain",
        "before": [],
        "after": [1],
        "start": [0],
        "end": [1],
    }
    return _write(folder, spec, tokenizer, None, {**described, "vocabulary_size": size, **entry})


def tiny_decoder(folder: Path, *, seed: int = 0, chat: bool = True, **entry: Any) -> Path:
    """Write the bundle of a decoder, with a chat template or without, into `folder`, and return it."""
    tokenizer = bytes_()
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    spec = TransformerDecoderModelSpec.from_config(LAYERS, HEADS, pre_norm=True, activation=Activation.GELU)
    rng = np.random.default_rng(seed)
    spec.decoder.embeddings.weight = _normal(rng, size, HIDDEN)
    spec.decoder.scale_embeddings = False
    spec.decoder.position_encodings.encodings = _normal(rng, POSITIONS, HIDDEN)
    _fill_norm(rng, spec.decoder.layer_norm)
    for layer in spec.decoder.layer:
        _fill_layer(rng, layer)
    _fill_linear(rng, spec.decoder.projection, size, HIDDEN)
    spec.register_vocabulary(_ids(size))
    start, _, turn_end = map(tokenizer.token_to_id, _DECODER_SPECIALS)
    spec.config.unk_token = spec.config.bos_token = spec.config.eos_token = str(start)
    described = {
        "family": "qwen2",
        "shape": "decoder",
        "max_tokens": POSITIONS,
        "instructions": "chat" if chat else "plain",
        "before": [],
        "after": [],
        "start": [],
        "end": [turn_end, start],
    }
    return _write(folder, spec, tokenizer, CHATML if chat else None, {**described, "vocabulary_size": size, **entry})


def _normal(rng: np.random.Generator, *shape: int) -> Any:
    return rng.normal(0, 0.3, shape).astype(np.float32)


def _ids(size: int) -> list[str]:
    return list(map(str, range(size)))


def _fill_layer(rng: np.random.Generator, layer: Any) -> None:
    attention = layer.self_attention
    _fill_norm(rng, attention.layer_norm)
    _fill_linear(rng, attention.linear[0], 3 * HIDDEN, HIDDEN)
    _fill_linear(rng, attention.linear[1], HIDDEN, HIDDEN)
    if hasattr(layer, "attention"):  # on what the encoder read
        _fill_norm(rng, layer.attention.layer_norm)
        for linear, outputs in zip(layer.attention.linear, (HIDDEN, 2 * HIDDEN, HIDDEN), strict=True):
            _fill_linear(rng, linear, outputs, HIDDEN)
    _fill_norm(rng, layer.ffn.layer_norm)
    _fill_linear(rng, layer.ffn.linear_0, INNER, HIDDEN)
    _fill_linear(rng, layer.ffn.linear_1, HIDDEN, INNER)


def _fill_linear(rng: np.random.Generator, linear: Any, outputs: int, inputs: int) -> None:
    linear.weight, linear.bias = _normal(rng, outputs, inputs), _normal(rng, outputs)


def _fill_norm(rng: np.random.Generator, norm: Any) -> None:
    norm.gamma, norm.beta = 1 + _normal(rng, HIDDEN), _normal(rng, HIDDEN)


def _write(folder: Path, spec: Any, tokenizer: Tokenizer, template: str | None, described: dict[str, Any]) -> Path:
    (folder / "model").mkdir(parents=True)
    spec.validate()
    spec.save(str(folder / "model"))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "README.md").write_text("# tiny\n")
    if template is not None:
        (folder / "chat_template.jinja").write_text(template)
    entry = LanguageModelEntry(
        path="model",
        tokenizer="tokenizer.json",
        runtime="ctranslate2",
        chat_template=None if template is None else "chat_template.jinja",
        **{"languages": ["en"], "compute_type": "float32", "recipe": 1, **described},
        source=Source(repo=f"tests/tiny-{described['family']}", revision="0" * 40, files={}),
    )
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = Manifest(
        name=folder.name,
        version="2",
        licence="Apache-2.0",
        card="README.md",
        model=entry,
        heads={},
        files={path.relative_to(folder).as_posix(): sum_file(path) for path in paths},
    )
    write_manifest(manifest, folder)
    return folder


def loaded(folder: Path, replicas: int = 1) -> Any:
    """The language model of a bundle."""
    return Bundle.load(folder).language_model(inter_threads=replicas, intra_threads=1)


def token_ids(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """What `tiny_decoder` reads of texts."""
    tokenizer = bytes_()
    return [tuple(tokenizer.encode(text).ids) for text in texts]
