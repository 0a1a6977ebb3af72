"""Where Kafka is, and how we prove who we are; named as Kafka's own clients name it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, WithJsonSchema, field_validator, model_validator
from pydantic_settings import NoDecode

from stream_slm.config.section import Section

Servers = Annotated[
    tuple[str, ...],
    NoDecode,
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

_TLS_SETTINGS = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_key_password")
_PASSWORD_SETTINGS = ("sasl_username", "sasl_password")
_ENDPOINT_SETTINGS = ("oauth_token_endpoint_url", "oauth_client_id", "oauth_client_secret")
_TOKEN_SETTINGS = ("oauth_token_file", *_ENDPOINT_SETTINGS, "oauth_scope")


class BrokerConfig(Section):
    """Where Kafka is, how we prove who we are, and how long the group waits for us."""

    bootstrap_servers: Servers = Field(
        default=("localhost:9092",), description="host:port of one or more brokers, separated by commas"
    )

    security_protocol: SecurityProtocol = Field(
        default="PLAINTEXT", description="as the brokers' listener: SSL encrypts, SASL asks who we are"
    )
    ssl_cafile: Path | None = Field(
        default=None, description="PEM file of the authorities that sign the brokers; default: the system's"
    )
    ssl_certfile: Path | None = Field(
        default=None, description="PEM file of our own certificate (mTLS), with the chain above it"
    )
    ssl_keyfile: Path | None = Field(
        default=None, description="PEM file of the certificate's key; default: it lies in ssl_certfile"
    )
    ssl_key_password: SecretStr | None = Field(default=None, description="opens the key, where it is encrypted")
    sasl_mechanism: SaslMechanism | None = Field(default=None, description="how SASL asks; needed with SASL_*")
    sasl_username: str | None = Field(default=None, min_length=1, description="for PLAIN and SCRAM")
    sasl_password: SecretStr | None = Field(default=None, min_length=1, description="for PLAIN and SCRAM")
    oauth_token_file: Path | None = Field(
        default=None, description="for OAUTHBEARER: holds the token; read again for every connection"
    )
    oauth_token_endpoint_url: str | None = Field(
        default=None,
        # Nobody's name and password: the address stands in errors.
        pattern=r"^https?://[^@\s]+$",
        description="for OAUTHBEARER, in place of the file: gives tokens for client credentials",
    )
    oauth_client_id: str | None = Field(default=None, min_length=1, description="who asks the endpoint")
    oauth_client_secret: SecretStr | None = Field(default=None, min_length=1, description="and its secret")
    oauth_scope: str | None = Field(
        default=None, min_length=1, description="what the endpoint is asked for, if anything"
    )

    session_timeout_s: float = Field(
        default=60.0, ge=1, description="after so long without a heartbeat the group gives a worker's partitions away"
    )
    heartbeat_interval_s: float = Field(default=3.0, gt=0, description="a third of the session at most")
    rebalance_timeout_s: float = Field(
        default=60.0, ge=1, description="how long the group waits for a worker to finish and join again"
    )
    group_instance_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="static membership: a name that is this worker's alone and that it keeps over a restart, "
        "such as a StatefulSet's pod name; a restart within the session then moves no partition",
    )

    @property
    def encrypted(self) -> bool:
        """Whether connections are TLS."""
        return self.security_protocol in ("SSL", "SASL_SSL")

    @property
    def authenticated(self) -> bool:
        """Whether we say who we are by SASL."""
        return self.security_protocol in ("SASL_PLAINTEXT", "SASL_SSL")

    @field_validator("bootstrap_servers", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        servers = value.split(",") if isinstance(value, str) else value
        if not isinstance(servers, (list, tuple)) or not servers:
            raise ValueError("must be host:port of one or more brokers, separated by commas")
        return tuple(str(server).strip() for server in servers)

    @field_validator("bootstrap_servers")
    @classmethod
    def _host_and_port(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for server in value:
            host, _, port = server.rpartition(":")
            if not host or not port.isdigit():
                raise ValueError("each server must be host:port, for example kafka-1:9092")
        return value

    @field_validator("security_protocol", "sasl_mechanism", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _connection_is_whole(self) -> BrokerConfig:
        if problems := [*self._unused(), *self._missing()]:
            raise ValueError("\n".join(problems))
        return self

    def _unused(self) -> Iterator[str]:
        """What is set and would be passed over in silence: a password beside a connection that asks for none."""
        if not self.encrypted:
            for name in self._set(_TLS_SETTINGS):
                yield f"{_named(name)}: {self._as_is('security_protocol')} has no TLS; set it to SSL or SASL_SSL"
        if not self.authenticated:
            for name in self._set(("sasl_mechanism", *_PASSWORD_SETTINGS, *_TOKEN_SETTINGS)):
                yield f"{_named(name)}: {self._as_is('security_protocol')} has no SASL; set it to SASL_SSL"
        elif self.sasl_mechanism is not None:
            other = _PASSWORD_SETTINGS if self.sasl_mechanism == "OAUTHBEARER" else _TOKEN_SETTINGS
            for name in self._set(other):
                yield f"{_named(name)}: {self._as_is('sasl_mechanism')} does not use it; remove one of the two"

    def _missing(self) -> Iterator[str]:
        if self.ssl_certfile is None:
            for name in self._set(("ssl_keyfile", "ssl_key_password")):
                yield f"{_named(name)}: goes with a certificate; set {_named('ssl_certfile')} too"
        if not self.authenticated:
            return
        if self.sasl_mechanism is None:
            yield (
                f"{_named('sasl_mechanism')}: {self._as_is('security_protocol')} needs one; "
                "set it to SCRAM-SHA-512, SCRAM-SHA-256, PLAIN or OAUTHBEARER"
            )
        elif self.sasl_mechanism != "OAUTHBEARER":
            for name in _PASSWORD_SETTINGS:
                if getattr(self, name) is None:
                    yield f"{_named(name)}: {self._as_is('sasl_mechanism')} needs it; set it"
        elif (self.oauth_token_file is None) == (self.oauth_token_endpoint_url is None):
            yield f"{_named('oauth_token_file')}: OAUTHBEARER needs either it or {_named('oauth_token_endpoint_url')}"
        elif self.oauth_token_endpoint_url is not None:
            for name in _ENDPOINT_SETTINGS:
                if getattr(self, name) is None:
                    yield f"{_named(name)}: {_named('oauth_token_endpoint_url')} needs it; set it"

    def _set(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]

    def _as_is(self, name: str) -> str:
        return f"broker.{name} {getattr(self, name)}"


def _named(name: str) -> str:
    return f"broker.{name}"
