"""Records by number, and the load that sends them: the same seed and number always give the same record."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from typing import Protocol

from aiokafka import AIOKafkaProducer

from tests.brokers.clients import Sent

#: Says in every record, and so in whatever it becomes, which one it is.
NUMBER = "chaos-number"

_WHO = ("The customer", "A merchant", "My neighbour", "The driver", "An agent", "Our office", "The bank", "A courier")
_DID = ("reported", "disputes", "asked about", "paid for", "returned", "has lost", "cancelled", "is waiting for")
_WHAT = ("a card payment", "the wire transfer", "two tickets", "the monthly rent", "a stolen card", "the refund")
_WHERE = ("at the grocery store", "in the airport", "on Main Street", "near the old bridge", "at a cash machine")
_WHEN = ("this morning", "on Monday", "at 3 a.m.", "two weeks ago", "before the holiday", "late last night")


class Records(Protocol):
    """What a load sends."""

    def __call__(self, number: int) -> Sent:
        """The record of a number."""

    def alike(self, number: int) -> int:
        """A number whose record becomes the same, but for its own id."""


class Plain:
    """Well-formed records of one to three sentences; `texts` different ones, in turn."""

    def __init__(self, seed: int, texts: int = 500, keys: int = 60, sentences: int | None = None) -> None:
        self.texts = texts
        self._keys = keys
        self._texts = [_text(random.Random(f"{seed}/{each}"), each, sentences) for each in range(texts)]

    def __call__(self, number: int) -> Sent:
        value = json.dumps({"id": number, "text": self._texts[number % self.texts]}).encode()
        return Sent(value, key=f"key-{number % self._keys}".encode(), headers=[(NUMBER, str(number).encode())])

    def alike(self, number: int) -> int:
        return number % self.texts


class Mixed(Plain):
    """Plain ones, and among them poison (1 %), malformed ones (1 %) and ones of 5 MB (0.2 %)."""

    LARGE = 5_000_000
    _MALFORMED = (b"", b"not json", b'{"text": "cut', b"[1, 2]", b'{"id": 5}', b'{"text": 7}', b"\xff\xfe\x00", b"null")

    def __init__(self, seed: int, texts: int = 500) -> None:
        super().__init__(seed, texts)
        self._seed = seed

    def kind(self, number: int) -> str:
        """What a number's record is."""
        drawn = random.Random(f"{self._seed}/kind/{number}").random()
        return "poison" if drawn < 0.01 else "malformed" if drawn < 0.02 else "large" if drawn < 0.022 else "plain"

    def __call__(self, number: int) -> Sent:
        plain = super().__call__(number)
        match self.kind(number):
            case "poison":
                return plain._replace(value=json.dumps({"id": number, "text": "This will explode."}).encode())
            case "malformed":
                return plain._replace(value=self._MALFORMED[number % len(self._MALFORMED)])
            case "large":
                return plain._replace(value=json.dumps({"id": number, "text": "x" * self.LARGE}).encode())
        return plain

    def alike(self, number: int) -> int:
        return super().alike(number) if self.kind(number) == "plain" else -1 - number


class Load:
    """Sends records in the order of their numbers, as fast as the broker takes them or at a rate; never one twice."""

    #: Longer than any outage here: a batch that is given up would be a gap that the audit takes for nothing.
    _PATIENCE_S = 600
    _UNACKNOWLEDGED = 5000

    def __init__(self, bootstrap: str, topic: str, make: Callable[[int], Sent]) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._make = make
        self._sending: asyncio.Task[None] | None = None
        self._goes_on = True
        #: Records that the broker has acknowledged.
        self.acknowledged = 0
        self.refused = 0
        self.next_number = 0

    def start(self, *, count: int | None = None, per_s: float | None = None) -> None:
        """Begin: so many records, or until `stop`."""
        self._goes_on = True
        self._sending = asyncio.create_task(self._send(count, per_s))

    def stop(self) -> None:
        """Send no more; `finished` waits for what was sent."""
        self._goes_on = False

    async def finished(self) -> None:
        """Wait until all that was to be sent is acknowledged."""
        if self._sending is not None:
            await self._sending

    def abandon(self) -> None:
        """End at once, where a scenario has failed."""
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self, count: int | None, per_s: float | None) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_request_size=8_000_000,
            request_timeout_ms=self._PATIENCE_S * 1000,
            metadata_max_age_ms=1000,  # partitions may be added
        )
        room = asyncio.Semaphore(self._UNACKNOWLEDGED)
        began, first = time.monotonic(), self.next_number
        await producer.start()
        try:
            while self._goes_on and (count is None or self.next_number - first < count):
                if per_s is not None and self.next_number - first >= (time.monotonic() - began) * per_s:
                    await asyncio.sleep(0.01)
                    continue
                await room.acquire()
                await self._hand_over(producer, room)
            await producer.flush()
            for _ in range(self._UNACKNOWLEDGED):
                await room.acquire()
        finally:
            await producer.stop()

    async def _hand_over(self, producer: AIOKafkaProducer, room: asyncio.Semaphore) -> None:
        sent = self._make(self.next_number)
        acknowledgement = await producer.send(
            self._topic, sent.value, key=sent.key, partition=sent.partition, headers=list(sent.headers)
        )
        self.next_number += 1

        def noted(done: asyncio.Future[object]) -> None:
            room.release()
            if done.cancelled() or done.exception() is not None:
                self.refused += 1
            else:
                self.acknowledged += 1

        acknowledgement.add_done_callback(noted)


def _text(rng: random.Random, number: int, count: int | None) -> str:
    sentences = [
        f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)} {rng.choice(_WHERE)} {rng.choice(_WHEN)}."
        for _ in range(count or rng.randint(1, 3))
    ]
    return " ".join([f"Case {number}:", *sentences])
