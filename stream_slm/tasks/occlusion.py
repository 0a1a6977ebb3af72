"""Evidence for heads whose logit is no sum: how much the logit falls when a sentence is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stream_slm.tasks.head import OpaqueHead
from stream_slm.tasks.text import EncodedText, Floats
from stream_slm.types import Sentence, TextPart

#: Texts encoded again for one record, where texts are read whole: each costs as much as the record itself.
MAX_SENTENCES = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occluded:
    """A text read again without each of some sentences; None where nothing was left to read."""

    sentences: tuple[Sentence, ...]
    texts: tuple[EncodedText | None, ...]


def to_leave_out(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences to leave out, in source order: of many, the longest, for they hold most of the text."""
    longest = sorted(range(len(sentences)), key=lambda i: (-len(sentences[i].text), i))[:MAX_SENTENCES]
    return tuple(sentences[i] for i in sorted(longest))


def parts_without(parts: Sequence[TextPart], sentence: Sentence) -> list[TextPart]:
    """The parts of a text without one of its sentences; none of them is blank."""
    left = [
        replace(part, text=part.text[: sentence.start] + part.text[sentence.end :]) if part is sentence.part else part
        for part in parts
    ]
    return [part for part in left if part.text.strip()]


def unit_shares(head: OpaqueHead, text: EncodedText, logits: Floats, best: int) -> Floats:
    """(n,): what the logit of a label loses without each unit, from the vectors alone."""
    return np.asarray(logits[best] - head.logits_without_each(text)[:, best], dtype=np.float32)


def sentence_shares(head: OpaqueHead, occluded: Occluded, logits: Floats, best: int) -> Floats:
    """(n,): what the logit of a label loses without each sentence; without the only one, all of it."""
    left = [0.0 if text is None else float(head.logits(text)[best]) for text in occluded.texts]
    return np.asarray(float(logits[best]) - np.array(left), dtype=np.float32)
