"""Rules of the consumer that need no broker: where it seeks, how long a last commit may take, when it stops reading."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from stream_slm.streaming import consumer as module
from stream_slm.streaming.consumer import Consumer
from stream_slm.streaming.consumer_thread import ConsumerThread
from tests.unit.streaming.fakes import Worker, settle
from tests.unit.streaming.test_delivery import Make


class FakeClient:
    """aiokafka's consumer: some commits, and a note of where it was sent."""

    def __init__(self, committed: dict[TP, int | None]) -> None:
        self._committed = committed
        self.sought: dict[TP, int] = {}
        self.beginning: set[TP] = set()

    async def seek_to_committed(self) -> dict[TP, int | None]:
        return self._committed

    def seek(self, tp: TP, offset: int) -> None:
        self.sought[tp] = offset

    async def seek_to_beginning(self, *partitions: TP) -> None:
        self.beginning |= set(partitions)


def thread(client: Any, auto_offset_reset: str = "earliest") -> ConsumerThread:
    made = ConsumerThread.__new__(ConsumerThread)
    made.app = SimpleNamespace(conf=SimpleNamespace(consumer_auto_offset_reset=auto_offset_reset))
    made._ensure_consumer = lambda: client
    return made


def consumer(delivery: Any = None, *, stopping: bool = False) -> Consumer:
    made = Consumer.__new__(Consumer)
    made.app = SimpleNamespace(should_stop=stopping, flow_control=SimpleNamespace(is_active=lambda: True))
    made._stopped = asyncio.Event()
    made.delivery = delivery
    return made


@pytest.mark.parametrize(("policy", "rewound"), [("earliest", {TP("in", 2)}), ("latest", set())])
async def test_a_partition_without_a_commit_is_read_from_where_reading_begins(policy: str, rewound: set[TP]) -> None:
    """Aiokafka leaves it where it is, behind records that were fetched and dropped during a rebalance."""
    committed = {TP("in", 0): 7, TP("in", 1): 0, TP("in", 2): None}
    client = FakeClient(committed)
    assert await thread(client, policy)._seek_to_committed() == committed
    assert client.sought == {TP("in", 1): 0}
    assert client.beginning == rewound


async def test_a_commit_without_an_assignment_is_tried_again_and_does_not_crash() -> None:
    """Faust subscribes anew when agents are added; until the group has answered, nothing is assigned."""
    reader = thread(FakeClient({}))
    reader.assignment = lambda: {TP("other", 0)}
    assert await reader._commit({TP("in", 0): 5}) is False


def test_a_partition_whose_position_is_not_known_yet_does_not_crash_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust looks for partitions that stand still a moment after an assignment; of ours it need not look at all."""
    looked: list[TP] = []

    def look(_: Any, _now: float, tp: TP) -> None:
        looked.append(tp)
        raise AssertionError  # as aiokafka does

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "verify_event_path", look)
    reader = thread(FakeClient({}))
    reader.consumer = SimpleNamespace(topics_of_ours={"in"})
    for topic in ("in", "other"):
        reader.verify_event_path(0.0, TP(topic, 0))
    assert looked == [TP("other", 0)]


def test_the_end_of_a_partition_that_is_no_longer_assigned_is_unknown() -> None:
    """Faust's monitor asks once more for a record that came before; that must not end the reading."""
    reader = thread(SimpleNamespace(highwater={TP("in", 0): 7, TP("in", 1): None}.__getitem__))
    reader.consumer = SimpleNamespace(in_transaction=False)
    reader.assignment = lambda: {TP("in", 0), TP("in", 1)}
    assert [reader.highwater(TP("in", each)) for each in range(3)] == [7, 0, 0]


async def test_a_last_commit_is_given_up_in_time_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the broker away aiokafka asks for its coordinator for ever; a worker that stops must not."""
    tries = 0

    async def never(*_: Any, **__: Any) -> bool:
        nonlocal tries
        tries += 1
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(driver.Consumer, "commit", never)
    monkeypatch.setattr(module, "_LAST_COMMIT_S", 0.01)
    leaving = consumer(stopping=True)
    assert await asyncio.wait_for(leaving.commit(), 5) is False
    assert await asyncio.wait_for(leaving.commit(), 5) is False
    assert tries == 1
    waiting = asyncio.ensure_future(consumer().commit())
    await asyncio.sleep(0.05)
    assert not waiting.done()  # while it runs, it waits as Faust does
    waiting.cancel()


async def test_nothing_is_handed_on_while_delivery_is_full(make: Make) -> None:
    """Faust's queue holds thousands of records, however large; topics of others are not held up."""
    worker: Worker = make(max_in_flight=1)
    reader = consumer(worker.delivery)
    record = worker.admit(0)
    fetcher = SimpleNamespace(_stopped=asyncio.Event())
    await asyncio.wait_for(reader._delivery_room(TP("theirs", 0), fetcher), 5)
    waiting = asyncio.ensure_future(reader._delivery_room(TP("in", 0), fetcher))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    worker.processor.complete(record)
    await settle()
    await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize("finished", [True, False])
async def test_after_a_drain_nothing_more_of_its_generation_is_admitted(make: Make, finished: bool) -> None:
    """An event that an agent holds back would come twice, or open the books anew behind what was dropped."""
    worker = make()
    made = consumer(worker.delivery, stopping=True)
    made.app.consumer_generation_id = 1
    made.drain_timeout_s = 0.01

    async def commit() -> bool:
        return True

    made.commit = commit
    record = worker.admit(0)
    if finished:
        worker.processor.complete(record)
    await made._finish_in_flight("stop")
    assert worker.delivery.accepts(replace(record, offset=1), 1) is False
    assert worker.delivery.accepts(replace(record, offset=1), 2)


async def test_a_commit_leaves_out_what_the_quarantine_has_committed(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust took the offsets before; the note beside the one that was written since must stay."""
    worker, stored = make(), []

    async def store(_: Any, offsets: dict[TP, int], **__: Any) -> bool:
        stored.append(offsets)
        return True

    monkeypatch.setattr(driver.Consumer, "_commit_offsets", store)
    made = consumer(worker.delivery)
    worker.finish(0)
    worker.finish(0, partition=1)
    assert await worker.delivery.drain(5)
    worker.delivery.committed(("in", 0), 1)
    assert await made._commit_offsets({TP("in", 0): 1, TP("in", 1): 1})
    assert stored == [{TP("in", 1): 1}]
    assert worker.committable == {}
