"""Rules of how dead letters look: all that they say, none of their text unless it is asked for, nothing forged."""

from __future__ import annotations

import io

import orjson
import pytest
from rich.console import Console, RenderableType

from stream_slm.cli.dlq_show import Counts, as_json, in_full, page_of
from stream_slm.errors import DecodeError, SchemaInvalid
from stream_slm.pipeline.redrive import DeadLetter
from stream_slm.types import Headers, Record
from tests.unit.pipeline.fakes import pipeline, record

SECRET = "patient-4711"


def dead(value: bytes | None, headers: Headers = (), *, offset: int = 5, at_ms: int = 1_800_000_000_000) -> DeadLetter:
    (output,) = pipeline(alerts=()).dead_letter(record(value, headers), SchemaInvalid("rule 7")).outputs
    return DeadLetter(
        record=Record(
            topic="things.v1.dlq",
            partition=1,
            offset=offset,
            key=output.key,
            value=output.value,
            headers=output.headers,
            timestamp_ms=at_ms,
        )
    )


def printed(page: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(page)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_page_says_what_happened_and_not_what_was_written() -> None:
    """The value is private until it is asked for."""
    letter = dead(SECRET.encode(), (("mine", b"h-1"),))
    page = printed(page_of(letter, value=False))
    for told in ("schema_invalid", "things.v1.dlq/1/5", "rule 7", "things.v1/2/77", "mine: h-1", "2023-11-14T22:13:20"):
        assert told in page
    assert SECRET not in page
    assert "x-stream-slm-retriable" not in page  # told above already
    assert SECRET in printed(page_of(letter, value=True))
    assert SECRET not in str(in_full(letter, value=False))
    assert in_full(letter, value=True)["value"] == SECRET


def test_a_record_cannot_forge_what_stands_on_a_terminal() -> None:
    """Neither its value nor its headers nor its key can move the cursor or change a colour."""
    letter = dead(b"a\x1b[31m\rb\nc", (("m\x1b]0;x\x07", b"\x1b[2J"),))
    assert not {"\x1b", "\r", "\x07"} & set(printed(page_of(letter, value=True)))


def test_rich_takes_no_markup_from_a_record() -> None:
    """What a code is called is anybody's choice."""
    letter = DeadLetter(
        record=Record(
            topic="t", partition=0, offset=0, value=b"[red]x[/]", headers=(("x-stream-slm-error-code", b"[bold]y[/]"),)
        )
    )
    counts = Counts()
    counts.add(letter)
    assert "[bold]y[/]" in printed(counts.table())
    assert "[red]x[/]" in printed(page_of(letter, value=True))


@pytest.mark.parametrize(
    "headers",
    [(), (("__connect.errors.topic", None),), (("__connect.errors.topic", b"orders"), ("mine", b"\xff"))],
)
def test_what_somebody_else_put_there_is_shown_with_what_it_has(headers: Headers) -> None:
    """Every line of output is JSON, and every page can be read."""
    letter = DeadLetter(record=Record(topic="t", partition=0, offset=0, value=None, headers=headers, timestamp_ms=-1))
    told = as_json(letter)
    assert (told["code"], told["pipeline"], told["bytes"], told["timestamp"]) == ("unknown", None, None, None)
    assert told["source"] in (None, "orders/?/?")
    orjson.dumps(in_full(letter, value=True))
    assert "none (a tombstone)" in printed(page_of(letter, value=True))


def test_counts_are_by_code_with_the_times_between_which_they_came() -> None:
    """The most frequent first; the example is one that is there."""
    counts = Counts()
    assert counts.table() == "no dead letters"
    (rare,) = pipeline(alerts=()).dead_letter(record(b"?"), DecodeError("x")).outputs
    other = Record(topic="things.v1.dlq", partition=1, offset=9, value=b"?", headers=rare.headers)
    counts.add(DeadLetter(record=other))
    for offset, at_ms in ((3, 1_800_000_060_000), (4, 1_800_000_000_000)):
        counts.add(dead(b"?", offset=offset, at_ms=at_ms))
    table = printed(counts.table())
    assert table.index("schema_invalid") < table.index("decode_error")
    for told in ("2027-01-15T08:00:00Z", "2027-01-15T08:01:00Z", "1/3"):
        assert told in table
