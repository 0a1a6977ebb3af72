"""A worker process: started, watched, killed."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Joining a group takes up to three seconds on a broker that delays the first rebalance.
QUICK = {
    "STREAM_SLM_DELIVERY__DRAIN_TIMEOUT_S": "8",
    "STREAM_SLM_LOG__FORMAT": "json",
    # A killed member holds its partitions for this long.
    "STREAM_SLM_BROKER__SESSION_TIMEOUT_S": "6",
    "STREAM_SLM_BROKER__HEARTBEAT_INTERVAL_S": "1",
    "STREAM_SLM_BROKER__REBALANCE_TIMEOUT_S": "12",
}


class Worker:
    """`faust -A tests.workers.app worker`, or another app, as a child process."""

    def __init__(
        self, bootstrap: str, app_id: str, source: str, log: Path, app: str = "tests.workers.app", **env: str
    ) -> None:
        self.log = log
        self._command = ["faust", "-q", "-A", app, "worker", "--without-web"]
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STREAM_SLM_")},
            **QUICK,
            "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": bootstrap,
            "STREAM_SLM_APP__ID": app_id,
            "STREAM_SLM_APP__DATADIR": str(log.parent / f"{app_id}-data"),
            "TEST_SOURCE": source,
            **env,
        }
        if "STREAM_SLM_MODELS__DIR" in os.environ:
            self._env["STREAM_SLM_MODELS__DIR"] = os.environ["STREAM_SLM_MODELS__DIR"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, or start again."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def by_our_command(self, *options: str) -> None:
        """Run it by `stream-slm worker`, which serves its metrics and probes on a port of its own choice."""
        self._command = ["stream_slm.cli.main", *options, "worker", "--app", "tests.workers.app"]
        self._env.setdefault("STREAM_SLM_HTTP__PORT", "0")

    async def get(self, path: str) -> tuple[int, str]:
        """What its endpoint answers."""
        found = re.search(r'"port": (\d+)', self.log.read_text(encoding="utf-8"))
        assert found, self.log_tail()
        return await asyncio.to_thread(_get, int(found[1]), path)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._signal(number)

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait(10)

    def terminate(self) -> None:
        """As Kubernetes does first."""
        self._signal(signal.SIGTERM)

    async def exited(self, timeout_s: float = 40) -> int:
        """The exit status; kills and fails when the process stays."""
        assert self._process is not None
        try:
            return await asyncio.to_thread(self._process.wait, timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the worker did not exit:\n{self.log_tail()}") from None

    async def logged(self, text: str, timeout_s: float = 40, times: int = 1) -> None:
        """Wait for a line of its log that holds some text, or for several."""
        end = time.monotonic() + timeout_s
        while not self.has_logged(text, times):
            assert self.running(), f"the worker ended without {text}:\n{self.log_tail()}"
            assert time.monotonic() < end, f"no {text} in the log:\n{self.log_tail()}"
            await asyncio.sleep(0.1)

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    def has_logged(self, text: str, times: int = 1) -> bool:
        """Whether its log holds some text, so many times."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(text) >= times

    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def log_tail(self) -> str:
        """The end of its log, for a failure's message."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def close(self) -> None:
        """Leave no process behind."""
        if self.running():
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self.running():
            self._process.send_signal(number)


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()
