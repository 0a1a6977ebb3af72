"""`stream-slm tail`: reads output topics, for people or for scripts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

import click
import orjson
from rich.console import Console
from rich.text import Text

from stream_slm.cli.application import app_option, load_application
from stream_slm.cli.show import alert_line, dead_letter_line, outcome_line
from stream_slm.cli.subscriber import Seen, records
from stream_slm.config.settings import load
from stream_slm.errors import ConfigurationError


@click.command()
@click.argument("topic", nargs=-1)
@app_option
@click.option("--alerts", is_flag=True, help="The alert topics of the application, in place of TOPIC.")
@click.option("--from-beginning", is_flag=True, help="All records that are there, then new ones.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: topic, partition, offset, key, ...")
@click.option("--max", "most", type=click.IntRange(min=1), help="Stop after so many records.")
@click.option("--timeout", type=float, help="Stop when none has come for so many seconds.")
def tail(
    topic: Sequence[str],
    app: str,
    alerts: bool,
    from_beginning: bool,
    as_json: bool,
    most: int | None,
    timeout: float | None,
) -> None:
    """Read TOPICs as a subscriber does: enriched records, alerts, dead letters.

    \b
    Example:
      stream-slm tail transactions.enriched.v1 --from-beginning
      stream-slm tail --alerts --json | jq .value.headline
    """
    topics = _alert_topics(app) if alerts else list(topic)
    if not topics:
        raise click.UsageError("name a topic, or --alerts; `stream-slm topics list` shows what there is")
    settings = load()
    where = {"bootstrap_servers": list(settings.broker.bootstrap_servers), "client_id": settings.app.id}
    console = None if as_json else Console(soft_wrap=True)
    try:
        asyncio.run(_tail(where, topics, from_beginning, console, most, timeout))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _alert_topics(app: str) -> list[str]:
    slm = load_application(app)
    found = [handle.spec.alerts_topic for handle in slm.pipelines.values() if handle.spec.alerts]
    if not found:
        raise ConfigurationError(f"no pipeline of {app} raises alerts")
    return found


async def _tail(
    where: Mapping[str, object],
    topics: Sequence[str],
    from_beginning: bool,
    console: Console | None,
    most: int | None,
    quiet_s: float | None,
) -> None:
    count, last = 0, time.monotonic()
    async for batch in records(where, topics, from_beginning=from_beginning):
        for seen in batch:
            if console is None:
                click.echo(orjson.dumps(seen.as_json()))
            else:
                console.print(_line(seen))
            count += 1
            if most is not None and count >= most:
                return
        now = time.monotonic()
        last = now if batch else last
        if quiet_s is not None and now - last >= quiet_s:
            return


def _line(seen: Seen) -> Text:
    if seen.kind == "alert":
        return alert_line(seen.value)
    if seen.kind == "dead_letter":
        return dead_letter_line(seen.headers)
    if seen.kind == "enriched":
        return outcome_line(seen.value)
    return Text(f"{seen.record.topic}/{seen.record.partition}/{seen.record.offset}: not a record of ours", style="dim")
