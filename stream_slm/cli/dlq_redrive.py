"""`stream-slm dlq redrive`: sends dead letters back to where they came from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stream_slm.cli.application import broker_of_app_option, reach_kafka
from stream_slm.cli.ask import answer_to
from stream_slm.cli.dlq_reader import DeadLetterReader, Ends
from stream_slm.cli.dlq_select import Selection, selection_options
from stream_slm.cli.dlq_sending import Plan, Redrive, Tally, group_of
from stream_slm.cli.progress import counter
from stream_slm.cli.show import one_line
from stream_slm.config.settings import load
from stream_slm.errors import ConfigurationError


@click.command()
@click.argument("topic")
@broker_of_app_option
@selection_options
@click.option("--to", metavar="TOPIC", help="Send there, not to where each came from.")
@click.option("--max-redrives", type=click.IntRange(min=1), default=3, show_default=True, help="Leave those that were.")
@click.option("--rate", type=click.FloatRange(min=0.1), help="Records a second (default: as fast as it goes).")
@click.option("--again", is_flag=True, help="Send also what was sent back before.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def redrive(
    topic: str,
    app: str | None,
    selection: Selection,
    to: str | None,
    max_redrives: int,
    rate: float | None,
    again: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send the dead letters of TOPIC back to where they came from.

    Key, value, headers and timestamp are the original ones; added are the record's identity (x-stream-slm-origin-id),
    so that its outputs have the ids they would have had, and x-stream-slm-redrive-count. Fix what was wrong first.

    What was sent is kept in the consumer group stream-slm-redrive-TOPIC, once the broker has acknowledged it: a redrive
    that was broken off goes on where it stopped, and one that runs twice sends nothing twice. That holds with filters
    too: what a filter leaves out stays open. A kill -9 can repeat the last 500 (with --rate, those of a second).
    Nothing is deleted: dead letters stay until retention or `dlq purge`.

    Exits with 1 where a dead letter was left: sent too often, of an unknown source, or refused by the broker.

    \b
    Example:
      stream-slm dlq redrive transactions.v1.dlq --code schema_invalid --dry-run
      stream-slm dlq redrive transactions.v1.dlq --since 2h --rate 50 --yes
      stream-slm dlq redrive orders.dlq --to orders.repaired.v1 --limit 1
    """
    if to == topic:
        raise click.UsageError("--to is the dead-letter topic itself")
    plan = Plan(selection=selection, to=to, max_redrives=max_redrives, rate=rate, again=again)
    where, ends, total = reach_kafka(app), None, None
    if dry_run or not yes:
        expected, ends = asyncio.run(_survey(where, topic, plan))
        _print(expected, "would be", Console(stderr=not dry_run, highlight=False))
        total = expected.sent
        if dry_run or not total:
            return _end(expected, topic)
        if answer_to(f"Send {total} dead letters of {topic}? [y/N]").lower() not in ("y", "yes"):
            raise ConfigurationError("not confirmed: nothing was sent (--yes answers beforehand)")
    tally = asyncio.run(_send(where, topic, plan, ends, total))
    _print(tally, "outcome", Console(highlight=False))
    return _end(tally, topic)


async def _survey(where: Mapping[str, Any], topic: str, plan: Plan) -> tuple[Tally, Ends]:
    async with DeadLetterReader(where, topic, group_of(topic)) as reader:
        redriving = await Redrive.of(where, reader, plan)
        return await redriving.survey(), reader.ends


async def _send(where: Mapping[str, Any], topic: str, plan: Plan, ends: Ends | None, total: int | None) -> Tally:
    """Send no more than what was agreed to: up to the ends that were seen then."""
    async with DeadLetterReader(where, topic, group_of(topic), ends) as reader:
        redriving = await Redrive.of(where, reader, plan)
        with counter(total) as report:
            return await redriving.run(load().producer.max_request_bytes, report)


def _end(tally: Tally, topic: str) -> None:
    if tally.left:
        raise ConfigurationError(f"dead letters left in {topic}: {tally.left}")


def _print(tally: Tally, what: str, console: Console) -> None:
    if not tally.counts:
        console.print("no dead letters to send")
        return
    table = Table("to", what, "count")
    table.columns[2].justify = "right"
    for (destination, verdict), count in sorted(tally.counts.items()):
        table.add_row(Text(one_line(destination)), verdict, str(count))
    console.print(table)
