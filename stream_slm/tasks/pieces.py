"""Pieces of a text that each fit a model's room: cut between sentences where that is possible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stream_slm.types import Sentence

_WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some sentences that follow one another; its text is theirs, with what stands between them."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """As it stands in the input; strings of several places, each on lines of its own."""
        parts: dict[int, list[Sentence]] = {}
        for sentence in self.sentences:
            parts.setdefault(id(sentence.part), []).append(sentence)
        return "\n".join(each[0].part.text[each[0].start : each[-1].end] for each in parts.values())

    def cut(self, count: int) -> tuple[Piece, ...]:
        """At most `count` pieces, two at least, of near-equal length in characters.

        A piece of one sentence is cut between words, or, where it is one word, inside it; of one character: not at all.
        """
        if len(self.sentences) == 1:
            return tuple(Piece((each,)) for each in _cut(self.sentences[0], count))
        total = sum(len(sentence.text) for sentence in self.sentences)
        groups: list[list[Sentence]] = [[]]
        length = 0
        for sentence in self.sentences:
            if groups[-1] and length >= total * len(groups) / count:
                groups.append([])
            groups[-1].append(sentence)
            length += len(sentence.text)
        if len(groups) == 1:  # all but the last sentence are short
            groups = [groups[0][:-1], groups[0][-1:]]
        return tuple(Piece(tuple(group)) for group in groups)


def _cut(sentence: Sentence, count: int) -> list[Sentence]:
    length = len(sentence.text)
    bounds = [0]
    for number in range(1, min(count, length)):
        at = max(bounds[-1] + 1, length * number // count)
        space = _WHITE_SPACE.search(sentence.text, at, min(length, at + length // count))
        bounds.append(space.end() if space else at)
    pieces = []
    for start, end in zip(bounds, [*bounds[1:], length], strict=True):
        text = sentence.text[start:end]
        first = sentence.start + start + len(text) - len(text.lstrip())
        if stripped := text.strip():
            pieces.append(replace(sentence, start=first, end=first + len(stripped), text=stripped))
    return pieces


def too_long_cut(pieces: Sequence[Piece], lengths: Sequence[int], room: int) -> tuple[Piece, ...]:
    """The same pieces in order, those of more than `room` tokens cut; each as often as its length asks for."""
    return tuple(
        part
        for piece, length in zip(pieces, lengths, strict=True)
        for part in ((piece,) if length <= room else piece.cut(-(-length // room)))
    )
