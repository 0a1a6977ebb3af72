"""A Faust agent that passes each event on and awaits that it was sent, as Faust's documentation has it."""

from __future__ import annotations

import sys
import tempfile
from typing import Any

import faust

from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE

app = faust.App(
    GROUP,
    broker=f"aiokafka://{SERVERS}",
    value_serializer="raw",
    key_serializer="raw",
    producer_acks=-1,
    topic_disable_leader=True,
    datadir=tempfile.mkdtemp(),
    web_enabled=False,
)
sink = app.topic(SINK)


@app.agent(app.topic(SOURCE))
async def pass_on(stream: Any) -> None:
    """Each event, as it is."""
    async for event in stream.events():
        await sink.send(key=event.key, value=event.value)


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "worker"]
    faust.Worker(app, loglevel="WARN", quiet=True).execute_from_commandline()
