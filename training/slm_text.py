"""The text that the language model reads of a record: its parts in order, each closed by a mark."""

from __future__ import annotations

from collections.abc import Sequence

from stream_slm.types import TextPart

_CLOSING = frozenset(".!?…:;,。！？\"'”’)")


def source_of(parts: Sequence[TextPart]) -> str:
    """One text of the parts; one that ends without a mark (a headline, a merchant's name) is closed by a full stop."""
    texts = [part.text.strip() for part in parts if part.text.strip()]
    return " ".join(text if text[-1] in _CLOSING else f"{text}." for text in texts)
