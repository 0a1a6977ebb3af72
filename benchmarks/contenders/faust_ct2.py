"""A Faust agent around CTranslate2: event by event, or (`BENCH_BATCH=32`) by `take`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from typing import Any

import faust

from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE
from benchmarks.contenders.naive_ct2 import classify, text_of

_BATCH = int(os.environ.get("BENCH_BATCH", "1"))

app = faust.App(
    GROUP,
    broker=f"aiokafka://{SERVERS}",
    value_serializer="raw",
    producer_acks=-1,
    topic_disable_leader=True,
    datadir=tempfile.mkdtemp(),
    web_enabled=False,
)
source, sink = app.topic(SOURCE), app.topic(SINK)

if _BATCH == 1:

    @app.agent(source)
    async def one_by_one(stream: Any) -> None:
        """Classify each event and await that it is sent."""
        async for value in stream:
            (answer,) = await asyncio.to_thread(classify, [text_of(value)])
            await sink.send(value=answer)
else:

    @app.agent(source)
    async def in_batches(stream: Any) -> None:
        """Classify what `take` gives."""
        async for values in stream.take(_BATCH, within=0.05):
            answers = await asyncio.to_thread(classify, [text_of(value) for value in values])
            await asyncio.gather(*[await sink.send(value=answer) for answer in answers])


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "worker"]
    faust.Worker(app, loglevel="WARN", quiet=True).execute_from_commandline()
