"""The answer task: what a text says to a fixed question, or that it says nothing to it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stream_slm.engine.language_model import Decoding, Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.tasks.text import EncodedText, Floats

#: Cosine from which a sentence is told as an answer. With the default encoder it says that the two are about one
#: matter, not that one answers the other: of public clinical and traffic texts, 99 % of all sentences lie below 0.17 to
#: 0.61, by question; "how old is the patient" is near whatever names a patient.
NEAR = 0.45
#: Probability from which a model is asked to write: 0.5 is what it gives where there is no text at all.
ANSWERED = 0.6


@dataclass(frozen=True, slots=True)
class Answer:
    """Ask each text the same question.

    Attributes:
        name: the task's name in the results.
        question: in the language of the texts.
        bundle: the language model that writes the answer, by the name of its bundle; None: the answer is the sentence
            of the text that is nearest to the question.
        threshold: give no answer below this score: of the nearest sentence's cosine, or of the probability that the
            text answers the question.
        decoding: how a model writes.
        guard: hold what it wrote against the text; where it says what the text does not, the nearest sentence stands.
    """

    name: str
    question: str
    bundle: str | None = None
    threshold: float | None = None
    decoding: Decoding = field(default_factory=lambda: Decoding(max_length=64))
    guard: bool = True

    def __post_init__(self) -> None:
        if not self.question.strip():
            raise ConfigurationError(f"task {self.name}: question must not be blank")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ConfigurationError(f"task {self.name}: threshold must be between 0 and 1")

    @property
    def asks(self) -> Instruction:
        """What a model is asked to write."""
        return Instruction(
            before="Answer the question about the text in a few words, by what stands in the text alone.\n\nText:\n",
            after=f"\n\nQuestion: {self.question}",
            cue="Answer:",
        )

    @property
    def asks_whether(self) -> Instruction:
        """What a model is asked first: yes or no."""
        return Instruction(
            before="Read the text and say whether it answers the question.\n\nText:\n",
            after=f"\n\nDoes the text answer this question: {self.question}\nAnswer yes or no.",
            cue="Answer:",
        )


def nearness(text: EncodedText, question: Floats) -> Floats:
    """(n,): the cosine of each sentence and a question's unit vector (d,)."""
    lengths = np.maximum(np.linalg.norm(text.vectors, axis=1), 1e-9)
    return np.asarray(text.vectors @ question / lengths, dtype=np.float32)


def nearest_within(text: EncodedText, near: Floats, most_tokens: int) -> list[int]:
    """The places of the nearest sentences that have so many tokens together, in source order; one at least."""
    chosen: list[int] = []
    tokens = 0
    for place in np.argsort(-near, kind="stable").tolist():
        tokens += int(text.token_counts[place])
        if chosen and tokens > most_tokens:
            break
        chosen.append(place)
    return sorted(chosen)
