"""The brokers as fixtures: each is started when first asked for, once per session, and named at the end of the run."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from stream_slm.engine.bundle import build_default, default_models_dir
from stream_slm.pipeline.models import HEADS
from tests.brokers import NotHere
from tests.brokers.clients import create_topic, delete_topics, unique
from tests.brokers.ladder import RUNGS, VARIABLE, chosen, ladder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path
    from typing import Any

    from tests.brokers.ladder import Broker, Rung

    TopicFactory = Callable[..., Awaitable[str]]


class Brokers:
    """The session's brokers: started at most once each, all ended together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rungs: dict[str, Rung] = {}
        self._brokers: dict[str, Broker] = {}
        self._failed: dict[str, str] = {}
        self._asked: dict[str, str] = {}

    def get(self, kind: str) -> Broker:
        """Return a running broker of this kind; skip the test where there is none, fail it where one was demanded."""
        self._rungs = self._rungs or {rung.kind: rung for rung in ladder()}
        rung = self._rungs[kind]
        if rung.reason is not None:
            self._do_without(kind, rung.reason)
        if kind in self._failed:  # once is enough: a start that fails can take minutes
            pytest.fail(self._failed[kind])
        broker = self._brokers.get(kind)
        if broker is None or not broker.running:
            self._start(rung)
            broker = self._brokers[kind]
        return broker

    def close(self) -> None:
        """End every broker."""
        while self._brokers:
            _, broker = self._brokers.popitem()
            broker.close()

    def report(self) -> Iterator[str]:
        """Yield a line for each broker that a test asked for."""
        for kind in RUNGS:
            if kind in self._asked:
                yield f"{kind:<10} {self._asked[kind]}"

    def _do_without(self, kind: str, reason: str) -> NoReturn:
        self._asked[kind] = f"skipped: {reason}"
        if kind in chosen():
            pytest.fail(f"{VARIABLE} demands the broker {kind!r}: {reason}")
        pytest.skip(f"broker {kind}: {reason}")

    def _start(self, rung: Rung) -> None:
        broker = self._brokers.setdefault(rung.kind, rung.make(self._folder / rung.kind))
        began = time.monotonic()
        try:
            broker.start()
        except NotHere as missing:
            self._rungs[rung.kind] = replace(rung, reason=str(missing))
            self._do_without(rung.kind, str(missing))
        except Exception as error:
            self._failed[rung.kind] = f"broker {rung.kind} does not start: {error}"
            self._asked[rung.kind] = f"FAILED to start: {type(error).__name__}"
            raise
        self._asked.setdefault(rung.kind, f"ran on {broker.name} (started in {time.monotonic() - began:.1f} s)")


_BROKERS = pytest.StashKey[Brokers]()
#: What the processes of a parallel run have told of theirs.
_TOLD = pytest.StashKey[set[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the brokers that the scenarios ran on, as they reported themselves, and why others were skipped."""
    if lines := sorted(_told(config)):
        terminalreporter.section("brokers")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of a parallel run tells the one that started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["brokers"] = list(_told(session.config))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One of them has ended."""
    node.config.stash.setdefault(_TOLD, set()).update(node.workeroutput.get("brokers", ()))


def _told(config: pytest.Config) -> set[str]:
    brokers = config.stash.get(_BROKERS, None)
    return config.stash.get(_TOLD, set()) | set(brokers.report() if brokers else ())


@pytest.fixture(scope="session")
def brokers(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    """The session's brokers, for a test that asks for one by its kind."""
    started = pytestconfig.stash[_BROKERS] = Brokers(tmp_path_factory.mktemp("brokers"))
    try:
        yield started
    finally:
        started.close()


@pytest.fixture(scope="session", params=RUNGS)
def broker(request: pytest.FixtureRequest, brokers: Brokers) -> Broker:
    """Each broker that can be had: the same test runs on all of them."""
    return brokers.get(request.param)


@pytest.fixture(params=[kind for kind in RUNGS if kind != "embedded"])
def durable_broker(request: pytest.FixtureRequest, brokers: Brokers) -> Iterator[Broker]:
    """Each broker that keeps records and offsets when its process ends; one that a test left down is started again."""
    kept = brokers.get(request.param)
    if not kept.durable:
        pytest.skip(f"broker {request.param}: {kept.name} keeps nothing when it ends")
    yield kept
    if not kept.running:
        kept.start()


@pytest.fixture
def transactional_broker(durable_broker: Broker) -> Broker:
    """Each durable broker that has transactions too."""
    if not durable_broker.transactions:
        pytest.skip(f"broker {durable_broker.kind}: {durable_broker.name} has no transactions")
    return durable_broker


@pytest.fixture
def restartable_broker(durable_broker: Broker) -> Broker:
    """Each durable broker that a test may stop, kill and start."""
    if not durable_broker.restartable:
        pytest.skip(f"broker {durable_broker.kind}: {durable_broker.name} is not ours to stop")
    return durable_broker


@pytest.fixture
async def topic_factory(request: pytest.FixtureRequest) -> AsyncIterator[TopicFactory]:
    """Make topics on the test's broker, and delete them after the test: `await make("requests", partitions=3)`."""
    fixture = next(name for name in ("durable_broker", "broker") if name in request.fixturenames)
    bootstrap = request.getfixturevalue(fixture).bootstrap
    made: list[str] = []

    async def make(name: str = "topic", partitions: int = 1, config: dict[str, str] | None = None) -> str:
        topic = unique(name)
        await create_topic(bootstrap, topic, partitions, config)
        made.append(topic)
        return topic

    yield make
    await delete_topics(bootstrap, made)


@pytest.fixture(scope="session")
def default_bundle() -> Path:
    """The default bundle with the heads in the box, built once and kept in the user's cache, as `models pull` does."""
    return build_default(default_models_dir(), HEADS)
