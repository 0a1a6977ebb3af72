"""Feeds the language model: endless fresh items in batches of near-equal length, first to be copied, then summarised."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.domains import DOMAINS
from training.generate.summaries import names
from training.generate.summaries.mixture import items
from training.slm_text import rows_of, source_of
from training.slm_tokenizer import END, MASK, PAD

MAX_SOURCE = 320
MAX_TARGET = 64
#: Items drawn together, sorted by length and cut into batches.
_POOL = 2048
_SPECIAL = 4

Ids = list[int]
Row = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Padded ids (n, source) and (n, target), and where in its source each target piece stands (n, target, source)."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    copied: NDArray[np.bool_]


def batches(
    tokenizer: Tokenizer, seed: int, pool: int, copying: float, budget: int, rows: Sequence[Row] = ()
) -> list[Batch]:
    """The batches of one pool.

    Args:
        copying: share of items to be copied.
        budget: bounds the pieces of a batch, of what is read and twice of what is written.
        rows: texts with summaries from elsewhere, which are one item in ten where there are any.
    """
    rng = random.Random(f"slm-{seed}-{pool}")
    pairs = sorted(_pairs(tokenizer, rng, copying, rows), key=lambda pair: (len(pair[0]), len(pair[1])))
    cut = [_padded(group, tokenizer.token_to_id(PAD)) for group in _within(pairs, budget)]
    rng.shuffle(cut)
    return cut


def rows_in(folder: Path) -> list[Row]:
    """Text and summary of every row of the folder's `*/data.jsonl` that has both and may be trained on.

    Equal texts fall on one side: of the MD5 of a text, first hex digit 0 to b trains, c to f tests.
    """
    rows = [row for path in sorted(folder.glob("*/data.jsonl")) for row in rows_of(path)]
    whole = [(row["text"], row["summary"]) for row in rows if row.get("text") and row.get("summary")]
    return [(text, summary) for text, summary in whole if hashlib.md5(text.encode()).hexdigest()[0] < "c"]


def _pairs(tokenizer: Tokenizer, rng: random.Random, copying: float, rows: Sequence[Row]) -> Iterator[tuple[Ids, Ids]]:
    copies = sum(rng.random() < copying for _ in range(_POOL))
    own = _POOL - copies
    if rows and own:
        drawn = rng.choices(rows, k=own // 10)
        yield from _encoded(tokenizer, [text for text, _ in drawn], [summary for _, summary in drawn])
        own -= len(drawn)
    yield from _copies(tokenizer, rng, copies)
    yield from _summaries(tokenizer, rng, own)


def _copies(tokenizer: Tokenizer, rng: random.Random, count: int) -> Iterator[tuple[Ids, Ids]]:
    """Texts to write again as they are: meaningless ones, so that copying is learnt, and real ones with a gap."""
    end, mask = tokenizer.token_to_id(END), tokenizer.token_to_id(MASK)
    for _ in range(count * 2 // 5):
        ids = [rng.randrange(_SPECIAL, tokenizer.get_vocab_size()) for _ in range(rng.randint(2, 18))] + [end]
        yield ids, ids
    texts: list[str] = []
    share = -(-(count - count * 2 // 5) // len(DOMAINS))
    for domain in DOMAINS:
        rows = domain.generate(share, rng.randrange(1 << 30))
        texts += [_window(rng, source_of(domain.text_of(row["record"]))) for row in rows]
    for encoding in tokenizer.encode_batch(texts[: count - count * 2 // 5]):
        ids = list(encoding.ids)
        gap = rng.randrange(len(ids))
        source = [*ids[:gap], mask, *ids[gap + 1 :]] if rng.random() < 0.3 and gap < len(ids) - 1 else ids
        yield source[:MAX_TARGET], ids[:MAX_TARGET]


def _window(rng: random.Random, text: str) -> str:
    """Some words on end, at times with a made-up name among them."""
    words = text.split()
    size = rng.randint(2, 22)
    start = rng.randrange(max(1, len(words) - size))
    words = words[start : start + size]
    if rng.random() < 0.5:
        words.insert(rng.randint(0, len(words)), rng.choice([names.firm, names.street, names.person])(rng))
    return " ".join(words)


def _summaries(tokenizer: Tokenizer, rng: random.Random, count: int) -> Iterator[tuple[Ids, Ids]]:
    drawn = list(items(count, rng.randrange(1 << 30), heldout=False))
    yield from _encoded(tokenizer, [item.text for item in drawn], [item.references[0] for item in drawn])


def _encoded(tokenizer: Tokenizer, texts: list[str], summaries: list[str]) -> Iterator[tuple[Ids, Ids]]:
    """Pairs of ids; one that is too long to be read or written is left out."""
    for source, target in zip(tokenizer.encode_batch(texts), tokenizer.encode_batch(summaries), strict=True):
        if len(source.ids) <= MAX_SOURCE and len(target.ids) <= MAX_TARGET:
            yield source.ids, target.ids


def _within(pairs: list[tuple[Ids, Ids]], budget: int) -> Iterator[list[tuple[Ids, Ids]]]:
    group: list[tuple[Ids, Ids]] = []
    for pair in pairs:
        widest = max([len(pair[0]) + 2 * len(pair[1]), *(len(s) + 2 * len(t) for s, t in group[-1:])])
        if group and widest * (len(group) + 1) > budget:
            yield group
            group = []
        group.append(pair)
    if group:
        yield group


def _padded(group: list[tuple[Ids, Ids]], pad: int) -> Batch:
    source = np.full((len(group), max(len(s) for s, _ in group)), pad, np.int64)
    target = np.full((len(group), max(len(t) for _, t in group)), pad, np.int64)
    for row, (read, written) in enumerate(group):
        source[row, : len(read)] = read
        target[row, : len(written)] = written
    return Batch(source, target, copied_from(source, target))


def copied_from(source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where each target piece was copied from: where the longest common run through it stands in the source.

    A piece that is alone in agreeing counts only where the source has it once.
    """
    same = (target[:, :, None] == source[:, None, :]) & (target >= _SPECIAL)[:, :, None]
    before = np.zeros(same.shape, np.int16)
    after = np.zeros(same.shape, np.int16)
    steps = same.shape[1]
    for t in range(steps):
        before[:, t] = same[:, t]
        if t:
            before[:, t, 1:] += before[:, t - 1, :-1] * same[:, t, 1:]
    for t in reversed(range(steps)):
        after[:, t] = same[:, t]
        if t < steps - 1:
            after[:, t, :-1] += after[:, t + 1, 1:] * same[:, t, :-1]
    run = (before + after - 1) * same
    longest = run.max(axis=2, keepdims=True)
    once = same.sum(axis=2, keepdims=True) == 1
    return same & (run == longest) & ((longest >= 2) | once)
