"""Rules of the linear head: shares are exact, scores are probabilities, a wrong file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import BundleError
from stream_slm.tasks import head, ngrams
from stream_slm.tasks.head import LinearHead
from tests.unit.tasks.texts import random_head, random_text, sentence_lists, sentences_of

HEADS = {count: random_head([f"label-{index}" for index in range(count)], seed=count) for count in (1, 2, 5, 16)}
heads = st.sampled_from(sorted(HEADS)).map(HEADS.__getitem__)
seeds = st.integers(0, 2**32 - 1)


def dense_logits(texts: list[str], vectors: Any, token_counts: Any, weights: LinearHead) -> Any:
    """The logits in float64, from a bag of n-grams counted one by one, without a thought of sentences' shares."""
    mean = sum(vector * float(count) for vector, count in zip(vectors.astype(np.float64), token_counts, strict=True))
    mean /= float(token_counts.sum())
    bag = np.zeros(ngrams.BUCKETS)
    for text in texts:
        for bucket in ngrams.hashed([text])[0]:
            bag[bucket] += 1.0
    scale = np.sqrt(bag.sum()) or 1.0
    return mean @ weights.encoder_weights.astype(np.float64) + bag / scale @ weights.ngram_weights + weights.bias


@given(sentence_lists, heads, seeds)
def test_shares_and_bias_sum_to_the_logit(texts: list[str], weights: LinearHead, seed: int) -> None:
    """A sentence's share is exact: the shares and the bias are the logit of the whole text, to 1e-5."""
    text = random_text(sentences_of(texts), seed)
    shares = weights.shares(text)
    expected = dense_logits(texts, text.vectors, text.token_counts, weights)
    assert shares.shape == (len(texts), len(weights.labels))
    np.testing.assert_allclose(shares.sum(axis=0, dtype=np.float64) + weights.bias, expected, rtol=1e-5, atol=1e-5)


@given(sentence_lists, seeds)
def test_a_share_depends_on_its_own_sentence_up_to_the_texts_scale(texts: list[str], seed: int) -> None:
    """Without words and with vector zero a sentence has no share, whatever its neighbours say."""
    text = random_text(sentences_of([*texts, "---"]), seed)
    text.vectors[-1] = 0
    assert not HEADS[5].shares(text)[-1].any()


@given(sentence_lists, seeds)
def test_a_share_is_its_own_sentences(texts: list[str], seed: int) -> None:
    """What a sentence adds is made of its own vector and its own n-grams, wherever sentences without words stand."""
    text, weights = random_text(sentences_of(texts), seed), HEADS[5]
    shares = weights.shares(text)
    scale = np.sqrt(text.bucket_counts.sum()) or 1.0
    for index, words in enumerate(texts):
        own = text.vectors[index] * text.weights[index] @ weights.encoder_weights
        own = own + weights.ngram_weights[ngrams.hashed([words])[0]].sum(axis=0) / scale
        np.testing.assert_allclose(shares[index], own, rtol=1e-4, atol=1e-5)


@given(sentence_lists, heads, seeds)
def test_scores_are_probabilities_of_the_logits(texts: list[str], weights: LinearHead, seed: int) -> None:
    """Each in 0..1, together one, in the order of the logits."""
    text = random_text(sentences_of(texts), seed)
    shares = weights.shares(text)
    scores = weights.probabilities(shares)
    logits = dense_logits(texts, text.vectors, text.token_counts, weights)
    expected = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    assert float(scores.sum(dtype=np.float64)) == pytest.approx(1.0, abs=1e-5)
    assert scores.min() >= 0
    assert scores.max() <= 1


def test_extreme_logits_give_no_nan() -> None:
    """Weights far too large saturate; they do not poison the score."""
    scores = HEADS[2].probabilities(np.array([[3e4, -3e4]], dtype=np.float32))
    assert scores.tolist() == [1.0, 0.0]


def _entry(**changes: Any) -> dict[str, Any]:
    return {"path": "h.npz", "labels": ["a", "b"], "thresholds": {"a": 0.5, "b": 0.6}, **changes}


def _arrays(**changes: Any) -> dict[str, Any]:
    shapes = {"encoder": (4, 2), "ngrams": (ngrams.BUCKETS, 2), "bias": (2,), **changes}
    return {name: np.ones(shape, np.float16) for name, shape in shapes.items() if shape is not None}


def test_a_head_is_read_as_its_manifest_describes_it(tmp_path: Path) -> None:
    """Labels and thresholds in the manifest's order, weights as float32 however they were stored."""
    np.savez(tmp_path / "h.npz", **_arrays())
    loaded = head.load(tmp_path, _entry())
    assert loaded.labels == ("a", "b")
    assert loaded.thresholds == (0.5, 0.6)
    assert {loaded.encoder_weights.dtype, loaded.ngram_weights.dtype, loaded.bias.dtype} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    "changes",
    [
        {"encoder": (4, 3)},
        {"encoder": (4,)},
        {"encoder": (2, 4, 2)},
        {"ngrams": (ngrams.BUCKETS // 2, 2)},
        {"ngrams": (ngrams.BUCKETS, 3)},
        {"bias": (3,)},
        {"bias": ()},
        {"bias": None},
        {"ngrams": None},
    ],
)
def test_arrays_that_do_not_fit_the_labels_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """A wrong head is told at start, not record by record."""
    np.savez(tmp_path / "h.npz", **_arrays(**changes))
    with pytest.raises(BundleError, match=r"h\.npz"):
        head.load(tmp_path, _entry())


@pytest.mark.parametrize("content", [None, b"", b"not an archive", b"PK\x03\x04 cut off", "npy", "pickle"])
def test_a_file_that_is_no_head_is_refused(tmp_path: Path, content: bytes | str | None) -> None:
    """Missing, empty, cut, another format, or a pickle: BundleError, and nothing of it is executed."""
    file = tmp_path / "h.npz"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content == "npy":
        with file.open("wb") as stream:
            np.save(stream, np.ones(3))
    elif content == "pickle":
        np.savez(file, **{**_arrays(), "bias": np.array([{"a": 1}, None], dtype=object)})
    with pytest.raises(BundleError, match=r"h\.npz"):
        head.load(tmp_path, _entry())


def test_a_label_without_threshold_is_refused(tmp_path: Path) -> None:
    """A manifest that forgets one is a broken bundle, not a KeyError."""
    np.savez(tmp_path / "h.npz", **_arrays())
    with pytest.raises(BundleError):
        head.load(tmp_path, _entry(thresholds={"a": 0.5}))
