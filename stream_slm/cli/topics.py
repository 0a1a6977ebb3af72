"""`stream-slm topics`: the topics of an application's pipelines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import click
from rich.console import Console
from rich.table import Table

from stream_slm.cli.application import app_option, load_application
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.topics import TopicInfo, Topics


@click.group()
def topics() -> None:
    """Create and list the topics of the application's pipelines.

    \b
    Example:
      stream-slm topics create && stream-slm topics list
    """


@topics.command()
@app_option
@click.option("--json", "as_json", is_flag=True, help="Print the names of the created topics as a JSON list.")
def create(app: str | None, as_json: bool) -> None:
    """Create the topics that are missing, with the partitions and replicas of the settings.

    \b
    Example:
      STREAM_SLM_TOPICS__PARTITIONS=12 STREAM_SLM_TOPICS__REPLICATION_FACTOR=3 stream-slm topics create
    """
    created = asyncio.run(_create(load_application(app)))
    if as_json:
        click.echo(json.dumps(created))
    else:
        click.echo("\n".join(f"created {name}" for name in created) or "all topics were there")


@topics.command(name="list")
@app_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a topic.")
def list_(app: str | None, as_json: bool) -> None:
    """List the topics of the pipelines, what each is for, and whether it exists.

    \b
    Example:
      stream-slm topics list --json | jq -r 'select(.partitions == null) | .topic'
    """
    slm = load_application(app)
    there = asyncio.run(_existing(slm))
    rows = [
        {"pipeline": handle.spec.name, "role": role, "topic": topic, "partitions": _partitions(there, topic)}
        for handle in slm.pipelines.values()
        for role, topic in _roles(handle.spec)
    ]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row))
        return
    table = Table("pipeline", "role", "topic", "partitions")
    for row in rows:
        partitions = "[red]missing[/]" if row["partitions"] is None else str(row["partitions"])
        table.add_row(str(row["pipeline"]), str(row["role"]), str(row["topic"]), partitions)
    Console().print(table)


async def _create(slm: StreamSLM) -> list[str]:
    async with Topics(connection_of_app(slm.app)) as admin:
        return await admin.create([handle.spec for handle in slm.pipelines.values()], slm.settings.topics)


async def _existing(slm: StreamSLM) -> dict[str, TopicInfo]:
    async with Topics(connection_of_app(slm.app)) as admin:
        return await admin.existing()


def _roles(spec: PipelineSpec) -> Iterator[tuple[str, str]]:
    yield "source", spec.source
    yield "enriched", spec.sink
    if spec.alerts:
        yield "alerts", spec.alerts_topic
    if spec.reviewed:
        yield "review", spec.reviewed
    if spec.shadowed:
        yield "shadow", spec.shadowed
    yield "dead letters", spec.dead_letter_topic


def _partitions(there: dict[str, TopicInfo], topic: str) -> int | None:
    return there[topic].partitions if topic in there else None
