"""Lines as they are written: what they say of a record's place, and what exceptions may not say."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import logging.config
import ssl
from collections.abc import Iterator

import pytest
import structlog

from stream_slm.errors import ConfigurationError
from stream_slm.log import _add_place, about, get_logger, logging_config
from stream_slm.pipeline.place import place_of
from stream_slm.types import Record

TRACE = "0af7651916cd43dd8448eb211c80319c"
RECORD = Record(
    topic="notes.v1",
    partition=3,
    offset=42,
    key=b"SECRET",
    value=b"SECRET",
    headers=(("x", b"SECRET"), ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode())),
)
PLACE = {
    "topic": "notes.v1",
    "partition": 3,
    "offset": 42,
    "pipeline": "notes",
    "event_id": "an-id",
    "trace_id": TRACE,
}


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is logged by our configuration; the handlers of this process are put back after it."""
    root, ours = logging.getLogger(), logging.getLogger("stream_slm")
    others = [logging.getLogger(name) for name in ("aiokafka", "faust", "mode", "asyncio")]
    kept = [(each, each.level, each.handlers[:], each.propagate) for each in (root, ours, *others)]
    logging.config.dictConfig(logging_config(request.param, "DEBUG"))
    out = io.StringIO()
    for logger in (root, ours):
        for handler in logger.handlers:
            if type(handler) is logging.StreamHandler:
                handler.setStream(out)
    yield out
    structlog.reset_defaults()
    for logger, level, handlers, propagate in kept:
        logger.setLevel(level)
        logger.handlers, logger.propagate = handlers, propagate


def said(written: io.StringIO) -> str:
    lines = written.getvalue()
    assert "SECRET" not in lines
    return lines


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_every_line_about_a_record_says_where_it_lies(written: io.StringIO) -> None:
    """Ours and a library's alike, and none behind it; a line about another record speaks for itself."""
    with about(lambda: place_of(RECORD, "notes", "an-id")):
        get_logger("stream_slm.test").warning("ours", attempt=2)
        logging.getLogger("users.own").warning("of %s", "theirs")
        get_logger("stream_slm.test").warning("another", topic="notes.v1", partition=3, offset=7)
    get_logger("stream_slm.test").warning("after")
    ours, theirs, another, after = map(json.loads, said(written).splitlines())
    assert {name: ours[name] for name in PLACE} == PLACE
    assert {name: theirs[name] for name in PLACE} == PLACE
    assert (another["offset"], another.get("event_id"), another.get("trace_id")) == (7, None, None)
    assert not PLACE.keys() & after.keys()


async def test_records_that_are_read_side_by_side_keep_their_places() -> None:
    """A task takes its place with it, and leaves the others theirs."""
    found: list[tuple[int, object]] = []

    async def read(offset: int) -> None:
        record = Record(topic="t", partition=0, offset=offset, value=b"")
        with about(lambda: place_of(record, "p")):
            await asyncio.sleep(0)
            found.append((offset, _add_place(None, "", {})["offset"]))

    await asyncio.gather(*(read(offset) for offset in range(5)))
    assert sorted(found) == [(offset, offset) for offset in range(5)]


@pytest.mark.parametrize("header", [b"", b"00-SECRET", f"00-{TRACE}".encode(), b"\xff" * 55, TRACE.upper().encode()])
def test_a_trace_id_is_hexadecimal_or_none(header: bytes) -> None:
    """Whatever else stands in the header stays there."""
    record = Record(topic="t", partition=0, offset=1, value=None, headers=(("traceparent", header),))
    assert place_of(record, "p") == {"topic": "t", "partition": 0, "offset": 1, "pipeline": "p"}


def test_an_exceptions_message_is_not_told(written: io.StringIO) -> None:
    """Nor its cause's, nor a local variable; where it rose and of which class it is, is."""
    text = "SECRET"
    try:
        try:
            int(text)
        except ValueError as error:
            raise KeyError(text) from error
    except KeyError as error:
        get_logger("stream_slm.test").error("failed", exc_info=True)
        logging.getLogger("faust").exception("crashed: %r", error)  # noqa: TRY401  (as libraries do)
        logging.getLogger("faust").error("crashed: %(reason)s", {"reason": error})
        logging.getLogger("faust").error(error)
        logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=%r>" % error)  # noqa: UP031, G002
    lines = said(written)
    assert lines.count("builtins.KeyError") == 2
    assert lines.count("builtins.ValueError") == 2
    assert lines.count("crashed: KeyError") == 2
    assert "Task exception was never retrieved" in lines
    assert "test_an_exceptions_message_is_not_told" in lines


def test_what_an_operator_needs_is_told(written: io.StringIO) -> None:
    """Errors of ours, of connections and of certificates quote no record."""
    for error in (ConfigurationError("set it so"), ConnectionRefusedError("nobody there"), ssl.SSLError("bad cert")):
        try:
            raise error
        except Exception as caught:
            logging.getLogger("mode").exception("crashed: %s", caught)  # noqa: TRY401
    lines = said(written)
    for told in ("set it so", "nobody there", "bad cert"):
        assert lines.count(told) == 2
