"""FastStream around a Hugging Face pipeline, in batches, as its documentation has it."""

from __future__ import annotations

import asyncio
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker

from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE
from benchmarks.contenders.hugging_face import classify

broker = KafkaBroker(SERVERS, acks="all", logger=None)
app = FastStream(broker, logger=None)
publisher = broker.publisher(SINK, batch=True)


@broker.subscriber(
    SOURCE, group_id=GROUP, auto_offset_reset="earliest", ack_policy=AckPolicy.ACK, batch=True, max_records=32
)
async def on_records(records: list[dict[str, Any]]) -> None:
    """Classify a batch and publish it."""
    await publisher.publish(*await asyncio.to_thread(classify, [record["text"] for record in records]))


asyncio.run(app.run())
