"""Reads a text: units, tokens, vectors, through batchers that all pipelines share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import stream_slm.metrics as metrics
from stream_slm.batching.batcher import Batcher, BatcherConfig, Reply, Trace, Work
from stream_slm.config.settings import BatchingConfig
from stream_slm.engine.encoder import TokenizedText
from stream_slm.pipeline.engines import Engine
from stream_slm.tasks import language
from stream_slm.tasks.occlusion import Occluded, parts_without, to_leave_out
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, Floats, encoded
from stream_slm.tasks.units import whole, windows
from stream_slm.types import Sentence, TextPart

#: Texts tokenized in one call: enough to spread the call's cost, few enough that none waits long.
_TOKENIZE_AT_ONCE = 32


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

    def start(self) -> None:
        """Make the threads."""
        self._tokenizing.start()
        self._encoding.start()

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

    async def read(self, parts: Sequence[TextPart], *, sentences: bool = False, occluded: bool = False) -> Reading:
        """Read the parts of one text; at least one holds text.

        Where the bundle reads texts whole, `sentences` are read besides on request, and so is the text without each
        of them (`occluded`); where it reads by sentences both follow from the same vectors.

        Raises:
            InferenceError: the tokenizer or the encoder failed on this text.
        """
        split_text = split(parts)
        heard = language.detect(" ".join(sentence.text for sentence in split_text[:40]), self._languages)
        if not self._whole:
            return await self._read_sentences(split_text, heard)
        left_out = to_leave_out(split_text) if occluded else ()
        without = [parts_without(parts, sentence) for sentence in left_out]
        reads = [self._read_whole(parts, heard), *(self._read_whole(each, heard) for each in without if each)]
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

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(n, d): vectors of texts of our own, past the batchers; for the start, as it blocks."""
        tokenized = self._encoder.tokenize(texts)
        vectors = [row for text in tokenized for row in self._encoder.encode(text.chunks)]
        return _per_unit(tokenized, vectors)

    async def _read_whole(self, parts: Sequence[TextPart], heard: language.Language) -> Reading:
        taken = _Taken()
        units = whole(parts)
        tokenized = await self._tokenized(units, taken)
        if any(len(text.chunks) > 1 for text in tokenized):
            pairs = zip(units, tokenized, strict=True)
            cut = [[unit] if len(text.chunks) == 1 else await self._windows(unit, taken) for unit, text in pairs]
            units = tuple(unit for each in cut for unit in each)
            tokenized = await self._tokenized(units, taken)
        return await self._encoded(units, tokenized, heard, taken)

    async def _windows(self, unit: Sentence, taken: _Taken) -> Sequence[Sentence]:
        sentences = split([unit.part])
        tokenized = await self._tokenized(sentences, taken)
        # Each chunk counts its own first and last token, of which a window has two in all.
        tokens = [text.token_count - 2 * len(text.chunks) for text in tokenized]
        return windows(sentences, tokens, self._encoder.max_tokens)

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
    ) -> Reading:
        reply = await self._encoding.submit([chunk for text in tokenized for chunk in text.chunks])
        taken.add(reply)
        self._queue_seconds.observe(taken.queue_s)
        counts = np.array([text.token_count for text in tokenized], dtype=np.int64)
        return Reading(
            text=encoded(units, _per_unit(tokenized, reply.results), counts, heard),
            queue_s=taken.queue_s,
            run_s=taken.run_s,
            batch_size=reply.batch_size,
        )


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
