"""`stream-slm tail`: reads output topics, for people or for scripts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import click
import orjson
from rich.console import Console

from stream_slm.cli.application import broker_of_app_option, load_application, reach_kafka
from stream_slm.cli.recent import RecentIds
from stream_slm.cli.show import line_of
from stream_slm.cli.subscriber import Seen, Subscriber
from stream_slm.errors import ConfigurationError
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.connections import connection_of_app


@click.command()
@click.argument("topic", nargs=-1)
@broker_of_app_option
@click.option(
    "--alerts",
    is_flag=True,
    help="The alert topics of the application (default: agents.app, or the declared pipelines).",
)
@click.option("--group", metavar="NAME", help="Read as a consumer group: a restart goes on where it stopped.")
@click.option("--from-beginning", is_flag=True, help="All records that are there, then new ones; a group: at first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, as described above.")
@click.option("--max", "most", type=click.IntRange(min=1), help="Stop after so many records.")
@click.option("--timeout", type=click.FloatRange(min=0), help="Stop when none has come for so many seconds.")
def tail(
    topic: Sequence[str],
    app: str | None,
    alerts: bool,
    group: str | None,
    from_beginning: bool,
    as_json: bool,
    most: int | None,
    timeout: float | None,
) -> None:
    """Read TOPICs as a subscriber does: enriched records, alerts, dead letters.

    With --json each line has topic, partition, offset, timestamp (ms), key, headers (by name; a list where a name
    repeats) and value: an object where it is one, else a string, else {"base64": ...}.

    With --alerts or --group, a record that repeats an id is not shown; how many there were is told at the end. A group
    commits what was shown, after it was.

    \b
    Example:
      stream-slm tail transactions.enriched.v1 --from-beginning
      stream-slm tail --alerts --group desk --json | jq .value.headline
    """
    if not topic and not alerts:
        raise click.UsageError("name a topic, or --alerts; `stream-slm topics list` shows what there is")
    if alerts:
        slm = load_application(app)
        where, topics = connection_of_app(slm.app), [*topic, *_alert_topics(slm)]
    else:
        where, topics = reach_kafka(app), list(topic)
    recent = RecentIds() if alerts or group else None
    reading = partial(Subscriber, where, topics, from_beginning=from_beginning, group=group)
    try:
        asyncio.run(_tail(reading, recent, _json_printer() if as_json else _printer(), most, timeout))
    finally:
        if recent is not None and recent.dropped:
            click.echo(f"duplicates not shown: {recent.dropped}", err=True)


def _alert_topics(slm: StreamSLM) -> list[str]:
    found = [handle.spec.alerts_topic for handle in slm.pipelines.values() if handle.spec.alerts]
    if not found:
        raise ConfigurationError("no pipeline of the application raises alerts")
    return found


async def _tail(
    reading: Callable[[], Subscriber],
    recent: RecentIds | None,
    show: Callable[[Seen], None],
    most: int | None,
    quiet_s: float | None,
) -> None:
    async with reading() as subscriber:
        count, last = 0, time.monotonic()
        while quiet_s is None or time.monotonic() - last < quiet_s:
            read: list[Seen] = []
            for seen in await subscriber.fetch():
                read.append(seen)
                if recent is None or recent.is_new(seen):
                    show(seen)
                    last = time.monotonic()
                    count += 1
                if most is not None and count >= most:
                    break
            await subscriber.commit(read)
            if most is not None and count >= most:
                return


def _json_printer() -> Callable[[Seen], None]:
    def show(seen: Seen) -> None:
        click.echo(orjson.dumps(seen.as_json()))

    return show


def _printer() -> Callable[[Seen], None]:
    console = Console(highlight=False)

    def show(seen: Seen) -> None:
        if console.is_terminal:
            console.print(line_of(seen), no_wrap=True, overflow="ellipsis")
        else:
            console.print(line_of(seen), soft_wrap=True)

    return show
