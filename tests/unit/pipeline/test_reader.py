"""Rules of reading: by sentences or whole, in windows where a text is too long, and without each sentence."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from stream_slm.config.settings import BatchingConfig
from stream_slm.engine.encoder import TokenizedText
from stream_slm.pipeline.reader import Reader
from stream_slm.types import TextPart

OPENING, CLOSING = 1, 2
MAX_TOKENS = 12
LONG = " ".join(f"The road {index} is closed." for index in range(7))


class WordEngine:
    """A token a word, a vector a token; counts what it encoded."""

    dimension = 6
    max_tokens = MAX_TOKENS

    def __init__(self) -> None:
        self.encoded: list[tuple[int, ...]] = []

    def tokenize(self, texts: Sequence[str]) -> list[TokenizedText]:
        return [TokenizedText(chunks=self._chunks(text)) for text in texts]

    def encode(self, batch: Sequence[Sequence[int]]) -> Any:
        self.encoded += [tuple(chunk) for chunk in batch]
        return np.stack([np.mean([vector_of(token) for token in chunk], axis=0) for chunk in batch]).astype(np.float32)

    def warm_up(self) -> None:
        pass

    def _chunks(self, text: str) -> tuple[tuple[int, ...], ...]:
        ids = [zlib.crc32(word.encode()) for word in text.split()]
        parts = max(1, -(-len(ids) // MAX_TOKENS))
        bounds = [len(ids) * part // parts for part in range(parts + 1)]
        return tuple((OPENING, *ids[start:end], CLOSING) for start, end in pairwise(bounds))


def vector_of(token: int) -> Any:
    return np.random.default_rng(token).normal(0, 1, 6)


def mean_of(text: str) -> Any:
    tokens = [OPENING, *(zlib.crc32(word.encode()) for word in text.split()), CLOSING]
    return np.mean([vector_of(token) for token in tokens], axis=0)


def parts_of(*texts: str) -> list[TextPart]:
    return [TextPart(text=text, pointer=f"/{index}") for index, text in enumerate(texts)]


MakeReader = Callable[..., Reader]


@pytest.fixture
async def reader() -> AsyncIterator[MakeReader]:
    """Readers that are closed after the test."""
    made: list[Reader] = []

    def make(whole: bool, engine: WordEngine | None = None) -> Reader:
        each = Reader(engine or WordEngine(), BatchingConfig(), 1, frozenset({"en"}), whole=whole)
        each.start()
        made.append(each)
        return each

    yield make
    for each in made:
        await each.close()


async def test_by_sentences_each_is_encoded_alone_once(reader: MakeReader) -> None:
    """Sentences and occlusion follow from the same vectors: nothing is read twice."""
    engine = WordEngine()
    reading = await reader(False, engine).read(
        parts_of("Road closed. Use Main St.", " Stay calm. "), sentences=True, occluded=True
    )
    texts = ["Road closed.", "Use Main St.", "Stay calm."]
    assert [unit.text for unit in reading.text.sentences] == texts
    np.testing.assert_allclose(reading.text.vectors, [mean_of(text) for text in texts], atol=1e-6)
    assert len(engine.encoded) == 3
    assert reading.by_sentence is reading.text
    assert reading.occluded is None


async def test_whole_a_part_is_one_unit(reader: MakeReader) -> None:
    """As it stands, white space around it aside."""
    reading = await reader(True).read(parts_of("Road closed. Use Main St.", " Stay calm. ", "  "))
    assert [(unit.part.pointer, unit.start, unit.text) for unit in reading.text.sentences] == [
        ("/0", 0, "Road closed. Use Main St."),
        ("/1", 1, "Stay calm."),
    ]
    np.testing.assert_allclose(
        reading.text.vectors, [mean_of("Road closed. Use Main St."), mean_of("Stay calm.")], atol=1e-6
    )
    assert reading.text.token_counts.tolist() == [7, 4]
    assert reading.sentences is None
    assert reading.batch_size >= 1
    assert reading.run_s > 0


async def test_a_text_that_is_too_long_is_read_in_windows_of_sentences(reader: MakeReader) -> None:
    """Seven sentences of five tokens, twelve a window: two a window; the part that is short stays whole."""
    reading = await reader(True).read(parts_of(LONG, "Stay calm. Drive on."))
    windows = [unit.text for unit in reading.text.sentences]
    assert windows[-1] == "Stay calm. Drive on."
    assert " ".join(windows[:-1]) == LONG
    assert [len(window.split()) for window in windows] == [10, 10, 10, 5, 4]
    np.testing.assert_allclose(reading.text.vectors, [mean_of(window) for window in windows], atol=1e-6)


async def test_a_sentence_that_is_too_long_is_the_mean_of_its_chunks(reader: MakeReader) -> None:
    """It is one unit; its chunks weigh by their tokens."""
    words = [f"w{index}" for index in range(15)]
    reading = await reader(True).read(parts_of(" ".join(words)))
    chunks = [" ".join(words[:7]), " ".join(words[7:])]
    expected = np.average([mean_of(chunk) for chunk in chunks], axis=0, weights=[9, 10])
    np.testing.assert_allclose(reading.text.vectors, [expected], atol=1e-6)
    assert reading.text.token_counts.tolist() == [19]


async def test_whole_sentences_are_read_besides_on_request(reader: MakeReader) -> None:
    """A summary chooses among sentences, whatever the heads read."""
    reading = await reader(True).read(parts_of("Road closed. Use Main St."), sentences=True)
    assert [unit.text for unit in reading.text.sentences] == ["Road closed. Use Main St."]
    assert [unit.text for unit in reading.by_sentence.sentences] == ["Road closed.", "Use Main St."]
    np.testing.assert_allclose(
        reading.by_sentence.vectors, [mean_of("Road closed."), mean_of("Use Main St.")], atol=1e-6
    )


async def test_whole_the_text_is_read_without_each_sentence_on_request(reader: MakeReader) -> None:
    """In the order of the sentences; other parts stay."""
    reading = await reader(True).read(
        parts_of("Road closed. Use Main St.", "Stay calm."), sentences=True, occluded=True
    )
    assert reading.occluded is not None
    assert [sentence.text for sentence in reading.occluded.sentences] == ["Road closed.", "Use Main St.", "Stay calm."]
    assert [
        [unit.text for unit in text.sentences] if text is not None else None for text in reading.occluded.texts
    ] == [["Use Main St.", "Stay calm."], ["Road closed.", "Stay calm."], ["Road closed. Use Main St."]]
    assert [unit.text for unit in reading.by_sentence.sentences] == ["Road closed.", "Use Main St.", "Stay calm."]


async def test_without_its_only_sentence_nothing_of_a_text_is_left(reader: MakeReader) -> None:
    """None, not a text without units."""
    reading = await reader(True).read(parts_of("Road closed."), occluded=True)
    assert reading.occluded is not None
    assert reading.occluded.texts == (None,)


def test_texts_of_our_own_are_read_past_the_batchers() -> None:
    """Descriptions of labels, before the first record."""
    engine = Reader(WordEngine(), BatchingConfig(), 1, frozenset({"en"}))
    np.testing.assert_allclose(engine.vectors(["a b", "c"]), [mean_of("a b"), mean_of("c")], atol=1e-6)
