"""A Faust consumer that commits from our books, drains before partitions are given up, and reads cheaply.

It overrides what Faust 0.15 gives no setting for. Each override says which behaviour of Faust it replaces.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, cast

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from stream_slm.log import get_logger
from stream_slm.streaming.consumer_thread import ConsumerThread
from stream_slm.streaming.delivery import Delivery
from stream_slm.streaming.leaving import GRACE_S, leave_within
from stream_slm.streaming.ledger import Partition
from stream_slm.streaming.quarantine import Mark, Marks, Quarantine

log = get_logger(__name__)


#: A commit takes well under a second where a broker answers.
_LAST_COMMIT_S = 10.0
#: To commit what is finished and to leave the group, for somebody who is in a hurry.
_HASTE_S = 5.0
#: A fifth of a typical batch's run.
_POLL_S = 0.004

PartitionsHook = Callable[[Collection[Partition]], Awaitable[None]]


async def _nothing(_partitions: Collection[Partition]) -> None:
    """At-least-once needs no hook."""


class Consumer(driver.Consumer):  # type: ignore[misc]
    """Reads for the whole app; topics of ours are booked by `delivery`, all others as Faust would."""

    #: Set on a subclass made for one app by `consumer_for`.
    fetch_max_wait_s = 0.05
    drain_timeout_s = 20.0
    #: With exactly-once the offsets go into the transactions of the outputs, and nothing is committed here.
    exactly_once = False
    #: Awaited before an assignment's offsets are read, and after a revocation's last commit.
    take_partitions: PartitionsHook = staticmethod(_nothing)
    give_partitions_up: PartitionsHook = staticmethod(_nothing)
    #: Set when the worker has started; until then nothing is in flight.
    delivery: Delivery | None = None
    quarantine: Quarantine | None = None
    _commits_given_up = False

    @property
    def topics_of_ours(self) -> Collection[str]:
        """Topics whose records are in our books, and not in Faust's."""
        return self.delivery.topics if self.delivery is not None else ()

    def _new_consumer_thread(self) -> Any:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # -- commits -----------------------------------------------------------------------------------------------

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """On the way out a commit has a time limit: aiokafka asks for the group's coordinator until it answers."""
        if not self.app.should_stop:
            return bool(await super().commit(topics, start_new_transaction=start_new_transaction))
        if self._commits_given_up:
            return False
        committing = asyncio.ensure_future(super().commit(topics, start_new_transaction=start_new_transaction))
        # Not wait_for: it waits for what it cancels, and Faust answers a cancelled wait with a new commit.
        await asyncio.wait([committing], timeout=_LAST_COMMIT_S)
        if committing.done():
            return bool(committing.result())
        self._commits_given_up = True
        log.warning("commit_given_up", note="the broker does not answer; what was finished will be read again")
        return False

    def _filter_committable_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:
        """Faust commits past an unfinished head (faust#606) and past everything in a fresh group; our books do not."""
        offsets: dict[TP, int] = super()._filter_committable_offsets(
            tp for tp in tps if tp.topic not in self.topics_of_ours
        )
        if self.delivery is not None and not self.exactly_once:
            offsets.update({TP(*partition): at for partition, at in self.delivery.ledger.committable().items()})
        return offsets

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Note what was stored; a commit that failed is tried again at the next interval."""
        if self.delivery is None:
            return bool(await super()._commit_offsets(offsets, start_new_transaction=start_new_transaction))
        ledger = self.delivery.ledger
        async with self._committing:
            # What the quarantine has committed meanwhile has a note beside it, which this would wipe out.
            due = {tp: at for tp, at in offsets.items() if not ledger.is_committed(tp, at)}
            stored = bool(due) and await super()._commit_offsets(due, start_new_transaction=start_new_transaction)
            if stored:
                ledger.committed(due)
        return stored

    @cached_property
    def _committing(self) -> asyncio.Lock:
        """Faust's thread runs two commits side by side, and the older could be stored last."""
        return asyncio.Lock()

    # -- giving partitions up ----------------------------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish and commit first: Faust forgets what it may commit before it waits (consumer.py, `_acked.pop`)."""
        # Not `self.assignment()`: it is empty when Faust subscribes anew, with as much in flight.
        if self.delivery is not None and revoked:
            self.stop_flow()
            self.app.flow_control.suspend()
            self.app.flow_control.clear()
            await self._finish_in_flight("rebalance")
            await self.commit()
            partitions = [(tp.topic, tp.partition) for tp in revoked]
            self.delivery.forget(partitions)
            await self.give_partitions_up(partitions)
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Take the partitions before their offsets are read, and tell an operator what this worker reads now."""
        await self.take_partitions([(tp.topic, tp.partition) for tp in assigned])
        if self.delivery is not None:
            self.delivery.open_generation(generation_id)
        await super().on_partitions_assigned(assigned, generation_id)
        log.info("partitions_assigned", partitions=sorted(f"{tp.topic}/{tp.partition}" for tp in assigned))

    async def wait_empty(self) -> None:
        """Faust waits without limit for every message it tracks; we wait for our own until the deadline."""
        self._leave_in_time()
        await self._finish_in_flight("stop")
        ours = {message for message in self._unacked_messages if message.topic in self.topics_of_ours}
        self._unacked_messages -= ours
        await super().wait_empty()

    async def _finish_in_flight(self, why: str) -> None:
        if self.delivery is None:
            return
        drained = await self.delivery.drain(self.drain_timeout_s)
        # At once: an event that an agent holds back would be sent, and not committed, before the partition goes; or,
        # where the books are dropped, open them anew behind the gap.
        self.delivery.close_generation(self.app.consumer_generation_id)
        if not drained:
            await self.commit()  # what is finished, before the rest is dropped
        if self.quarantine is not None:
            if (drained or self.delivery.failed) and not self._commits_given_up:
                await self.quarantine.close()
            else:  # a record that was not finished in time may be one that never ends: its note stays
                self.quarantine.forget()
        if not drained:
            dropped = self.delivery.forget()
            if dropped:
                log.warning("drain_incomplete", why=why, records=dropped, note="they will be read again")

    def _leave_in_time(self) -> None:
        """By the deadline, or at a second signal: Faust hears the first only, and who sends another will not wait."""
        # Faust waits at a rebalance, too.
        if self.delivery is not None and self.app.should_stop and self.app.in_worker:
            leave_within(self.drain_timeout_s + GRACE_S)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                with suppress(NotImplementedError):  # Windows
                    loop.add_signal_handler(number, self._leave_now)

    def _leave_now(self) -> None:
        log.warning("told_again_to_stop", note="what is in flight is given up; it will be read again")
        leave_within(_HASTE_S)
        if self.delivery is not None:
            self.delivery.abandon()

    # -- the notes of the quarantine ---------------------------------------------------------------------------

    async def committed_mark(self, partition: Partition) -> tuple[int, Mark] | None:
        """See `Offsets`."""
        return await cast("ConsumerThread", self._thread).committed_mark(partition)

    async def commit_marks(self, marks: Marks) -> bool:
        """See `Offsets`; on the way out with a time limit, as any commit."""
        committing = asyncio.ensure_future(self._commit_marks(marks))
        await asyncio.wait([committing], timeout=_LAST_COMMIT_S if self.app.should_stop else None)
        return committing.done() and committing.result()

    async def _commit_marks(self, marks: Marks) -> bool:
        async with self._committing:
            return await cast("ConsumerThread", self._thread).commit_marks(marks)

    # -- how far behind we are ---------------------------------------------------------------------------------

    def assigned(self) -> list[Partition]:
        """See `gauges.Broker`."""
        return [(tp.topic, tp.partition) for tp in self.assignment() if tp.topic in self.topics_of_ours]

    async def ends_and_starts(
        self, partitions: Collection[Partition], unread: Collection[Partition]
    ) -> tuple[dict[Partition, int], dict[Partition, int]]:
        """See `gauges.Broker`."""
        return await cast("ConsumerThread", self._thread).ends_and_starts(partitions, unread)

    # -- holding single partitions -----------------------------------------------------------------------------

    def on_buffer_full(self, tp: TP) -> None:
        """Not on Faust's word: it counts a queue that all partitions share. `hold_partition` decides."""

    def hold_partition(self, partition: Partition) -> None:
        """Stop fetching from one partition; what was fetched of it still comes."""
        super().on_buffer_full(TP(*partition))

    def release_partition(self, partition: Partition) -> None:
        """Fetch from it again."""
        self.on_buffer_drop(TP(*partition))
        self._partition_released.set()

    @cached_property
    def _partition_released(self) -> asyncio.Event:
        return asyncio.Event()

    async def _wait_next_records(self, timeout: float) -> Any:  # noqa: ASYNC109  (Faust's signature)
        """Faust sleeps a second when every partition is held; we wake when one is released."""
        if self.flow_active and not self.app.client_only and not self._get_active_partitions():
            self._partition_released.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._partition_released.wait(), timeout)
            return {}, self._get_active_partitions()
        return await super()._wait_next_records(timeout)

    # -- reading -----------------------------------------------------------------------------------------------

    async def _drain_messages(self, fetcher: Any) -> None:
        """Faust makes four tasks and a wait for each message; here a message costs none while its queue has room."""
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):  # as Faust does
                messages = self.getmany(timeout=1.0)
                await asyncio.sleep(0)
                if not self.should_stop:
                    await self._hand_out(messages, fetcher)
        except self.consumer_stopped_errors:
            if not self.transport.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.transport.app.should_stop:
                raise

    async def _hand_out(self, messages: AsyncIterator[tuple[TP, Any]], fetcher: Any) -> None:
        since_yield = 0
        async for tp, message in messages:
            since_yield += 1
            if since_yield > 100:  # let timers and heartbeats run within a large fetch
                since_yield = 0
                await asyncio.sleep(0)
            if tp.topic not in self.topics_of_ours:
                # Of ours, `delivery.accepts` knows better: a topic that was made anew begins below what was read.
                read = self._read_offset[tp]
                if read is not None and message.offset < read:
                    continue
                if read and message.offset - read > 1:
                    await self._add_gap(tp, read + 1, message.offset)
            await self._hand_on(tp, message, fetcher)
            self._read_offset[tp] = message.offset

    async def _hand_on(self, tp: TP, message: Any, fetcher: Any) -> None:
        conductor, flow = self.app.topics, self.app.flow_control
        handler = conductor._tp_to_callback.get(tp)  # Faust's own index; its lock is respected
        if handler is not None and not conductor._tp_to_callback_lock.locked():
            await self._queue_room(handler, fetcher)
            await self._delivery_room(tp, fetcher)
            if self.flow_active and flow.is_active():
                await handler(message)
                return
        await self.wait_first(self.callback(message), self.suspend_flow.wait())

    async def _queue_room(self, handler: Any, fetcher: Any) -> None:
        """Wait in bulk: once a queue is full, until a quarter of it is free, not once for every message."""
        for channel in getattr(handler, "channels", ()):
            queue = channel.queue
            if queue.full():
                low = queue.maxsize * 3 // 4
                # Faust's queue tells nobody when it has room.
                while queue.qsize() > low and self._reads_on(fetcher):  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_S)

    async def _delivery_room(self, tp: TP, fetcher: Any) -> None:
        """Faust's queue counts records: thousands of large ones would lie in it, beside those that delivery holds."""
        delivery = self.delivery
        if delivery is not None and tp.topic in delivery.topics:
            while not delivery.has_room() and self._reads_on(fetcher):  # noqa: ASYNC110
                await asyncio.sleep(_POLL_S)

    def _reads_on(self, fetcher: Any) -> bool:
        stopping = self._stopped.is_set() or fetcher._stopped.is_set()
        return bool(self.flow_active and self.app.flow_control.is_active() and not stopping)


def consumer_for(
    *,
    fetch_max_wait_s: float,
    drain_timeout_s: float,
    exactly_once: bool,
    take_partitions: PartitionsHook,
    give_partitions_up: PartitionsHook,
) -> type[Consumer]:
    """A consumer class of one app, to be installed as `app.transport.Consumer`."""
    return type(
        "StreamSLMConsumer",
        (Consumer,),
        {
            "fetch_max_wait_s": fetch_max_wait_s,
            "drain_timeout_s": drain_timeout_s,
            "exactly_once": exactly_once,
            "take_partitions": staticmethod(take_partitions),
            "give_partitions_up": staticmethod(give_partitions_up),
        },
    )
