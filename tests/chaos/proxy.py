"""A network that fails: a TCP proxy between workers and broker, which stalls, resets or delays on request."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Literal, Self

Fault = Literal["stall", "reset", "delay"]


class Proxy:
    """Listens on one local port, connects to another. Bytes keep their order; their time changes, or they end."""

    def __init__(self, port: int, target: int, rng: random.Random) -> None:
        self._port = port
        self._target = target
        self._rng = rng
        self._fault: Fault | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._cut_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut(self, fault: Fault, for_s: float) -> None:
        """Let the network fail for a while: hold all bytes, reset all connections, or delay each piece by up to 2 s."""
        self._fault = fault
        if fault == "stall":
            self._flowing.clear()
        if fault == "reset":
            self._cut_all()
        await asyncio.sleep(for_s)
        self._fault = None
        self._flowing.set()

    def _cut_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):
            await self._join(reader, writer)
        writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._fault == "reset":
            return
        await self._flowing.wait()
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, back}
        try:
            ways = {asyncio.create_task(self._pass_on(reader, back)), asyncio.create_task(self._pass_on(there, writer))}
            _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in left:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._writers -= {writer, back}
            back.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65_536):
            await self._flowing.wait()
            if self._fault == "delay":
                await asyncio.sleep(self._rng.uniform(0.2, 2))
            writer.write(piece)
            await writer.drain()
