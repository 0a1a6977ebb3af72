"""Workers as Kubernetes keeps them: so many are wanted, one that ends by itself is started again, all are watched."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import psutil

from tests.workers.process import Worker


class Fleet:
    """The workers of one scenario."""

    def __init__(self, make: Callable[..., Worker]) -> None:
        self._make = make
        self._keeping: asyncio.Task[None] | None = None
        self._all: list[Worker] = []
        #: Those that are meant to run.
        self.wanted: list[Worker] = []
        #: Exits that nobody asked for.
        self.restarts = 0

    def add(self, **env: str) -> Worker:
        """Start one more."""
        worker = self._make(**env)
        worker.start()
        self._all.append(worker)
        self.wanted.append(worker)
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        return worker

    async def dismiss(self, worker: Worker, timeout_s: float = 60) -> int:
        """Ask one to leave; its exit status."""
        self.wanted.remove(worker)
        worker.terminate()
        return await worker.exited(timeout_s)

    async def dismiss_all(self) -> None:
        """Ask all to leave; each must do so in good order."""
        leaving = list(self.wanted)
        for status, worker in zip(await asyncio.gather(*map(self.dismiss, leaving)), leaving, strict=True):
            assert status == 0, f"exit status {status}:\n{worker.log_tail()}"

    def close(self) -> None:
        """Leave no process behind."""
        if self._keeping is not None:
            self._keeping.cancel()
        for worker in self._all:
            worker.close()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(0.25)
            for worker in self.wanted:
                if not worker.running():
                    self.restarts += 1
                    worker.start()


@dataclass(frozen=True, slots=True)
class Reading:
    """A process at a moment."""

    at_s: float
    rss_mb: float
    descriptors: int


class Watch:
    """Reads a worker's memory and descriptors, once a second."""

    def __init__(self, worker: Worker) -> None:
        self._process = psutil.Process(worker.pid)
        self._began = time.monotonic()
        self._watching = asyncio.create_task(self._watch())
        self.readings: list[Reading] = []

    def stop(self) -> None:
        """Read no more."""
        self._watching.cancel()

    def mb_per_minute(self) -> float:
        """The slope of its memory, least squares over the second half."""
        return slope([(each.at_s / 60, each.rss_mb) for each in _second_half(self.readings)])

    def descriptors_per_minute(self) -> float:
        """The slope of its descriptors, likewise."""
        return slope([(each.at_s / 60, float(each.descriptors)) for each in _second_half(self.readings)])

    def memory(self, allowed: float) -> str:
        """Its memory in words: the slope, and where it stood after each quarter."""
        quarters = [self.readings[len(self.readings) * quarter // 4 - 1].rss_mb for quarter in (1, 2, 3, 4)]
        stood = ", ".join(f"{each:.0f}" for each in quarters)
        return f"memory {self.mb_per_minute():+.2f} MB a minute (allowed {allowed:g}), {stood} MB after each quarter"

    async def _watch(self) -> None:
        with suppress(psutil.NoSuchProcess):
            while True:
                memory, descriptors = self._process.memory_info().rss / 1e6, self._process.num_fds()
                self.readings.append(Reading(time.monotonic() - self._began, memory, descriptors))
                await asyncio.sleep(1)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares."""
    assert len(points) >= 2, "too few readings for a slope"
    at, value = np.array(points).T
    return float(np.polyfit(at, value, 1)[0])


def _second_half(readings: Sequence[Reading]) -> Sequence[Reading]:
    return readings[len(readings) // 2 :]
