"""Rules of a worker's start and end that need no broker."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import TransactionalIdAuthorizationFailed

from stream_slm.config.settings import Settings
from stream_slm.errors import DeliveryStopped
from stream_slm.streaming import runtime as module
from stream_slm.streaming.runtime import Runtime
from stream_slm.streaming.transactions import why_closed

EXACTLY_ONCE = Settings(delivery={"processing_guarantee": "exactly_once"})  # type: ignore[arg-type]


class FakeApp:
    """A Faust app that notes why it crashed."""

    def __init__(self, *, in_worker: bool = False, group_instance_id: str | None = None) -> None:
        self.in_worker = in_worker
        self.conf = SimpleNamespace(id="unit", consumer_group_instance_id=group_instance_id)
        self.crashes: list[Exception] = []

    async def crash(self, error: Exception) -> None:
        self.crashes.append(error)


async def test_partitions_whose_transactions_cannot_be_opened_stop_the_worker() -> None:
    """What a rebalance raises, aiokafka only logs: a member would be left that holds partitions and reads nothing."""

    async def refused(_partitions: Any) -> None:
        raise OSError("no coordinator")

    app = FakeApp()
    runtime = Runtime(app, EXACTLY_ONCE)  # type: ignore[arg-type]
    runtime._transactions = SimpleNamespace(open=refused)  # type: ignore[assignment]
    runtime._started.set()
    await runtime.take_partitions([("in", 0)])
    await asyncio.sleep(0)
    assert [type(error) for error in app.crashes] == [DeliveryStopped]
    assert "OSError" in str(app.crashes[0])


def test_a_transaction_that_may_not_be_opened_names_the_right_that_is_missing() -> None:
    """The ids are ours, and nowhere else to be read."""
    told = why_closed("cards", TransactionalIdAuthorizationFailed())
    assert told.endswith("; grant WRITE on transactional ids that begin with cards-")


@pytest.mark.parametrize("in_worker", [True, False])
async def test_only_a_worker_process_is_ended_by_force(monkeypatch: pytest.MonkeyPatch, in_worker: bool) -> None:
    """Faust may hang on its way out; a program or a test that only holds the app must not be killed for it."""
    timers: list[float] = []
    monkeypatch.setattr(module, "leave_within", timers.append)
    app = FakeApp(in_worker=in_worker)
    Runtime(app, Settings()).crash(DeliveryStopped("x"))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert len(app.crashes) == 1
    assert len(timers) == in_worker


@pytest.mark.parametrize(("name", "every_s", "twins"), [("w-0", 3.0, True), ("w-0", 5.0, False), (None, 1.0, False)])
async def test_two_workers_of_one_static_name_are_told_apart_from_a_busy_group(
    monkeypatch: pytest.MonkeyPatch, name: str | None, every_s: float, twins: bool
) -> None:
    """Twins take the partitions from each other at each heartbeat; nobody would ever get to read."""
    app = FakeApp(group_instance_id=name)
    runtime = Runtime(app, Settings())  # type: ignore[arg-type]
    loop, now = asyncio.get_running_loop(), 0.0
    monkeypatch.setattr(loop, "time", lambda: now)
    for _ in range(10):
        now += every_s
        await runtime.take_partitions([("in", 0)])
    monkeypatch.undo()
    await asyncio.sleep(0)
    assert bool(app.crashes) == twins
    assert not twins or "'w-0'" in str(app.crashes[0])


async def test_a_group_that_grows_has_no_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pod that joins moves partitions, as fast as they start."""
    app = FakeApp(group_instance_id="w-0")
    runtime = Runtime(app, Settings())  # type: ignore[arg-type]
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: 0.0)
    for members in range(12):
        await runtime.take_partitions([("in", each) for each in range(24 // (members + 1))])
    monkeypatch.undo()
    await asyncio.sleep(0)
    assert app.crashes == []
