"""The words behind a label, quoted from the record that was sent: an enriched record only points at them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from stream_slm.cli.sender import Place
from stream_slm.cli.show import one_line
from stream_slm.errors import RecordError
from stream_slm.pipeline.decode import decode
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.types import Record

#: Texts kept until their outcome is shown; of a backlog that is larger, the latest.
_KEPT = 2_000


class SentTexts:
    """What was sent lately, by where it lies."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Place, tuple[PipelineSpec, bytes]] = OrderedDict()

    def keep(self, place: Place, spec: PipelineSpec, line: bytes) -> None:
        """Remember a record; the oldest is forgotten."""
        self._kept[place] = spec, line
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def because(self, enriched: Mapping[str, Any]) -> str:
        """The sentence that weighs most in the last label that was accepted; nothing where that cannot be told."""
        source = enriched["source"]
        kept = self._kept.pop((source["topic"], source["partition"], source["offset"]), None)
        evidence = _strongest(enriched)
        return quote(*kept, evidence) if kept and evidence else ""


def quote(spec: PipelineSpec, line: bytes, evidence: Mapping[str, Any]) -> str:
    """What a piece of evidence points at, on one line."""
    try:
        payload = decode(Record(topic=spec.source, partition=0, offset=0, value=line)).payload
    except RecordError:
        return ""
    for part in spec.text(payload):
        if evidence.get("fields"):
            if list(part.fields) == evidence["fields"]:
                return one_line(part.text)
        elif part.pointer == evidence["pointer"] and not part.fields:
            return one_line(part.text[evidence["start"] : evidence["end"]])
    return ""


def _strongest(enriched: Mapping[str, Any]) -> Mapping[str, Any] | None:
    results = enriched.get("results") or {}
    accepted = [each for each in results.values() if each["task"] == "classification" and each["accepted"]]
    evidence = accepted[-1]["evidence"] if accepted else []
    return max(evidence, key=lambda each: float(each["share"]), default=None)
