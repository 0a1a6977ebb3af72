"""Rules of connections, on an Apache Kafka that asks: each way in works, and each refusal is one line that helps."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner

from stream_slm.cli.main import main
from stream_slm.config.settings import Settings
from stream_slm.errors import BrokerUnavailable, ConfigurationError
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming.connections import connection_of_settings
from stream_slm.streaming.tokens import basic
from stream_slm.streaming.topics import Topics
from stream_slm.streaming.transactions import supported
from stream_slm.tasks.classify import Classify
from tests.brokers.acls import GROUP, READ, TOPIC, allow
from tests.brokers.apache import ApacheKafka, available
from tests.brokers.clients import consumer_client, create_topic, produce, read_topic, unique
from tests.brokers.ladder import VARIABLE, chosen
from tests.brokers.secure import (
    KEY_PASSWORD,
    LISTENERS,
    PASSWORD,
    READER,
    READER_PASSWORD,
    USER,
    Papers,
    secure_kafka,
    token,
)
from tests.workers.audit import numbered
from tests.workers.process import QUICK, ROOT

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

WRONG = "wrong-and-secret"
EXACTLY_ONCE = {"STREAM_SLM_DELIVERY__PROCESSING_GUARANTEE": "exactly_once"}
#: Every protocol and every mechanism.
WAYS = ("tls", "mtls", "plain", "scram-256", "scram-512-tls", "token-file-tls", "token-endpoint")
#: How some of them deliver: a worker takes seconds to start, and all of them make their clients alike.
WORKERS = {"mtls": EXACTLY_ONCE, "scram-512-tls": EXACTLY_ONCE, "token-endpoint": {}}


@dataclass(frozen=True, slots=True)
class Secure:
    """The broker, its papers, and an endpoint for tokens."""

    kafka: ApacheKafka
    papers: Papers
    token_endpoint: str = ""

    def way(self, name: str) -> dict[str, str]:
        """Settings of the section `broker` for one way in."""
        certificate, key = self.papers.of_client(USER, KEY_PASSWORD)
        mine = {"ssl_certfile": str(certificate), "ssl_keyfile": str(key), "ssl_key_password": KEY_PASSWORD}
        kept = self.papers.folder / "token"
        kept.write_text(token(USER), encoding="utf-8")
        asked = {"oauth_token_endpoint_url": self.token_endpoint, "oauth_client_id": "id", "oauth_client_secret": "s"}
        ways = {
            "tls": self.at("TLS"),
            "mtls": self.at("MTLS", **mine),
            "plain": self.as_user("SASL", "PLAIN"),
            "scram-256": self.as_user("SASL", "SCRAM-SHA-256"),
            "scram-512-tls": self.as_user("SASLTLS", "SCRAM-SHA-512"),
            "token-file-tls": self.at("SASLTLS", sasl_mechanism="OAUTHBEARER", oauth_token_file=str(kept)),
            "token-endpoint": self.at("SASL", sasl_mechanism="OAUTHBEARER", **asked),
        }
        return ways[name]

    def at(self, listener: str, host: str = "localhost", **more: str) -> dict[str, str]:
        """Where a listener is, with the authority where it needs one."""
        protocol = LISTENERS[listener]
        ca = {"ssl_cafile": str(self.papers.ca)} if protocol.endswith("SSL") else {}
        where = {"bootstrap_servers": f"{host}:{self.kafka.ports[listener]}", "security_protocol": protocol}
        return where | ca | more

    def as_user(self, listener: str, mechanism: str, user: str = USER, password: str = PASSWORD) -> dict[str, str]:
        """A listener, with a name and a password."""
        return self.at(listener, sasl_mechanism=mechanism, sasl_username=user, sasl_password=password)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """One broker for all ways."""
    reason = f"not among {VARIABLE}" if chosen() and "apache" not in chosen() else available()
    if reason:
        pytest.skip(f"broker apache: {reason}")
    papers = Papers(tmp_path_factory.mktemp("papers"))
    broker = secure_kafka(tmp_path_factory.mktemp("secure") / "kafka", papers)
    try:
        broker.start()
        asyncio.run(allow(broker.bootstrap, READER, [(TOPIC, "*", READ), (GROUP, "*", READ)]))
        yield Secure(broker, papers)
    finally:
        broker.close()


@pytest.fixture
async def secure(kafka: Secure) -> AsyncIterator[Secure]:
    """The broker beside an endpoint that gives a token to whoever knows the secret."""

    async def give(request: web.Request) -> web.Response:
        form = await request.post()
        known = request.headers.get("Authorization") == basic("id", "s")
        if not known or form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": token(USER), "expires_in": 3600})

    application = web.Application()
    application.router.add_post("/token", give)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield Secure(kafka.kafka, kafka.papers, f"http://127.0.0.1:{port}/token")
    await runner.cleanup()


@dataclass(frozen=True, slots=True)
class Done:
    """A worker that has ended."""

    status: int
    said: str


@asynccontextmanager
async def running(broker: Mapping[str, str], source: str, **env: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`stream-slm worker` under some settings of the broker; nothing of it stays."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAM_SLM_")}
    ours = {f"STREAM_SLM_BROKER__{name.upper()}": value for name, value in broker.items()}
    ours["STREAM_SLM_HTTP__ENABLED"] = "false"  # several run at once
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stream_slm.cli.main", "worker", "--app", "tests.workers.app"),
        cwd=ROOT,
        env={**clean, **QUICK, "STREAM_SLM_APP__ID": source.removesuffix(".v1"), "TEST_SOURCE": source, **ours, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


async def ended(broker: Mapping[str, str], source: str, **env: str) -> Done:
    """What a worker says that ends by itself."""
    async with running(broker, source, **env) as worker:
        said, _ = await asyncio.wait_for(worker.communicate(), 40)
        assert worker.returncode is not None
        return Done(worker.returncode, said.decode())


async def topics_on(kafka: ApacheKafka) -> PipelineSpec:
    """Fresh topics of a pipeline."""
    spec = PipelineSpec(name="test", source=f"{unique('secure')}.v1", tasks=[Classify("risk")])
    for topic in spec.topics:
        await create_topic(kafka.bootstrap, topic)
    return spec


@pytest.mark.parametrize("way", WAYS)
async def test_every_client_of_ours_comes_in(secure: Secure, way: str) -> None:
    """Admin, plain producer with numbers, transactions, a consumer in a group: made from the same settings."""
    connection: dict[str, Any] = connection_of_settings(Settings(broker=secure.way(way)))  # type: ignore[arg-type]
    spec = await topics_on(secure.kafka)
    async with Topics(connection) as admin:
        assert spec.source in await admin.existing()
        await admin.check_rights([spec], "any")
    assert await supported(connection)
    await produce(secure.kafka.bootstrap, spec.source, [b"one"])
    options = {name: value for name, value in connection.items() if name != "bootstrap_servers"}
    servers = connection["bootstrap_servers"]
    async with consumer_client(servers, spec.source, group_id=unique("group"), **options) as consumer:
        assert (await asyncio.wait_for(consumer.getone(), 20)).value == b"one"


async def test_a_worker_enriches_whichever_way_it_comes(secure: Secure, default_bundle: Path) -> None:
    """TLS and not, by certificate, password and token; in transactions and not."""
    del default_bundle

    async def enriches(way: str) -> None:
        spec = await topics_on(secure.kafka)
        await produce(secure.kafka.bootstrap, spec.source, numbered(2))
        async with running(secure.way(way), spec.source, **WORKERS[way]) as worker:
            records = await read_topic(
                secure.kafka.bootstrap, spec.sink, count=2, deadline_s=80, isolation_level="read_committed"
            )
            assert {json.loads(each.value)["status"] for each in records} == {"ok"}, way
            worker.terminate()
            said, _ = await asyncio.wait_for(worker.communicate(), 40)
            assert worker.returncode == 0, said.decode()
            assert not any(secret in said.decode() for secret in (PASSWORD, KEY_PASSWORD))

    await asyncio.gather(*(enriches(way) for way in WORKERS))


async def test_each_refusal_ends_the_worker_at_once_with_one_line_that_helps(secure: Secure) -> None:
    """Status 1, what is wrong and which setting it is; no stack, no secret, and no trying for ever."""
    spec = await topics_on(secure.kafka)
    no_rights = secure.as_user("SASL", "SCRAM-SHA-512", READER, READER_PASSWORD)
    refused = {
        "refuses user 'worker' (SCRAM-SHA-512): check": secure.as_user("SASL", "SCRAM-SHA-512", password=WRONG),
        f"does not let user 'reader' in: grant WRITE on topic {spec.sink}, WRITE on topic {spec.dead_letter_topic}": (
            no_rights
        ),
    }

    async def refuses(told: str, broker: Mapping[str, str]) -> None:
        done = await ended(broker, spec.source)
        assert done.status == 1, done.said
        (line,) = [each for each in done.said.splitlines() if each.startswith("Error: ")]
        assert told in line
        assert "Traceback" not in done.said
        assert not any(secret in done.said for secret in (WRONG, PASSWORD, READER_PASSWORD))

    await asyncio.gather(*(refuses(told, broker) for told, broker in refused.items()))


async def test_each_refusal_says_which_setting_it_is_about(secure: Secure) -> None:
    """What an operator may have set wrongly, seen by any client of ours."""
    (nonsense := secure.papers.folder / "nonsense").write_text("no token at all", encoding="utf-8")
    (other := secure.papers.folder / "other").mkdir()
    stranger = Papers(other)
    plain = {"bootstrap_servers": secure.kafka.bootstrap, "security_protocol": "SASL_PLAINTEXT"}
    user = {"sasl_mechanism": "PLAIN", "sasl_username": USER, "sasl_password": PASSWORD}
    by_token = {"sasl_mechanism": "OAUTHBEARER"}
    endpoint = {"oauth_token_endpoint_url": secure.token_endpoint, "oauth_client_id": "id"}
    refused: list[tuple[dict[str, str], str]] = [
        (secure.as_user("SASL", "PLAIN", user="nobody", password=WRONG), "refuses user 'nobody' (PLAIN)"),
        (secure.at("SASL", **by_token, oauth_token_file=str(nonsense)), "refuses the token"),
        (secure.at("SASL", **by_token, oauth_token_file="/no/such/token"), "broker.oauth_token_file: no token in"),
        (secure.at("SASL", **by_token, **endpoint, oauth_client_secret=WRONG), "check broker.oauth_client_id"),
        ({**secure.at("TLS"), "ssl_cafile": str(stranger.ca)}, "set broker.ssl_cafile"),
        (secure.at("MTLS"), "set broker.ssl_certfile"),
        (secure.at("EXPIRED"), "has expired"),
        (secure.at("TLS", host="127.0.0.1"), "is for another host name"),
        (plain | user, "has no SASL on this port"),
    ]
    for broker, told in refused:
        connection = connection_of_settings(Settings(broker=broker))  # type: ignore[arg-type]
        with pytest.raises(ConfigurationError) as caught:
            await Topics(connection).__aenter__()
        assert told in str(caught.value)
        assert WRONG not in str(caught.value)


async def test_a_port_that_says_nothing_is_told_and_tried_again(secure: Secure) -> None:
    """It may be a broker that starts, or the wrong protocol: the one who reads the log is told both."""
    for broker in (
        {"bootstrap_servers": secure.at("TLS")["bootstrap_servers"]},
        {**secure.at("TLS"), "bootstrap_servers": secure.kafka.bootstrap},
    ):
        connection = connection_of_settings(Settings(broker=broker))  # type: ignore[arg-type]
        with pytest.raises(BrokerUnavailable, match=r"check broker\.security_protocol"):
            await Topics(connection).__aenter__()


def test_every_command_comes_in_too(kafka: Secure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`produce`, `tail`, `topics` and `dlq` by the settings of the worker; the password comes from a file."""
    spec = asyncio.run(topics_on(kafka.kafka))
    broker = kafka.way("scram-512-tls")
    (password := tmp_path / "password").write_text(broker.pop("sasl_password") + "\n", encoding="utf-8")
    for name, value in (broker | {"sasl_password_file": str(password)}).items():
        monkeypatch.setenv(f"STREAM_SLM_BROKER__{name.upper()}", value)
    (lines := tmp_path / "lines.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    (pipelines := tmp_path / "pipelines.yaml").write_text(
        f"pipelines: [{{name: x, source: {spec.source}, tasks: [{{summarize: {{}}}}]}}]", encoding="utf-8"
    )
    monkeypatch.setenv("STREAM_SLM_PIPELINES", "")  # so that what a command sets is taken back

    def command(*arguments: str) -> str:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    command("produce", spec.source, str(lines))
    assert '"id":1' in command("tail", spec.source, "--from-beginning", "--json", "--max", "1").replace(" ", "")
    assert '"partitions": 1' in command("topics", "list", "--json", "--pipelines", str(pipelines))
    assert command("dlq", "list", spec.dead_letter_topic, "--json") == ""
