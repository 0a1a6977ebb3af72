"""The audit: hears every output, and says what was lost, doubled, reordered or wrong. Keeps counts, not records."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from aiokafka import ConsumerRecord

from tests.brokers.clients import Sent
from tests.chaos.offline import Expected, difference, without_times
from tests.chaos.traffic import NUMBER


@dataclass(frozen=True, slots=True)
class Findings:
    """What an audit found."""

    records: int
    lost: int
    duplicates: int
    reordered: int
    wrong: int
    dead_letters: int


class Audit:
    """Of one source topic and what became of it; each record is known by its place, each text by its number."""

    def __init__(
        self,
        source: str,
        dead_letters: str,
        sent: Callable[[int], Sent],
        expected: Callable[[int], Expected],
    ) -> None:
        self.source = source
        self._dead_letters = dead_letters
        self._sent = sent
        self._expected = expected
        self._outcomes: dict[int, bytearray] = {}
        self._furthest: dict[tuple[str, bytes | None, int], int] = {}
        self._heard_in_second: Counter[int] = Counter()
        #: Places with at least one outcome.
        self.distinct = 0
        self.duplicates = 0
        #: By the worker whose output came second.
        self.duplicates_by: Counter[str] = Counter()
        self.reordered = 0
        self.dead_letters = 0
        self.wrong: Counter[str] = Counter()
        self.last_heard = time.monotonic()

    def hear(self, record: ConsumerRecord) -> None:
        """Take one output in; those of one partition come in their order."""
        self.last_heard = time.monotonic()
        self._heard_in_second[int(self.last_heard)] += 1
        headers = dict(record.headers)
        if record.topic == self._dead_letters:
            place = int(headers["__connect.errors.partition"]), int(headers["__connect.errors.offset"])
            worker = headers["__connect.errors.task.id"].decode()
            self._judge_dead_letter(record, headers)
        else:
            body = orjson.loads(record.value)
            place = body["source"]["partition"], body["source"]["offset"]
            worker = body["processing"]["worker"]
            self._judge(record, body, int(headers[NUMBER]))
        if self._note(*place):
            self.dead_letters += record.topic == self._dead_letters
            self._note_order(record, *place)
        else:
            self.duplicates_by[worker] += 1

    def forget(self) -> None:
        """Start with a source of the same name that is empty."""
        self._outcomes.clear()
        self._furthest.clear()
        self.distinct = 0

    def peak_per_s(self) -> int:
        """Outputs heard in the best second."""
        return max(self._heard_in_second.values(), default=0)

    def missing(self, ends: dict[int, int]) -> dict[int, list[int]]:
        """Places of the source without an outcome, by partition."""
        empty = bytearray()
        return {
            partition: [at for at in range(end) if at >= len(heard) or not heard[at]]
            for partition, end in ends.items()
            if (heard := self._outcomes.get(partition, empty)) is not None
        }

    def findings(self, ends: dict[int, int]) -> Findings:
        """What is true once everything was heard; `ends` are the source's."""
        return Findings(
            records=sum(ends.values()),
            lost=sum(map(len, self.missing(ends).values())),
            duplicates=self.duplicates,
            reordered=self.reordered,
            wrong=sum(self.wrong.values()),
            dead_letters=self.dead_letters,
        )

    def _note(self, partition: int, offset: int) -> bool:
        """Count an outcome; whether it is its place's first."""
        counts = self._outcomes.setdefault(partition, bytearray())
        if offset >= len(counts):
            counts.extend(bytes(max(4096, offset + 1 - len(counts))))
        if counts[offset]:
            self.duplicates += 1
            return False
        counts[offset] = 1
        self.distinct += 1
        return True

    def _note_order(self, record: ConsumerRecord, partition: int, offset: int) -> None:
        if record.key is None:  # they lie anywhere
            return
        key = (record.topic, record.key, partition)
        furthest = self._furthest.get(key, -1)
        self.reordered += offset < furthest
        self._furthest[key] = max(furthest, offset)

    def _judge(self, record: ConsumerRecord, body: dict[str, object], number: int) -> None:
        expected = self._expected(number)
        results = without_times(body["results"])  # type: ignore[arg-type]
        if record.key != self._sent(number).key:
            self.wrong["key"] += 1
        elif body["status"] != expected.status:
            self.wrong[f"status {body['status']}, not {expected.status}"] += 1
        elif found := difference(expected, results):
            self.wrong[found] += 1

    def _judge_dead_letter(self, record: ConsumerRecord, headers: dict[str, bytes]) -> None:
        number = int(headers[NUMBER])
        sent, expected = self._sent(number), self._expected(number)
        code = headers["x-stream-slm-error-code"].decode()
        if expected.code != code:
            self.wrong[f"dead letter {code}, not {expected.code or expected.status}"] += 1
        elif (record.key, record.value or b"") != (sent.key, sent.value or b""):
            self.wrong["bytes of a dead letter"] += 1
        elif list(record.headers[: len(sent.headers)]) != list(sent.headers):
            self.wrong["headers of a dead letter"] += 1
