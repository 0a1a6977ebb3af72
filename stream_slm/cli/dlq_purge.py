"""`stream-slm dlq purge`: deletes the oldest dead letters of a topic."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from stream_slm.cli.application import broker_of_app_option, reach_kafka
from stream_slm.cli.ask import answer_to
from stream_slm.cli.dlq_progress import Progress
from stream_slm.cli.dlq_reader import DeadLetterReader
from stream_slm.cli.dlq_select import Selection, When, milliseconds
from stream_slm.cli.dlq_sending import group_of
from stream_slm.errors import ConfigurationError
from stream_slm.streaming.topics import Topics

#: Records looked at to know a dead-letter topic when we see one.
_LOOKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far a purge goes; where several are given, the nearest counts."""

    until: datetime | None = None
    before: int | None = None
    redriven: bool = False
    partitions: frozenset[int] = frozenset()


@click.command()
@click.argument("topic")
@broker_of_app_option
@click.option("--until", type=When(), help="Those dead before this time: RFC 3339, or so long ago (30d).")
@click.option("--before", type=click.IntRange(min=0), metavar="OFFSET", help="Those before it in one --partition.")
@click.option("--redriven", is_flag=True, help="Those before the first that was not sent back.")
@click.option("--all", "everything", is_flag=True, help="All that are there now.")
@click.option("--partition", type=click.IntRange(min=0), multiple=True, help="Only of this partition. Repeatable.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(
    topic: str,
    app: str | None,
    until: datetime | None,
    before: int | None,
    redriven: bool,
    everything: bool,
    partition: tuple[int, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Delete dead letters of TOPIC for good, oldest first.

    Kafka deletes from the beginning of a partition up to an offset, so there is no choice by code. Where several bounds
    are given, the nearest counts. The embedded broker cannot delete.

    \b
    Example:
      stream-slm dlq purge transactions.v1.dlq --redriven --dry-run
      stream-slm dlq purge transactions.v1.dlq --until 30d
      stream-slm dlq purge transactions.v1.dlq --partition 3 --before 120
    """
    if until is None and before is None and not redriven and not everything:
        raise click.UsageError("say how far: --until, --before, --redriven or --all")
    if before is not None and len(partition) != 1:
        raise click.UsageError("--before is an offset of one partition: name it by --partition")
    where = reach_kafka(app)
    bounds = Bounds(until=until, before=before, redriven=redriven, partitions=frozenset(partition))
    found = asyncio.run(_reach(where, topic, bounds))
    if not found:
        click.echo(f"nothing to delete in {topic}")
        return
    table = Table("partition", "from", "before", "offsets", title=f"to delete in {topic}")
    for each, (begin, stop) in found.items():
        table.add_row(str(each), str(begin), str(stop), str(stop - begin))
    Console(stderr=not dry_run).print(table)
    if dry_run:
        return
    if not yes and answer_to("Type the topic's name to delete them for good:") != topic:
        raise ConfigurationError("not confirmed: nothing was deleted (--yes answers beforehand)")
    asyncio.run(_delete(where, topic, {each: stop for each, (_, stop) in found.items()}))
    click.echo(f"deleted {sum(stop - begin for begin, stop in found.values())} offsets of {topic}")


async def _reach(connection: Mapping[str, Any], topic: str, bounds: Bounds) -> dict[int, tuple[int, int]]:
    """For each partition that would lose records: the first offset there is, and the first that would stay.

    Raises:
        ConfigurationError: the topic does not look like one of dead letters.
    """
    async with DeadLetterReader(connection, topic) as reader:
        await _check_is_of_dead_letters(reader)
        stops = {each.partition: end for each, end in reader.ends.items()}
        if bounds.until is not None:
            stops = _nearer(stops, await reader.offsets_at(milliseconds(bounds.until) or 0))
        if bounds.before is not None:
            stops = _nearer(stops, dict.fromkeys(stops, bounds.before))
        if bounds.redriven:
            async with Topics(connection) as admin:
                kept = await admin.committed(group_of(topic), topic, list(stops))
            stops = _nearer(stops, {each: Progress(*kept.get(each, (0, ""))).head for each in stops})
        return {
            each.partition: (begin, stops[each.partition])
            for each, begin in sorted(reader.begins.items())
            if stops[each.partition] > begin and (not bounds.partitions or each.partition in bounds.partitions)
        }


async def _delete(connection: Mapping[str, Any], topic: str, stops: Mapping[int, int]) -> None:
    """Delete what lies before some offsets."""
    async with Topics(connection) as admin:
        await admin.delete_before(topic, stops)


async def _check_is_of_dead_letters(reader: DeadLetterReader) -> None:
    """A mistyped name must not empty a source."""
    looked = 0
    async for letter in reader.read(Selection()):
        looked += 1
        if letter.ours or letter.source_topic:
            return
        if looked >= _LOOKS:
            break
    if looked:
        raise ConfigurationError(
            f"{reader.topic} does not look like a topic of dead letters: its first {looked} records say of no error; "
            "nothing was deleted"
        )


def _nearer(stops: Mapping[int, int], others: Mapping[int, int]) -> dict[int, int]:
    return {partition: min(stop, others[partition]) for partition, stop in stops.items()}
