"""aiokafka and a Hugging Face pipeline: one record at a time, or (`BENCH_BATCH=32`) as many as a fetch gives."""

from __future__ import annotations

import asyncio
import os

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE
from benchmarks.contenders.hugging_face import classify, text_of

_BATCH = int(os.environ.get("BENCH_BATCH", "1"))


async def main() -> None:
    """Read, classify, write, commit."""
    consumer = AIOKafkaConsumer(
        SOURCE, bootstrap_servers=SERVERS, group_id=GROUP, auto_offset_reset="earliest", enable_auto_commit=False
    )
    async with consumer, AIOKafkaProducer(bootstrap_servers=SERVERS, acks="all", linger_ms=2) as producer:
        while True:
            fetched = await consumer.getmany(timeout_ms=200, max_records=_BATCH)
            records = [record for each in fetched.values() for record in each]
            if not records:
                continue
            answers = await asyncio.to_thread(classify, [text_of(record.value) for record in records])
            sent = [await producer.send(SINK, each, record.key) for each, record in zip(answers, records, strict=True)]
            await asyncio.gather(*sent)
            await consumer.commit()


asyncio.run(main())
