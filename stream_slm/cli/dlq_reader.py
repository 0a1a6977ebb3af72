"""Reads a dead-letter topic from a start to the end that it had when reading began."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from stream_slm.cli.dlq_select import Selection
from stream_slm.cli.subscriber import consumer_of, partitions_of
from stream_slm.errors import BrokerUnavailable
from stream_slm.pipeline.redrive import DeadLetter
from stream_slm.streaming.topics import Topics
from stream_slm.types import Record

_POLL_MS = 250
#: Records decoded at once; large ones lie in memory only as many as a fetch holds.
_MOST = 500
#: Longest look at the last batch of a topic.
_LOOK_S = 2.0
#: Without a record for so long the broker does not answer, for there are some.
_STALLED_S = 30.0

#: The offsets after the last records of partitions.
Ends = Mapping[TopicPartition, int]


class DeadLetterReader:
    """One dead-letter topic, committed records only, up to the `ends` it has now, or had when another reader looked.

    A `group` lets it keep what was done with them.

    Raises, on entry and from every method:
        ConfigurationError: the topic does not exist.
        BrokerUnavailable: no broker answers.
    """

    def __init__(
        self, connection: Mapping[str, Any], topic: str, group: str | None = None, ends: Ends | None = None
    ) -> None:
        self.topic = topic
        self._given_ends = ends
        self._connection = connection
        self._group = group

    async def __aenter__(self) -> Self:
        async with Topics(self._connection) as admin:
            partitions = partitions_of(await admin.existing(), [self.topic])
        # The earliest: retention may take what we are about to read.
        self._consumer = consumer_of(self._connection, group=self._group, begin="earliest")
        try:
            with _told():
                await self._consumer.start()
                self._consumer.assign(partitions)
                self.begins = await self._consumer.beginning_offsets(partitions)
                now = await self._ends(partitions) if self._given_ends is None else self._given_ends
                self.ends = {each: now.get(each, 0) for each in partitions}  # a partition may be new
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    def place(self, partition: int) -> TopicPartition:
        """A partition of this topic, in Kafka's words."""
        return TopicPartition(self.topic, partition)

    def starts(self, selection: Selection, heads: Mapping[int, int] | None = None) -> dict[int, int]:
        """Where reading begins: at what is asked for, still there, and not behind a partition's head."""
        asked = selection.offsets[0]
        return {
            each.partition: max(begin, asked, (heads or {}).get(each.partition, 0))
            for each, begin in self.begins.items()
            if not selection.partitions or each.partition in selection.partitions
        }

    async def read(self, selection: Selection, starts: Mapping[int, int] | None = None) -> AsyncIterator[DeadLetter]:
        """Every dead letter in the partitions and offsets of a selection; whether it is taken is asked elsewhere."""
        waiting = {
            self.place(partition): end
            for partition, start in (self.starts(selection) if starts is None else starts).items()
            if (end := self._end(partition, selection)) > start and self._seek(partition, start)
        }
        last = time.monotonic()
        while waiting:
            with _told():
                fetched = await self._consumer.getmany(*waiting, timeout_ms=_POLL_MS, max_records=_MOST)
            for each, records in fetched.items():
                for record in records:
                    if record.offset < waiting[each]:
                        yield letter_of(record)
            with _told():
                waiting = {each: end for each, end in waiting.items() if await self._consumer.position(each) < end}
            now = time.monotonic()
            last = now if fetched else last
            if now - last > _STALLED_S:
                raise BrokerUnavailable(f"the broker has more of {self.topic}, and sent none for {_STALLED_S:.0f} s")

    async def offsets_at(self, timestamp_ms: int) -> dict[int, int]:
        """The first offset of each partition that is not older; the end where all are."""
        with _told():
            found = await self._consumer.offsets_for_times(dict.fromkeys(self.ends, timestamp_ms))
        return {each.partition: at.offset if (at := found.get(each)) else end for each, end in self.ends.items()}

    async def coordinated(self) -> None:
        """Return when the group has a coordinator: the first one of a cluster takes a moment."""
        with _told():
            await self._consumer.committed(next(iter(self.ends)))

    async def commit(self, done: Mapping[int, tuple[int, str]]) -> None:
        """Keep an offset and a note for some partitions, in the group."""
        with _told():
            await self._consumer.commit(
                {self.place(partition): OffsetAndMetadata(offset, note) for partition, (offset, note) in done.items()}
            )

    def _end(self, partition: int, selection: Selection) -> int:
        end, last = self.ends[self.place(partition)], selection.offsets[1]
        return end if last is None else min(end, last + 1)

    def _seek(self, partition: int, offset: int) -> bool:
        self._consumer.seek(self.place(partition), offset)
        return True

    async def _ends(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Some brokers tell the begin of the last batch plus one: so the last batch is read, and its end counts."""
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(partitions)
        filled = [each for each in partitions if ends[each] > self.begins[each]]
        for each in filled:
            self._consumer.seek(each, ends[each] - 1)
        deadline = time.monotonic() + _LOOK_S
        while filled and time.monotonic() < deadline:
            fetched = await self._consumer.getmany(*filled, timeout_ms=_POLL_MS)
            for each in fetched:
                ends[each] = max(ends[each], await self._consumer.position(each))
            filled = [each for each in filled if each not in fetched] if fetched else []
        return ends


def letter_of(record: ConsumerRecord) -> DeadLetter:
    """What was fetched, bytes untouched."""
    return DeadLetter(
        record=Record(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=tuple(record.headers),
            timestamp_ms=record.timestamp,
        )
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        # Kafka's errors say whether another try may help; where none does, rights are missing, mostly.
        went = "went away" if getattr(error, "retriable", True) else "refuses this"
        raise BrokerUnavailable(f"the Kafka broker {went} ({type(error).__name__})") from None
