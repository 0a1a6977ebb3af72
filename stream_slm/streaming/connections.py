"""How we reach Kafka: what the settings say of the connection, as Faust and aiokafka's clients take it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import faust
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth, server_list

from stream_slm.config.settings import BrokerConfig, Settings
from stream_slm.errors import ConfigurationError
from stream_slm.streaming.tokens import token_provider


def ssl_context(broker: BrokerConfig) -> ssl.SSLContext | None:
    """What encrypts a connection and checks who answers; None where it is plain.

    Raises:
        ConfigurationError: a file of certificates or keys is not there or not what it should be; names the setting.
    """
    if not broker.encrypted:
        return None
    with _opened("ssl_cafile", broker.ssl_cafile):
        context = ssl.create_default_context(cafile=broker.ssl_cafile)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if broker.ssl_certfile is not None:
        # Told apart: loading both names neither in its errors.
        with _opened("ssl_certfile", broker.ssl_certfile):
            broker.ssl_certfile.open("rb").close()
        with _opened("ssl_keyfile", broker.ssl_keyfile or broker.ssl_certfile):
            (broker.ssl_keyfile or broker.ssl_certfile).open("rb").close()
            _load_certificate(context, broker)
    return context


def credentials(broker: BrokerConfig) -> Any:
    """The same for Faust's `broker_credentials`; None where the connection is plain.

    Raises:
        ConfigurationError: as `ssl_context`.
    """
    context = ssl_context(broker)
    if not broker.authenticated:
        # A ready context: without one, Faust's class cannot make its own.
        return None if context is None else faust.SSLCredentials(context)
    if broker.sasl_mechanism == "OAUTHBEARER":
        return faust.OAuthCredentials(oauth_cb=token_provider(broker), ssl_context=context)
    assert broker.sasl_password is not None
    return faust.SASLCredentials(
        username=broker.sasl_username,
        password=broker.sasl_password.get_secret_value(),
        mechanism=broker.sasl_mechanism,
        ssl_context=context,
    )


def connection_of_app(app: faust.App) -> dict[str, Any]:
    """Where and how an app reaches Kafka, as aiokafka's clients take it; whatever made the app's credentials."""
    return {
        "bootstrap_servers": server_list(app.transport.url, app.transport.default_port),
        "client_id": app.conf.id,
        **credentials_to_aiokafka_auth(app.conf.broker_credentials, app.conf.ssl_context),
    }


def connection_of_settings(settings: Settings) -> dict[str, Any]:
    """The same, as the settings say, where there is no app.

    Raises:
        ConfigurationError: as `ssl_context`.
    """
    return {
        "bootstrap_servers": list(settings.broker.bootstrap_servers),
        "client_id": settings.app.id,
        **credentials_to_aiokafka_auth(credentials(settings.broker)),
    }


def _load_certificate(context: ssl.SSLContext, broker: BrokerConfig) -> None:
    password = broker.ssl_key_password
    # Without a function, OpenSSL would ask the terminal for the password of an encrypted key.
    given = password.get_secret_value() if password else ""
    assert broker.ssl_certfile is not None
    context.load_cert_chain(broker.ssl_certfile, broker.ssl_keyfile, password=lambda: given)


@contextmanager
def _opened(setting: str, path: Any) -> Iterator[None]:
    """OpenSSL's reasons in the words of the settings."""
    try:
        yield
    except ssl.SSLError as error:
        reason = error.reason or "no PEM"
        hint = f"not usable ({reason})"
        if reason == "KEY_VALUES_MISMATCH":
            hint = "it does not fit ssl_certfile"
        elif setting == "ssl_keyfile" and b"ENCRYPTED" in path.read_bytes():  # OpenSSL's reasons are many
            hint = "the key is encrypted, and broker.ssl_key_password does not open it"
        raise ConfigurationError(f"broker.{setting}: {path}: {hint}") from None
    except OSError as error:
        raise ConfigurationError(f"broker.{setting}: {path}: {error.strerror or 'cannot be read'}") from None

