"""Rules of a pulled checkpoint: its vectors and its head's logits are those of transformers, weight for weight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from transformers import AutoTokenizer, BertTokenizer, RobertaTokenizer

from stream_slm.engine.vocabulary import read_tokenizer
from tests.models.compared import encoded, head_logits, least_cosine, pulled, same_vectors
from tests.models.published import FAMILIES, TEXTS, logits_of, save, vectors_of

LABELS = ("negative", "neutral", "positive")


def pooling_files(folder: Path, mode: str) -> None:
    """What sentence-transformers writes beside a model."""
    (folder / "1_Pooling").mkdir()
    switches = {
        name: name == mode for name in ("pooling_mode_cls_token", "pooling_mode_mean_tokens", "pooling_mode_max_tokens")
    }
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 64, **switches}))
    stem = "sentence_transformers.models"
    modules = [{"path": "", "type": f"{stem}.Transformer"}, {"path": "1_Pooling", "type": f"{stem}.Pooling"}]
    (folder / "modules.json").write_text(json.dumps([*modules, {"path": "2_Normalize", "type": f"{stem}.Normalize"}]))


@pytest.mark.parametrize("family", FAMILIES)
def test_vectors(family: str, tmp_path: Path) -> None:
    """Each family's vectors, in full and in eight bits."""
    model = save(family, tmp_path / "source")
    expected = vectors_of(model, tmp_path / "source", "mean")
    assert same_vectors(encoded(pulled(tmp_path / "source", tmp_path / "models")), expected)
    assert least_cosine(encoded(pulled(tmp_path / "source", tmp_path / "models", "int8")), expected) >= 0.99


@pytest.mark.parametrize(
    ("mode", "pooling"),
    [("pooling_mode_cls_token", "cls"), ("pooling_mode_mean_tokens", "mean"), ("pooling_mode_max_tokens", "max")],
)
def test_pooling_is_the_checkpoints(mode: str, pooling: str, tmp_path: Path) -> None:
    """What 1_Pooling/config.json asks for is what is done."""
    model = save("bert", tmp_path / "source")
    pooling_files(tmp_path / "source", mode)
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    assert bundle.manifest.encoder.pooling == pooling
    np.testing.assert_allclose(encoded(bundle), vectors_of(model, tmp_path / "source", pooling), atol=1e-4)


@pytest.mark.parametrize("activation", ["gelu", "gelu_new", "relu"])
def test_activations(activation: str, tmp_path: Path) -> None:
    """Two kinds of GELU differ by little, and not by nothing."""
    model = save("bert", tmp_path / "source", hidden_act=activation)
    expected = vectors_of(model, tmp_path / "source", "mean")
    np.testing.assert_allclose(encoded(pulled(tmp_path / "source", tmp_path / "models")), expected, atol=2e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_published_head(family: str, tmp_path: Path) -> None:
    """The logits of a fine-tuned model's head, its labels, and how it reads."""
    model = save(family, tmp_path / "source", labels=LABELS)
    bundle = pulled(tmp_path / "source", tmp_path / "models", task="sentiment")
    entry = bundle.manifest.heads["sentiment"]
    assert (entry["labels"], entry["multi_label"], entry["kind"]) == (list(LABELS), False, "published")
    assert (bundle.manifest.encoder.pooling, bundle.manifest.encoder.reading) == ("cls", "whole")
    np.testing.assert_allclose(head_logits(bundle, "sentiment"), logits_of(model, tmp_path / "source"), atol=1e-3)


def test_multi_label_head(tmp_path: Path) -> None:
    """What the checkpoint calls its problem decides."""
    save("distilbert", tmp_path / "source", labels=LABELS, problem_type="multi_label_classification")
    assert pulled(tmp_path / "source", tmp_path / "models").manifest.heads["label"]["multi_label"] is True


@pytest.mark.parametrize("labels", [(), LABELS], ids=["vectors", "logits"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_weight_counts(family: str, labels: tuple[str, ...], tmp_path: Path) -> None:
    """With any one weight of the checkpoint perturbed, the comparisons above fail: none is left out or misplaced."""
    source = tmp_path / "source"
    model = save(family, source, labels=labels)
    expected = logits_of(model, source) if labels else vectors_of(model, source, "mean")
    tensors = load_file(source / "model.safetensors")
    unseen = []
    for name, tensor in tensors.items():
        # The keys' bias adds the same to all scores of a row, which softmax takes out again; a pooler is of the head.
        if name.endswith(("key.bias", "k_lin.bias")) or (name.startswith("pooler.") and not labels):
            continue
        noise = np.random.default_rng(1).normal(0, 1, tensor.shape).astype(np.float32)
        altered = {**tensors, name: tensor + noise * max(float(tensor.std()), 0.3)}
        save_file(altered, source / "model.safetensors", metadata={"format": "pt"})
        bundle = pulled(source, tmp_path / "models")
        if labels:
            seen = np.abs(head_logits(bundle) - expected).max() > 1e-3
        else:
            seen = not same_vectors(encoded(bundle), expected)
        if not seen:
            unseen.append(name)
    assert not unseen


@pytest.mark.parametrize("lowercase", [True, False])
def test_tokenizer_made_of_a_vocabulary(lowercase: bool, tmp_path: Path) -> None:
    """A checkpoint with vocab.txt alone, as older ones have, gets the same tokens as from transformers."""
    save("bert", tmp_path)
    vocabulary = json.loads((tmp_path / "tokenizer.json").read_text())["model"]["vocab"]
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=vocabulary.get)) + "\n")
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": lowercase, "model_max_length": 62})
    )
    assert_same_tokens(tmp_path, BertTokenizer)


def test_tokenizer_made_of_merges(tmp_path: Path) -> None:
    """The same for vocab.json and merges.txt, as RoBERTa's have."""
    save("roberta", tmp_path)
    model = json.loads((tmp_path / "tokenizer.json").read_text())["model"]
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]))
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    (tmp_path / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "RobertaTokenizer"}))
    assert_same_tokens(tmp_path, RobertaTokenizer)


def assert_same_tokens(folder: Path, kind: Any) -> None:
    theirs = AutoTokenizer.from_pretrained(folder)
    assert isinstance(theirs, kind) or type(theirs).__name__.startswith(kind.__name__)
    ours = read_tokenizer(folder)
    for text in [*TEXTS, "Ünïcode 漢字 naïve", "  two  spaces ", ""]:
        assert ours.encode(text).ids == theirs(text)["input_ids"], text
