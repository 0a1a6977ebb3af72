"""The way back of dead letters: judged, sent, and kept as done once the broker has acknowledged them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidTimestampError, KafkaError

from stream_slm.cli.dlq_progress import Progress
from stream_slm.cli.dlq_reader import DeadLetterReader
from stream_slm.cli.dlq_select import Selection
from stream_slm.cli.lines import pacer
from stream_slm.errors import BrokerUnavailable, OutputTooLarge, ProduceRejected, StreamSLMError
from stream_slm.pipeline.redrive import DeadLetter
from stream_slm.streaming.sink import stop, translated
from stream_slm.streaming.topics import Topics

Verdict = Literal["sent", "done before", "sent too often", "source unknown", "no such topic", "no room", "refused"]
#: What is no failure of a redrive.
_FINE: frozenset[Verdict] = frozenset({"sent", "done before"})
#: Acknowledgements waited for at once; so many at most are sent twice when the process is killed.
_WINDOW = 500


def group_of(topic: str) -> str:
    """The consumer group that keeps what was sent back of a dead-letter topic."""
    return f"stream-slm-redrive-{topic}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How dead letters are sent back."""

    selection: Selection
    to: str | None = None
    max_redrives: int = 3
    rate: float | None = None
    again: bool = False


class Tally:
    """What became of the dead letters, by where they were to go."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Verdict]] = Counter()

    def add(self, destination: str, verdict: Verdict) -> None:
        """Count one."""
        self.counts[destination or "-", verdict] += 1

    @property
    def sent(self) -> int:
        """How many went, or would go."""
        return sum(count for (_, verdict), count in self.counts.items() if verdict == "sent")

    @property
    def left(self) -> int:
        """How many could not go."""
        return sum(count for (_, verdict), count in self.counts.items() if verdict not in _FINE)


class Redrive:
    """One dead-letter topic, on its way back.

    Raises, from every method:
        BrokerUnavailable: the broker went away; what it had acknowledged is kept.
    """

    def __init__(self, connection: Mapping[str, Any], reader: DeadLetterReader, plan: Plan) -> None:
        self._connection = connection
        self._reader = reader
        self._plan = plan
        self._topics: dict[str, int] = {}
        self._progress: dict[int, Progress] = {}

    @classmethod
    async def of(cls, connection: Mapping[str, Any], reader: DeadLetterReader, plan: Plan) -> Self:
        """Look up which topics there are, and what was sent back before."""
        await reader.coordinated()
        redrive = cls(connection, reader, plan)
        async with Topics(connection) as admin:
            redrive._topics = {name: info.partitions for name, info in (await admin.existing()).items()}
            partitions = [each.partition for each in reader.ends]
            kept = await admin.committed(group_of(reader.topic), reader.topic, partitions)
        for each, begin in reader.begins.items():
            progress = redrive._progress[each.partition] = Progress(*kept.get(each.partition, (0, "")))
            progress.gone(begin)
        return redrive

    def destination(self, letter: DeadLetter) -> str:
        """Where a dead letter goes, or nothing."""
        return self._plan.to or letter.source_topic

    async def survey(self) -> Tally:
        """What would be sent, and what would be left."""
        tally = Tally()
        async for letter, verdict in self._judged():
            tally.add(self.destination(letter), verdict)
        return tally

    async def run(self, max_request_bytes: int, report: Callable[[int], None]) -> Tally:
        """Send, wait for the broker, keep what it has; `report` is told how many were sent."""
        tally = Tally()
        producer = AIOKafkaProducer(**self._connection, acks="all", linger_ms=5, max_request_size=max_request_bytes)
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            raise BrokerUnavailable(f"the Kafka broker went away ({type(error).__name__})") from None
        pace = pacer(self._plan.rate)
        window = Window(self._keep, tally, self.destination)
        at_once = _WINDOW if self._plan.rate is None else max(1, min(_WINDOW, int(self._plan.rate)))
        try:
            async for letter, verdict in self._judged():
                if verdict != "sent":
                    tally.add(self.destination(letter), verdict)
                    continue
                window.add(letter, await self._hand_over(producer, letter))
                # Each that waits may take an entry of its own in the note of its partition.
                noted = self._progress[letter.record.partition].has_room_for(letter.record.offset, window.size)
                if window.size >= at_once or window.age_s > 1.0 or not noted:
                    await window.close()
                    report(tally.sent)
                await pace()
        finally:
            # Also where we are broken off: what the broker has is kept.
            try:
                await window.close()
            finally:
                await stop(producer)
        return tally

    async def _judged(self) -> AsyncIterator[tuple[DeadLetter, Verdict]]:
        """The dead letters that are meant, each with what to do."""
        selection, count = self._plan.selection, 0
        heads = None if self._plan.again else {partition: each.head for partition, each in self._progress.items()}
        starts = self._reader.starts(selection, heads)
        for partition, start in starts.items():
            self._progress[partition].reads_from(start)
        async for letter in self._reader.read(selection, starts):
            self._progress[letter.record.partition].reached(letter.record.offset)
            if not selection.takes(letter):
                continue
            verdict = self._verdict(letter)
            yield letter, verdict
            count += verdict == "sent"
            if selection.limit is not None and count >= selection.limit:
                return

    def _verdict(self, letter: DeadLetter) -> Verdict:
        progress, offset = self._progress[letter.record.partition], letter.record.offset
        if offset in progress and not self._plan.again:
            return "done before"
        if not self.destination(letter):
            return "source unknown"
        if self.destination(letter) not in self._topics:
            return "no such topic"
        if letter.redrives >= self._plan.max_redrives:
            return "sent too often"
        return "sent" if progress.has_room_for(offset) else "no room"

    async def _hand_over(self, producer: AIOKafkaProducer, letter: DeadLetter) -> asyncio.Future[Any] | Exception:
        record, destination = letter.record, self.destination(letter)
        # Kafka's clients send no record with neither key nor value; the empty value reads as none did.
        value = b"" if record.key is None and record.value is None else record.value
        try:
            acknowledgement: asyncio.Future[Any] = await producer.send(
                destination,
                value,
                key=record.key,
                partition=self._partition(letter, destination),
                timestamp_ms=letter.original_timestamp_ms,
                headers=list(letter.headers_to_send),
            )
        except (TimeoutError, KafkaError) as error:
            return error
        return acknowledgement

    def _partition(self, letter: DeadLetter, destination: str) -> int | None:
        """The one it came from: whoever sent it first may have had another way to choose one than the key's hash."""
        partition = letter.source_partition
        if destination != letter.source_topic or partition is None or partition >= self._topics[destination]:
            return None
        return partition

    async def _keep(self, letters: list[DeadLetter]) -> None:
        for letter in letters:
            self._progress[letter.record.partition].done(letter.record.offset)
        touched = {letter.record.partition: self._progress[letter.record.partition] for letter in letters}
        if touched:
            await self._reader.commit({partition: (each.head, each.note) for partition, each in touched.items()})


class Window:
    """What was handed over and not yet acknowledged."""

    def __init__(
        self,
        keep: Callable[[list[DeadLetter]], Any],
        tally: Tally,
        destination: Callable[[DeadLetter], str],
    ) -> None:
        self._keep = keep
        self._tally = tally
        self._destination = destination
        self._open: list[tuple[DeadLetter, asyncio.Future[Any] | Exception]] = []
        self._since = time.monotonic()

    @property
    def size(self) -> int:
        """How many wait."""
        return len(self._open)

    @property
    def age_s(self) -> float:
        """How long ago the last was closed."""
        return time.monotonic() - self._since

    def add(self, letter: DeadLetter, acknowledgement: asyncio.Future[Any] | Exception) -> None:
        """One more."""
        self._open.append((letter, acknowledgement))

    async def close(self) -> None:
        """Wait for all, keep those that the broker has; the first that it may take later is raised."""
        waiting, self._open = self._open, []
        self._since = time.monotonic()
        gone: StreamSLMError | None = None
        acknowledged: list[DeadLetter] = []
        for letter, acknowledgement in waiting:
            error = await _error_of(acknowledgement)
            if error is None:
                acknowledged.append(letter)
                self._tally.add(self._destination(letter), "sent")
            elif isinstance(error, (OutputTooLarge, ProduceRejected)):
                self._tally.add(self._destination(letter), "refused")
            else:
                gone = gone or error
        await self._keep(acknowledged)
        if gone is not None:
            raise gone


async def _error_of(acknowledgement: asyncio.Future[Any] | Exception) -> StreamSLMError | None:
    try:
        if isinstance(acknowledgement, Exception):
            raise acknowledgement
        await acknowledgement
    except InvalidTimestampError:
        return ProduceRejected("the topic takes no record so old")
    except (TimeoutError, KafkaError) as error:
        return translated(error)
    return None
