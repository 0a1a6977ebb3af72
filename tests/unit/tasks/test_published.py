"""Rules of a published head: it computes what its checkpoint would, averages over units, and refuses a wrong file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import BundleError
from stream_slm.tasks import head
from stream_slm.tasks.published import PublishedHead
from tests.unit.tasks.heads import random_published, save_head
from tests.unit.tasks.texts import random_text, sentence_lists, sentences_of

ACTIVATIONS = {
    "none": lambda x: x,
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "gelu": lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))),
}
activations = st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=1, max_size=4)


def forward(weights: PublishedHead, vector: Any) -> Any:
    """One vector through the layers, in float64, number by number."""
    values = vector.astype(np.float64)
    for layer in weights.layers:
        summed = values @ layer.weights.astype(np.float64) + layer.bias
        values = np.array([ACTIVATIONS[layer.activation](float(each)) for each in summed])
    return values


@given(sentence_lists, activations, st.integers(0, 9999))
def test_logits_are_the_mean_of_the_units_weighted_by_tokens(texts: list[str], layers: list[str], seed: int) -> None:
    """A head of one unit gives what the checkpoint gives; of several, their mean."""
    weights = random_published(["a", "b", "c"], layers, seed)
    text = random_text(sentences_of(texts), seed)
    units = [forward(weights, vector) for vector in text.vectors]
    expected = np.average(units, axis=0, weights=text.token_counts)
    np.testing.assert_allclose(weights.logits(text), expected, rtol=1e-4, atol=1e-4)


@given(sentence_lists.filter(lambda texts: len(texts) > 1), st.integers(0, 9999))
def test_without_a_unit_are_the_logits_of_the_others(texts: list[str], seed: int) -> None:
    """As if the text had been made of the other sentences alone."""
    weights = random_published(["a", "b"], seed=seed)
    text = random_text(sentences_of(texts), seed)
    left_out = weights.logits_without_each(text)
    units = np.stack([forward(weights, vector) for vector in text.vectors])
    for index in range(len(texts)):
        others = np.arange(len(texts)) != index
        expected = np.average(units[others], axis=0, weights=text.token_counts[others])
        np.testing.assert_allclose(left_out[index], expected, rtol=1e-3, atol=1e-3)


def test_a_published_head_is_read_from_a_bundle(tmp_path: Path) -> None:
    """Layers in their order, with the activations of the manifest; nothing says its scores are probabilities."""
    arrays = {"w0": np.ones((4, 3)), "b0": np.zeros(3), "w1": np.full((3, 2), 2.0), "b1": np.array([0.0, 1.0])}
    entry = save_head(tmp_path, "published", arrays, activations=["relu", "none"], multi_label=True)
    loaded = head.load(tmp_path, entry)
    assert isinstance(loaded, PublishedHead)
    assert (loaded.labels, loaded.thresholds, loaded.dimension) == (("a", "b"), (0.5, 0.6), 4)
    assert (loaded.multi_label, loaded.calibrated) == (True, False)
    assert [layer.activation for layer in loaded.layers] == ["relu", "none"]
    text = random_text(sentences_of(["some words"]), seed=2, width=4)
    summed = max(0.0, float(text.vectors.sum())) * 3 * 2
    np.testing.assert_allclose(loaded.logits(text), [summed, summed + 1], rtol=1e-5)


@pytest.mark.parametrize(
    ("arrays", "entry"),
    [
        ({"w0": (4, 2), "b0": (2,)}, {"activations": ["swish"]}),
        ({"w0": (4, 2), "b0": (2,)}, {"activations": []}),
        ({"w0": (4, 2), "b0": (2,)}, {"activations": "none"}),
        ({"w0": (4, 2), "b0": (2,)}, {}),
        ({"w0": (4, 2), "b0": (2,)}, {"activations": ["none", "none"]}),
        ({"w0": (4, 2), "b0": (2,), "w1": (2, 2), "b1": (2,)}, {"activations": ["none"]}),
        ({"w0": (4, 3), "b0": (3,)}, {"activations": ["none"]}),
        ({"w0": (4, 2), "b0": (3,)}, {"activations": ["none"]}),
        ({"w0": (4,), "b0": (2,)}, {"activations": ["none"]}),
        ({"w0": (4, 3), "b0": (3,), "w1": (2, 2), "b1": (2,)}, {"activations": ["tanh", "none"]}),
    ],
)
def test_layers_that_do_not_fit_are_refused(tmp_path: Path, arrays: dict[str, Any], entry: dict[str, Any]) -> None:
    """A wrong head is told at start, with its file's name."""
    written = save_head(tmp_path, "published", {name: np.ones(shape) for name, shape in arrays.items()}, **entry)
    with pytest.raises(BundleError, match=r"h\.npz"):
        head.load(tmp_path, written)


def test_a_kind_of_head_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """A bundle of a later release says what is the matter, and what this one knows."""
    with pytest.raises(BundleError, match="'forest' is no kind of head; linear, published, zero_shot"):
        head.load(tmp_path, save_head(tmp_path, "forest", {}))
