"""`stream-slm produce`: sends the lines of a file to a topic, as they are."""

from __future__ import annotations

import asyncio
import difflib
import sys
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any

import click

from stream_slm.cli.application import broker_of_app_option, reach_kafka
from stream_slm.cli.lines import ID_POINTERS, key_of, lines_of, paced
from stream_slm.cli.progress import counter
from stream_slm.cli.sender import Sender
from stream_slm.config.settings import load
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.text import check_pointer
from stream_slm.streaming.topics import Topics


@click.command()
@click.argument("topic")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--input", "named", type=click.File("rb"), help="The same as FILE.")
@click.option("--key-pointer", multiple=True, default=ID_POINTERS, show_default=True, help="Key: the value there.")
@click.option("--rate", type=click.FloatRange(min=0.1), help="Records a second (default: as fast as it goes).")
@broker_of_app_option
def produce(
    topic: str,
    file: IO[bytes] | None,
    named: IO[bytes] | None,
    key_pointer: Sequence[str],
    rate: float | None,
    app: str | None,
) -> None:
    """Send each line of FILE (default: stdin) to TOPIC, bytes unchanged.

    The key is the value at the first --key-pointer that has one; a line that is not JSON is sent without a key. Blank
    lines are left out.

    \b
    Example:
      stream-slm produce transactions.v1 agents/samples/transactions.jsonl --rate 20
    """
    if file is not None and named is not None:
        raise click.UsageError("name the file once: as FILE or by --input")
    for pointer in key_pointer:
        check_pointer(pointer)
    source = file or named or sys.stdin.buffer
    largest = load().producer.max_request_bytes
    began = time.monotonic()
    count = asyncio.run(_send(reach_kafka(app), topic, source, key_pointer, rate, largest))
    seconds = time.monotonic() - began
    click.echo(f"{count} records to {topic} in {seconds:.1f} s ({count / max(seconds, 1e-9):.0f}/s)", err=True)


async def _send(
    connection: Mapping[str, Any],
    topic: str,
    source: IO[bytes],
    pointers: Sequence[str],
    rate: float | None,
    max_request_bytes: int,
) -> int:
    """Send lines and wait for every acknowledgement; returns how many there were."""
    await _check_topic(connection, topic)
    count = 0
    with counter() as report:
        async with Sender(connection, max_request_bytes) as sender:
            async for number, line in paced(lines_of(source), rate):
                await sender.send(topic, number, line, key_of(line, pointers))
                count += 1
                report(count)
    return count


async def _check_topic(connection: Mapping[str, Any], topic: str) -> None:
    """A mistyped topic is an error, not a new topic."""
    async with Topics(connection) as admin:
        existing = await admin.existing()
    if topic not in existing:
        near = difflib.get_close_matches(topic, existing, n=1)
        hint = f"did you mean {near[0]}?" if near else "`stream-slm topics create` makes those of an application"
        raise ConfigurationError(f"no topic {topic} at {', '.join(connection['bootstrap_servers'])}; {hint}")
