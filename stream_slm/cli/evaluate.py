"""`stream-slm evaluate`: how good a bundle's head is on labelled rows."""

from __future__ import annotations

from dataclasses import asdict

import click

from stream_slm.cli.labelled import Asked, bundle_folder, judged_rows, labelled_options, matched_rows, settings_for
from stream_slm.cli.report import show
from stream_slm.engine.bundle import Bundle
from stream_slm.learning.bundling import json_of
from stream_slm.learning.measures import figures_of


@click.command()
@labelled_options
def evaluate(asked: Asked) -> None:
    """Measure a head on labelled rows, through the code path of a worker.

    The report is that of `stream-slm train`. Rows that the head was trained on flatter it: bring others.

    \b
    Example:
      stream-slm evaluate --labels held-out.jsonl --bundle my-bundle --task topic
    """
    settings = settings_for(asked)
    found = Bundle.load(bundle_folder(settings))
    matched = matched_rows(asked, found)
    figures = figures_of(judged_rows(asked, settings, found, matched.rows))
    if asked.as_json:
        told = {"bundle": found.manifest.name, "digest": found.digest, "task": asked.task}
        click.echo(json_of({**told, "remarks": list(matched.remarks), **asdict(figures)}), nl=False)
    else:
        show(figures, f"{len(matched.rows)} rows of {asked.file}")
