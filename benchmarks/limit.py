"""The limit: what the machine does with the same texts and no Kafka, by the best layout of threads and batches."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from stream_slm.engine.bundle import Bundle
from stream_slm.engine.cpu import cpu_limit
from stream_slm.engine.encoder import Encoder
from stream_slm.tasks.sentences import split
from stream_slm.types import TextPart

#: Tokens in a batch that are tried.
BUDGETS = (128, 256, 512, 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the limit is run: replicas, threads in each, tokens in a batch."""

    replicas: int
    intra_threads: int
    budget: int


class Limit:
    """The raw loop over a bundle's encoder."""

    def __init__(self, bundle: Bundle) -> None:
        cores = cpu_limit()
        shapes = {(cores, 1), (1, cores), (max(1, cores // 2), 2)} if cores > 1 else {(1, 1)}
        self._encoders = {
            (replicas, intra): bundle.encoder(inter_threads=replicas, intra_threads=intra)
            for replicas, intra in sorted(shapes)
            if replicas * intra <= cores
        }
        self.layout = Layout(replicas=cores, intra_threads=1, budget=256)

    def choose(self, probe: Sequence[str]) -> Layout:
        """Take the layout that is fastest on some texts, each tried twice."""
        layouts = [
            Layout(replicas=replicas, intra_threads=intra, budget=budget)
            for replicas, intra in self._encoders
            for budget in BUDGETS
        ]
        self.layout = min(layouts, key=lambda each: min(self._seconds(probe, each) for _ in range(2)))
        return self.layout

    def rate(self, texts: Sequence[str]) -> float:
        """Texts a second by the chosen layout."""
        return len(texts) / self._seconds(texts, self.layout)

    def tokens(self, texts: Sequence[str]) -> int:
        """Tokens of some texts, as the encoder counts them."""
        return sum(tokens_of(next(iter(self._encoders.values())), texts))

    def _seconds(self, texts: Sequence[str], layout: Layout) -> float:
        """Split, tokenize and encode everything, sentences sorted by length, every thread busy."""
        encoder = self._encoders[layout.replicas, layout.intra_threads]
        started = time.perf_counter()
        sentences = _sentences(texts)
        with ThreadPoolExecutor(layout.replicas) as pool:
            slices = [sentences[i : i + 512] for i in range(0, len(sentences), 512)]
            tokenized = pool.map(encoder.tokenize, slices)
            chunks = sorted((chunk for part in tokenized for text in part for chunk in text.chunks), key=len)
            list(pool.map(encoder.encode, _batches(chunks[::-1], layout.budget)))
        return time.perf_counter() - started


def tokens_of(encoder: Encoder, texts: Sequence[str]) -> list[int]:
    """Tokens of each text, as the encoder counts them."""
    sentences = [_sentences([text]) for text in texts]
    return [sum(each.token_count for each in encoder.tokenize(parts)) for parts in sentences]


def _sentences(texts: Sequence[str]) -> list[str]:
    return [sentence.text for text in texts for sentence in split([TextPart(text=text, pointer="")])]


def _batches(chunks: Sequence[tuple[int, ...]], budget: int) -> Iterator[Sequence[tuple[int, ...]]]:
    start = 0
    while start < len(chunks):
        size = max(1, budget // len(chunks[start]))
        yield chunks[start : start + size]
        start += size
