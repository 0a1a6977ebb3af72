"""Records that nobody should send: random bytes, broken and odd JSON after the domains' examples, odd headers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tests.brokers.clients import Sent
from tests.chaos.traffic import NUMBER

_SCHEMAS = Path(__file__).parents[2] / "schemas"
DOMAINS = ("transactions", "clinical-notes", "traffic-events")

#: Stand in a document as strings and are written as these bytes: what `json.dumps` would not write.
_RAW = {
    "RAW-HUGE": b"1e309",
    "RAW-TINY": b"-1e-400",
    "RAW-DIGITS": b"7" * 5000,
    "RAW-SURROGATE": b'"\\ud800 and \\udfff"',
    "RAW-NUL": b'"a\\u0000b"',
    "RAW-NAN": b"NaN",
    "RAW-DEEP": b"[" * 10_000 + b"]" * 10_000,
    "RAW-CONTROL": b'"tab\tinside"',
}
_ODD: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 2**63, "", " ", "x" * 3000, "ß€𝔘", [], {}, [[]], [None], *_RAW)
_HEADER_NAMES = ("ce_id", "ce_source", "ce_type", "ce_specversion", "ce_time", "ce_subject", "ce_expirytime",
                 "ce_dataref", "CE_ID", "content-type", "x-stream-slm-origin-id", "__connect.errors.topic",
                 "__value_schema_id", "traceparent", "", "ключ", "plain")  # fmt: skip
_HEADER_VALUES = (b"", b"1.0", b"\xff\xfe", b"application/cloudevents+json", b"text/plain", b"application/json",
                  b"2020-01-01T00:00:00Z", b"9999-99-99", b"0001-01-01T00:00:00+14:00", b"\0", b"x" * 2000)  # fmt: skip


class Fuzzed:
    """Records by number, of one domain; no two are alike."""

    def __init__(self, seed: int, domain: str) -> None:
        self._seed = seed
        self._domain = domain

    def __call__(self, number: int) -> Sent:
        rng = random.Random(f"{self._seed}/{self._domain}/{number}")
        value = rng.choice(_RECIPES)(rng, rng.choice(_examples(self._domain)))
        key = rng.choice((None, b"", b"key", rng.randbytes(rng.randint(1, 40)), f"key-{number % 60}".encode()))
        headers = [
            (rng.choice(_HEADER_NAMES), rng.choice((*_HEADER_VALUES, rng.randbytes(rng.randint(0, 30)))))
            for _ in range(rng.choice((0, 0, 1, 4)))
        ]
        # Kafka's clients send no record of neither key nor value.
        return Sent(value, b"k" if key is value is None else key, headers=[*headers, (NUMBER, str(number).encode())])

    def alike(self, number: int) -> int:
        return number


@cache
def _examples(domain: str) -> tuple[bytes, ...]:
    found = sorted((_SCHEMAS / domain).glob("*/*.json"))
    assert found, f"no examples of {domain}"
    return tuple(each.read_bytes() for each in found)


def _random_bytes(rng: random.Random, _example: bytes) -> bytes:
    return rng.randbytes(rng.randint(0, 200))


def _mutated(rng: random.Random, example: bytes) -> bytes:
    """A few bytes changed, dropped or doubled."""
    body = bytearray(example)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(body))
        match rng.randrange(4):
            case 0:
                body[at] = rng.randrange(256)
            case 1:
                del body[at : at + rng.randint(1, 4)]
            case 2:
                body[at:at] = rng.randbytes(rng.randint(1, 4))
            case _:
                body[at:at] = body[at : at + rng.randint(1, 40)]
        if not body:
            break
    return bytes(body)


def _cut(rng: random.Random, example: bytes) -> bytes:
    """An end inside a character of several bytes, or anywhere."""
    body = example.replace(b'": "', '": "€𝔘ß '.encode())
    return body[: rng.randrange(len(body))]


def _wrong_value(rng: random.Random, example: bytes) -> bytes:
    """An odd value in any field, at any depth; or a field more."""
    document = json.loads(example)
    containers = list(_containers(document))
    if containers:
        container = rng.choice(containers)
        places = list(container) if isinstance(container, dict) else list(range(len(container)))
        extra = [rng.choice(("text", "id", "unheard-of", ""))] if isinstance(container, dict) else []
        if places or extra:
            container[rng.choice([*places, *extra])] = rng.choice(_ODD)
    return _dumped(document)


def _twice(rng: random.Random, example: bytes) -> bytes:
    """A key that occurs twice."""
    document = json.loads(example)
    if not isinstance(document, dict) or not document:
        return example + example
    name = json.dumps(rng.choice(list(document))).encode()
    return b"{" + name + b": " + _dumped(rng.choice(_ODD)) + b", " + _dumped(document)[1:]


def _dumped(document: Any) -> bytes:
    body = json.dumps(document).encode()
    for name, raw in _RAW.items():
        body = body.replace(b'"' + name.encode() + b'"', raw)
    return body


def _containers(document: Any) -> list[Any]:
    if not isinstance(document, (dict, list)):
        return []
    inner = document.values() if isinstance(document, dict) else document
    return [document, *(found for each in inner for found in _containers(each))]


_RECIPES: tuple[Callable[[random.Random, bytes], bytes | None], ...] = (
    _random_bytes,
    _mutated,
    _mutated,
    _cut,
    _wrong_value,
    _wrong_value,
    _wrong_value,
    _twice,
    lambda _rng, example: example,
    lambda rng, _example: rng.choice((None, b"", b"{}", b"null", b"\0\0\0\0\1{}", b"\xef\xbb\xbf{}", _RAW["RAW-DEEP"])),
)
