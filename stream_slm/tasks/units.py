"""Units of a text that is read whole: each part as it stands, or windows of its sentences where it is too long."""

from __future__ import annotations

from collections.abc import Sequence

from stream_slm.types import Sentence, TextPart


def whole(parts: Sequence[TextPart]) -> tuple[Sentence, ...]:
    """Each part that is not blank, without the white space around it."""
    return tuple(
        Sentence(part=part, start=start, end=start + len(text), text=text)
        for part in parts
        if (text := part.text.strip())
        for start in (len(part.text) - len(part.text.lstrip()),)
    )


def windows(sentences: Sequence[Sentence], tokens: Sequence[int], max_tokens: int) -> tuple[Sentence, ...]:
    """Sentences of one part joined to windows of at most `max_tokens`; a longer sentence is a window of its own.

    Windows are of near-equal length: a short remainder would weigh little and be read without its context.
    """
    total = max(1, sum(tokens))
    enough = total / -(-total // max_tokens)
    joined: list[list[Sentence]] = []
    length = 0
    for sentence, count in zip(sentences, tokens, strict=True):
        if not joined or length >= enough or length + count > max_tokens:
            joined.append([])
            length = 0
        joined[-1].append(sentence)
        length += count
    return tuple(_spanning(window[0], window[-1]) for window in joined)


def _spanning(first: Sentence, last: Sentence) -> Sentence:
    part = first.part
    return Sentence(part=part, start=first.start, end=last.end, text=part.text[first.start : last.end])
