"""Clinical notes: specialty, urgency, an extract, and an alert without note text. Not a medical device."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from agents.contracts import schema
from stream_slm.errors import TextMissing
from stream_slm.pipeline.spec import AlertRule
from stream_slm.pipeline.text import is_text, resolve
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Payload, TextPart

#: Statuses of FHIR resources that withdraw what they say.
_WITHDRAWN = frozenset({"superseded", "entered-in-error", "cancelled"})
_BLOCK_TAGS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section"})


def declare(slm: StreamSLM) -> PipelineHandle:
    """Add the pipeline to an app."""
    return slm.pipeline(
        name="clinical-notes",
        source="clinical-notes.v1",
        tasks=[Classify("specialty"), Classify("urgency"), Summarize(max_words=60)],
        alerts=[
            AlertRule(
                name="urgent-note",
                task="urgency",
                labels=["asap", "stat"],
                threshold=0.7,
                event="Clinical note asks for action now",
                severity="Severe",
                category="Health",
                scope="Private",
                # FHIR request-priority to CAP.
                urgency={"stat": "Immediate", "asap": "Immediate"},
                response_type="Assess",
                include_text=False,
            )
        ],
        text=text_of,
        schema=schema("clinical-notes", "clinical-note.v1"),
        time_pointer="/date",
        skip=withdrawn,
    )


def withdrawn(payload: Payload) -> str | None:
    """A document that its source has withdrawn is not read."""
    for pointer in ("/status", "/docStatus"):
        status = resolve(payload, pointer)
        if payload.get("resourceType") and status in _WITHDRAWN:
            return f"document status {status}"
    return None


def text_of(payload: Payload) -> list[TextPart]:
    """The note: a plain `text`, or what a FHIR resource concludes and attaches."""
    if "resourceType" not in payload:
        text = payload.get("text")
        return [TextPart(text=text, pointer="/text")] if isinstance(text, str) and is_text(text) else []
    parts = []
    conclusion = payload.get("conclusion")
    if isinstance(conclusion, str) and is_text(conclusion):
        parts.append(TextPart(text=conclusion, pointer="/conclusion"))
    return parts + list(_attached(payload))


def _attached(payload: Payload) -> Iterator[TextPart]:
    for where, items in (("content", payload.get("content")), ("presentedForm", payload.get("presentedForm"))):
        for index, item in enumerate(items if isinstance(items, list) else ()):
            nested = where == "content"
            attachment = item.get("attachment") if nested and isinstance(item, dict) else item
            text = _text_of_attachment(attachment)
            if text is not None and is_text(text):
                yield TextPart(text=text, pointer=f"/{where}/{index}/{'attachment/' if nested else ''}data")


def _text_of_attachment(attachment: Any) -> str | None:
    """Decoded text of a text attachment; None for other kinds. HTML loses its tags."""
    if not isinstance(attachment, dict) or not isinstance(attachment.get("data"), str):
        return None
    kind = str(attachment.get("contentType", "text/plain")).lower()
    if not kind.startswith("text/"):
        return None
    try:
        text = base64.b64decode(attachment["data"], validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise TextMissing("an attachment is not base64 of UTF-8 text") from None
    return _without_tags(text) if kind.startswith("text/html") else text


def _without_tags(html: str) -> str:
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces).strip()


class _TextReader(HTMLParser):
    """Collects text; a block tag ends a line, so that sentences of two paragraphs stay apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a line at a block, hide what is not text."""
        del attrs
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag in _BLOCK_TAGS and self.pieces and self.pieces[-1] != "\n":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a line at a block, end what was hidden."""
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCK_TAGS and self.pieces and self.pieces[-1] != "\n":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._hidden:
            self.pieces.append(data)
