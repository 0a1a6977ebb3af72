"""Rules of how we reach Kafka: files that fit, credentials for Faust and aiokafka, fresh tokens."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import faust
import pytest

from stream_slm.config.settings import BrokerConfig, Settings
from stream_slm.errors import ConfigurationError
from stream_slm.streaming import connections, tokens
from stream_slm.streaming.connections import connection_of_app, connection_of_settings, credentials, ssl_context
from stream_slm.streaming.faust_settings import app_options
from stream_slm.streaming.tokens import NoToken, TokenEndpoint, TokenFile
from tests.brokers.secure import KEY_PASSWORD, Papers

WRONG = "wrong-and-secret"
PLAIN = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_username": "u", "sasl_password": WRONG}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """One authority for all tests."""
    return Papers(tmp_path_factory.mktemp("papers"))


def broker(**given: Any) -> BrokerConfig:
    return BrokerConfig(**{"security_protocol": "SSL", **given})


def test_a_context_checks_the_host_name_and_takes_no_old_tls(papers: Papers) -> None:
    """Whatever is set: there is no switch to look away."""
    certificate, key = papers.of_client("worker")
    context = ssl_context(broker(ssl_cafile=papers.ca, ssl_certfile=certificate, ssl_keyfile=key))
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert [each["subject"] for each in context.get_ca_certs()]
    assert ssl_context(broker(security_protocol="PLAINTEXT")) is None


def test_key_and_certificate_may_lie_in_one_file(papers: Papers) -> None:
    """As Kafka's own clients allow."""
    assert ssl_context(broker(ssl_cafile=papers.ca, ssl_certfile=papers.of_broker()))


def test_a_file_that_does_not_fit_is_named_by_its_setting(papers: Papers, tmp_path: Path) -> None:
    """Absent, no PEM, another's key, a locked key; never the password."""
    certificate, key = papers.of_client("worker")
    _, others = papers.of_client("other")
    of_locked, locked = papers.of_client("locked", KEY_PASSWORD)
    (nonsense := tmp_path / "nonsense.pem").write_text("nonsense", encoding="utf-8")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"ssl_cafile": tmp_path / "none"}, "broker.ssl_cafile: .*No such file"),
        ({"ssl_cafile": nonsense}, "broker.ssl_cafile: .*not usable"),
        ({"ssl_certfile": tmp_path / "none", "ssl_keyfile": key}, "broker.ssl_certfile: .*No such file"),
        ({"ssl_certfile": certificate, "ssl_keyfile": tmp_path / "none"}, "broker.ssl_keyfile: .*No such file"),
        ({"ssl_certfile": certificate, "ssl_keyfile": others}, "broker.ssl_keyfile: .*does not fit ssl_certfile"),
        ({"ssl_certfile": of_locked, "ssl_keyfile": locked}, "broker.ssl_key_password does not open it"),
        (
            {"ssl_certfile": of_locked, "ssl_keyfile": locked, "ssl_key_password": WRONG},
            "broker.ssl_key_password does not open it",
        ),
    ]
    for given, told in wrong:
        with pytest.raises(ConfigurationError, match=told) as caught:
            ssl_context(broker(**given))
        assert WRONG not in str(caught.value)
    assert ssl_context(broker(ssl_certfile=of_locked, ssl_keyfile=locked, ssl_key_password=KEY_PASSWORD))


def test_an_app_and_a_command_reach_kafka_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """One place makes both, so that what works for a worker works for `tail`."""
    context = ssl.create_default_context()
    monkeypatch.setattr(connections, "ssl_context", lambda _: context)
    settings = Settings(broker={**PLAIN, "bootstrap_servers": "a:1,b:2"}, app={"id": "unit"})  # type: ignore[arg-type]
    app = faust.App(**app_options(settings))
    assert connection_of_app(app) == connection_of_settings(settings)
    assert connection_of_app(app)["sasl_plain_password"] == WRONG
    assert connection_of_app(app)["bootstrap_servers"] == ["a:1", "b:2"]


def test_without_settings_a_connection_is_plain() -> None:
    """As a broker on one's own machine is."""
    assert connection_of_settings(Settings())["security_protocol"] == "PLAINTEXT"


def test_no_secret_is_in_what_may_be_printed() -> None:
    """Settings and credentials find their way into logs and tracebacks."""
    config = BrokerConfig(**PLAIN)
    assert WRONG not in repr(config) + str(config) + config.model_dump_json() + repr(credentials(config))


async def test_a_token_file_is_read_for_each_connection(tmp_path: Path) -> None:
    """Something else renews it; what is there now counts."""
    file = tmp_path / "token"
    file.write_text("first\n", encoding="utf-8")
    provider = TokenFile(file)
    assert await provider.token() == "first"
    file.write_text("second", encoding="utf-8")
    assert await provider.token() == "second"
    file.write_text(" \n", encoding="utf-8")
    with pytest.raises(NoToken, match="is empty"):
        await provider.token()


async def test_an_endpoint_is_asked_again_before_a_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not for every connection."""
    now, asked = [1000.0], []
    monkeypatch.setattr(tokens.time, "monotonic", lambda: now[0])

    async def answer(self: TokenEndpoint) -> dict[str, Any]:
        asked.append(now[0])
        return {"access_token": f"token-{len(asked)}", "expires_in": 100}

    monkeypatch.setattr(TokenEndpoint, "_ask", answer)
    provider = TokenEndpoint(
        BrokerConfig(
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="OAUTHBEARER",
            oauth_token_endpoint_url="https://issuer.example/token",
            oauth_client_id="id",
            oauth_client_secret=WRONG,  # type: ignore[arg-type]
        )
    )
    assert [await provider.token(), await provider.token()] == ["token-1", "token-1"]
    now[0] += 81
    assert await provider.token() == "token-2"
    assert asked == [1000.0, 1081.0]


async def test_an_endpoint_that_answers_without_a_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A login page with status 200, for example."""

    async def answer(self: TokenEndpoint) -> dict[str, Any]:
        return {"html": "sign in"}

    monkeypatch.setattr(TokenEndpoint, "_ask", answer)
    given = {"oauth_token_endpoint_url": "http://issuer/t", "oauth_client_id": "id", "oauth_client_secret": "s"}
    config = BrokerConfig(security_protocol="SASL_PLAINTEXT", sasl_mechanism="OAUTHBEARER", **given)  # type: ignore[arg-type]
    with pytest.raises(NoToken, match="answers without a token"):
        await TokenEndpoint(config).token()
