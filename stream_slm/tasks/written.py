"""What a model wrote, judged and cut: its words, its repetitions, and the sentences of the source it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import EncodedText
from stream_slm.types import Span, TextPart

_WORD = re.compile(r"\S+")
#: What says something: words of four letters and more, and whatever holds a digit. A run without one is read once, from
#: its start: a form's line of 50,000 underscores must not cost its square.
_TELLING = re.compile(r"[^\W\d_]{4,}|(?<![^\W\d])[^\W\d]*+\d\w*+|\d\w*+")
#: A run of words said so often, one right after the other, is a loop and no style.
_LOOP = 3
_LONGEST_LOOP = 12
#: Sentences that one sentence of a summary rests on, at most: it may join two or three.
_MOST_SOURCES = 3
#: How much of a sentence's words a further source must explain.
_WORTH = 0.15


@dataclass(frozen=True, slots=True)
class Cut:
    """A text within its budget of words; `finished` is False where it ends inside a sentence."""

    text: str
    finished: bool


def within(text: str, max_words: int, *, stopped: bool) -> Cut:
    """The first sentences that fit the budget, or, where not even one does, its first words.

    Args:
        stopped: the model came to an end by itself; else its last sentence is no whole one.
    """
    part = TextPart(text=text, pointer="")
    sentences = split([part])
    whole = sentences if stopped or len(sentences) < 2 else sentences[:-1]
    end, words = 0, 0
    for sentence in whole:
        words += len(_WORD.findall(sentence.text))
        if words > max_words:
            break
        end = sentence.end
    if end:
        return Cut(text[:end].strip(), end == sentences[-1].end and stopped)
    ends = [match.end() for match in _WORD.finditer(text)][:max_words]
    return Cut(text[: ends[-1]].strip() if ends else "", False)


def repeats(text: str) -> bool:
    """Whether a text goes round in a loop: the same words three times running, or a sentence of it said twice."""
    words = text.lower().split()
    for length in range(1, min(_LONGEST_LOOP, len(words) // _LOOP) + 1):
        alike = 0
        for at in range(length, len(words)):
            alike = alike + 1 if words[at] == words[at - length] else 0
            if alike >= length * (_LOOP - 1):
                return True
    said = [" ".join(sentence.text.lower().split()) for sentence in split([TextPart(text=text, pointer="")])]
    return len(set(said)) < len(said)


def rests_on(written: EncodedText, source: EncodedText) -> tuple[Span, ...]:
    """The sentences of a source that each sentence of a written text rests on, in source order.

    The nearest by vectors and shared words first; then those that have telling words which the others lack.
    """
    own, theirs = _unit(written), _unit(source)
    words = [_telling(sentence.text) for sentence in source.sentences]
    chosen: set[int] = set()
    for vector, sentence in zip(own, written.sentences, strict=True):
        said = _telling(sentence.text)
        shared = np.array([len(said & each) / max(1, len(said)) for each in words], dtype=np.float32)
        nearest = int(np.argmax(theirs @ vector + shared))
        chosen.add(nearest)
        open_words = said - words[nearest]
        for _ in range(_MOST_SOURCES - 1):
            explained = [len(open_words & each) for each in words]
            best = int(np.argmax(explained))
            if explained[best] < max(1.0, _WORTH * len(said)):
                break
            chosen.add(best)
            open_words -= words[best]
    return tuple(dict.fromkeys(source.sentences[place].span for place in sorted(chosen)))


def _unit(text: EncodedText) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    lengths = np.maximum(np.linalg.norm(text.vectors, axis=1, keepdims=True), 1e-9)
    return np.asarray(text.vectors / lengths, dtype=np.float32)


def _telling(text: str) -> set[str]:
    return {word.lower() for word in _TELLING.findall(text)}
