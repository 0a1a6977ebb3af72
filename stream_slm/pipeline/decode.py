"""From a record's bytes to a JSON object and its CloudEvents attributes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from stream_slm.errors import DataRefUnsupported, DecodeError
from stream_slm.types import Headers, Payload, Record

_CE_PREFIX = "ce_"
_STRUCTURED = "application/cloudevents"
#: Confluent's wire format: a zero byte and a four-byte schema id before the JSON.
_CONFLUENT_FRAME_BYTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A decoded record: its payload, and CloudEvents attributes where it came with some."""

    payload: Payload
    attributes: Mapping[str, str] = field(default_factory=dict)


def attributes_of(headers: Headers) -> dict[str, str]:
    """CloudEvents attributes of binary mode: the `ce_*` headers, the first of each name, where they are UTF-8."""
    found: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        if lowered.startswith(_CE_PREFIX) and value is not None:
            attribute = lowered.removeprefix(_CE_PREFIX)
            if attribute not in found:
                found[attribute] = value.decode("utf-8", "replace")
    return found


def content_type(headers: Headers) -> str:
    """The first `content-type` header, lower case, or nothing."""
    for name, value in headers:
        if name.lower() == "content-type":
            return (value or b"").decode("utf-8", "replace").strip().lower()
    return ""


def decode(record: Record) -> Message:
    """Read CloudEvents in structured or binary mode, bare JSON, or plain text.

    Raises:
        DecodeError: not UTF-8, not JSON, or JSON that is not an object.
        DataRefUnsupported: the event carries a claim check in place of data.
    """
    kind = content_type(record.headers)
    attributes = attributes_of(record.headers)
    body = record.value or b""
    if kind.startswith("text/plain"):
        return Message(payload={"text": _utf8(body)}, attributes=attributes)
    if "dataref" in attributes and not body:
        raise DataRefUnsupported("the event refers to its data by ce_dataref; only data inside the record is read")
    document = _json_object(body)
    if kind.startswith(_STRUCTURED) or (not attributes and _looks_structured(document)):
        return _structured(document)
    return Message(payload=document, attributes=attributes)


def _looks_structured(document: Payload) -> bool:
    """Without headers (a line of a file, say) an event is known by its four required attributes."""
    return all(isinstance(document.get(name), str) for name in ("specversion", "id", "source", "type"))


def _structured(event: Payload) -> Message:
    attributes = {name: str(value) for name, value in event.items() if isinstance(value, (str, int, bool))}
    attributes.pop("data", None)
    attributes.pop("data_base64", None)
    plain = str(event.get("datacontenttype", "")).strip().lower().startswith("text/plain")
    if "data" in event:
        data = event["data"]
        if isinstance(data, str) and plain:
            data = {"text": data}
    elif isinstance(event.get("data_base64"), str):
        body = _base64(event["data_base64"])
        data = {"text": _utf8(body)} if plain else _json_object(body)
    elif "dataref" in attributes:
        raise DataRefUnsupported("the event refers to its data by dataref; only data inside the record is read")
    else:
        raise DecodeError("a structured CloudEvent without data")
    if not isinstance(data, dict):
        raise DecodeError("the data of the CloudEvent is not a JSON object")
    return Message(payload=data, attributes=attributes)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DecodeError("data_base64 is not base64") from None


def _json_object(body: bytes) -> dict[str, Any]:
    if body[:1] == b"\0" and body[_CONFLUENT_FRAME_BYTES : _CONFLUENT_FRAME_BYTES + 1] == b"{":
        body = body[_CONFLUENT_FRAME_BYTES:]
    if not body:
        raise DecodeError("the value is empty")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        # Position only: the parser's own message may quote the text.
        raise DecodeError(f"the value is not valid JSON (line {error.lineno}, column {error.colno})") from None
    if not isinstance(document, dict):
        raise DecodeError(f"the value is valid JSON but no object ({type(document).__name__})")
    return document


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DecodeError(f"the value is not UTF-8 (byte {error.start})") from None
