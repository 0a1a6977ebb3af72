"""An Apache Kafka that asks who comes: TLS under an authority of our own, every SASL mechanism, and rights."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.brokers.apache import ApacheKafka

if TYPE_CHECKING:
    from pathlib import Path

#: May do everything.
USER, PASSWORD = "worker", "correct-horse-battery"
#: May read everything, and write nothing.
READER, READER_PASSWORD = "reader", "staple-of-the-reader"
KEY_PASSWORD = "opens-the-key"

LISTENERS = {
    "TLS": "SSL",
    "MTLS": "SSL",
    "SASL": "SASL_PLAINTEXT",
    "SASLTLS": "SASL_SSL",
    "EXPIRED": "SSL",
}
_MODULES = {
    "plain": f'plain.PlainLoginModule required user_{USER}="{PASSWORD}"',
    "scram-sha-256": "scram.ScramLoginModule required",
    "scram-sha-512": "scram.ScramLoginModule required",
    # Takes tokens that nobody has signed: good for a test of how they are handed over.
    "oauthbearer": 'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker"',
}


@dataclass(frozen=True, slots=True)
class Papers:
    """Certificates in a folder: the authority's, the broker's, one of the broker's that has expired, and a client's."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    @property
    def ca(self) -> Path:
        """The authority's certificate."""
        return self._written("ca.pem", self.authority.cert_pem.bytes())

    def of_broker(self, *, expired: bool = False) -> Path:
        """Key and certificates in one file, as Kafka reads them; for `localhost` alone."""
        ends = datetime.now(UTC) - timedelta(days=1) if expired else None
        leaf = self.authority.issue_cert("localhost", not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=ends)
        chain = b"".join(each.bytes() for each in leaf.cert_chain_pems)
        return self._written(f"broker-{expired}.pem", _pkcs8(leaf) + chain)

    def of_client(self, user: str, key_password: str | None = None) -> tuple[Path, Path]:
        """A client's certificate and its key, which a password may lock."""
        leaf = self.authority.issue_cert(f"{user}@test", common_name=user)
        certificate = self._written(f"{user}.crt", leaf.cert_chain_pems[0].bytes())
        return certificate, self._written(f"{user}-{bool(key_password)}.key", _pkcs8(leaf, key_password))

    def _written(self, name: str, content: bytes) -> Path:
        (self.folder / name).write_bytes(content)
        return self.folder / name


def secure_kafka(folder: Path, papers: Papers) -> ApacheKafka:
    """One broker with all listeners, not started."""
    settings = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(papers.of_broker()),
        "listener.name.expired.ssl.keystore.location": str(papers.of_broker(expired=True)),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(papers.ca),
        "listener.name.mtls.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/,DEFAULT",
        "sasl.enabled.mechanisms": ",".join(_MODULES).upper(),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{USER}",
    }
    for listener in ("sasl", "sasltls"):
        for mechanism, module in _MODULES.items():
            name = f"listener.name.{listener}.{mechanism}.sasl.jaas.config"
            settings[name] = f"org.apache.kafka.common.security.{module};"
    return ApacheKafka(folder, settings, protocols=LISTENERS, scram={USER: PASSWORD, READER: READER_PASSWORD})


def token(user: str, lives_s: float = 3600) -> str:
    """A token that nobody has signed (RFC 7519, 6)."""
    now = time.time()
    claims = {"sub": user, "iat": now, "exp": now + lives_s}
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def _pkcs8(leaf: trustme.LeafCert, password: str | None = None) -> bytes:
    """As Kafka reads a key."""
    key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
