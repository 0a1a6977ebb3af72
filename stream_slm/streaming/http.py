"""The worker's HTTP endpoint: metrics and probes, from a thread of its own, so that it answers when the loop hangs."""

from __future__ import annotations

import errno
import json
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast, get_args

from prometheus_client import REGISTRY, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from stream_slm.config.observability import HttpConfig
from stream_slm.errors import ConfigurationError
from stream_slm.log import get_logger
from stream_slm.streaming.health import Health, Probe

log = get_logger(__name__)

METRICS = "/metrics"
PROBES: dict[str, Probe] = {f"/healthz/{probe}": probe for probe in get_args(Probe)}


class HttpServer:
    """Serves `/metrics` and `/healthz/startup|ready|live`; none of them holds anything of a record.

    Raises:
        ConfigurationError: at construction, where the address cannot be had.
    """

    def __init__(self, config: HttpConfig, health: Health) -> None:
        try:
            self._server = _Server(config, health)
        except OSError as error:
            raise ConfigurationError(_cannot_listen(config, error)) from None
        self._thread = threading.Thread(target=self._server.serve_forever, name="stream-slm-http", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        # A second series for each counter, which nobody reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._thread.start()
        log.info("http_listening", bind=self._server.config.bind, port=self.port, paths=[METRICS, *PROBES])

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, config: HttpConfig, health: Health) -> None:
        self.config, self.health = config, health
        if ":" in config.bind:
            self.address_family = socket.AF_INET6
        super().__init__((config.bind, config.port), _Handler)

    def server_bind(self) -> None:
        """Without the look-up of our own name that `http.server` makes: it may take seconds where there is no DNS."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of our business; `http.server` would print a traceback."""
        del request, client_address
        log.debug("http_failed", reason=type(sys.exc_info()[1]).__name__)


class _Handler(BaseHTTPRequestHandler):
    #: A client that sends nothing must not hold a thread for ever.
    timeout = 10
    server_version, sys_version = "stream-slm", ""

    def do_GET(self) -> None:
        """Answer a scrape or a probe."""
        path = self.path.partition("?")[0]
        if path == METRICS:
            encode, kind = choose_encoder(self.headers.get("Accept", ""))
            self._answer(HTTPStatus.OK, kind, encode(REGISTRY))
        elif path in PROBES:
            self._probe(PROBES[path])
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", " ".join([METRICS, *PROBES]).encode() + b"\n")

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self.do_GET()

    def _probe(self, probe: Probe) -> None:
        checks = cast("_Server", self.server).health.checks(probe)
        failed = [each.name for each in checks if not each.ok]
        body = {"probe": probe, "ok": not failed, "failed": failed, "checks": [each.as_json() for each in checks]}
        status = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK
        self._answer(status, "application/json", json.dumps(body).encode() + b"\n")

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (http.server's name)
        """Probes come every few seconds: no line for each."""


def _cannot_listen(config: HttpConfig, error: OSError) -> str:
    where = f"{config.bind} port {config.port}"
    if error.errno == errno.EADDRINUSE:
        why, name = "is in use", "port"
    elif error.errno == errno.EACCES:
        why, name = "needs rights this process lacks", "port"
    else:
        why, name = f"cannot be listened on ({error.strerror or type(error).__name__})", "bind"
    return (
        f"http.{name} (STREAM_SLM_HTTP__{name.upper()}): {where} {why}; set another"
        + (", or 0 for any free port" if name == "port" else " address of this machine, such as 127.0.0.1")
        + "; STREAM_SLM_HTTP__ENABLED=false does without metrics and probes"
    )
