"""Texts to test with: strategies that look like feeds, and encoded texts of random vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from stream_slm.tasks import ngrams
from stream_slm.tasks.head import LinearHead
from stream_slm.tasks.language import Language
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, encoded
from stream_slm.types import Sentence, TextPart

PIECES = st.sampled_from(
    [
        "a",
        "Dr",
        "e.g",
        "B",
        "word",
        "Über",
        "x",
        "12",
        "3.5",
        "https://a.io/b?c=d.e",
        "é",
        "漢字",
        "𝔘",
        "\u200b",
        "'",
        '"',
        ")",
        "(",
        "[",
        "”",
        ".",
        ".",
        "!",
        "?",
        "…",
        "。",
        "！",
        "\n",
        "\r\n",
        "\n\n",
        " ",
        " ",
        "\t",
        "\u00a0",
        "\u2028",
        "\x1f",
        "-",
        "$",
        "_",
    ]
)
#: Mostly what trips a splitter, sometimes anything.
hostile_texts = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=80))
words = st.sampled_from(
    [
        "road",
        "closed",
        "crash",
        "45",
        "lanes",
        "I-5",
        "the",
        "patient",
        "stable",
        "$12.50",
        "pain",
        "merchant",
        "refund",
        "x",
        "y",
    ]
)
sentence_texts = st.lists(words, min_size=1, max_size=25).map(" ".join)
#: Sentences that hold no n-gram at all among them.
sentence_lists = st.lists(st.one_of(sentence_texts, st.sampled_from(["---", "…", "__", "?!"])), min_size=1, max_size=12)


def sentences_of(texts: Sequence[str], pointer: str = "/text") -> tuple[Sentence, ...]:
    """Sentences that stand one after the other, separated by a blank, in one string at `pointer`."""
    whole = TextPart(text=" ".join(texts), pointer=pointer)
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    return tuple(
        Sentence(part=whole, start=int(start), end=int(start) + len(text), text=text)
        for start, text in zip(starts, texts, strict=False)
    )


def random_text(sentences: Sequence[Sentence], seed: int = 0, width: int = 8, supported: bool = True) -> EncodedText:
    """An encoded text of random vectors and token counts."""
    rng = np.random.default_rng(seed)
    return encoded(
        tuple(sentences),
        rng.normal(0, 1, (len(sentences), width)).astype(np.float32),
        rng.integers(2, 60, len(sentences)),
        Language("en" if supported else "xx", supported),
    )


def text_of(text: str, seed: int = 0, width: int = 8, supported: bool = True) -> EncodedText:
    """The same of a string, split as the reader does."""
    return random_text(split([TextPart(text=text, pointer="/text")]), seed, width, supported)


def random_head(labels: Sequence[str], seed: int = 0, width: int = 8, threshold: float = 0.5) -> LinearHead:
    """A head of random weights."""
    rng = np.random.default_rng(seed)
    return LinearHead(
        labels=tuple(labels),
        encoder_weights=rng.normal(0, 0.5, (width, len(labels))).astype(np.float32),
        ngram_weights=rng.normal(0, 0.5, (ngrams.BUCKETS, len(labels))).astype(np.float32),
        bias=rng.normal(0, 0.5, len(labels)).astype(np.float32),
        thresholds=(threshold,) * len(labels),
    )
