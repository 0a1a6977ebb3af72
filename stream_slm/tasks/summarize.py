"""The summary task, and its extractive way: the most central and telling sentences, in order, within a word budget."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stream_slm.engine.language_model import Decoding, Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Sentence, Span, Summary

#: How much a sentence's share of the labels counts beside its closeness to the whole text.
_TELLING_WEIGHT = 0.35
#: Reports lead with the matter; a small bonus that falls with the position.
_LEAD_WEIGHT = 0.15
#: Two sentences closer than this say the same.
_SAME = 0.95
_WORD = re.compile(r"\S+")
_CLOSING = frozenset(".!?…:;,。！？\"'”’)")


@dataclass(frozen=True, slots=True)
class Summarize:
    """Ask for a short text.

    Attributes:
        name: the task's name in the results.
        max_words: the budget; a text within it is returned as it is.
        bundle: the language model that writes the summary, by the name of its bundle; None: whole sentences of the
            text are the summary.
        instruction: what that model is asked, in place of our own words; an `Instruction` is taken as it is. A model
            that does nothing else needs none.
        decoding: how it writes; None: greedily, with room for `max_words`.
        guard: hold what it wrote against the text, and put the extractive summary in the place of one that says what
            the text does not.
    """

    name: str = "summary"
    max_words: int = 40
    bundle: str | None = None
    instruction: str | Instruction | None = None
    decoding: Decoding | None = None
    guard: bool = True

    def __post_init__(self) -> None:
        if self.max_words < 1:
            raise ConfigurationError(f"task {self.name}: max_words must be at least 1")
        if self.bundle is None and (self.instruction is not None or self.decoding is not None):
            raise ConfigurationError(f"task {self.name}: instruction and decoding go with the bundle of a model")

    @property
    def asks(self) -> Instruction:
        """What a model is asked; what stands before the text is the same for every text."""
        if isinstance(self.instruction, Instruction):
            return self.instruction
        asked = self.instruction or (
            f"Summarize the text below in at most {self.max_words} words. "
            "Say only what stands in the text, with its numbers and names as they are."
        )
        return Instruction(before=f"{asked}\n\n", after="\n\nSummary:")

    @property
    def writes(self) -> Decoding:
        """How a model writes; two tokens a word, and some for names."""
        return self.decoding or Decoding(max_length=2 * self.max_words + 16)

    def summarize(self, text: EncodedText, salience: Floats, model: str) -> Summary:
        """Summarize a text; `salience` (n,) says how telling each sentence was for the labels."""
        words = [len(_WORD.findall(sentence.text)) for sentence in text.sentences]
        verbatim = sum(words) <= self.max_words
        chosen = range(len(words)) if verbatim else self.choose(text, salience)
        pieces = [self._within_budget(text.sentences[i]) for i in chosen]
        truncated = any(piece is not text.sentences[i] for piece, i in zip(pieces, chosen, strict=True))
        return Summary(
            text=_joined(_whole_parts(text) if verbatim else [piece.text for piece in pieces]),
            method="verbatim" if verbatim else "extractive",
            spans=_merged(piece.span for piece in pieces),
            language=text.language.code,
            input_tokens=text.tokens,
            truncated=truncated,
            model=None if verbatim else model,
            finished=not truncated,
        )

    def choose(self, text: EncodedText, salience: Floats) -> list[int]:
        """The places of the sentences that say most within the budget, in source order; one at least."""
        words = [len(_WORD.findall(sentence.text)) for sentence in text.sentences]
        unit = text.vectors / np.maximum(np.linalg.norm(text.vectors, axis=1, keepdims=True), 1e-9)
        scores = _scores(text, unit, salience)
        said = np.zeros(len(words), dtype=np.bool_)
        chosen: list[int] = []
        left = self.max_words
        for i in np.argsort(-scores, kind="stable").tolist():
            if words[i] <= left and not said[i]:
                chosen.append(i)
                left -= words[i]
                said |= unit @ unit[i] >= _SAME
        # Every sentence alone exceeds the budget: the best one, cut.
        return sorted(chosen) or [int(np.argmax(scores))]

    def _within_budget(self, sentence: Sentence) -> Sentence:
        ends = [match.end() for match in _WORD.finditer(sentence.text)]
        if len(ends) <= self.max_words:
            return sentence
        cut = ends[self.max_words - 1]
        return replace(sentence, text=sentence.text[:cut], end=sentence.start + cut)


def _scores(text: EncodedText, unit: Floats, salience: Floats) -> Floats:
    central = unit @ (text.mean / max(float(np.linalg.norm(text.mean)), 1e-9))
    telling = salience / max(float(np.abs(salience).max(initial=0.0)), 1e-9)
    lead = 1.0 / (1.0 + np.arange(len(central), dtype=np.float32))
    return np.asarray(central + _TELLING_WEIGHT * telling + _LEAD_WEIGHT * lead, dtype=np.float32)


def _whole_parts(text: EncodedText) -> list[str]:
    """The strings that were read, as they are."""
    parts = dict.fromkeys(sentence.part for sentence in text.sentences)
    return [part.text.strip() for part in parts]


def _joined(pieces: Sequence[str]) -> str:
    """One text; a piece that ends without a mark (a headline, a merchant's name) is closed by a full stop."""
    closed = [piece if piece[-1] in _CLOSING else f"{piece}." for piece in pieces[:-1]]
    return " ".join([*closed, *pieces[-1:]])


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans without repeats: sentences rendered from the same fields name them once."""
    return tuple(dict.fromkeys(spans))
