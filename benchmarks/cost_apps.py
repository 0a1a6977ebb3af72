"""The workers whose own cost is compared: `python -m benchmarks.cost_apps aiokafka|faust|ours`."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks import instant
from stream_slm import Classify, StreamSLM, Summarize
from stream_slm.config.settings import load
from stream_slm.streaming.faust_settings import app_options

SOURCE, SINK = os.environ["BENCH_SOURCE"], os.environ["BENCH_SINK"]


async def bare_aiokafka() -> None:
    """Read and write with aiokafka alone: what Kafka costs in Python. Commits behind what was acknowledged."""
    servers, group = ",".join(load().broker.bootstrap_servers), load().app.id
    consumer = AIOKafkaConsumer(
        SOURCE, bootstrap_servers=servers, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False
    )
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=2, max_batch_size=131_072)
    await consumer.start()
    await producer.start()
    with suppress(asyncio.CancelledError):
        while True:
            for partition, records in (await consumer.getmany(timeout_ms=200, max_records=512)).items():
                sent = [await producer.send(SINK, value=record.value, key=record.key) for record in records]
                await asyncio.gather(*sent)
                await consumer.commit({partition: records[-1].offset + 1})


def faust_app() -> faust.App:
    """The settings of our own workers, so that the agent is what differs."""
    return faust.App(**app_options(load()))


def bare_faust(app: faust.App) -> None:
    """An agent that passes each event on and awaits that it was sent, as Faust's documentation has it."""
    source = app.topic(SOURCE, key_serializer="raw", value_serializer="raw")
    sink = app.topic(SINK, key_serializer="raw", value_serializer="raw")

    @app.agent(source)
    async def pass_on(stream: Any) -> None:
        async for event in stream.events():
            await sink.send(key=event.key, value=event.value)


def ours(app: faust.App) -> None:
    """Labels and an extractive summary, with an engine that returns at once."""
    instant.install()
    StreamSLM(app).pipeline(name="cost", source=SOURCE, sink=SINK, tasks=[Classify("risk"), Summarize()])


def main() -> int:
    """Run the one that is asked for."""
    which = sys.argv[1]
    if which == "aiokafka":
        asyncio.run(bare_aiokafka())
        return 0
    app = faust_app()
    {"faust": bare_faust, "ours": ours}[which](app)
    worker = faust.Worker(app, loglevel="WARN", quiet=True)
    worker.execute_from_commandline()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
