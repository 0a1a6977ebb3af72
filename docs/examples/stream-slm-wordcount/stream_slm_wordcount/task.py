"""A task: how many words and sentences a text has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stream_slm.tasks.text import EncodedText


@dataclass(frozen=True, slots=True)
class WordCounts:
    """The answer for one text."""

    words: int
    sentences: int

    def as_json(self) -> dict[str, int]:
        """What stands in the enriched record."""
        return {"words": self.words, "sentences": self.sentences}


@dataclass(frozen=True, slots=True)
class WordCount:
    """Count words of at least so many letters."""

    name: str = "wordcount"
    shortest: int = 1
    needs: Literal["units", "sentences"] = "sentences"

    def run(self, text: EncodedText) -> WordCounts:
        """Count; `text.vectors` would hold a vector for each sentence."""
        words = [word for sentence in text.sentences for word in sentence.text.split()]
        return WordCounts(words=sum(len(word) >= self.shortest for word in words), sentences=len(text.sentences))
