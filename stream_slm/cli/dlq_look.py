"""`stream-slm dlq list` and `stream-slm dlq show`: what lies in dead-letter topics."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

import click
import orjson
from rich.console import Console

from stream_slm.cli.application import broker_of_app_option, load_application, reach_kafka
from stream_slm.cli.dlq_reader import DeadLetterReader
from stream_slm.cli.dlq_select import Selection, selection_options
from stream_slm.cli.dlq_show import Counts, as_json, in_full, page_of
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.redrive import DeadLetter
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.topics import Topics

#: Where to look: a topic, and which of its records.
Target = tuple[str, Selection]


@click.command(name="list")
@click.argument("topic", nargs=-1)
@broker_of_app_option
@selection_options
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a dead letter, as described above.")
def list_(topic: Sequence[str], app: str | None, selection: Selection, as_lines: bool) -> None:
    """Count the dead letters of TOPICs by error code (default: of all pipelines of the application).

    With --json each line is one dead letter: topic, partition, offset, timestamp, code, reason, exception, stage,
    pipeline, group, version, source (topic/partition/offset), source_timestamp, origin, attempts, redrives, bytes; null
    where it does not say. Times are when a record became a dead letter. --limit counts over all topics.

    \b
    Example:
      stream-slm dlq list
      stream-slm dlq list transactions.v1.dlq --since 2h --code decode_error
      stream-slm dlq list --json | jq -r 'select(.redrives > 0) | .source'
    """
    where, topics = _reached(app, topic)
    counts = Counts()

    async def run() -> None:
        async for letter in _selected(where, [(each, selection) for each in topics], selection.limit):
            if as_lines:
                click.echo(orjson.dumps(as_json(letter)))
            else:
                counts.add(letter)

    asyncio.run(run())
    if not as_lines:
        Console(highlight=False).print(counts.table())


@click.command()
@click.argument("place", nargs=-1)
@broker_of_app_option
@selection_options
@click.option("--value", is_flag=True, help="Show the value too: it may hold private text.")
@click.option("--raw", is_flag=True, help="Write the bytes of one value to stdout, and nothing else.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object each: as in list, and key and headers.")
def show(place: Sequence[str], app: str | None, selection: Selection, value: bool, raw: bool, as_lines: bool) -> None:
    """Show dead letters in full: at each PLACE (topic/partition/offset), or those of a topic that filters take.

    \b
    Example:
      stream-slm dlq show transactions.v1.dlq/3/12 --value
      stream-slm dlq show transactions.v1.dlq --code too_long --limit 5
      stream-slm dlq show transactions.v1.dlq/3/12 --raw > record.json
    """
    targets = [_target(each, selection) for each in place]
    where, topics = _reached(app, [topic for topic, _ in targets])
    targets = targets or [(topic, selection) for topic in topics]
    if raw and (value or as_lines):
        raise click.UsageError("--raw writes bytes and nothing else: leave out --value and --json")
    console = Console(highlight=False)

    async def run() -> int:
        count = 0
        async for letter in _selected(where, targets, selection.limit):
            count += 1
            if as_lines:
                click.echo(orjson.dumps(in_full(letter, value=value)))
            else:
                console.print(page_of(letter, value=value), soft_wrap=True)
        return count

    if raw:
        _write(asyncio.run(_the_one(where, targets, selection.limit)))
    elif not asyncio.run(run()):
        raise ConfigurationError(f"no such dead letter in {', '.join(topic for topic, _ in targets)}")


def _reached(app: str | None, topics: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """How to reach Kafka, and the topics: those that were named, or the application's dead-letter topics there are."""
    if topics:
        return reach_kafka(app), list(dict.fromkeys(topics))
    slm = load_application(app)
    where = connection_of_app(slm.app)
    wanted = dict.fromkeys(handle.spec.dead_letter_topic for handle in slm.pipelines.values())
    existing = asyncio.run(_existing(where))
    found = [topic for topic in wanted if topic in existing]
    if not found:
        raise ConfigurationError(f"none of the topics {', '.join(wanted)} is there; name one, or run `topics create`")
    return where, found


async def _existing(where: Mapping[str, Any]) -> Collection[str]:
    async with Topics(where) as admin:
        return await admin.existing()


def _target(place: str, selection: Selection) -> Target:
    """A topic with the filters, or one place of a topic."""
    topic, *numbers = place.split("/")
    if not numbers:
        return topic, selection
    if len(numbers) != 2 or not all(each.isascii() and each.isdigit() and len(each) < 19 for each in numbers):
        raise click.UsageError(f"{place!r} is neither a topic nor a place: write topic/partition/offset")
    partition, offset = map(int, numbers)
    return topic, Selection(partitions=frozenset({partition}), offsets=(offset, offset))


async def _selected(
    where: Mapping[str, Any], targets: Sequence[Target], limit: int | None
) -> AsyncIterator[DeadLetter]:
    """The dead letters of some topics that filters take."""
    count = 0
    for topic, selection in targets:
        async with DeadLetterReader(where, topic) as reader:
            async for letter in reader.read(selection):
                if selection.takes(letter):
                    yield letter
                    count += 1
                    if limit is not None and count >= limit:
                        return


async def _the_one(where: Mapping[str, Any], targets: Sequence[Target], limit: int | None) -> DeadLetter:
    found = [letter async for letter in _selected(where, targets, limit or 2)]
    if len(found) != 1:
        raise ConfigurationError(f"--raw writes one dead letter, and {'more are' if found else 'none is'} meant")
    return found[0]


def _write(letter: DeadLetter) -> None:
    sys.stdout.buffer.write(letter.record.value or b"")
    sys.stdout.buffer.flush()
