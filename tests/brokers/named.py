"""A broker that runs already, named by STREAM_SLM_TEST_BOOTSTRAP; the tests make topics there and remove them."""

from __future__ import annotations

import os

from tests.brokers.clients import can_transact, describe_cluster, run_blocking

VARIABLE = "STREAM_SLM_TEST_BOOTSTRAP"


def available() -> str | None:
    """Return why there is no such broker, or None."""
    return None if os.environ.get(VARIABLE) else f"{VARIABLE} names none"


class NamedBroker:
    """Somebody else's broker: used, never stopped."""

    kind = "named"
    restartable = False

    def __init__(self) -> None:
        self.bootstrap = os.environ.get(VARIABLE, "")
        self.name = f"the broker at {self.bootstrap} (not asked yet)"
        self.durable = False
        self.transactions = False

    @property
    def running(self) -> bool:
        """Whether it runs, as far as we can tell."""
        return True

    def start(self) -> None:
        """Ask the broker what it is; it fails here when it does not answer."""
        cluster = run_blocking(describe_cluster(self.bootstrap))
        self.transactions = run_blocking(can_transact(self.bootstrap))
        # No request tells whether records outlive the broker. The brokers that keep them hand out producer ids, and the
        # in-memory stand-ins that we know of do not.
        self.durable = self.transactions
        kind = "with" if self.transactions else "without"
        self.name = f"cluster {cluster.id} of {cluster.brokers} broker(s) {kind} transactions at {self.bootstrap}"

    def stop(self) -> None:
        """Refuse: it is not ours."""
        raise NotImplementedError(f"{self.name} is not ours to stop")

    def kill(self) -> None:
        """Refuse: it is not ours."""
        raise NotImplementedError(f"{self.name} is not ours to kill")

    def close(self) -> None:
        """Leave it as it is."""
