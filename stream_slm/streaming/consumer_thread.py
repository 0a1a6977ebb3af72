"""The thread that talks to Kafka for our consumer: Faust's, with what it gives no setting for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, cast

from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from stream_slm.log import get_logger
from stream_slm.streaming.ledger import Partition
from stream_slm.streaming.quarantine import Mark, Marks

log = get_logger(__name__)

#: Leaving the group takes well under a second where a broker answers.
_THREAD_STOP_S = 10.0
#: A broker that answers does so in milliseconds; the next look comes soon.
_ENDS_TIMEOUT_S = 10.0


class ConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # Faust's types are not followed
    """Faust fixes the fetch wait at 1.5 s; a broker that does not wake long polls makes that our latency."""

    async def on_thread_stop(self) -> None:
        """With the broker away, aiokafka's fetcher raises here, and Faust then waits a minute for the thread."""
        with suppress(asyncio.CancelledError, asyncio.TimeoutError):
            await asyncio.wait_for(super().on_thread_stop(), _THREAD_STOP_S)

    async def seek_to_committed(self) -> Any:
        """Go back to the commits, or to where reading begins."""
        return await self.call_thread(self._seek_to_committed)

    async def _seek_to_committed(self) -> Any:
        # aiokafka leaves a partition without a commit where it is. What was fetched of it before Faust lets records
        # through, after a rebalance, Faust has dropped: it would be skipped for good.
        consumer = self._ensure_consumer()
        committed = await consumer.seek_to_committed()
        for tp, offset in committed.items():
            if offset == 0:
                consumer.seek(tp, 0)
        fresh = [tp for tp, offset in committed.items() if offset is None]
        if fresh and self.app.conf.consumer_auto_offset_reset == "earliest":
            await consumer.seek_to_beginning(*fresh)
        return committed

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's look for partitions that stand still: of ours it knows nothing, and it crashes the worker where the
        position of one is not known yet, a moment after an assignment.
        """
        if tp.topic not in self.consumer.topics_of_ours:
            with suppress(AssertionError):
                super().verify_event_path(now, tp)

    def highwater(self, tp: TP) -> int:
        """Faust's monitor asks for each record, and a new subscription takes the assignment away in between."""
        return int(super().highwater(tp) or 0) if tp in self.assignment() else 0

    async def ends_and_starts(
        self, partitions: Collection[Partition], unread: Collection[Partition]
    ) -> tuple[dict[Partition, int], dict[Partition, int]]:
        """The ends of some partitions, and where reading begins in those of which nothing was read.

        Past Faust's queue of calls: one that waits for a broker that is away would hold commits back there.

        Raises:
            KafkaError, TimeoutError: no broker answers.
        """
        asking = asyncio.run_coroutine_threadsafe(self._ends_and_starts(partitions, unread), self.thread_loop)
        return await asyncio.wrap_future(asking)

    async def _ends_and_starts(
        self, partitions: Collection[Partition], unread: Collection[Partition]
    ) -> tuple[dict[Partition, int], dict[Partition, int]]:
        consumer = self._ensure_consumer()
        async with asyncio.timeout(_ENDS_TIMEOUT_S):
            places = [TopicPartition(*each) for each in partitions]
            ends = {(tp.topic, tp.partition): int(end) for tp, end in (await consumer.end_offsets(places)).items()}
            fresh = [TopicPartition(*each) for each in unread]
            if not fresh:
                return ends, {}
            starts = {(tp.topic, tp.partition): at for tp, at in (await consumer.beginning_offsets(fresh)).items()}
            stored = await consumer._coordinator.fetch_committed_offsets(fresh)
            starts.update({(tp.topic, tp.partition): max(at.offset, 0) for tp, at in stored.items() if at.offset >= 0})
            return ends, starts

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Faust crashes on a commit that meets a new subscription, which has no assignment yet."""
        assigned = self.assignment()
        return any(tp in assigned for tp in offsets) and bool(await super()._commit(offsets))

    async def committed_mark(self, partition: Partition) -> tuple[int, Mark] | None:
        """The committed offset of an assigned partition, with the note beside it."""
        return cast("tuple[int, Mark] | None", await self.call_thread(self._committed_mark, partition))

    async def _committed_mark(self, partition: Partition) -> tuple[int, Mark] | None:
        place = TopicPartition(*partition)
        # aiokafka's own `committed()` leaves the notes out.
        found = await self._ensure_consumer()._coordinator.fetch_committed_offsets([place])
        stored = found.get(place)
        return None if stored is None or stored.offset < 0 else (stored.offset, Mark.parse(stored.metadata))

    async def commit_marks(self, marks: Marks) -> bool:
        """Commit offsets with notes; False where the group has moved on."""
        return bool(await self.call_thread(self._commit_marks, marks))

    async def _commit_marks(self, marks: Marks) -> bool:
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        offsets = {
            place: OffsetAndMetadata(offset, str(mark))
            for partition, (offset, mark) in marks.items()
            if (place := TopicPartition(*partition)) in assigned
        }
        try:
            if offsets:
                await consumer.commit(offsets)
        except Exception as error:  # a rebalance, or a broker that is away: a note is missing, no more
            log.info("marks_not_committed", reason=type(error).__name__)
            return False
        return len(offsets) == len(marks)

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        if self.consumer.exactly_once:
            consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = int(self.consumer.fetch_max_wait_s * 1000)  # no setting for it
        return consumer
