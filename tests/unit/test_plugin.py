"""Rules of the plugin that need no broker: one reader a topic, a start that fails aloud, no record in a log."""

from __future__ import annotations

import logging
from typing import Any

import faust
import pytest

from stream_slm import Classify, StreamSLM
from stream_slm.config.settings import Settings
from stream_slm.errors import ConfigurationError


@pytest.fixture
def slm(monkeypatch: pytest.MonkeyPatch) -> StreamSLM:
    """A plugin on an app that is never started; what would crash it is kept in `crashes`."""
    made = StreamSLM(faust.App("unit", broker="kafka://nowhere:1"), Settings())
    monkeypatch.setattr(made._runtime, "crash", crashes_of(made).append)
    return made


def crashes_of(slm: StreamSLM) -> list[Exception]:
    found: list[Exception] = slm.__dict__.setdefault("crashes", [])
    return found


def declare(slm: StreamSLM, name: str, **options: Any) -> None:
    slm.pipeline(name=name, source="in.v1", tasks=[Classify("risk")], **options)


def test_two_pipelines_do_not_read_one_topic(slm: StreamSLM) -> None:
    """The books of a topic know one reader; one that only processes what it is given reads nothing."""
    declare(slm, "first")
    declare(slm, "by-hand", agent=False)
    with pytest.raises(ConfigurationError, match="read by pipeline first already"):
        declare(slm, "second")
    assert set(slm.pipelines) == {"first", "by-hand"}


def test_an_agent_of_the_users_on_a_pipelines_topic_is_refused(slm: StreamSLM) -> None:
    """Our commits would pass what it has not finished."""
    declare(slm, "first")
    assert slm._read_alone(["in.v1"])

    @slm.app.agent(slm.app.topic("in.v1"), name="theirs")
    async def theirs(stream: Any) -> None:
        async for _ in stream:
            pass

    assert not slm._read_alone(["in.v1"])
    (error,) = crashes_of(slm)
    assert isinstance(error, ConfigurationError)
    assert "theirs" in str(error)


async def test_whatever_fails_at_start_stops_the_worker(slm: StreamSLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust would start the agent again and again, and the worker would hold its partitions and read nothing."""

    async def fails(*_: Any) -> None:
        raise OSError("unexpected")

    declare(slm, "first")
    monkeypatch.setattr(slm._runtime, "start", fails)
    monkeypatch.setattr(slm, "bound", fails)
    assert await slm._ready() is False
    assert [type(error) for error in crashes_of(slm)] == [OSError]


def test_no_level_of_an_app_makes_aiokafka_log_records(slm: StreamSLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """At DEBUG its producer logs keys and values, its connections whole requests and answers."""
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("aiokafka"), "level", logging.NOTSET)
    logging.getLogger("aiokafka").manager._clear_cache()  # type: ignore[attr-defined]
    assert slm.app.conf.id == "unit"  # configures the app
    for name in ("aiokafka.producer.producer", "aiokafka.conn"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
