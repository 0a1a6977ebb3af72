"""The three domains as their agents declare them, without a worker; and how a span is read back."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import orjson

from agents import clinical_notes, traffic_events, transactions
from agents.html_text import text_of_html
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.pipeline.text import resolve
from stream_slm.types import TextPart

ROOT = Path(__file__).parents[3]


class Declared:
    """Stands where `StreamSLM` does: keeps the spec."""

    def pipeline(self, **fields: Any) -> PipelineSpec:
        return PipelineSpec(**fields)


SPECS: dict[str, PipelineSpec] = {
    "transactions": transactions.declare(Declared()),  # type: ignore[arg-type,dict-item]
    "clinical-notes": clinical_notes.declare(Declared()),  # type: ignore[arg-type,dict-item]
    "traffic-events": traffic_events.declare(Declared()),  # type: ignore[arg-type,dict-item]
}


def examples(kind: str) -> list[tuple[str, str, Any]]:
    """(domain, name, document) of every file in `schemas/<domain>/<kind>`."""
    files = sorted(ROOT.glob(f"schemas/*/{kind}/*.json"))
    assert files
    return [(file.parts[-3], file.stem, orjson.loads(file.read_bytes())) for file in files]


def samples(domain: str) -> list[dict[str, Any]]:
    """The records of the sample feed that are JSON objects; the others are broken on purpose."""
    found = []
    for line in (ROOT / "agents" / "samples" / f"{domain}.jsonl").read_bytes().splitlines():
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(document, dict):
            found.append(document)
    return found


def read_back(payload: Any, part: TextPart) -> str | None:
    """What a subscriber finds at a part's pointer: the string, decoded and without tags where it is an attachment."""
    value = resolve(payload, part.pointer)
    if not part.pointer.endswith("/data"):
        return value if isinstance(value, str) else None
    attachment = resolve(payload, part.pointer.removesuffix("/data"))
    text = base64.b64decode(value).decode()
    return text_of_html(text) if "html" in attachment.get("contentType", "").lower() else text
