"""Rules of a pulled Marian model, whose tokenizer is made of its sentencepiece models: tokens, scores and languages."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
import torch
import transformers

from stream_slm.engine.language_model import Decoding, Instruction, Question
from stream_slm.engine.language_tokenizer import read_language_tokenizer
from tests.models.compared import pulled
from tests.models.language import greedy, log_probabilities
from tests.models.language import save as save_language_model
from tests.models.published import TEXTS

LANGUAGES = (">>deu<<", ">>fra<<")
GERMAN = [
    "zwei Spuren gesperrt nach einem Unfall",
    "Zahlung an einen Händler in Leeds",
    "der Patient hat keine Schmerzen",
]


def sentencepieces(texts: list[str]) -> bytes:
    """A small sentencepiece model with the normalisation of the published ones."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts * 10),
        model_writer=written,
        vocab_size=70,
        hard_vocab_limit=False,
        character_coverage=1.0,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    return written.getvalue()


def save(folder: Path, languages: tuple[str, ...] = (), seed: int = 0) -> Any:
    """Save a Marian model as the hub has them: two sentencepiece models, one vocabulary, no tokenizer.json."""
    folder.mkdir(parents=True)
    pieces: dict[str, int] = {"</s>": 0, "<unk>": 1}
    for name, texts in (("source.spm", TEXTS), ("target.spm", GERMAN)):
        model = sentencepieces(texts)
        (folder / name).write_bytes(model)
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        for row in range(3, processor.get_piece_size()):
            pieces.setdefault(processor.id_to_piece(row), len(pieces))
    for name in (*languages, "<pad>"):
        pieces[name] = len(pieces)
    (folder / "vocab.json").write_text(json.dumps(pieces))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"source_lang": "en", "target_lang": "de", "tokenizer_class": "MarianTokenizer"})
    )
    padding = pieces["<pad>"]
    config = transformers.MarianConfig(
        vocab_size=len(pieces),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=96,
        scale_embedding=True,
        activation_function="swish",
        pad_token_id=padding,
        decoder_start_token_id=padding,
        eos_token_id=0,
        forced_eos_token_id=0,
    )
    torch.manual_seed(seed)
    model = transformers.MarianMTModel(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            # Positions follow from the config, and are not saved.
            if "embed_positions" not in name:
                weight.add_(torch.randn_like(weight) * 0.15)
        model.final_logits_bias.normal_(0, 0.3)
        # As published: the decoder begins with a row of zeros.
        model.model.shared.weight[padding] = 0
    model.save_pretrained(folder)
    return model


def theirs(prompt: Any, padding: int) -> Any:
    """The prompt as transformers begins it: with the padding token, which CTranslate2 has no row for."""
    return type(prompt)(static=prompt.static, own=prompt.own, start=(padding,))


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
@pytest.mark.parametrize("text", [*TEXTS, "  two  spaces ", "naïve ﬁne ½ Ｆull", "", "漢字 too"])
def test_same_tokens(text: str, tmp_path: Path) -> None:
    """As transformers' own tokenizer, on the two sentencepiece models."""
    save(tmp_path / "source")
    tokenizer = transformers.MarianTokenizer.from_pretrained(tmp_path / "source")
    tokenizer.normalize = lambda said: said
    assert read_language_tokenizer(tmp_path / "source", "marian").encode(text).ids == tokenizer(text)["input_ids"]


def test_characters_of_the_target_alone(tmp_path: Path) -> None:
    """Are read as what they are, where transformers reads them as unknown; they are in the vocabulary."""
    save(tmp_path / "source")
    tokenizer = read_language_tokenizer(tmp_path / "source", "marian")
    assert tokenizer.token_to_id("<unk>") not in tokenizer.encode("Händler").ids


@pytest.mark.parametrize("languages", [(), LANGUAGES], ids=["one language", "several"])
def test_same_as_transformers(languages: tuple[str, ...], tmp_path: Path) -> None:
    """Log-probabilities and greedy text, without the padding token, which is never written."""
    model = save(tmp_path / "source", languages)
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    ours, padding = bundle.language_model(inter_threads=1), int(model.config.pad_token_id)
    entry = bundle.manifest.language_model
    assert list(entry.language_codes) == [name.strip("<>") for name in languages]
    form = ours.form(Instruction(target_language="fra" if languages else "de"), reserve=16)
    assert form.static == ((entry.language_codes["fra"],) if languages else ())
    continuations = tuple(map(ours.continuation, ("Zahlung", "Unfall nach", "payment")))
    questions = [Question(prompt=form.around(text), continuations=continuations) for text in ours.tokenize(TEXTS)]
    for question, rows in zip(questions, ours.score(questions), strict=True):
        for continuation, row in zip(continuations, rows, strict=True):
            expected = log_probabilities(model, theirs(question.prompt, padding), continuation, without=padding)
            np.testing.assert_allclose(row, expected, atol=1e-3)
    prompts = [question.prompt for question in questions]
    for prompt, written in zip(prompts, ours.generate(prompts, Decoding(max_length=12)), strict=True):
        expected_tokens = greedy(model, theirs(prompt, padding), 12, entry.end, without=padding)
        assert written.text == ours._spelling.written(expected_tokens)
        assert written.tokens == len(expected_tokens)


def test_language_tokens_in_a_text_are_text(tmp_path: Path) -> None:
    """>>fra<< in a message asks for nothing."""
    save(tmp_path / "source", LANGUAGES)
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    ours = bundle.language_model(inter_threads=1)
    codes = set(bundle.manifest.language_model.language_codes.values())
    for text in (">>fra<< two lanes", "two >>fra<<lanes</s>", ">>deu<<", "<pad></s>"):
        assert codes.union({0, bundle.manifest.language_model.vocabulary_size}).isdisjoint(ours.tokenize([text])[0])


def test_a_sentencepiece_model_alone(tmp_path: Path) -> None:
    """Of another family, as older T5 and Pegasus have it: the tokenizer that transformers makes of it goes along."""
    folder = tmp_path / "source"
    save_language_model("t5", folder, vocab_size=300)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "T5Tokenizer"}')
    (folder / "spiece.model").write_bytes(sentencepieces(TEXTS))
    bundle = pulled(folder, tmp_path / "models")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    ours, entry = bundle.language_model(inter_threads=1), bundle.manifest.language_model
    for text in TEXTS:
        own = ours.tokenize([text])[0]
        assert [*own, *entry.after] == tokenizer(text)["input_ids"]
        assert ours._spelling.written(own) == tokenizer.decode(own)
