"""The batcher: requests in, results out, batches formed between; a failing batch is split to its guilty entry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import get_ident
from time import monotonic
from typing import Any, Generic, Protocol

from stream_slm.batching.requests import Entry, Group, Reply, Request, Result, Run
from stream_slm.batching.window import Limits, Window, exactly
from stream_slm.errors import InferenceError, StreamSLMError, WorkerStopped

#: Takes a list, returns a list of the same length and order. Runs in a thread; must let go of the GIL to be parallel.
GenerateBatch = Callable[[Sequence[Request]], Sequence[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatcherConfig:
    """How batches are formed and run.

    Attributes:
        replicas: batches that run at once.
        max_batch_tokens, max_batch_size: see `Limits`.
        max_queue_delay_s: seconds after which the oldest entry's batch is closed although no replica is idle and it
            is not full; it is then next in line.
    """

    replicas: int
    max_batch_tokens: int
    max_batch_size: int
    max_queue_delay_s: float


class Trace(Protocol):
    """Hears where requests come from and what became of them."""

    def origin(self) -> Any | None:
        """Of a request that is being submitted; None where it is of no interest."""
        ...

    def ran(self, origins: Sequence[Any], *, size: int, tokens: int, seconds: float, failed: bool) -> None:
        """A batch has ended; `failed` where one of its requests did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a batcher has to do, and has done so far.

    Attributes:
        queued, queued_tokens: distinct requests that wait for a batch, and their tokens.
        running: requests in batches that run.
        tokens: of all batches that have run.
        busy_s: seconds in which at least one batch ran, until the last of them ended.
    """

    queued: int
    queued_tokens: int
    running: int
    tokens: int
    busy_s: float


class Batcher(Generic[Request, Result]):
    """Forms batches of requests from all callers and runs them on a pool of threads.

    Equal requests (by `key`) in flight are computed once; only requests of one `kind`, and `near` in length, share
    a batch. Belongs to one event loop; `start` before `submit`.
    """

    def __init__(
        self,
        name: str,
        generate_batch: GenerateBatch[Request, Result],
        config: BatcherConfig,
        *,
        length: Callable[[Request], int],
        key: Callable[[Request], Hashable],
        kind: Callable[[Request], Hashable] = lambda _request: None,
        near: Callable[[int], int] = exactly,
        observe: Callable[[int, int, float], None] = lambda _size, _tokens, _seconds: None,
        trace: Trace | None = None,
    ) -> None:
        self._generate_batch = generate_batch
        self._config = config
        self._length = length
        self._key = key
        self._kind = kind
        self._observe = observe
        self._trace = trace
        self._name = name
        limits = Limits(config.max_batch_tokens, config.max_batch_size)
        self._window: Window[Entry[Request, Result]] = Window(limits, near)
        self._in_flight: dict[Hashable, Entry[Request, Result]] = {}
        self._running = self._running_requests = 0
        self._tokens, self._busy_s, self._busy_since = 0, 0.0, 0.0
        #: When each thread's call into the engine began.
        self._called: dict[int, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._pool: ThreadPoolExecutor | None = None

    def start(self, initializer: Callable[[], None] | None = None) -> None:
        """Make the threads; two a replica, so that the next batch is at the engine's door when one ends.

        Each thread calls `initializer` first.
        """
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(
            2 * self._config.replicas, thread_name_prefix=self._name, initializer=initializer
        )

    def submit(self, requests: Sequence[Request]) -> asyncio.Future[Reply[Result]]:
        """Queue requests; the future holds their results in the same order.

        Raises (in the future):
            InferenceError: the engine failed on one of them alone.
            WorkerStopped: the batcher was closed before they were run.
        """
        now = monotonic()
        future: asyncio.Future[Reply[Result]] = self._loop.create_future()
        if self._pool is None:
            future.set_exception(WorkerStopped("the worker has stopped"))
            return future
        group: Group[Result] = Group(future, [None] * len(requests), len(requests), now)
        if self._trace is not None:
            group.origin = self._trace.origin()
        if not requests:
            future.set_result(Reply(results=[]))
        for index, request in enumerate(requests):
            key = self._key(request)
            entry = self._in_flight.get(key)
            if entry is None:
                entry = self._in_flight[key] = Entry(request, key)
                self._window.add(entry, self._length(request), now, self._kind(request))
                self._idle.clear()
            entry.waiters.append((group, index))
        self._dispatch()
        return future

    async def drain(self) -> None:
        """Wait until nothing waits or runs."""
        await self._idle.wait()

    async def close(self) -> None:
        """Drop what waits, let what runs end, join the threads."""
        if self._timer:
            self._timer.cancel()
        now = monotonic()
        for entry in self._window.clear():
            self._settle(entry, WorkerStopped("the worker stopped before this record was read"), Run(0, now, now))
        if self._pool:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown, wait=True)

    @property
    def queued(self) -> int:
        """Distinct requests that wait for a batch."""
        return len(self._window)

    @property
    def work(self) -> Work:
        """How it stands; any thread may ask."""
        return Work(
            queued=len(self._window),
            queued_tokens=self._window.tokens,
            running=self._running_requests,
            tokens=self._tokens,
            busy_s=self._busy_s,
        )

    @property
    def longest_call_s(self) -> float:
        """Seconds since the oldest call into the engine that has not returned; 0 where none is. Any thread may ask."""
        began = list(self._called.values())
        return monotonic() - min(began) if began else 0.0

    def _dispatch(self) -> None:
        """Run batches as long as one should be closed now."""
        while self._pool and self._should_close_batch():
            batch = self._still_wanted(self._window.take())
            if not batch:
                continue
            started = monotonic()
            if not self._running_requests:
                self._busy_since = started
            self._running += 1
            self._running_requests += len(batch)
            running = self._loop.run_in_executor(self._pool, self._run, [entry.request for entry in batch])
            running.add_done_callback(partial(self._finished, batch, started))

    def _still_wanted(self, batch: list[Entry[Request, Result]]) -> list[Entry[Request, Result]]:
        """A batch without what nobody waits for any more: some requests take seconds."""
        wanted = []
        for entry in batch:
            if entry.wanted:
                wanted.append(entry)
            else:
                del self._in_flight[entry.key]
        if not wanted and not self._running and not len(self._window):
            self._idle.set()
        return wanted

    def _should_close_batch(self) -> bool:
        since = self._window.oldest_since()
        if since is None or self._running >= 2 * self._config.replicas:
            return False
        if self._running < self._config.replicas or self._window.full():
            return True
        waits = since + self._config.max_queue_delay_s - monotonic()
        if waits <= 0:
            return True
        if self._timer is None:
            self._timer = self._loop.call_later(waits, self._on_timer)
        return False

    def _on_timer(self) -> None:
        self._timer = None
        self._dispatch()

    def _run(self, requests: Sequence[Request]) -> list[Result | InferenceError]:
        """In a thread: run a batch; on failure run its halves, until the guilty one stands alone."""
        try:
            results = self._call(requests)
            if len(results) != len(requests):
                raise ValueError(f"{len(requests)} requests, {len(results)} results")
        except Exception as error:
            if len(requests) == 1:
                # The class alone: an engine's message may quote the text.
                return [InferenceError(f"the engine failed on this record ({type(error).__name__})")]
            half = len(requests) // 2
            return self._run(requests[:half]) + self._run(requests[half:])
        return list(results)

    def _call(self, requests: Sequence[Request]) -> list[Result]:
        thread = get_ident()
        self._called[thread] = monotonic()
        try:
            return list(self._generate_batch(requests))
        finally:
            del self._called[thread]

    def _finished(
        self,
        batch: list[Entry[Request, Result]],
        started: float,
        running: asyncio.Future[list[Result | InferenceError]],
    ) -> None:
        self._running -= 1
        if running.cancelled():
            answers: list[Result | InferenceError] = [InferenceError("cancelled")] * len(batch)
        else:
            answers = running.result()
        run = Run(len(batch), started, monotonic())
        tokens = sum(self._length(entry.request) for entry in batch)
        self._tokens += tokens
        self._busy_s += run.ended - self._busy_since
        self._busy_since = run.ended
        self._dispatch()  # before the answers: the replica must not wait for what their callbacks do
        self._running_requests -= len(batch)
        self._observe(run.size, tokens, run.ended - run.started)
        for entry, answer in zip(batch, answers, strict=True):
            self._settle(entry, answer, run)
        if not self._running and not len(self._window):
            self._idle.set()
        if self._trace is not None:
            self._tell(self._trace, batch, answers, tokens, run)

    def _tell(
        self,
        trace: Trace,
        batch: list[Entry[Request, Result]],
        answers: list[Result | InferenceError],
        tokens: int,
        run: Run,
    ) -> None:
        groups = {id(group): group for entry in batch for group, _ in entry.waiters if group.origin is not None}
        origins = [group.origin for group in groups.values()]
        failed = any(isinstance(answer, InferenceError) for answer in answers)
        trace.ran(origins, size=run.size, tokens=tokens, seconds=run.ended - run.started, failed=failed)

    def _settle(self, entry: Entry[Request, Result], answer: Result | StreamSLMError, run: Run) -> None:
        self._in_flight.pop(entry.key, None)
        for group, index in entry.waiters:
            group.settle(index, answer, run)
