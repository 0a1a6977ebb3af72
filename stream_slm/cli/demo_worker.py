"""The demo's worker: a process of its own, its log in a file that is shown when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stream_slm.errors import DeliveryStopped

#: The line of a worker's log that says it reads.
_READS = "partitions_assigned"
_STOP_TIMEOUT_S = 40.0


class DemoWorker:
    """`stream-slm worker` as a child."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def check(self) -> None:
        """It lives.

        Raises:
            DeliveryStopped: it ended; with the end of its log.
        """
        status = self._process.poll()
        if status is not None:
            raise DeliveryStopped(f"the worker ended with status {status}; the end of its log:\n{self.log_tail()}")

    async def reads(self, timeout_s: float) -> None:
        """Wait until it has partitions.

        Raises:
            DeliveryStopped: it ended, or did not come so far in time.
        """
        end = asyncio.get_running_loop().time() + timeout_s
        while _READS not in self._log.read_text(encoding="utf-8", errors="replace"):
            self.check()
            if asyncio.get_running_loop().time() > end:
                raise DeliveryStopped(f"the worker does not read after {timeout_s:.0f} s:\n{self.log_tail()}")
            await asyncio.sleep(0.05)

    def log_tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])

    def stop(self) -> None:
        """As Kubernetes does: SIGTERM, then patience, then SIGKILL."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@contextmanager
def demo_worker(app: str, bootstrap: str, folder: Path) -> Iterator[DemoWorker]:
    """Start the worker of an app on a broker; stopped when the block ends."""
    log = folder / "worker.log"
    environment = {
        **os.environ,
        "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": bootstrap,
        "STREAM_SLM_APP__ID": f"stream-slm-demo-{os.getpid()}",
        "STREAM_SLM_APP__DATADIR": str(folder / "data"),
        # The embedded broker makes a first member wait for half its session.
        "STREAM_SLM_BROKER__SESSION_TIMEOUT_S": "6",
        "STREAM_SLM_BROKER__HEARTBEAT_INTERVAL_S": "1",
        "STREAM_SLM_LOG__LEVEL": "INFO",
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "stream_slm.cli.main", "worker", "--app", app],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            # Ctrl-C at the terminal is for the demo, which then stops its worker in order.
            start_new_session=True,
        )
    worker = DemoWorker(process, log)
    try:
        yield worker
    finally:
        worker.stop()
