"""Reads a text: sentences, tokens, vectors, through batchers that all pipelines share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stream_slm.batching.batcher import Batcher, BatcherConfig
from stream_slm.config.settings import BatchingConfig
from stream_slm.engine.encoder import Encoder, TokenizedText
from stream_slm.metrics import batch_observer
from stream_slm.tasks import language
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText, Floats, encoded
from stream_slm.types import TextPart

#: Texts tokenized in one call: enough to spread the call's cost, few enough that none waits long.
_TOKENIZE_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An encoded text and what reading it took (seconds)."""

    text: EncodedText
    queue_s: float
    run_s: float
    batch_size: int


class Reader:
    """One encoder pass for whoever asks, batched with whatever else is in flight."""

    def __init__(self, encoder: Encoder, config: BatchingConfig, replicas: int, languages: frozenset[str]) -> None:
        self._languages = languages
        self._tokenizing: Batcher[tuple[str, ...], list[TokenizedText]] = Batcher(
            "tokenize",
            lambda texts: _tokenize(encoder, texts),
            BatcherConfig(
                replicas=1, max_batch_tokens=_TOKENIZE_AT_ONCE, max_batch_size=_TOKENIZE_AT_ONCE, max_queue_delay_s=0.0
            ),
            length=lambda _text: 1,  # a tokenizer pads nothing: any texts go together
            key=lambda text: text,
            observe=batch_observer("tokenize"),
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
            observe=batch_observer("encode"),
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
        return max(self._tokenizing.longest_run_s, self._encoding.longest_run_s)

    async def read(self, parts: Sequence[TextPart]) -> Reading:
        """Read the parts of one text; at least one holds text.

        Raises:
            InferenceError: the tokenizer or the encoder failed on this text.
        """
        sentences = split(parts)
        tokenized = await self._tokenizing.submit([tuple(sentence.text for sentence in sentences)])
        texts = tokenized.results[0]
        chunks = [chunk for text in texts for chunk in text.chunks]
        reply = await self._encoding.submit(chunks)
        counts = np.array([text.token_count for text in texts], dtype=np.int64)
        heard = language.detect(" ".join(sentence.text for sentence in sentences[:40]), self._languages)
        return Reading(
            text=encoded(sentences, _per_sentence(texts, reply.results), counts, heard),
            queue_s=tokenized.queue_s + reply.queue_s,
            run_s=tokenized.run_s + reply.run_s,
            batch_size=reply.batch_size,
        )


def _tokenize(encoder: Encoder, texts: Sequence[tuple[str, ...]]) -> list[list[TokenizedText]]:
    """All sentences of all texts in one call, given back text by text."""
    flat = iter(encoder.tokenize([sentence for text in texts for sentence in text]))
    return [[next(flat) for _ in text] for text in texts]


def _per_sentence(texts: Sequence[TokenizedText], vectors: Sequence[Floats]) -> Floats:
    """(n, d): one vector a sentence; one that was cut in chunks is their mean, weighted by tokens."""
    if len(vectors) == len(texts):
        return np.stack(vectors)
    rows = iter(vectors)
    return np.stack(
        [
            np.average([next(rows) for _ in text.chunks], axis=0, weights=[len(chunk) for chunk in text.chunks])
            for text in texts
        ]
    ).astype(np.float32)
