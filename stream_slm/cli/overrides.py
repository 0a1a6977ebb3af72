"""`--set`: a setting on the command line, above all other places where it may be given."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

import click

from stream_slm.config.sources import SET_VARIABLE, command_line


def add_set_option(command: click.Command) -> None:
    """Let a command take `--set`, and all commands under it."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            add_set_option(each)
    command.params.append(
        click.Option(
            ["--set", "settings"],
            multiple=True,
            metavar="SETTING=VALUE",
            expose_value=False,
            callback=_keep,
            help="A setting, such as broker.bootstrap_servers=kafka:9092; above file and environment.",
        )
    )


def _keep(_ctx: click.Context, _option: click.Parameter, given: Sequence[str]) -> None:
    """Keep it where the application, which reads its settings itself, finds it."""
    pairs = [each.partition("=") for each in given]
    for setting, equals, _ in pairs:
        if not equals or "." not in setting:
            raise click.BadParameter(f"{setting!r} must look like section.name=value")
    if pairs:
        before = command_line(os.environ)
        os.environ[SET_VARIABLE] = json.dumps({**before, **{setting: value for setting, _, value in pairs}})
