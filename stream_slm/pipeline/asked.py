"""What a task that is bound to a language model is asked, and what such a task is to the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stream_slm.tasks.language import Language
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Sentence, TaskResult, TextPart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """One text for tasks that are bound to language models.

    Attributes:
        parts: the strings that are read.
        sentences: of all parts, in order.
        text: the sentences with their vectors; by units where the pipeline has no task that needs sentences.
        salience: (n,) how telling each of the text's units was for the labels of the heads.
    """

    parts: Sequence[TextPart]
    sentences: tuple[Sentence, ...]
    text: EncodedText
    salience: Floats

    @property
    def language(self) -> Language:
        """Of the text, and whether the encoder knows it."""
        return self.text.language


class Answering(Protocol):
    """A task bound to a language model."""

    @property
    def name(self) -> str:
        """Of the task in the results."""
        ...

    def knows(self, language: Language) -> bool:
        """Whether it can judge a text of a language."""
        ...

    async def answer(self, asked: Asked) -> TaskResult:
        """The answer for one text.

        Raises:
            InferenceError: the model failed on this text, and nothing can stand in for what it should have given.
        """
        ...
