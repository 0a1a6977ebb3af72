"""Rules of a checkpoint: what it says of itself is read, and what it asks for and we cannot do is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stream_slm.engine.checkpoint import Checkpoint, needed
from stream_slm.engine.convert import bare_tensors
from stream_slm.engine.published import read_head
from stream_slm.engine.tensors import read_tensors
from stream_slm.engine.vocabulary import read_tokenizer, specials_of
from stream_slm.errors import BundleError
from tests.unit.engine.tiny import (
    DISTILBERT,
    as_distilbert,
    distilbert_head,
    random_tensors,
    without_token_types,
    write_checkpoint,
)

TYPES = "sentence_transformers.models"


def with_pooling(folder: Path, config: dict[str, Any], *more: str) -> Checkpoint:
    modules = [{"path": "", "type": f"{TYPES}.Transformer"}, {"path": "1_Pooling", "type": f"{TYPES}.Pooling"}]
    modules += [{"path": f"2_{kind}", "type": f"{TYPES}.{kind}"} for kind in more]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))
    return Checkpoint.read(folder)


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode_max_tokens": True}, "max"),
        ({"pooling_mode": "cls", "word_embedding_dimension": 32}, "cls"),
    ],
)
def test_pooling_is_as_the_checkpoint_says(checkpoint: Path, config: dict[str, Any], pooling: str) -> None:
    """Switches of old, one word from sentence-transformers 5 on; normalising afterwards changes nothing."""
    assert with_pooling(checkpoint, config, "Normalize").pooling == pooling


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode_lasttoken": True},
        {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True},
        {"pooling_mode_mean_tokens": True, "pooling_mode_lasttoken": True},
        {"pooling_mode": "weightedmean"},
        {},
    ],
)
def test_other_pooling_is_refused(checkpoint: Path, config: dict[str, Any]) -> None:
    """Another way, or two at once, would give other vectors than the published ones."""
    with pytest.raises(BundleError, match=r"1_Pooling/config\.json asks for .*; supported is one of mean, cls, max"):
        _ = with_pooling(checkpoint, config).pooling


def test_layer_after_the_pooling_is_refused(checkpoint: Path) -> None:
    """A dense layer on top changes every vector."""
    with pytest.raises(BundleError, match="has the module 'Dense'"):
        _ = with_pooling(checkpoint, {"pooling_mode_mean_tokens": True}, "Dense").pooling


def test_length_of_the_training_is_noted(checkpoint: Path) -> None:
    """It is what sentence-transformers cuts to, not what the model can read."""
    assert Checkpoint.read(checkpoint).trained_tokens is None
    (checkpoint / "sentence_bert_config.json").write_text('{"max_seq_length": 12, "do_lower_case": false}')
    assert Checkpoint.read(checkpoint).trained_tokens == 12
    assert Checkpoint.read(checkpoint).positions == 24


@pytest.mark.parametrize(
    ("card", "languages"),
    [
        ("---\nlanguage: en\nlicense: mit\n---\n# x", ["en"]),
        ("---\nlanguage:\n- en\n- no\n---\n", ["en", "no"]),
        ("---\nlicense: mit\n---\n", []),
        ("# no head", []),
        ("---\n: [\n---\n", []),
    ],
)
def test_card_is_asked_for_languages(checkpoint: Path, card: str, languages: list[str]) -> None:
    """The head of README.md, where there is one that can be read."""
    (checkpoint / "README.md").write_text(card)
    assert Checkpoint.read(checkpoint).card_says("language") == languages


def test_only_what_is_read_is_needed() -> None:
    """No code, no pickle, no other format is ever fetched."""
    names = ["config.json", "model.py", "pytorch_model.bin", "model.safetensors", "1_Pooling/config.json"]
    names += ["onnx/config.json", "onnx/tokenizer.json", "a/b_Pooling/config.json", "tokenizer.json"]
    expected = ["config.json", "model.safetensors", "1_Pooling/config.json", "tokenizer.json"]
    assert list(needed(names, language_model=False)) == expected
    names = ["chat_template.jinja", "generation_config.json", "modeling.py", "source.spm", "config.json"]
    assert list(needed(names, language_model=False)) == ["config.json"]
    assert list(needed(names, language_model=True)) == [name for name in names if name != "modeling.py"]


def test_special_tokens_are_found_whatever_they_are_called(checkpoint: Path) -> None:
    """Those before, those after, and the unknown one."""
    specials = specials_of(read_tokenizer(checkpoint))
    assert (specials.before, specials.after, specials.unknown) == ((2,), (3,), 1)


def head_of(folder: Path, **config: Any) -> Any:
    tensors = {**as_distilbert(without_token_types(random_tensors())), **distilbert_head()}
    checkpoint = Checkpoint.read(write_checkpoint(folder, tensors, **{**DISTILBERT, **config}))
    return read_head(checkpoint, bare_tensors(read_tensors(folder), "distilbert."))


def test_published_head_is_read(tmp_path: Path) -> None:
    """Its layers in order, stored as (in, out), with the labels that the checkpoint names."""
    head = head_of(tmp_path)
    assert (head.labels, head.activations, head.multi_label) == (("bad", "good"), ("relu", "none"), False)
    np.testing.assert_array_equal(head.weights[0], distilbert_head()["pre_classifier.weight"].T)
    np.testing.assert_array_equal(head.biases[1], distilbert_head()["classifier.bias"])


def test_problem_type_makes_it_multi_label(tmp_path: Path) -> None:
    """A sigmoid a label instead of one softmax."""
    assert head_of(tmp_path, problem_type="multi_label_classification").multi_label


def test_encoder_alone_has_no_head(checkpoint: Path) -> None:
    """A bare model, or one saved for another purpose."""
    assert read_head(Checkpoint.read(checkpoint), read_tensors(checkpoint)) is None


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"problem_type": "regression"}, "regression"),
        ({"id2label": {"0": "only"}}, "does not name each of the head's 2 outputs once"),
        ({"id2label": {"0": "same", "1": "same"}}, "does not name each of the head's 2 outputs once"),
    ],
)
def test_head_without_labels_is_refused(tmp_path: Path, config: dict[str, Any], complaint: str) -> None:
    """There would be nothing to choose from."""
    with pytest.raises(BundleError, match=complaint):
        head_of(tmp_path, **config)


def test_head_that_lacks_a_layer_is_refused(tmp_path: Path) -> None:
    """The missing weight is named."""
    tensors = {**as_distilbert(without_token_types(random_tensors())), **distilbert_head()}
    del tensors["pre_classifier.weight"]
    checkpoint = Checkpoint.read(write_checkpoint(tmp_path, tensors, **DISTILBERT))
    with pytest.raises(BundleError, match=r"head lacks the weight 'pre_classifier\.weight'"):
        read_head(checkpoint, bare_tensors(tensors, "distilbert."))
