"""Clinical notes: specialty, urgency, an extract, and an alert without note text. Not a medical device."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from agents.contracts import schema
from agents.html_text import text_of_html
from stream_slm.errors import TextMissing
from stream_slm.pipeline.spec import AlertRule
from stream_slm.pipeline.text import is_text, resolve
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Payload, TextPart

#: Statuses of FHIR resources that withdraw what they say.
_WITHDRAWN = frozenset({"superseded", "entered-in-error", "cancelled"})


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
                # Precision 0.97, recall 0.60 on the hand-written rows; real feeds raise more (docs/quality.md).
                threshold=0.9,
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
        version_pointer=("/meta/versionId", "/meta/lastUpdated"),
        skip=withdrawn,
        withdrawn=withdrawn,
    )


def withdrawn(payload: Payload) -> str | None:
    """A document that its source has withdrawn is not read, and cancels the alert about it."""
    for pointer in ("/status", "/docStatus"):
        status = resolve(payload, pointer)
        if payload.get("resourceType") and isinstance(status, str) and status in _WITHDRAWN:
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
    kind = str(attachment.get("contentType", "text/plain")).strip().lower()
    if not kind.startswith("text/"):
        return None
    try:
        # The schema lets lines be wrapped; `validate` would refuse the breaks, and its absence would let all pass.
        text = base64.b64decode("".join(attachment["data"].split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise TextMissing("an attachment is not base64 of UTF-8 text") from None
    return text_of_html(text) if kind.startswith("text/html") else text
