"""Rules of delivery and its lanes: order, retries, guilt, bounds, and when the worker must stop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_slm.config.settings import DeadLettersConfig
from stream_slm.errors import (
    BrokerUnavailable,
    DeadLetterFlood,
    DeliveryStopped,
    InferenceError,
    OutputTooLarge,
    ProduceRejected,
    StreamSLMError,
    WorkerStopped,
)
from stream_slm.types import REDRIVE_HEADER, Outcome, Record
from tests.unit.streaming.fakes import Worker, settle, until_read_again

Make = Callable[..., Worker]


def refuses(offset: int, error: StreamSLMError, times: int = 10**9) -> Callable[[Outcome], StreamSLMError | None]:
    """A sink's verdict: this record's enriched output fails so many times."""
    left = iter(range(times))

    def verdict(outcome: Outcome) -> StreamSLMError | None:
        guilty = outcome.record.offset == offset and outcome.status != "dead_letter"
        return error if guilty and next(left, None) is not None else None

    return verdict


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.integers(0, 2**32))
async def test_outcomes_are_sent_in_input_order_however_readings_complete(where: list[int], seed: int) -> None:
    """Per partition the first sends are in the order of admission; all are sent once, and all are committable."""
    worker = Worker()
    records = [worker.admit(offset, partition) for offset, partition in enumerate(where)]
    shuffled = records[:]
    random.Random(seed).shuffle(shuffled)
    for record in shuffled:
        worker.processor.complete(record)
        if random.Random(seed + record.offset).random() < 0.5:
            await settle(3)
    assert await worker.delivery.drain(5)
    for partition in set(where):
        offsets = [record.offset for record in records if record.partition == partition]
        assert [offset for at, offset in worker.sent if at == partition] == offsets
        assert worker.committable["in", partition] == offsets[-1] + 1
    assert len(worker.sent) == len(records)
    assert worker.crashes == []
    worker.delivery.forget()


async def test_a_record_that_is_read_does_not_pass_one_that_is_not(make: Make) -> None:
    """The head of a partition blocks its partition and no other."""
    worker = make()
    worker.admit(0)
    worker.processor.complete(worker.admit(1))
    worker.processor.complete(worker.admit(7, partition=1))
    await settle()
    assert worker.sent == [(1, 7)]
    assert worker.committable == {("in", 1): 8}


async def test_a_retriable_failure_is_repeated_and_nothing_is_finished_before_it_succeeds(make: Make) -> None:
    """A broker that goes away for a while costs time and no record."""
    worker = make()
    failures = 3

    def verdict(outcome: Outcome) -> StreamSLMError | None:
        nonlocal failures
        if outcome.record.offset == 1 and failures:
            failures -= 1
            assert worker.committable.get(("in", 0), 0) <= 1
            return BrokerUnavailable("away")
        return None

    worker.sink.verdict = verdict
    worker.finish(0, 1, 2)
    assert await worker.delivery.drain(5)
    assert [outcome.record.offset for outcome in worker.sink.attempts].count(1) == 4
    assert sorted(worker.sent) == [(0, 0), (0, 1), (0, 2)]
    assert worker.committable == {("in", 0): 3}
    assert worker.crashes == []


async def test_the_next_round_waits_until_the_last_is_durable(make: Make) -> None:
    """So that a record sent again is still before its successors."""
    worker = make()
    worker.sink.verdict = refuses(0, BrokerUnavailable("away"))
    worker.finish(0)
    await settle()
    worker.finish(1)
    while len(worker.sink.attempts) < 5:
        await settle()
    assert {outcome.record.offset for outcome in worker.sink.attempts} == {0}
    worker.sink.verdict = lambda _: None
    assert await worker.delivery.drain(5)
    assert worker.sent == [(0, 0), (0, 1)]


async def test_another_partition_goes_on_while_one_is_retried(make: Make) -> None:
    """A fault of one partition stops its own lane only."""
    worker = make(retry_backoff_s=100, retry_backoff_max_s=100, retry_deadline_s=1000)
    worker.sink.verdict = refuses(0, BrokerUnavailable("away"))
    worker.finish(0)
    worker.finish(5, 6, partition=1)
    await settle()
    assert worker.sent == [(1, 5), (1, 6)]
    assert not await worker.delivery.drain(0.001)


async def test_after_the_deadline_the_worker_stops(make: Make) -> None:
    """Loudly, once, with nothing committed."""
    worker = make(retry_deadline_s=0.003)
    worker.sink.verdict = refuses(1, BrokerUnavailable("away"))
    worker.finish(0, 1, 2)
    assert not await worker.delivery.drain(5)
    (error,) = worker.crashes
    assert isinstance(error, DeliveryStopped)
    assert "in/0" in str(error)
    assert worker.committable == {("in", 0): 1}


async def test_the_deadline_counts_the_tries_as_well_as_the_waits(make: Make) -> None:
    """A broker that never answers costs half a minute a try; the operator was promised a deadline."""
    worker = make(retry_deadline_s=60, retry_backoff_s=1e-4, retry_backoff_max_s=1e-4)
    loop = asyncio.get_running_loop()
    real, skew = loop.time, 0.0

    def verdict(_: Outcome) -> StreamSLMError:
        nonlocal skew
        skew += 30.0
        return BrokerUnavailable("silent")

    worker.sink.verdict = verdict
    loop.time = lambda: real() + skew  # type: ignore[method-assign]
    try:
        worker.finish(0)
        await settle()
        for _ in range(2_000):
            if worker.crashes or skew > 3_000:
                break
            await asyncio.sleep(1e-4)
    finally:
        del loop.time
    assert worker.crashes
    assert skew <= 90


async def test_a_permanent_failure_is_one_dead_letter_and_its_neighbours_are_delivered(make: Make) -> None:
    """Only the record that is refused alone is guilty."""
    worker = make()
    worker.sink.verdict = refuses(1, ProduceRejected("no"))
    worker.finish(0, 1, 2)
    assert await worker.delivery.drain(5)
    assert [offset for offset, _ in worker.processor.dead_letters] == [1]
    became = {outcome.record.offset: outcome.status for outcome in worker.sink.durable}
    assert became == {0: "ok", 1: "dead_letter", 2: "ok"}
    assert worker.committable == {("in", 0): 3}


async def test_what_fails_with_its_neighbours_and_succeeds_alone_is_innocent(make: Make) -> None:
    """A broker refuses a whole batch for one record in it."""
    worker = make()
    batch_of: dict[int, int] = {}

    def verdict(outcome: Outcome) -> StreamSLMError | None:
        if outcome.status == "dead_letter":
            return None
        batch_of[outcome.record.offset] = batch_of.get(outcome.record.offset, 0) + 1
        guilty = outcome.record.offset == 2
        return ProduceRejected("no") if guilty or batch_of[outcome.record.offset] == 1 else None

    worker.sink.verdict = verdict
    worker.finish(0, 1, 2, 3)
    assert await worker.delivery.drain(5)
    assert [offset for offset, _ in worker.processor.dead_letters] == [2]


async def test_alone_and_retriable_is_tried_again_and_not_condemned(make: Make) -> None:
    """A refusal followed by an absence says nothing about the record."""
    worker = make()
    verdicts = iter([ProduceRejected("no"), BrokerUnavailable("away"), BrokerUnavailable("away")])
    worker.sink.verdict = lambda _: next(verdicts, None)
    worker.finish(0)
    assert await worker.delivery.drain(5)
    assert worker.processor.dead_letters == []
    assert worker.sent == [(0, 0)]


@pytest.mark.parametrize("topic", ["out", "alerts"])
async def test_an_output_too_large_is_known_before_anything_of_its_record_is_sent(make: Make, topic: str) -> None:
    """An enriched record without its alert would be half an outcome."""
    worker = make()
    worker.processor.alerts = 1
    worker.sink.limits = {topic: 90}
    worker.finish(0)
    assert await worker.delivery.drain(5)
    assert [outcome.status for outcome in worker.sink.attempts] == ["dead_letter"]
    ((_, error),) = worker.processor.dead_letters
    assert isinstance(error, OutputTooLarge)
    assert topic in str(error)
    assert worker.committable == {("in", 0): 1}


@pytest.mark.parametrize("way", ["refused", "too large"])
async def test_a_dead_letter_that_cannot_be_written_stops_the_worker(make: Make, way: str) -> None:
    """Anything else would lose the record; what stands after it is not finished."""
    worker = make()
    if way == "refused":
        worker.sink.verdict = lambda outcome: ProduceRejected("no") if outcome.record.offset == 1 else None
    else:
        worker.sink.limits = {"dlq": 1}
    worker.finish(0)
    assert await worker.delivery.drain(5)
    if way == "too large":
        worker.sink.limits["out"] = 1
    worker.finish(1, 2)
    await settle()
    worker.finish(3, 4)
    assert not await worker.delivery.drain(5)
    await settle()
    (error,) = worker.crashes
    assert isinstance(error, DeliveryStopped)
    assert "dlq" in str(error)
    assert worker.committable == {("in", 0): 1}
    assert not await worker.delivery.drain(60)  # and says so at once, ever after


@pytest.mark.parametrize("error", [WorkerStopped("stopped"), RuntimeError("a fault of ours")])
async def test_a_reading_that_raises_stops_the_worker_rather_than_skip_its_record(make: Make, error: Exception) -> None:
    """`process` raises only what says nothing about the record; whatever it is, the record is read again."""
    worker = make()
    record = worker.admit(0)
    worker.finish(1)
    worker.processor.readings["in", 0, record.offset].set_exception(error)
    assert not await worker.delivery.drain(5)
    assert worker.crashes == [error]
    assert (worker.sent, worker.committable) == ([], {})


async def test_a_reading_that_may_succeed_later_is_tried_again_in_its_place(make: Make) -> None:
    """Its successors wait; nothing is reordered, nothing is dead-lettered."""
    worker = make()
    worker.admit(0)
    worker.finish(1, 2)
    worker.processor.readings.pop(("in", 0, 0)).set_exception(BrokerUnavailable("away"))
    await until_read_again(worker, 0)
    assert worker.sent == []
    worker.processor.complete(Record(topic="in", partition=0, offset=0, value=b"v", key=b"k"))
    assert await worker.delivery.drain(5)
    assert worker.sent == [(0, 0), (0, 1), (0, 2)]
    assert worker.processor.dead_letters == []


async def test_a_reading_that_never_succeeds_is_dead_lettered_at_its_deadline(make: Make) -> None:
    """With the number of tries; its neighbours are delivered."""
    worker = make(retry_backoff_s=0.001, retry_backoff_max_s=0.001, retry_deadline_s=0.01)
    process = worker.processor.process

    def fails(record: Record) -> asyncio.Future[Outcome]:
        reading = process(record)
        if record.offset == 0:
            reading.set_exception(BrokerUnavailable("away"))
        return reading

    worker.processor.process = fails  # type: ignore[method-assign]
    worker.admit(0)
    worker.finish(1)
    assert await worker.delivery.drain(5)
    assert worker.sent == [(0, 0), (0, 1)]
    ((offset, error),) = worker.processor.dead_letters
    assert offset == 0
    assert isinstance(error, BrokerUnavailable)
    assert error.attempts >= 10


async def test_a_sink_that_never_answers_stops_the_worker_at_the_deadline(make: Make) -> None:
    """A producer that numbers its batches tries for ever."""
    worker = make(retry_deadline_s=0.02)
    worker.sink.gate.clear()
    worker.finish(0)
    assert not await worker.delivery.drain(5)
    (error,) = worker.crashes
    assert isinstance(error, DeliveryStopped)
    assert "in/0" in str(error)
    assert worker.committable == {}


async def test_a_flood_of_dead_letters_stops_the_worker(make: Make) -> None:
    """What was dead-lettered is out and committable; the message says what to do."""
    worker = make(dead_letters=DeadLettersConfig(max_consecutive=3))
    worker.sink.verdict = lambda outcome: ProduceRejected("no") if outcome.status == "ok" else None
    worker.finish(0, 1)
    assert await worker.delivery.drain(5)
    worker.finish(2)
    assert not await worker.delivery.drain(5)
    (error,) = worker.crashes
    assert isinstance(error, DeadLetterFlood)
    assert "produce_error" in str(error)
    assert "dlq" in str(error)
    assert worker.committable == {("in", 0): 3}


async def test_what_an_operator_sends_again_makes_no_flood(make: Make) -> None:
    """Most of it may still be bad."""
    worker = make(dead_letters=DeadLettersConfig(max_consecutive=2))
    worker.sink.verdict = lambda outcome: ProduceRejected("no") if outcome.status == "ok" else None
    for offset in range(5):
        worker.processor.complete(worker.admit(offset, headers=((REDRIVE_HEADER, b"1"),)))
    assert await worker.delivery.drain(5)
    assert worker.crashes == []


async def test_a_given_up_partition_sends_nothing_more(make: Make) -> None:
    """Whoever owns it now reads its records; readings that still run are dropped."""
    worker = make()
    waiting, other = worker.admit(0), worker.admit(9, partition=1)
    assert worker.delivery.forget([("in", 0)]) == 1
    await settle()
    assert worker.processor.readings["in", 0, waiting.offset].cancelled()
    worker.processor.complete(other)
    assert await worker.delivery.drain(5)
    assert worker.sent == [(1, 9)]
    assert worker.committable == {("in", 1): 10}


async def test_forgetting_in_the_middle_of_a_send_finishes_nothing(make: Make) -> None:
    """An acknowledgement that comes after the partition is gone commits nothing of it."""
    worker = make()
    worker.sink.gate.clear()
    worker.finish(0, 1)
    await settle()
    assert len(worker.sink.attempts) == 2
    assert worker.delivery.forget() == 2
    worker.sink.gate.set()
    await settle()
    assert (worker.sink.durable, worker.committable, worker.crashes) == ([], {}, [])
    assert await worker.delivery.drain(5)


async def test_a_new_generation_drops_what_the_old_one_held(make: Make) -> None:
    """The same partition again: its records come again, and only then are they sent."""
    worker = make()
    old = worker.admit(0, generation=1)
    new = worker.admit(0, generation=2)
    assert old == new
    await settle()
    worker.processor.complete(new)
    assert await worker.delivery.drain(5)
    assert worker.sent == [(0, 0)]
    assert worker.committable == {("in", 0): 1}


async def test_drain_tells_whether_everything_is_durable(make: Make) -> None:
    """True at once when idle; False when the time runs out; True when the last is acknowledged."""
    worker = make()
    assert await worker.delivery.drain(5)
    record = worker.admit(0)
    assert not await worker.delivery.drain(0.001)
    draining = asyncio.ensure_future(worker.delivery.drain(5))
    await settle()
    worker.processor.complete(record)
    assert await draining


async def test_a_drain_that_waits_is_told_of_a_failure(make: Make) -> None:
    """It must not sit out its deadline when nothing can come any more."""
    worker = make()
    record = worker.admit(0)
    draining = asyncio.ensure_future(worker.delivery.drain(600))
    await settle()
    worker.processor.readings["in", 0, record.offset].set_exception(InferenceError("x"))
    assert not await draining


async def test_there_is_room_below_the_bound_only(make: Make) -> None:
    """Records in flight are bounded: the reader waits, and goes on when one is finished."""
    worker = make(max_in_flight=3)
    records = [worker.admit(offset) for offset in range(2)]
    await asyncio.wait_for(worker.delivery.room(), 1)
    records.append(worker.admit(2))
    waiting = asyncio.ensure_future(worker.delivery.room())
    await settle()
    assert not waiting.done()
    worker.processor.complete(records[0])
    await settle()
    assert waiting.done()


async def test_forgetting_makes_room(make: Make) -> None:
    """A reader that waits for revoked records must not wait for ever."""
    worker = make(max_in_flight=1)
    worker.admit(0)
    waiting = asyncio.ensure_future(worker.delivery.room())
    await settle()
    worker.delivery.forget()
    await settle()
    assert waiting.done()


async def test_a_partition_is_held_at_its_cap_and_released_at_half(make: Make) -> None:
    """One slow partition does not take the room of all: it alone is left unread for a while."""
    worker = make(max_in_flight_per_partition=4)
    records = [worker.admit(offset) for offset in range(5)]
    worker.admit(0, partition=1)
    assert worker.pauses.held == {("in", 0)}
    assert worker.pauses.calls == 1
    for record in records[:2]:
        worker.processor.complete(record)
    await settle()
    assert worker.pauses.held == {("in", 0)}
    worker.processor.complete(records[2])
    await settle()
    assert worker.pauses.held == set()


async def test_a_topic_whose_records_take_seconds_is_held_sooner(make: Make) -> None:
    """Its partitions must not fill the room in which others' records take milliseconds."""
    worker = make(max_in_flight_per_partition=8)
    worker.delivery.limit("in", 2)
    records = [worker.admit(0), worker.admit(1)]
    assert worker.pauses.held == {("in", 0)}
    worker.processor.complete(records[0])
    await settle()
    assert worker.pauses.held == set()
    worker.delivery.limit("in", 100)  # never above what holds for all
    for offset in range(2, 9):
        worker.admit(offset)
    assert worker.pauses.held == {("in", 0)}


async def test_a_given_up_partition_is_not_held_when_it_comes_again(make: Make) -> None:
    """The assignment that follows starts afresh, and may be held again."""
    worker = make(max_in_flight_per_partition=1)
    worker.admit(0)
    worker.delivery.forget()
    worker.pauses.held.clear()  # as the consumer does when partitions are assigned
    worker.admit(0, generation=2)
    assert worker.pauses.held == {("in", 0)}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 19), st.sampled_from(["retriable", "permanent"])), max_size=12))
async def test_whatever_the_sink_refuses_every_record_ends_in_one_outcome(faults: list[tuple[int, str]]) -> None:
    """Faults in any order: each record is durable once, as itself or as its dead letter, and all can be committed."""
    worker = Worker()
    left: dict[int, list[str]] = {}
    for offset, kind in faults:
        left.setdefault(offset, []).append(kind)

    def verdict(outcome: Outcome) -> StreamSLMError | None:
        kinds = left.get(outcome.record.offset)
        if not kinds:
            return None
        if outcome.status == "dead_letter" and kinds[0] == "permanent":
            kinds.clear()
            return None
        return ProduceRejected("no") if kinds.pop(0) == "permanent" else BrokerUnavailable("away")

    worker.sink.verdict = verdict
    worker.finish(*range(20))
    assert await worker.delivery.drain(5)
    assert sorted(worker.sent) == [(0, offset) for offset in range(20)]
    assert worker.committable == {("in", 0): 20}
    assert worker.crashes == []
    worker.delivery.forget()


async def test_a_record_that_is_read_twice_in_a_generation_is_admitted_once(make: Make) -> None:
    """Faust seeks to the commits after records behind them may be in flight; a new generation reads them again."""
    worker = make()
    record = worker.admit(5)
    earlier, later = replace(record, offset=4), replace(record, offset=6)
    assert not worker.delivery.accepts(record, 1)
    assert not worker.delivery.accepts(earlier, 1)
    assert worker.delivery.accepts(later, 1)
    assert worker.delivery.accepts(replace(record, partition=1), 1)
    assert worker.delivery.accepts(earlier, 2)
    worker.processor.complete(record)
    await settle()
    assert not worker.delivery.accepts(record, 1)


async def test_a_generation_that_comes_again_is_read(make: Make) -> None:
    """A group that was deleted while its worker slept counts from 1 again; its records must not be refused."""
    worker = make()
    record = worker.admit(0)
    worker.delivery.close_generation(1)
    worker.delivery.close_generation(1)  # as Faust's own wait does, after ours
    worker.delivery.forget()
    assert not worker.delivery.accepts(record, 1)
    worker.delivery.open_generation(1)
    worker.delivery.open_generation(2)
    assert worker.delivery.accepts(record, 1)


async def test_a_second_signal_waits_for_nothing(make: Make) -> None:
    """What is in flight is neither finished nor committed."""
    worker = make()
    worker.finish(0)
    assert await worker.delivery.drain(5)
    worker.admit(1)
    draining = asyncio.ensure_future(worker.delivery.drain(60))
    await settle()
    assert not draining.done()
    worker.delivery.abandon()
    assert not await asyncio.wait_for(draining, 5)
    assert not await worker.delivery.drain(60)
    assert worker.committable == {("in", 0): 1}


async def test_a_drain_goes_on_with_what_was_held_back(make: Make) -> None:
    """An agent that waits for room admits in the moment in which the last record finishes."""
    worker = make(max_in_flight=1)
    worker.admit(0)

    async def agent() -> None:
        await worker.delivery.room()
        worker.admit(1)

    held_back = asyncio.ensure_future(agent())
    draining = asyncio.ensure_future(worker.delivery.drain(5))
    await settle()
    worker.processor.complete(Record(topic="in", partition=0, offset=0, value=b"v", key=b"k"))
    await held_back
    await settle()
    assert not draining.done()
    worker.processor.complete(Record(topic="in", partition=0, offset=1, value=b"v", key=b"k"))
    assert await asyncio.wait_for(draining, 5)


async def test_a_slot_of_an_old_generation_does_not_reach_the_lane_of_the_new(make: Make) -> None:
    """It would cancel that lane, and nothing of the partition would ever be finished again."""
    worker = make()
    record = replace(worker.admit(0), offset=9)
    old = worker.delivery.book(record, 1, None)
    worker.delivery.forget()
    new = worker.admit(0, generation=2)
    reading: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    worker.delivery.hand_over(old, reading, worker.processor, record)
    worker.processor.complete(new)
    assert await worker.delivery.drain(5)
    assert worker.sent == [(0, 0)]
