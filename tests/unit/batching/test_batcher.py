"""Rules of the batcher: answers in order, poison stands alone, equal requests run once, nothing hangs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_slm.batching.batcher import Batcher, BatcherConfig
from stream_slm.batching.requests import Reply
from stream_slm.errors import InferenceError, WorkerStopped

CONFIG = BatcherConfig(replicas=2, max_batch_tokens=64, max_batch_size=8, max_queue_delay_s=0.01)


@asynccontextmanager
async def running(
    generate: Callable[[Sequence[str]], Sequence[str]], config: BatcherConfig = CONFIG
) -> AsyncIterator[Batcher[str, str]]:
    batcher = Batcher("test", generate, config, length=len, key=lambda text: text)
    batcher.start()
    try:
        yield batcher
    finally:
        await batcher.close()


def upper(texts: Sequence[str]) -> list[str]:
    return [text.upper() for text in texts]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=30), max_size=12), max_size=12))
def test_each_caller_gets_its_results_in_order(groups: list[list[str]]) -> None:
    """Whatever is asked together with whatever else, the answers are one's own and in order."""

    async def scenario() -> list[list[str]]:
        async with running(upper) as batcher:
            replies = await asyncio.gather(*(batcher.submit(group) for group in groups))
            return [reply.results for reply in replies]

    assert asyncio.run(scenario()) == [upper(group) for group in groups]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_poison_stands_alone(poisoned: list[bool]) -> None:
    """A request on which the engine raises fails by itself; every neighbour gets its answer."""

    def generate(texts: Sequence[str]) -> list[str]:
        if any("x" in text for text in texts):
            raise RuntimeError("secret text")
        return upper(texts)

    async def scenario() -> list[Reply[str] | BaseException]:
        async with running(generate) as batcher:
            asked = [batcher.submit([f"{'x' if bad else 'a'}{i}"]) for i, bad in enumerate(poisoned)]
            return await asyncio.gather(*asked, return_exceptions=True)

    for bad, answer in zip(poisoned, asyncio.run(scenario()), strict=True):
        if bad:
            assert isinstance(answer, InferenceError)
            assert "secret" not in str(answer)
        else:
            assert isinstance(answer, Reply)


async def test_equal_requests_in_flight_run_once() -> None:
    """Ten callers with one text cost one inference."""
    seen: list[str] = []
    door = threading.Event()

    def generate(texts: Sequence[str]) -> list[str]:
        door.wait(5)
        seen.extend(texts)
        return upper(texts)

    async with running(generate) as batcher:
        asked = [batcher.submit(["same", f"own{i}"]) for i in range(10)]
        door.set()
        answers = await asyncio.gather(*asked)
    assert [answer.results[0] for answer in answers] == ["SAME"] * 10
    assert seen.count("same") == 1


async def test_a_wrong_number_of_results_is_a_failure() -> None:
    """An engine that returns too few results must not shift answers to other records."""
    async with running(lambda texts: [text.upper() for text in texts][1:]) as batcher:
        with pytest.raises(InferenceError):
            await batcher.submit(["a", "b"])


async def test_drain_waits_for_what_runs_and_close_fails_what_waits() -> None:
    """Drain returns when all is answered; close leaves nobody waiting."""
    door = threading.Event()

    def generate(texts: Sequence[str]) -> list[str]:
        door.wait(5)
        return upper(texts)

    batcher = Batcher(
        "test",
        generate,
        BatcherConfig(replicas=1, max_batch_tokens=1, max_batch_size=1, max_queue_delay_s=60),
        length=len,
        key=lambda text: text,
    )
    batcher.start()
    asked = [batcher.submit([str(i)]) for i in range(5)]
    drained = asyncio.ensure_future(batcher.drain())
    await asyncio.sleep(0)
    assert not drained.done()
    closing = asyncio.ensure_future(batcher.close())
    door.set()
    await closing
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert any(isinstance(answer, WorkerStopped) for answer in answers)
    assert all(answer is not None for answer in answers)
    drained.cancel()


async def test_after_close_nobody_waits_for_an_answer() -> None:
    """A text between two batchers when the worker stops; the error says nothing about its record."""
    async with running(upper) as batcher:
        await batcher.submit(["a"])
    with pytest.raises(WorkerStopped) as raised:
        await asyncio.wait_for(batcher.submit(["b"]), 5)
    assert raised.value.retriable


async def test_no_request_is_answered_at_once() -> None:
    """An empty request has an empty answer."""
    async with running(upper) as batcher:
        assert (await batcher.submit([])).results == []


async def test_what_nobody_waits_for_any_more_is_not_run() -> None:
    """A partition that was given up, or a group of which one request failed, must not keep an engine busy."""
    ran: list[str] = []
    gate = threading.Event()

    def slow(texts: Sequence[str]) -> list[str]:
        gate.wait(5)
        ran.extend(texts)
        if "bad" in texts:
            raise ValueError("poison")
        return upper(texts)

    config = BatcherConfig(replicas=1, max_batch_tokens=3, max_batch_size=1, max_queue_delay_s=0.0)
    async with running(slow, config) as batcher:
        first = [batcher.submit(["one"]), batcher.submit(["two"])]  # at the engine's door
        group = batcher.submit(["bad", "abc", "xyz"])
        given_up, shared = batcher.submit(["yes", "nay"]), batcher.submit(["nay"])
        given_up.cancel()
        gate.set()
        assert [(await each).results for each in first] == [["ONE"], ["TWO"]]
        with pytest.raises(InferenceError):
            await group
        assert (await shared).results == ["NAY"]
        await asyncio.wait_for(batcher.drain(), 5)
        assert batcher.queued == 0
        assert "yes" not in ran
        assert (await batcher.submit(["yes"])).results == ["YES"]
    assert ran.count("nay") == 1
