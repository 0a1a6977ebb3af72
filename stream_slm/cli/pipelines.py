"""`stream-slm pipelines`: pipelines declared in YAML, checked and tried before a worker runs them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, fields
from pathlib import Path

import click
import faust
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stream_slm.config.settings import load
from stream_slm.declared.build import Declared
from stream_slm.declared.document import json_schema
from stream_slm.declared.reading import declared_in, read
from stream_slm.errors import ConfigurationError
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.faust_settings import app_options

#: As of `config check`: 1 is for a check that could not be made, or a test that failed.
_WRONG = 2

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@dataclass(frozen=True, slots=True)
class Tried:
    """An expectation that was tried, and what was not as expected."""

    pipeline: str
    test: str
    differences: tuple[str, ...]


@click.group()
def pipelines() -> None:
    """Check and try pipelines that a YAML file declares; `worker --pipelines FILE` runs them.

    \b
    Example:
      stream-slm pipelines lint pipelines.yaml && stream-slm pipelines test pipelines.yaml
    """


@pipelines.command()
@_file
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem: line, pointer, message.")
@click.pass_context
def lint(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Say what is wrong with FILE, each problem with its line and JSON pointer: exit 0, or 2 where there is one.

    No model is loaded: whether the bundle has a head for a task is for `pipelines test` to find.

    \b
    Example:
      stream-slm pipelines lint examples/support-tickets/pipelines.yaml
    """
    try:
        document = read(file)
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        ctx.exit(_WRONG)
    for each in document.problems:
        problem = {"line": each.line, "pointer": each.pointer, "message": each.message}
        click.echo(json.dumps(problem) if as_json else each.told(file), err=not as_json)
    if document.problems:
        ctx.exit(_WRONG)
    if not as_json:
        tests = sum(len(each.tests) for each in document.pipelines)
        click.echo(f"{file}: no problems; pipelines: {len(document.pipelines)}, expectations: {tests}")


@pipelines.command()
@_file
@click.option("--json", "as_json", is_flag=True, help="One JSON object an expectation: pipeline, test, differences.")
@click.pass_context
def test(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Run the expectations in FILE through its pipelines, without Kafka: exit 0, or 1 where one is not met.

    \b
    Example:
      stream-slm pipelines test examples/support-tickets/pipelines.yaml
    """
    declared = declared_in(file)
    if not any(each.tests for each in declared):
        raise ConfigurationError(f"{file} expects nothing: write `tests:` beside a pipeline")
    tried = asyncio.run(_tried(declared))
    failed = sum(bool(each.differences) for each in tried)
    if as_json:
        for each in tried:
            told = {"pipeline": each.pipeline, "test": each.test, "differences": each.differences}
            click.echo(orjson.dumps(told))
    else:
        Console().print(_table(tried))
        click.echo(f"{len(tried) - failed} of {len(tried)} expectations met")
    if failed:
        ctx.exit(1)


@pipelines.command()
def schema() -> None:
    """Print the JSON Schema of such a file, for editors.

    \b
    Example:
      stream-slm pipelines schema > pipelines.schema.json
      # first line of the file:  # yaml-language-server: $schema=pipelines.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=2))


async def _tried(declared: tuple[Declared, ...]) -> list[Tried]:
    settings = load()
    async with StreamSLM(faust.App(**app_options(settings)), settings) as slm:
        handles = [
            slm.pipeline(agent=False, **{one.name: getattr(each.spec, one.name) for one in fields(each.spec)})
            for each in declared
        ]
        tests = [(handle, test) for each, handle in zip(declared, handles, strict=True) for test in each.tests]
        outcomes = await asyncio.gather(*(handle.process(test.payload) for handle, test in tests))
        return [
            Tried(handle.spec.name, test.name, tuple(test.differences(outcome)))
            for (handle, test), outcome in zip(tests, outcomes, strict=True)
        ]


def _table(tried: list[Tried]) -> Table:
    table = Table("pipeline", "expectation", "met", "instead")
    for each in tried:
        met = Text("no", "red") if each.differences else Text("yes", "green")
        table.add_row(Text(each.pipeline), Text(each.test), met, Text("\n".join(each.differences)))
    return table
