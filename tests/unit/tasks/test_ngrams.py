"""Rules of the hashed n-grams: they stay inside sentences, mask digits, and cannot fill the memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.tasks import ngrams
from tests.unit.tasks.texts import hostile_texts


@given(st.lists(hostile_texts, max_size=5))
def test_no_ngram_crosses_a_sentence(sentences: list[str]) -> None:
    """Sentences hashed together are the sentences hashed alone, one after the other: so shares add up."""
    buckets, counts = ngrams.hashed(sentences)
    alone = [ngrams.hashed([sentence])[0] for sentence in sentences]
    assert buckets.tolist() == [bucket for each in alone for bucket in each.tolist()]
    assert counts.tolist() == [len(each) for each in alone]


@given(hostile_texts)
def test_a_sentence_of_n_words_has_n_unigrams_and_the_pairs_between(sentence: str) -> None:
    """2n - 1 buckets, all within range."""
    words = ngrams.words(sentence)
    buckets, counts = ngrams.hashed([sentence])
    assert counts.tolist() == [max(0, 2 * len(words) - 1)]
    assert buckets.dtype == np.uint32
    assert all(0 <= bucket < ngrams.BUCKETS for bucket in buckets.tolist())


def test_nothing_hashes_to_nothing() -> None:
    """No sentences, and sentences without words, are no error."""
    buckets, counts = ngrams.hashed([])
    assert (len(buckets), len(counts)) == (0, 0)
    assert ngrams.hashed(["--", "a"])[1].tolist() == [0, 1]


@pytest.mark.parametrize(("one", "other"), [("paid 12.50", "paid 98.73"), ("I-5 MP 142", "I-9 MP 786")])
def test_digits_keep_their_number_and_not_their_value(one: str, other: str) -> None:
    """An amount is read by its size: 12.50 and 98.73 are one word, 1250.00 is another."""
    assert ngrams.hashed([one])[0].tolist() == ngrams.hashed([other])[0].tolist()
    assert ngrams.words("12.50") != ngrams.words("1250.00")


def test_case_does_not_count_and_the_order_of_a_pair_does() -> None:
    """Feeds shout; "road closed" is not "closed road"."""
    assert ngrams.hashed(["ROAD Closed"])[0].tolist() == ngrams.hashed(["road closed"])[0].tolist()
    ours, swapped = (ngrams.hashed([text])[0].tolist() for text in ("road closed", "closed road"))
    assert ours[:2] == swapped[1::-1]
    assert ours[2] != swapped[2]


def test_currency_signs_are_words() -> None:
    """$ and EUR in one text must not look like none."""
    assert ngrams.words("$5 €3 50%") == ["$", "0", "€", "0", "00", "%"]


def test_the_cache_of_words_is_bounded_in_number_and_in_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of random words, or of megabyte words, cannot grow the memory; hashes stay the same."""
    monkeypatch.setattr(ngrams, "_CACHE", {})
    monkeypatch.setattr(ngrams, "_CACHE_WORDS", 50)
    first = ngrams.hashed(["w0 w1"])[0].tolist()
    for start in range(0, 400, 40):
        ngrams.hashed([" ".join(f"w{'x' * index}" for index in range(start, start + 40))])
        assert len(ngrams._CACHE) <= 50
    ngrams.hashed(["a" * 1_000_000])
    assert sum(map(len, ngrams._CACHE)) < 50 * 100
    assert ngrams.hashed(["w0 w1"])[0].tolist() == first
