"""The demo's worker: a process of its own, its log in a file that is shown when it dies."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stream_slm.errors import DeliveryStopped
from stream_slm.streaming.embedded import end_bound, spawn_bound

#: The line of a worker's log that says it reads.
_READS = "partitions_assigned"
#: Loading a model and joining a group take about five seconds here; the rest is room for a loaded machine.
_START_TIMEOUT_S = 90.0
#: Longer than a worker's own drain deadline.
_STOP_TIMEOUT_S = 40.0
_TAIL_LINES = 12
_POLL_S = 0.05


class DemoWorker:
    """`stream-slm worker` as a child, which does not outlive us however we end."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check(self) -> None:
        """It lives.

        Raises:
            DeliveryStopped: it ended; with the end of its log.
        """
        status = self._process.poll()
        if status is not None:
            raise DeliveryStopped(f"the worker ended with status {status}; the end of its log:\n{self.log_tail()}")

    async def reads(self) -> None:
        """Wait until it has partitions.

        Raises:
            DeliveryStopped: it ended, or did not come so far in time.
        """
        deadline = time.monotonic() + _START_TIMEOUT_S
        while _READS not in self._text():
            self.check()
            if time.monotonic() > deadline:
                raise DeliveryStopped(f"the worker does not read after {_START_TIMEOUT_S:.0f} s:\n{self.log_tail()}")
            await asyncio.sleep(_POLL_S)

    async def stop(self) -> None:
        """As Kubernetes does: SIGTERM, then patience, then SIGKILL.

        Raises:
            DeliveryStopped: it did not end in good order; with the end of its log.
        """
        status = await asyncio.to_thread(end_bound, self._process, _STOP_TIMEOUT_S)
        if status != 0:
            raise DeliveryStopped(f"the worker stopped with status {status}; the end of its log:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self._text().splitlines()[-_TAIL_LINES:])

    def _text(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def demo_worker(app: str, folder: Path) -> Iterator[DemoWorker]:
    """Start the worker of an application, in our environment; what is left of it is killed when the block ends."""
    log = folder / "worker.log"
    with log.open("wb") as file:
        process = spawn_bound([sys.executable, "-m", "stream_slm.cli.main", "worker", "--app", app], file)
    try:
        yield DemoWorker(process, log)
    finally:
        if process.poll() is None:
            end_bound(process, 0)
