"""Rules of reading lines as records."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from io import BytesIO
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.cli.lines import key_of, lines_of, paced


async def read(source: IO[bytes]) -> list[tuple[int, bytes]]:
    return [each async for each in lines_of(source)]


async def test_blank_lines_are_no_records_but_count() -> None:
    """Bytes are kept but for the line's end, numbers are those of an editor."""
    assert await read(BytesIO(b" a \r\n\n   \nb\xff\n\nc")) == [(1, b" a "), (4, b"b\xff"), (6, b"c")]
    assert await read(BytesIO(b"")) == []


@given(st.lists(st.binary().map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"")), max_size=8))
def test_every_line_comes_once_with_its_bytes(lines: list[bytes]) -> None:
    """However long it is and whatever it holds."""
    long = [line * 20_000 for line in lines]
    wanted = [(number, line) for number, line in enumerate(long, start=1) if line.strip()]
    assert asyncio.run(read(BytesIO(b"\n".join(long)))) == wanted


@pytest.mark.timeout(10)
async def test_a_line_of_a_pipe_is_given_out_before_the_next_is_written() -> None:
    """Reading waits in a thread; the loop and what is in flight go on."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as sink:
        lines = lines_of(source)
        sink.write(b"first\nsec")
        assert await anext(lines) == (1, b"first")
        sink.write(b"ond\n")
        assert await anext(lines) == (2, b"second")
        sink.close()
        with pytest.raises(StopAsyncIteration):
            await anext(lines)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (b'{"id": 7, "transaction_id": "t"}', b"t"),
        (b'{"id": 7}', b"7"),
        (b'{"id": true}', None),
        (b'{"id": ""}', None),
        (b'{"id": {"a": 1}}', None),
        (b"[1]", None),
        (b"\xff", None),
        (b"no json", None),
    ],
)
def test_a_records_key_is_the_first_id_it_has(line: bytes, key: bytes | None) -> None:
    """Keys come from the payload; what is no JSON, or has none, is sent without."""
    assert key_of(line) == key
    assert key_of(b'{"a": {"b": "c"}}', ["/a/b"]) == b"c"


async def test_pacing_sends_no_faster_than_told() -> None:
    """The rate is an upper bound over the whole run."""

    async def items() -> AsyncIterator[int]:
        for item in range(11):
            yield item

    began = time.monotonic()
    assert [item async for item in paced(items(), 100.0)] == list(range(11))
    assert time.monotonic() - began >= 0.1
    assert [item async for item in paced(items(), None)] == list(range(11))
