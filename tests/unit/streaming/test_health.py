"""Probes: what each of them rests on, and that they are answered when the event loop is not."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from stream_slm.batching.batcher import Batcher, BatcherConfig
from stream_slm.cli.main import main
from stream_slm.config.observability import HttpConfig
from stream_slm.errors import ConfigurationError
from stream_slm.streaming.health import Health, Probe
from stream_slm.streaming.http import HttpServer


@pytest.fixture
def health() -> Iterator[Health]:
    made = Health(loop_timeout_s=1.5, call_timeout_s=0.2)
    yield made
    made.heart.stop()


@pytest.fixture
def server(health: Health) -> Iterator[HttpServer]:
    made = HttpServer(HttpConfig(port=0), health)
    made.start()
    yield made
    made.stop()


def get(server: HttpServer, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request(method, path)
    response = connection.getresponse()
    try:
        return response.status, response.read()
    finally:
        connection.close()


def failed(health: Health, probe: Probe) -> list[str]:
    return [check.name for check in health.checks(probe) if not check.ok]


def test_a_start_goes_through_its_stages(health: Health) -> None:
    """Started once the model is loaded, ready once the group was joined, and no more when it leaves."""
    assert failed(health, "startup") == ["model"]
    assert failed(health, "ready") == ["model", "topics", "group"]
    health.loaded = True
    assert failed(health, "startup") == []
    assert failed(health, "ready") == ["topics", "group"]
    health.connected = True
    health.joined = lambda: True
    assert failed(health, "ready") == []
    health.leaving = lambda: True
    assert failed(health, "ready") == ["stays"]
    assert failed(health, "live") == []


def test_a_worker_that_waits_for_its_broker_is_not_started_again(health: Health) -> None:
    """The model is loaded once a broker answers: until then the start takes as long as it takes."""
    health.waits_for_broker = True
    assert failed(health, "startup") == []
    assert failed(health, "ready") == ["model", "topics", "group"]


async def test_a_loop_that_hangs_is_told_from_outside(health: Health, server: HttpServer) -> None:
    """A task that blocks: nothing in the loop could answer, the endpoint does, and names the check."""
    health.heart.start()
    with ThreadPoolExecutor(1) as outside:
        assert (await asyncio.wrap_future(outside.submit(get, server, "/healthz/live")))[0] == 200
        answers = [outside.submit(_after, seconds, server) for seconds in (0.1, 2.0)]
        time.sleep(2.5)  # noqa: ASYNC251  (the point of it)
        (early, _), (late, body) = [each.result(timeout=0) for each in answers]
    assert (early, late) == (200, 503)
    assert json.loads(body)["failed"] == ["event_loop"]
    await asyncio.sleep(0)  # it goes on
    await asyncio.sleep(0.01)
    assert failed(health, "live") == []


def _after(seconds: float, server: HttpServer) -> tuple[int, bytes]:
    time.sleep(seconds)
    return get(server, "/healthz/live")


async def test_an_engine_that_hangs_is_told(health: Health, server: HttpServer) -> None:
    """A call that does not return, in a real batcher; the loop goes on beating."""
    config = BatcherConfig(replicas=1, max_batch_tokens=8, max_batch_size=8, max_queue_delay_s=0.0)
    batcher: Batcher[str, str] = Batcher("t", _slowly, config, length=len, key=lambda text: text)
    batcher.start()
    health.heart.start()
    health.longest_call_s = lambda: batcher.longest_call_s
    reading = batcher.submit(["a"])
    await asyncio.sleep(0.4)
    status, body = await asyncio.to_thread(get, server, "/healthz/live")
    assert (status, json.loads(body)["failed"]) == (503, ["engine"])
    await reading
    assert (await asyncio.to_thread(get, server, "/healthz/live"))[0] == 200
    await batcher.close()


def _slowly(texts: object) -> list[str]:
    time.sleep(0.7)
    return list(texts)  # type: ignore[call-overload, no-any-return]


def test_a_long_call_is_no_hang_where_the_settings_say_never() -> None:
    """batching.call_timeout_s: 0."""
    health = Health(loop_timeout_s=1, call_timeout_s=0)
    health.longest_call_s = lambda: 1e6
    assert failed(health, "live") == []


def test_the_endpoint_has_metrics_and_nothing_else(server: HttpServer) -> None:
    """A path that is unknown is answered with those that are not; a HEAD has no body."""
    status, body = get(server, "/metrics")
    assert status == 200
    assert b"# TYPE stream_slm_messages_total counter" in body
    assert b"_created" not in body
    assert get(server, "/metrics", "HEAD") == (200, b"")
    assert get(server, "/stats")[0] == 404
    assert get(server, "/healthz/started")[0] == 404
    assert get(server, "/metrics", "POST")[0] == 501


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"bind": "127.0.0.1"}, r"http.port \(STREAM_SLM_HTTP__PORT\): 127.0.0.1 port \d+ is in use; set another"),
        ({"bind": "192.0.2.1"}, r"http.bind \(STREAM_SLM_HTTP__BIND\): 192.0.2.1 port \d+ cannot be listened on"),
        ({"bind": "no.such.host.invalid"}, "http.bind"),
    ],
)
def test_an_address_that_cannot_be_had_names_the_setting(health: Health, config: dict[str, str], says: str) -> None:
    """And the fix."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigurationError, match=says) as told:
        HttpServer(HttpConfig(port=taken.getsockname()[1], **config), health)
    assert "STREAM_SLM_HTTP__ENABLED=false" in str(told.value)


def test_healthcheck_asks_the_worker_beside_it(
    health: Health, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exit status is the answer, and its line says which check failed."""
    monkeypatch.setenv("STREAM_SLM_HTTP__PORT", str(server.port))
    monkeypatch.setenv("STREAM_SLM_HTTP__BIND", "0.0.0.0")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    alive = CliRunner().invoke(main, ["healthcheck"])
    assert (alive.exit_code, alive.output.startswith("live: ok; event_loop: last beat")) == (0, True)
    unready = CliRunner().invoke(main, ["healthcheck", "--probe", "ready"])
    assert unready.exit_code == 1
    assert unready.output.startswith("ready: FAILED (model, topics, group); model: not loaded yet")
    health.loaded = health.connected = True
    health.joined = lambda: True
    assert CliRunner().invoke(main, ["healthcheck", "--probe", "ready"]).exit_code == 0


def test_healthcheck_says_why_it_cannot_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there, any port, or switched off: exit status 1 and a line."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for variable, value, says in (
        ("STREAM_SLM_HTTP__PORT", str(port), "no worker answers at 127.0.0.1"),
        ("STREAM_SLM_HTTP__PORT", "0", "a health check needs a number"),
        ("STREAM_SLM_HTTP__ENABLED", "false", "no worker answers here"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            done = CliRunner().invoke(main, ["healthcheck"])
        assert done.exit_code == 1
        assert says in done.output
