"""Why a broker turns us away, in words that name the setting: aiokafka says only that it could not connect."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any

from aiokafka.conn import AIOKafkaConnection, OAuthAuthenticator
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from stream_slm.errors import BrokerUnavailable, ConfigurationError, StreamSLMError
from stream_slm.streaming.tokens import NoToken

#: A broker that lives answers in milliseconds; one across the world in a second.
_TIMEOUT_S = 10.0
#: OpenSSL's verdicts on a broker's certificate.
_NOT_YET_VALID, _EXPIRED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 62, 64


class _TokenRefused(OAuthAuthenticator):  # type: ignore[misc]  # aiokafka's types are not known here
    """A broker refuses a token by saying why (RFC 7628, 3.2.2), which aiokafka takes for consent."""

    async def step(self, payload: bytes | None) -> Any:
        if payload:
            raise SaslAuthenticationFailed
        return await super().step(payload)


class _Connection(AIOKafkaConnection):  # type: ignore[misc]
    """One connection, outside any client."""

    def authenticator_oauth(self) -> _TokenRefused:
        return _TokenRefused(sasl_oauth_token_provider=self._sasl_oauth_token_provider)


async def why_unreachable(connection: Mapping[str, Any], reason: str) -> StreamSLMError:
    """What to tell where Kafka was not reached for some `reason`; the servers are asked once more, one by one.

    Returns:
        ConfigurationError: a server refuses us, and will tomorrow: trying again does not help.
        BrokerUnavailable: none answers.
    """
    hint = ""
    for server in connection["bootstrap_servers"]:
        try:
            await asyncio.wait_for(_ask(connection, server), _TIMEOUT_S)
        except (KafkaError, OSError, TimeoutError) as refusal:
            if told := _lasting(connection, server, refusal):
                return ConfigurationError(told)
            hint = hint or _hint(connection, server, refusal)
    servers = ", ".join(connection["bootstrap_servers"])
    advice = hint or "start one, or set STREAM_SLM_BROKER__BOOTSTRAP_SERVERS"
    return BrokerUnavailable(f"no Kafka broker answers at {servers} ({reason}): {advice}")


async def _ask(connection: Mapping[str, Any], server: str) -> None:
    """Connect and ask for metadata, as every client begins."""
    host, _, port = server.rpartition(":")
    options = {name: value for name, value in connection.items() if name != "bootstrap_servers"}
    connected = _Connection(host.strip("[]"), int(port), **options)
    try:
        await connected.connect()
        await connected.send(MetadataRequest([]))
    finally:
        connected.close()


def _lasting(connection: Mapping[str, Any], server: str, refusal: BaseException) -> str:
    """A refusal that only a change of settings ends; empty where it may pass by itself."""
    if isinstance(refusal, NoToken):
        return refusal.told if refusal.refused else ""
    tls = next((each for each in (refusal, refusal.__cause__) if isinstance(each, ssl.SSLError)), None)
    return _about_sasl(connection, server, refusal) if tls is None else _about_tls(server, tls)


def _about_sasl(connection: Mapping[str, Any], server: str, refusal: BaseException) -> str:
    mechanism = connection.get("sasl_mechanism")
    if isinstance(refusal, SaslAuthenticationFailed):
        if mechanism == "OAUTHBEARER":
            return f"the broker at {server} refuses the token: check who issued it, and broker.oauth_scope"
        return (
            f"the broker at {server} refuses user {connection.get('sasl_plain_username')!r} ({mechanism}): "
            "check broker.sasl_username, broker.sasl_password and broker.sasl_mechanism"
        )
    if isinstance(refusal, UnsupportedSaslMechanismError):
        return f"broker.sasl_mechanism: the broker at {server} does not offer {mechanism} on this port"
    if isinstance(refusal, IllegalSaslStateError):
        protocol = connection.get("security_protocol")
        return f"broker.security_protocol: the broker at {server} has no SASL on this port, and it is {protocol}"
    return ""


def _about_tls(server: str, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        certificate = f"the certificate of the broker at {server}"
        if error.verify_code == _EXPIRED:
            return f"{certificate} has expired: it must be renewed there"
        if error.verify_code == _NOT_YET_VALID:
            return f"{certificate} is not valid yet: check the clocks"
        if error.verify_code in (_WRONG_HOST, _WRONG_ADDRESS):
            return f"{certificate} is for another host name: reach it by one that the certificate holds"
        return f"{certificate} is signed by nobody we know: set broker.ssl_cafile to the authority's certificate"
    reason = error.reason or ""
    if "ALERT" in reason:  # what the other side says of our hello or our certificate
        return (
            f"the broker at {server} refuses our TLS ({reason}): it asks for a certificate it knows; "
            "set broker.ssl_certfile and broker.ssl_keyfile"
        )
    return f"broker.security_protocol: the broker at {server} does not speak TLS on this port ({reason or 'SSL error'})"


def _hint(connection: Mapping[str, Any], server: str, refusal: BaseException) -> str:
    """What may be wrong with a server that listens, and hangs up without a word."""
    if isinstance(refusal, NoToken):
        return refusal.told
    if isinstance(refusal, ConnectionRefusedError) or not isinstance(
        refusal, (KafkaError, ConnectionError, TimeoutError)
    ):
        return ""
    protocol = connection.get("security_protocol")
    return f"what listens at {server} says nothing to {protocol}; check broker.security_protocol and the port"
