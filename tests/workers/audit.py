"""What came out, held against what went in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka import ConsumerRecord

from tests.brokers.clients import Sent

#: A few plain sentences, so that a worker reads real words and equal texts occur, as they do in feeds.
_TEXTS = (
    "Card payment at a grocery store on Main Street.",
    "I ordered a card two weeks ago. It has not arrived yet.",
    "Wire of 25,000 to a new payee, asked for by e-mail! Please hurry.",
    "Monthly salary.",
    "Cash withdrawal abroad at 3 a.m.; the customer says the card was stolen. He reported it on Monday.",
)


def numbered(count: int, keys: int = 50, start: int = 0) -> list[Sent]:
    """Records that carry their number; equal keys go to equal partitions."""
    return [
        Sent(
            key=f"key-{number % keys}".encode(),
            value=json.dumps({"id": number, "text": _TEXTS[number % len(_TEXTS)]}).encode(),
        )
        for number in range(start, start + count)
    ]


def numbers_by_key(records: Iterable[ConsumerRecord]) -> dict[bytes, list[int]]:
    """The numbers of enriched records, first occurrences only, in the order they lie in their partition."""
    seen: set[int] = set()
    found: dict[bytes, list[int]] = {}
    for record in sorted(records, key=lambda each: (each.partition, each.offset)):
        number = int(json.loads(record.value)["subject"]["id"])
        if number not in seen:
            seen.add(number)
            found.setdefault(record.key, []).append(number)
    return found


def assert_complete_and_ordered(sent: Sequence[Sent], records: Sequence[ConsumerRecord]) -> None:
    """Every record came out at least once; first occurrences of a key keep the order they were sent in."""
    expected: dict[bytes, list[int]] = {}
    for each in sent:
        expected.setdefault(each.key or b"", []).append(json.loads(each.value or b"")["id"])
    found = numbers_by_key(records)
    lost = {n for each in expected.values() for n in each} - {n for each in found.values() for n in each}
    assert not lost, f"{len(lost)} lost, for example {sorted(lost)[:5]}"
    assert found == expected


def duplicates(records: Iterable[ConsumerRecord]) -> int:
    """Outputs that repeat an id."""
    ids = Counter(headers(record)["ce_id"] for record in records)
    return sum(count - 1 for count in ids.values())


def headers(record: ConsumerRecord) -> Mapping[str, Any]:
    """A record's headers as text, the last of each name."""
    return {name: value.decode() for name, value in record.headers}
