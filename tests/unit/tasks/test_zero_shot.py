"""Rules of labels that are known by their description: nearest wins, temperature and offset do what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import BundleError
from stream_slm.tasks import head
from stream_slm.tasks.zero_shot import ZeroShotHead, described
from tests.unit.tasks.heads import random_zero_shot, save_head
from tests.unit.tasks.texts import random_text, sentence_lists, sentences_of


def cosine(left: Any, right: Any) -> float:
    return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))


@given(sentence_lists, st.integers(0, 9999))
def test_a_logit_is_the_cosine_less_the_offset_over_the_temperature(texts: list[str], seed: int) -> None:
    """Of the text's mean vector, weighted by tokens."""
    weights = random_zero_shot(["a", "b", "c"], seed)
    text = random_text(sentences_of(texts), seed)
    mean = np.average(text.vectors.astype(np.float64), axis=0, weights=text.token_counts)
    expected = [(cosine(mean, label) - 0.2) / 0.1 for label in weights.vectors]
    np.testing.assert_allclose(weights.logits(text), expected, rtol=1e-3, atol=1e-3)


@given(sentence_lists.filter(lambda texts: len(texts) > 1), st.integers(0, 9999))
def test_without_a_unit_are_the_logits_of_the_others(texts: list[str], seed: int) -> None:
    """As if the text had been made of the other sentences alone."""
    weights = random_zero_shot(["a", "b"], seed)
    text = random_text(sentences_of(texts), seed)
    left_out = weights.logits_without_each(text)
    for index in range(len(texts)):
        others = np.arange(len(texts)) != index
        mean = np.average(text.vectors[others].astype(np.float64), axis=0, weights=text.token_counts[others])
        expected = [(cosine(mean, label) - 0.2) / 0.1 for label in weights.vectors]
        np.testing.assert_allclose(left_out[index], expected, rtol=1e-2, atol=1e-2)


def test_a_label_is_read_as_its_name_in_words_and_its_description() -> None:
    """Underscores and capitals are spelling, not meaning; a label without description stands for itself."""
    labels = {"BANK_FEES": "a fee of the bank", "lost-card": "  ", "iPhone": "a telephone"}
    assert described(labels) == ["bank fees: a fee of the bank", "lost card", "iPhone: a telephone"]


def test_a_zero_shot_head_is_read_from_a_bundle(tmp_path: Path) -> None:
    """Vectors of any length; the offset is none unless given; calibrated where the manifest says how."""
    arrays = {"vectors": np.array([[3.0, 0, 0, 0], [0, 0.5, 0, 0]])}
    entry = save_head(tmp_path, "zero_shot", arrays, temperature=0.04, calibration={"kind": "temperature", "rows": 80})
    loaded = head.load(tmp_path, entry)
    assert isinstance(loaded, ZeroShotHead)
    np.testing.assert_array_equal(loaded.vectors, [[1, 0, 0, 0], [0, 1, 0, 0]])
    assert (loaded.temperature, loaded.offset, loaded.calibrated, loaded.dimension) == (0.04, 0.0, True, 4)


@pytest.mark.parametrize(
    ("vectors", "entry"),
    [
        (np.ones((3, 4)), {"temperature": 0.1}),
        (np.ones(4), {"temperature": 0.1}),
        (np.zeros((2, 4)), {"temperature": 0.1}),
        (np.ones((2, 4)), {}),
        (np.ones((2, 4)), {"temperature": 0}),
        (np.ones((2, 4)), {"temperature": "warm"}),
        (np.ones((2, 4)), {"temperature": 0.1, "offset": None}),
    ],
)
def test_a_file_that_is_no_zero_shot_head_is_refused(tmp_path: Path, vectors: Any, entry: dict[str, Any]) -> None:
    """Told at start, with its file's name."""
    with pytest.raises(BundleError, match=r"h\.npz"):
        head.load(tmp_path, save_head(tmp_path, "zero_shot", {"vectors": vectors}, **entry))
    with pytest.raises(BundleError, match=r"h\.npz"):
        head.load(tmp_path, save_head(tmp_path, "zero_shot", {"other": vectors}, temperature=0.1))
