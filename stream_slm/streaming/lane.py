"""A lane: delivers one partition's outcomes in input order, a round at a time."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import stream_slm.metrics as metrics
from stream_slm.errors import DeliveryStopped, OutputTooLarge, StreamSLMError
from stream_slm.log import get_logger
from stream_slm.pipeline.place import place_of
from stream_slm.pipeline.settlement import Settlement
from stream_slm.streaming.ledger import Partition, Slot
from stream_slm.streaming.retry import RetryPolicy
from stream_slm.streaming.sink import Sink
from stream_slm.types import Outcome

log = get_logger(__name__)

#: A send that takes so long is told, and again after as long: the broker is away, or a partition has no leader.
_TELL_AFTER_S = 10.0
#: Outcomes sent in one round: enough to fill producer batches, few enough to note progress while a backlog lasts.
_ROUND = 512


@dataclass(frozen=True, eq=False, slots=True)
class InFlight:
    """A record on its way: its slot in the books, the task that reads it, and what to do where that fails.

    `insist` is the outcome after as many tries as it takes; `dead_letter` the one of a record that is given up.
    """

    slot: Slot
    outcome: asyncio.Future[Outcome]
    dead_letter: Callable[[Exception], Outcome]
    insist: Callable[[], Awaitable[Outcome]]


@dataclass(frozen=True, eq=False, slots=True)
class _Sending:
    """An outcome that is not durable yet."""

    record: InFlight
    outcome: Outcome


class Lane:
    """Outcomes of one partition, in order; a fault here stops this partition's delivery and no other's."""

    def __init__(
        self,
        partition: Partition,
        sink: Sink,
        retry: RetryPolicy,
        settlement: Settlement,
        *,
        finished: Callable[[Slot, Outcome], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._partition = partition
        self._sink = sink
        self._retry = retry
        self._settlement = settlement
        self._finished = finished
        self._failed = failed
        self._waiting: deque[InFlight] = deque()
        self._arrived = asyncio.Event()
        self._delivers = False
        self._rng = random.Random()  # noqa: S311  (jitter)
        self._task = asyncio.create_task(self._run(), name=f"lane-{partition[0]}-{partition[1]}")

    def put(self, record: InFlight) -> None:
        """Queue a record; the call order is the order of delivery."""
        self._waiting.append(record)
        self._arrived.set()

    @property
    def reads(self) -> bool:
        """Whether the next outcome is still being read, and none is being sent."""
        return not self._delivers and bool(self._waiting) and not self._waiting[0].outcome.done()

    @property
    def sends(self) -> bool:
        """Whether outputs are on their way."""
        return self._delivers

    def cancel(self) -> None:
        """Give the partition up: nothing more is sent, what is being read is dropped."""
        self._task.cancel()
        while self._waiting:
            self._waiting.popleft().outcome.cancel()

    async def _run(self) -> None:
        try:
            while True:
                finished = await self._next_round()
                self._delivers = True
                await self._deliver(finished)
                self._delivers = False
        except asyncio.CancelledError:
            raise
        except Exception as error:  # whatever it is, the worker must stop rather than skip a record
            self._failed(error)

    async def _next_round(self) -> list[InFlight]:
        """The finished head of the queue, at least one record."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        await asyncio.wait([self._waiting[0].outcome])
        finished: list[InFlight] = []
        while self._waiting and self._waiting[0].outcome.done() and len(finished) < _ROUND:
            finished.append(self._waiting.popleft())
        return finished

    async def _deliver(self, finished: Sequence[InFlight]) -> None:
        """Settle and send a round; it is parted before an outcome that rests on an alert of the same round."""
        outcomes = [record.outcome.result() for record in finished if not record.outcome.exception()]
        if len(outcomes) < len(finished):  # rarely
            outcomes = await asyncio.gather(*(record.insist() for record in finished))
        settled: list[_Sending] = []
        for record, outcome in zip(finished, outcomes, strict=True):
            if self._settlement.waits(outcome):
                await self._send_all(settled)
                settled = []
            settled.append(_Sending(record, self._settled(record, outcome)))
        await self._send_all(settled)

    def _settled(self, record: InFlight, outcome: Outcome) -> Outcome:
        """The outcome in its turn, or a dead letter; once for each record, however often it is sent."""
        settled = settled_in_turn(self._settlement, outcome, record.dead_letter)
        fitting = self._fitting(record, settled)
        if fitting is not settled:
            self._settlement.retract(settled)
        return fitting

    async def _send_all(self, pending: list[_Sending]) -> None:
        """Send until every outcome is durable; only then the next round starts, so order holds."""
        waits = self._retry.waits(self._rng)
        loop = asyncio.get_running_loop()
        began = loop.time()
        while pending := await self._send(pending, began + self._retry.deadline_s):
            wait = next(waits, None)
            # A try takes time, too: half a minute where a broker does not answer.
            if wait is None or loop.time() - began >= self._retry.deadline_s:
                raise self._too_late()
            metrics.RETRIES.inc(len(pending))
            log.warning("delivery_retried", **_first_of(pending), records=len(pending), wait_s=wait)
            await asyncio.sleep(wait)
        self._settlement.confirm()

    async def _send(self, pending: Sequence[_Sending], deadline: float) -> list[_Sending]:
        """Send some outcomes once; returns what is to be sent again."""
        errors = await self._acknowledged(pending, deadline)
        again: list[_Sending] = []
        for sending, error in zip(pending, errors, strict=True):
            if error is None:
                self._finished(sending.record.slot, sending.outcome)
            elif error.retriable or again:
                again.append(sending)  # never past one that must be sent again: in a transaction it would be skipped
            else:
                again += await self._send_alone(sending, deadline)
        return again

    async def _send_alone(self, sending: _Sending, deadline: float) -> list[_Sending]:
        """A broker refuses a whole producer batch for one record in it: only what is refused alone is guilty."""
        (error,) = await self._acknowledged([sending], deadline)
        if error is None:
            self._finished(sending.record.slot, sending.outcome)
            return []
        if error.retriable:
            return [sending]
        dead = self._dead_letter(sending.record, sending.outcome, error)
        self._settlement.retract(sending.outcome)
        return [_Sending(sending.record, dead)]

    async def _acknowledged(self, pending: Sequence[_Sending], deadline: float) -> list[StreamSLMError | None]:
        """What the sink says of some outcomes; a producer that numbers its batches never gives one up, so we must."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        sending = asyncio.ensure_future(self._sink.send([each.outcome for each in pending]))
        try:
            while not sending.done():
                left = deadline - loop.time()
                if left <= 0:
                    raise self._too_late()
                await asyncio.wait([sending], timeout=min(left, _TELL_AFTER_S))
                if not sending.done():
                    waited_s = round(loop.time() - began)
                    log.warning("delivery_waits", **_first_of(pending), records=len(pending), waited_s=waited_s)
            return sending.result()
        finally:
            sending.cancel()

    def _too_late(self) -> DeliveryStopped:
        topic, partition = self._partition
        return DeliveryStopped(
            f"no output of {topic}/{partition} could be sent for {self._retry.deadline_s:.0f} s; "
            "nothing is lost, the records will be read again"
        )

    def _fitting(self, record: InFlight, outcome: Outcome) -> Outcome:
        """The outcome, or a dead letter where one of its outputs is too large: known before the first is sent."""
        for output in outcome.outputs:
            limit = self._sink.size_limit(output.topic)
            if output.size_bytes > limit:
                error = OutputTooLarge(f"an output has {output.size_bytes} bytes, topic {output.topic} takes {limit}")
                return self._fitting(record, self._dead_letter(record, outcome, error))
        return outcome

    def _dead_letter(self, record: InFlight, outcome: Outcome, error: StreamSLMError) -> Outcome:
        if outcome.status == "dead_letter":
            topic = outcome.outputs[0].topic
            raise DeliveryStopped(f"a dead letter cannot be written to {topic}: {error}; raise its max.message.bytes")
        return record.dead_letter(error)


def _first_of(pending: Sequence[_Sending]) -> dict[str, Any]:
    """What a line about several outcomes says of where they are: the place of the first."""
    return place_of(pending[0].outcome.record, pending[0].outcome.pipeline)


def settled_in_turn(settlement: Settlement, outcome: Outcome, dead_letter: Callable[[Exception], Outcome]) -> Outcome:
    """An outcome with its alerts settled, or a dead letter."""
    try:
        return settlement.settle(outcome)
    except Exception as error:  # a fault of ours must not stop the stream; the dead letter tells it
        settlement.retract(outcome)
        return dead_letter(error)
