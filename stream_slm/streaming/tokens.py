"""Tokens for OAUTHBEARER: from a file that something else renews, or from an endpoint for client credentials."""

from __future__ import annotations

import asyncio
import ssl
import time
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import aiohttp
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaError

from stream_slm.config.settings import BrokerConfig

#: Asked for anew after this share of its life, so that none expires on its way.
_RENEW_AT = 0.8
#: Of an endpoint that does not say.
_LIFE_S = 300.0
_TIMEOUT_S = 20.0


class NoToken(KafkaError):  # type: ignore[misc]  # aiokafka's types are not known here
    """There is no token to be had; aiokafka takes it for a connection that failed, and tries again."""

    def __init__(self, message: str, *, refused: bool) -> None:
        super().__init__(message)
        self.told = message
        #: Whether another try cannot help.
        self.refused = refused


def token_provider(broker: BrokerConfig) -> AbstractTokenProvider:
    """What gives a token for each connection, as the settings say."""
    if broker.oauth_token_file is not None:
        return TokenFile(broker.oauth_token_file)
    return TokenEndpoint(broker)


class TokenFile(AbstractTokenProvider):  # type: ignore[misc]
    """A file that holds a token, such as a projected service account token of Kubernetes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def token(self) -> str:
        """The file's token as it is now; a connection that lives keeps the one it began with.

        Raises:
            NoToken: the file cannot be read, or is empty.
        """
        try:
            token = (await asyncio.to_thread(self._file.read_text, encoding="utf-8")).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NoToken(
                f"broker.oauth_token_file: no token in {self._file} ({_reason(error)})", refused=True
            ) from None
        if not token:
            raise NoToken(f"broker.oauth_token_file: {self._file} is empty", refused=True)
        return token


class TokenEndpoint(AbstractTokenProvider):  # type: ignore[misc]
    """An OAuth 2.0 endpoint, asked with client credentials (RFC 6749, 4.4); a token serves for most of its life."""

    def __init__(self, broker: BrokerConfig) -> None:
        assert broker.oauth_token_endpoint_url is not None
        assert broker.oauth_client_id is not None
        assert broker.oauth_client_secret is not None
        self._url = broker.oauth_token_endpoint_url
        self._headers = {"Authorization": basic(broker.oauth_client_id, broker.oauth_client_secret.get_secret_value())}
        self._form = {"grant_type": "client_credentials"} | (
            {"scope": broker.oauth_scope} if broker.oauth_scope else {}
        )
        # The system's authorities and ours: the endpoint may be another organisation's.
        self._context = ssl.create_default_context()
        if broker.ssl_cafile is not None:
            self._context.load_verify_locations(broker.ssl_cafile)
        self._token, self._renew_at = "", 0.0

    async def token(self) -> str:
        """A token that is good for a while.

        Raises:
            NoToken: the endpoint refuses, does not answer, or answers something else.
        """
        if time.monotonic() >= self._renew_at:
            answer = await self._ask()
            if not isinstance(answer.get("access_token"), str):
                raise NoToken(f"broker.oauth_token_endpoint_url: {self._url} answers without a token", refused=True)
            life = answer.get("expires_in")
            self._renew_at = time.monotonic() + _RENEW_AT * (life if isinstance(life, int | float) else _LIFE_S)
            self._token = answer["access_token"]
        return self._token

    async def _ask(self) -> dict[str, Any]:
        # A session of its own: Faust's consumer lives in a thread with another event loop.
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S)) as session,
                session.post(self._url, data=self._form, headers=self._headers, ssl=self._context) as response,
            ):
                if response.status >= 400:
                    raise NoToken(
                        f"broker.oauth_token_endpoint_url: {self._url} refuses (HTTP {response.status}); "
                        "check broker.oauth_client_id and broker.oauth_client_secret",
                        refused=response.status < 500,
                    )
                answer: Any = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NoToken(
                f"broker.oauth_token_endpoint_url: {self._url} gives no token ({_reason(error)})", refused=False
            ) from None
        return answer if isinstance(answer, dict) else {}


def basic(client: str, secret: str) -> str:
    """A client's name and secret as the header `Authorization` (RFC 6749, 2.3.1)."""
    return f"Basic {b64encode(f'{quote_plus(client)}:{quote_plus(secret)}'.encode()).decode()}"


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
