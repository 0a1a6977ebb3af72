"""Who a record is: the identity of an input, and the deterministic ids of what it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

from stream_slm.pipeline.text import resolve
from stream_slm.types import Payload, Record

#: Every id of this product is a name in this namespace, so a replay gives the same ids.
NAMESPACE = uuid5(NAMESPACE_URL, "https://stream-slm.dev/ids")

#: Carried by dead letters and kept by redrive, so that a redriven record is recognised.
ORIGIN_HEADER = "x-stream-slm-origin-id"


def origin_id(
    record: Record,
    attributes: Mapping[str, str],
    payload: Payload | None = None,
    *id_pointers: str,
    versions: Sequence[str] = (),
) -> str:
    """The identity of an input record.

    The first of: the origin header of a redriven record, `ce_source` + `ce_id`, the first value at `id_pointers` (and
    the first at `versions`, if any), topic/partition/offset.
    """
    for name, value in record.headers:
        if name == ORIGIN_HEADER and value:
            return value.decode("utf-8", "replace")
    if attributes.get("source") and attributes.get("id"):  # an empty id would make all such records one
        return f"{attributes['source']} {attributes['id']}"
    given = first_id(payload, *id_pointers)
    if given is not None:
        version = first_id(payload, *versions)
        return f"{record.topic} {given}" if version is None else f"{record.topic} {given} {version}"
    return f"{record.topic}/{record.partition}/{record.offset}"


def first_id(payload: Payload | None, *pointers: str) -> str | None:
    """The first string or number at some pointers, as text."""
    for pointer in pointers:
        given = resolve(payload, pointer)
        if isinstance(given, (str, int)) and not isinstance(given, bool) and str(given):
            return str(given)
    return None


def output_id(origin: str, pipeline: str, kind: str) -> str:
    """The id of one kind of output (`enriched`, `alert:<rule>`, `cancel:<rule>`, ...) of one input in one pipeline."""
    name = f"{origin}|{pipeline}|{kind}"
    # uuid5(NAMESPACE, name) as text, in a third of its time: every record needs one.
    digest = bytearray(sha1(NAMESPACE.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # version 5
    digest[8] = digest[8] & 0x3F | 0x80  # the variant of RFC 9562
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
