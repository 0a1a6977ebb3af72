"""The text that the language model reads of a record, as the pipeline puts it together: each part on lines of its own."""

from __future__ import annotations

from collections.abc import Sequence

from stream_slm.types import TextPart


def source_of(parts: Sequence[TextPart]) -> str:
    """One text of the parts."""
    return "\n".join(text for part in parts if (text := part.text.strip()))
