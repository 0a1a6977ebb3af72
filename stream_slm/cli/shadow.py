"""`stream-slm shadow`: what came of a candidate that runs in the shadow of the bundle in use."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from stream_slm.cli.application import app_option, load_application, reach_kafka
from stream_slm.cli.report import wide_console
from stream_slm.cli.shadow_report import Agreement, Tallies
from stream_slm.cli.subscriber import Subscriber
from stream_slm.errors import ConfigurationError
from stream_slm.streaming.connections import connection_of_app

#: Disagreements of a kind that are shown, the most frequent first.
_WORST = 10
#: As much of a digest as tells two apart.
_DIGEST = 19
#: Without a record for so long there are no more, wherever the broker says that the topic ends.
_QUIET_S = 3.0


@click.group()
def shadow() -> None:
    """A candidate bundle that reads a share of the records, and touches no output of theirs.

    Name it with the settings shadow.bundle and shadow.share, create its topics, and start the workers anew; how often
    it agrees with the bundle in use stands in the topic <domain>.shadow.v1.

    \b
    Example:
      STREAM_SLM_SHADOW__BUNDLE=candidate stream-slm topics create
      STREAM_SLM_SHADOW__BUNDLE=candidate STREAM_SLM_SHADOW__SHARE=0.2 stream-slm worker
      stream-slm shadow report transactions.shadow.v1
    """


@shadow.command()
@click.argument("topic", nargs=-1)
@app_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a task and pair of bundles.")
def report(topic: Sequence[str], app: str | None, as_json: bool) -> None:
    """Print how often the candidate agrees, by task, with its 95 % interval (Wilson), and where it does not.

    Reads the shadow TOPICs from their beginning; without one, those of the application, if the settings name a
    candidate. Each pair of bundles stands by itself. A label agrees where it is the same; of a task in which several
    may be right, where all accepted ones are.

    \b
    Example:
      stream-slm shadow report transactions.shadow.v1
      stream-slm shadow report transactions.shadow.v1 --json | jq 'select(.interval[0] < 0.95) | .task'
    """
    if topic:
        where, topics = reach_kafka(app), list(topic)
    else:
        slm = load_application(app)
        where = connection_of_app(slm.app)
        topics = sorted({each.spec.shadowed for each in slm.pipelines.values() if each.spec.shadowed})
        if not topics:
            raise ConfigurationError(
                "the settings name no candidate (shadow.bundle), so the application has no shadow topic: name a TOPIC"
            )
    tallies = asyncio.run(_read(where, topics))
    found = tallies.agreements()
    if as_json:
        for each in found:
            click.echo(json.dumps(each.as_json()))
        return
    if tallies.skipped:
        click.echo(f"records that are of no shadow, left out: {tallies.skipped}", err=True)
    if not found:
        click.echo(f"nothing was compared yet in {', '.join(topics)}: workers tell it every 10 seconds")
        return
    show(found)


def show(found: Sequence[Agreement]) -> None:
    """Print agreements for people, on standard output."""
    console = wide_console()
    console.print(_table(found))
    for each in found:
        if each.differs:
            console.print(_differences(each))


async def _read(where: dict[str, Any], topics: Sequence[str]) -> Tallies:
    tallies = Tallies()
    async with Subscriber(where, topics, from_beginning=True) as subscriber:
        last = time.monotonic()
        while time.monotonic() - last < _QUIET_S:
            if seen := await subscriber.fetch():
                last = time.monotonic()
            elif await subscriber.at_end():
                break
            for each in seen:
                tallies.add(each.value)
    return tallies


def _table(found: Sequence[Agreement]) -> Table:
    table = Table("pipeline", "task", "in use", "candidate", "compared", "agrees", "95 % interval", box=None)
    for column in table.columns[4:]:
        column.justify = "right"
    for each in found:
        low, high = each.interval
        table.add_row(
            Text(each.pipeline),
            Text(each.task),
            each.serving[:_DIGEST],
            each.candidate[:_DIGEST],
            f"{each.compared:,}",
            f"{each.share:.2%}",
            f"{low:.2%} to {high:.2%}",
        )
    return table


def _differences(each: Agreement) -> Table:
    title = Text(f"\n{each.pipeline}, {each.task}: where {each.candidate[:_DIGEST]} differs")
    table = Table("records", "in use says", "candidate says", box=None, title=title, title_justify="left")
    table.columns[0].justify = "right"
    for (said, says), count in each.differs.most_common(_WORST):
        table.add_row(f"{count:,}", Text(said), Text(says))
    return table
