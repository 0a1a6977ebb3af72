"""`stream-slm evaluate`: how good a bundle's head is on labelled rows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from stream_slm.cli.labelled import bundle_folder, labelled_options, rows_of, settings_for, tell
from stream_slm.cli.progress import counter
from stream_slm.cli.report import show
from stream_slm.engine.bundle import Bundle
from stream_slm.learning.bundling import json_of
from stream_slm.learning.evaluate import judge, match
from stream_slm.learning.measures import figures_of


@click.command()
@labelled_options
def evaluate(
    file: Path,
    bundle: str | None,
    task: str,
    text_field: str,
    label_field: str,
    skip_bad: bool,
    models_dir: Path | None,
    as_json: bool,
) -> None:
    """Measure a head on labelled rows, through the code path of a worker.

    The report is that of `stream-slm train`. Rows that the head was trained on flatter it: bring others.

    \b
    Example:
      stream-slm evaluate --labels held-out.jsonl --bundle my-bundle --task topic
    """
    settings = settings_for(bundle, models_dir)
    found = Bundle.load(bundle_folder(settings))
    matched = match(rows_of(file, text_field, label_field, skip_bad), found, task)
    tell(matched.remarks)
    with counter(len(matched.rows)) as report:
        judged = judge(settings, found, task, matched.rows, report)
    figures = figures_of(judged)
    if as_json:
        told = {"bundle": found.manifest.name, "digest": found.digest, "task": task}
        click.echo(json_of({**told, "remarks": list(matched.remarks), **asdict(figures)}), nl=False)
    else:
        show(figures, f"{len(matched.rows)} rows of {file}")
