"""`stream-slm produce`: sends the lines of a file to a topic, as they are."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

import click
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from stream_slm.config.settings import load
from stream_slm.errors import BrokerUnavailable
from stream_slm.pipeline.text import check_pointer, resolve

#: Where records of the reference domains say who they are.
ID_POINTERS = ("/transaction_id", "/id")
#: Sends waited for at once.
_WINDOW = 1000


@click.command()
@click.argument("topic")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--key-pointer", multiple=True, default=ID_POINTERS, show_default=True, help="Key: the value there.")
@click.option("--rate", type=click.FloatRange(min=0.1), help="Records a second (default: as fast as it goes).")
def produce(topic: str, file: IO[bytes], key_pointer: Sequence[str], rate: float | None) -> None:
    """Send each line of FILE (default: stdin) to TOPIC, bytes unchanged.

    The key is the value at the first --key-pointer that has one; a line that is not JSON is sent without a key.

    \b
    Example:
      stream-slm produce transactions.v1 agents/samples/transactions.jsonl --rate 20
    """
    for pointer in key_pointer:
        check_pointer(pointer)
    settings = load()
    where = {"bootstrap_servers": list(settings.broker.bootstrap_servers), "client_id": settings.app.id}
    began = time.monotonic()
    largest = settings.producer.max_request_bytes
    count = asyncio.run(send_lines(where, topic, lines_of(file), key_pointer, rate, largest))
    seconds = time.monotonic() - began
    click.echo(f"{count} records to {topic} in {seconds:.1f} s ({count / max(seconds, 1e-9):.0f}/s)", err=True)


def lines_of(file: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that hold anything, without their ends."""
    return (line.rstrip(b"\r\n") for line in file if line.strip())


def key_of(line: bytes, pointers: Sequence[str]) -> bytes | None:
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


async def send_lines(
    connection: Mapping[str, Any],
    topic: str,
    lines: Iterable[bytes],
    pointers: Sequence[str],
    rate: float | None,
    max_request_bytes: int,
) -> int:
    """Send lines and wait for every acknowledgement; returns how many there were.

    Raises:
        BrokerUnavailable: no broker answers, or one refuses a record.
    """
    producer = AIOKafkaProducer(**connection, linger_ms=5, max_request_size=max_request_bytes)
    count = 0
    try:
        await producer.start()
        began = last_report = time.monotonic()
        pending: list[asyncio.Future[Any]] = []
        for line in lines:
            pending.append(await producer.send(topic, line, key=key_of(line, pointers)))
            count += 1
            if rate is not None:
                await asyncio.sleep(max(0.0, began + count / rate - time.monotonic()))
            if len(pending) >= _WINDOW:
                await asyncio.gather(*pending)
                pending.clear()
            if time.monotonic() - last_report > 2:
                last_report = time.monotonic()
                print(f"{count} records", file=sys.stderr)
        await asyncio.gather(*pending)
    except (KafkaError, OSError) as error:
        servers = ", ".join(connection["bootstrap_servers"])
        raise BrokerUnavailable(f"cannot send to {topic} at {servers} ({type(error).__name__})") from None
    finally:
        await producer.stop()
    return count
