"""What a batcher knows of its requests: who waits for which, what was answered, in which run."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from stream_slm.errors import StreamSLMError

Request = TypeVar("Request")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Generic[Result]):
    """The results of one `submit`, in its order.

    Attributes:
        batch_size: entries of the largest batch that served it.
        queue_s: seconds until the last of its batches started.
        run_s: seconds of the longest of its batches.
    """

    results: list[Result]
    batch_size: int = 0
    queue_s: float = 0.0
    run_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a batch, as its entries' waiters learn of it (monotonic seconds)."""

    size: int
    started: float
    ended: float


@dataclass(eq=False, slots=True)
class Group(Generic[Result]):
    """The answers of one `submit`: a slot for each request, a future for them all."""

    future: asyncio.Future[Reply[Result]]
    results: list[Result | None]
    missing: int
    since: float
    origin: Any | None = None
    batch_size: int = 0
    queue_s: float = 0.0
    run_s: float = 0.0

    def settle(self, index: int, answer: Result | StreamSLMError, run: Run) -> None:
        """Note one answer; the first failure, or the last answer, ends the waiting."""
        if self.future.done():
            return
        if isinstance(answer, StreamSLMError):
            self.future.set_exception(answer)
            return
        self.results[index] = answer
        self.missing -= 1
        self.batch_size = max(self.batch_size, run.size)
        self.queue_s = max(self.queue_s, run.started - self.since)
        self.run_s = max(self.run_s, run.ended - run.started)
        if not self.missing:
            results: list[Result] = self.results  # type: ignore[assignment]  # none is missing
            self.future.set_result(
                Reply(results=results, batch_size=self.batch_size, queue_s=self.queue_s, run_s=self.run_s)
            )


@dataclass(eq=False, slots=True)
class Entry(Generic[Request, Result]):
    """A distinct request waiting or running, and everyone who waits for its answer."""

    request: Request
    key: Hashable
    waiters: list[tuple[Group[Result], int]] = field(default_factory=list)

    @property
    def wanted(self) -> bool:
        """Whether anyone still waits: a partition may have been given up, or another of a group's requests failed."""
        return any(not group.future.done() for group, _ in self.waiters)
