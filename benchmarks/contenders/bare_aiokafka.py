"""aiokafka alone: reads, writes, commits behind what was acknowledged. What Kafka costs in Python."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE


async def main() -> None:
    """Pass every record on."""
    consumer = AIOKafkaConsumer(
        SOURCE, bootstrap_servers=SERVERS, group_id=GROUP, auto_offset_reset="earliest", enable_auto_commit=False
    )
    producer = AIOKafkaProducer(bootstrap_servers=SERVERS, acks="all", linger_ms=2, max_batch_size=131_072)
    async with consumer, producer:
        while True:
            for partition, records in (await consumer.getmany(timeout_ms=200, max_records=512)).items():
                sent = [await producer.send(SINK, value=record.value, key=record.key) for record in records]
                await asyncio.gather(*sent)
                await consumer.commit({partition: records[-1].offset + 1})


asyncio.run(main())
