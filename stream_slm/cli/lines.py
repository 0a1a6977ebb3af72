"""Lines of a file or of standard input, as records to send or to read."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import IO, Any, TypeVar

import orjson

from stream_slm.pipeline.text import resolve

_CHUNK_BYTES = 1 << 16
#: Chunks read ahead: what is in flight never waits for a disk, and a large file is never in memory.
_CHUNKS_AHEAD = 16
#: Where records of the reference domains say who they are.
ID_POINTERS = ("/transaction_id", "/id")

T = TypeVar("T")


async def lines_of(source: IO[bytes]) -> AsyncIterator[tuple[int, bytes]]:
    """Lines that hold anything, with their numbers from 1, without their ends.

    A thread waits for them, so that what is in flight goes on while nobody writes to a pipe.
    """
    number, parts = 0, list[bytes]()
    async for chunk in _chunks(source):
        first, *others = chunk.split(b"\n")
        parts.append(first)
        for following in others:
            number += 1
            line = b"".join(parts).rstrip(b"\r")
            parts = [following]
            if line.strip():
                yield number, line
    last = b"".join(parts).rstrip(b"\r")
    if last.strip():
        yield number + 1, last


async def paced(items: AsyncIterator[T], rate: float | None) -> AsyncIterator[T]:
    """The items, at most `rate` a second."""
    pace = pacer(rate)
    async for item in items:
        yield item
        await pace()


def pacer(rate: float | None) -> Callable[[], Awaitable[None]]:
    """Called after each step, waits until the next may be made: `rate` a second since now, or without a wait."""
    began, count = time.monotonic(), 0

    async def pace() -> None:
        nonlocal count
        count += 1
        if rate is not None:
            await asyncio.sleep(max(0.0, began + count / rate - time.monotonic()))

    return pace


def key_of(line: bytes, pointers: Sequence[str] = ID_POINTERS) -> bytes | None:
    """The record's key: the first string or number at one of the pointers."""
    try:
        payload: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    for pointer in pointers:
        value = resolve(payload, pointer)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value):
            return str(value).encode()
    return None


async def _chunks(source: IO[bytes]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes | OSError] = asyncio.Queue(_CHUNKS_AHEAD)
    read = _read_of(source)

    def hand_over(chunk: bytes | OSError) -> None:
        asyncio.run_coroutine_threadsafe(chunks.put(chunk), loop).result()

    def run() -> None:
        try:
            while chunk := read():
                hand_over(chunk)
            hand_over(b"")
        except OSError as error:
            hand_over(error)
        except RuntimeError:  # the loop is closed: nobody reads on
            return

    # A daemon: a read of a terminal cannot be broken off, and must not hold up the end of the process.
    threading.Thread(target=run, name="stream-slm-lines", daemon=True).start()
    while chunk := await chunks.get():
        if isinstance(chunk, OSError):
            raise chunk
        yield chunk


def _read_of(source: IO[bytes]) -> Callable[[], bytes]:
    try:
        # Below the buffer of `source`: its lock, held by a thread that waits, would abort the interpreter at exit.
        return partial(os.read, source.fileno(), _CHUNK_BYTES)
    except io.UnsupportedOperation:
        return partial(source.read, _CHUNK_BYTES)
