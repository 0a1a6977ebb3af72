"""Reads a text: units, tokens, vectors, through batchers that all pipelines share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import stream_slm.metrics as metrics
from stream_slm.batching.batcher import Batcher, BatcherConfig, Trace, Work
from stream_slm.batching.requests import Reply
from stream_slm.config.settings import BatchingConfig
from stream_slm.engine.encoder import TokenizedText
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.engines import Engine, PairEngine
from stream_slm.tasks import language
from stream_slm.tasks.occlusion import Occluded, parts_without, to_leave_out
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, Floats, encoded
from stream_slm.tasks.units import whole, windows
from stream_slm.types import Sentence, TextPart

#: Texts tokenized in one call: enough to spread the call's cost, few enough that none waits long.
_TOKENIZE_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Statements that texts are read beside; `room` is how many tokens of a text fit beside the longest."""

    tokenized: Mapping[str, TokenizedText]
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An encoded text and what reading it took (seconds).

    Attributes:
        text: by units, as the bundle's heads read it.
        sentences: by sentences, where they are no units and somebody asked for them.
        occluded: the text without each of its sentences, where somebody asked.
    """

    text: EncodedText
    queue_s: float
    run_s: float
    batch_size: int
    sentences: EncodedText | None = None
    occluded: Occluded | None = None

    @property
    def by_sentence(self) -> EncodedText:
        """The text by sentences."""
        return self.text if self.sentences is None else self.sentences


class Reader:
    """One encoder pass for whoever asks, batched with whatever else is in flight."""

    def __init__(
        self,
        encoder: Engine,
        config: BatchingConfig,
        replicas: int,
        languages: frozenset[str],
        *,
        whole: bool = False,
        model: str = "",
        trace: Trace | None = None,
    ) -> None:
        self._encoder = encoder
        self._languages = languages
        self._whole = whole
        self._queue_seconds = metrics.QUEUE_SECONDS.labels(model)
        self._tokenizing: Batcher[tuple[str, ...], list[TokenizedText]] = Batcher(
            "tokenize",
            lambda texts: _tokenize(encoder, texts),
            BatcherConfig(
                replicas=1, max_batch_tokens=_TOKENIZE_AT_ONCE, max_batch_size=_TOKENIZE_AT_ONCE, max_queue_delay_s=0.0
            ),
            length=lambda _text: 1,  # a tokenizer pads nothing: any texts go together
            key=lambda text: text,
            observe=metrics.tokenizing(model),
        )
        self._encoding: Batcher[tuple[int, ...], Floats] = Batcher(
            "encode",
            lambda batch: list(encoder.encode(batch)),
            BatcherConfig(
                replicas=replicas,
                max_batch_tokens=config.max_batch_tokens,
                max_batch_size=config.max_batch_size,
                max_queue_delay_s=config.max_queue_delay_s,
            ),
            length=len,
            key=lambda tokens: tokens,
            observe=metrics.encoding(model),
            trace=trace,
        )

    def start(self, initializer: Callable[[], None] | None = None) -> None:
        """Make the threads; each calls `initializer` first."""
        self._tokenizing.start(initializer)
        self._encoding.start(initializer)

    async def close(self) -> None:
        """Drop what waits, join the threads."""
        await self._tokenizing.close()
        await self._encoding.close()

    def longest_call_s(self) -> float:
        """Seconds since the oldest call into the engine that has not returned; any thread may ask."""
        return max(self._tokenizing.longest_call_s, self._encoding.longest_call_s)

    @property
    def work(self) -> Work:
        """How the encoder's batcher stands; any thread may ask."""
        return self._encoding.work

    async def read(
        self,
        parts: Sequence[TextPart],
        *,
        sentences: bool = False,
        occluded: bool = False,
        statements: Statements | None = None,
    ) -> Reading:
        """Read the parts of one text; at least one holds text.

        Where the bundle reads texts whole, `sentences` are read besides on request, and so is the text without each
        of them (`occluded`); where it reads by sentences both follow from the same vectors. Beside `statements` only
        texts are read that are read whole.

        Raises:
            InferenceError: the tokenizer or the encoder failed on this text.
        """
        split_text = split(parts)
        heard = language.detect(" ".join(sentence.text for sentence in split_text[:40]), self._languages)
        if not self._whole:
            return await self._read_sentences(split_text, heard)
        left_out = to_leave_out(split_text) if occluded else ()
        without = [parts_without(parts, sentence) for sentence in left_out]
        reads = [self._read_whole(each, heard, statements) for each in (parts, *without) if each]
        if sentences:
            reads.append(self._read_sentences(split_text, heard))
        readings = await asyncio.gather(*reads)
        shorter = iter(readings[1:])
        texts = tuple(next(shorter).text if each else None for each in without)
        return Reading(
            text=readings[0].text,
            queue_s=max(each.queue_s for each in readings),
            run_s=max(each.run_s for each in readings),
            batch_size=max(each.batch_size for each in readings),
            sentences=readings[-1].text if sentences else None,
            occluded=Occluded(sentences=left_out, texts=texts) if occluded else None,
        )

    def statements(self, texts: Sequence[str]) -> Statements:
        """Make ready to read texts beside some statements; for the start, as it blocks.

        Raises:
            ConfigurationError: texts are not read whole, the engine reads no pairs, or a statement is too long.
        """
        engine = self._encoder
        if not self._whole:
            raise ConfigurationError("by='entailment' needs a bundle that reads texts whole; this one reads sentences")
        if not isinstance(engine, PairEngine):
            raise ConfigurationError(
                f"by='entailment' needs an engine that reads pairs; {type(engine).__name__} lacks pair() or room_beside"
            )
        tokenized = dict(zip(texts, engine.tokenize(texts), strict=True))
        for text, tokens in tokenized.items():
            if engine.room_beside(tokens) < engine.max_tokens // 2:
                raise ConfigurationError(
                    f"by='entailment': beside the statement {text!r} there is room for {engine.room_beside(tokens)} of "
                    f"the {engine.max_tokens} tokens that the encoder reads at once, less than half: shorten it"
                )
        return Statements(tokenized=tokenized, room=min(map(engine.room_beside, tokenized.values())))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(n, d): vectors of texts of our own, past the batchers; for the start, as it blocks."""
        tokenized = self._encoder.tokenize(texts)
        vectors = [row for text in tokenized for row in self._encoder.encode(text.chunks)]
        return _per_unit(tokenized, vectors)

    async def _read_whole(
        self, parts: Sequence[TextPart], heard: language.Language, statements: Statements | None
    ) -> Reading:
        taken = _Taken()
        units = whole(parts)
        tokenized = await self._tokenized(units, taken)
        most = statements.room if statements else self._encoder.max_tokens
        if any(_own_tokens(text) > most for text in tokenized):
            pairs = zip(units, tokenized, strict=True)
            cut = [
                [unit] if _own_tokens(text) <= most else await self._windows(unit, most, taken) for unit, text in pairs
            ]
            units = tuple(unit for each in cut for unit in each)
            tokenized = await self._tokenized(units, taken)
        return await self._encoded(units, tokenized, heard, taken, statements)

    async def _windows(self, unit: Sentence, most: int, taken: _Taken) -> Sequence[Sentence]:
        sentences = split([unit.part])
        tokenized = await self._tokenized(sentences, taken)
        return windows(sentences, [_own_tokens(text) for text in tokenized], most)

    async def _read_sentences(self, sentences: tuple[Sentence, ...], heard: language.Language) -> Reading:
        taken = _Taken()
        return await self._encoded(sentences, await self._tokenized(sentences, taken), heard, taken)

    async def _tokenized(self, units: Sequence[Sentence], taken: _Taken) -> list[TokenizedText]:
        reply = await self._tokenizing.submit([tuple(unit.text for unit in units)])
        taken.add(reply)
        return reply.results[0]

    async def _encoded(
        self,
        units: tuple[Sentence, ...],
        tokenized: Sequence[TokenizedText],
        heard: language.Language,
        taken: _Taken,
        statements: Statements | None = None,
    ) -> Reading:
        to_read = [*tokenized, *self._beside(tokenized, statements)]
        reply = await self._encoding.submit([chunk for text in to_read for chunk in text.chunks])
        taken.add(reply)
        self._queue_seconds.observe(taken.queue_s)
        counts = np.array([text.token_count for text in tokenized], dtype=np.int64)
        vectors, pairs = _per_unit(to_read, reply.results), {}
        if statements:
            vectors, *paired = np.split(vectors, len(to_read) // len(tokenized))
            pairs = dict(zip(statements.tokenized, paired, strict=True))
        return Reading(
            text=encoded(units, vectors, counts, heard, pairs),
            queue_s=taken.queue_s,
            run_s=taken.run_s,
            batch_size=reply.batch_size,
        )

    def _beside(self, units: Sequence[TokenizedText], statements: Statements | None) -> Iterator[TokenizedText]:
        """All units beside the first statement, all beside the second, ..."""
        if statements:
            assert isinstance(self._encoder, PairEngine), "it made the statements"
            for statement in statements.tokenized.values():
                for unit in units:
                    yield self._encoder.pair(unit, statement)


async def read_by_sentence(reader: Reader, text: str) -> EncodedText:
    """A text that is no part of any input, such as one that a model wrote, by sentences."""
    return (await reader.read([TextPart(text=text, pointer="")], sentences=True)).by_sentence


@dataclass(slots=True)
class _Taken:
    """What the steps of one reading took so far, in seconds; they come one after the other."""

    queue_s: float = 0.0
    run_s: float = 0.0

    def add(self, reply: Reply[Any]) -> None:
        self.queue_s += reply.queue_s
        self.run_s += reply.run_s


def _tokenize(encoder: Engine, texts: Sequence[tuple[str, ...]]) -> list[list[TokenizedText]]:
    """All sentences of all texts in one call, given back text by text."""
    flat = iter(encoder.tokenize([sentence for text in texts for sentence in text]))
    return [[next(flat) for _ in text] for text in texts]


def _own_tokens(text: TokenizedText) -> int:
    """Each chunk counts its own first and last token."""
    return text.token_count - 2 * len(text.chunks)


def _per_unit(texts: Sequence[TokenizedText], vectors: Sequence[Floats]) -> Floats:
    """(n, d): one vector a unit; one that was cut in chunks is their mean, weighted by tokens."""
    if len(vectors) == len(texts):
        return np.stack(vectors)
    rows = iter(vectors)
    return np.stack(
        [
            np.average([next(rows) for _ in text.chunks], axis=0, weights=[len(chunk) for chunk in text.chunks])
            for text in texts
        ]
    ).astype(np.float32)
