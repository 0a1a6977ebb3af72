"""`stream-slm config`: what is set, from where, and whether it is right."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stream_slm.cli.application import pipelines_file
from stream_slm.config.effective import MASK, Effective, effective, json_schema, sections
from stream_slm.config.settings import load_with_origins
from stream_slm.declared.document import json_schema as pipelines_schema
from stream_slm.declared.reading import declared_in
from stream_slm.errors import ConfigurationError
from stream_slm.streaming.connections import ssl_context

#: As other checkers: 1 is for a check that could not be made.
_WRONG = 2


@click.group()
def config() -> None:
    """Check, show and describe the settings.

    A setting is taken from the first of these that gives it: `--set` on the command line, a file that a variable ending
    in _FILE names (STREAM_SLM_BROKER__SASL_PASSWORD_FILE=/run/secrets/kafka), the environment
    (STREAM_SLM_BROKER__SASL_PASSWORD), the settings file (`--config`, or STREAM_SLM_CONFIG), its default.

    \b
    Example:
      stream-slm --config settings.yaml config check && stream-slm --config settings.yaml config show
    """


@config.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say whether the settings are right: exit 0, or 2 and a line on standard error for each problem.

    Files of certificates and keys are opened, and declared pipelines read; no broker is asked.

    \b
    Example:
      stream-slm config check --set broker.bootstrap_servers=kafka-1:9092
    """
    try:
        ssl_context(load_with_origins().settings.broker)
        if (file := pipelines_file()) is not None:
            declared_in(file)
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        ctx.exit(_WRONG)
    click.echo("settings: no problems")


@config.command()
@click.option("--changed", is_flag=True, help="Leave out what has its default.")
@click.option("--json", "as_json", is_flag=True, help='One JSON object: {"broker.sasl_mechanism": {"value", "from"}}.')
def show(changed: bool, as_json: bool) -> None:
    """Show every setting as it holds, and where it comes from; secrets are masked.

    \b
    Example:
      stream-slm config show --changed
    """
    rows = [row for row in effective(load_with_origins()) if not (changed and row.origin == "default")]
    if as_json:
        click.echo(json.dumps({row.name: {"value": row.value, "from": row.origin} for row in rows}, indent=2))
        return
    table = Table("setting", "value", "from")
    for row in rows:
        style = "dim" if row.origin == "default" else ""
        table.add_row(*(Text(cell, style) for cell in (row.name, _shown(row), row.origin)))
    Console().print(table)


@config.command()
@click.option("--markdown", is_flag=True, help="As the tables of docs/configuration.md.")
def schema(markdown: bool) -> None:
    """Print the JSON Schema of the settings file, for editors.

    \b
    Example:
      stream-slm config schema > settings.schema.json
      # first line of settings.yaml:  # yaml-language-server: $schema=settings.schema.json
    """
    click.echo(as_markdown() if markdown else json.dumps(_with_pipelines(json_schema()), indent=2))


def _with_pipelines(schema: dict[str, Any]) -> dict[str, Any]:
    """The settings file may declare pipelines too."""
    declared = pipelines_schema()
    return {
        **schema,
        "$defs": {**schema["$defs"], **declared["$defs"]},
        "properties": {**schema["properties"], "pipelines": declared["properties"]["pipelines"]},
    }


def as_markdown() -> str:
    """A table for each section."""
    lines = []
    for name, about, rows in sections():
        lines += [f"### {name}", "", about, "", "| setting | values | default | meaning |", "|---|---|---|---|"]
        lines += [f"| `{each.name}` | {each.kind} | {each.default} | {each.meaning} |" for each in rows]
        lines.append("")
    return "\n".join(lines).rstrip()


def _shown(row: Effective) -> str:
    if row.value is None:
        return ""
    return row.value if row.value == MASK or isinstance(row.value, str) else json.dumps(row.value)
