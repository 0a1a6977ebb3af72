"""What the commands on labelled rows share: their options, the rows, the bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from stream_slm.config.settings import Settings, load
from stream_slm.errors import DataError
from stream_slm.learning.rows import Fields, LabelledRows, read_rows, refuse_bad
from stream_slm.pipeline.models import models_dir

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--labels",
        "file",
        required=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help='Labelled rows, JSON lines: {"text": ..., "label": "a"}, or ["a", "b"] where a text has several.',
    ),
    click.option("--bundle", metavar="NAME", help="The bundle: its name or folder (default: models.bundle)."),
    click.option("--task", required=True, metavar="NAME", help="The task: the name of the head in the bundle."),
    click.option("--text-field", default="text", show_default=True, help="Field or JSON pointer of the text."),
    click.option("--label-field", default="label", show_default=True, help="Field or JSON pointer of the label."),
    click.option("--skip-bad", is_flag=True, help="Go without bad rows; they are still named."),
    click.option(
        "--models-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of bundles (default: models.dir of the settings, else the user's cache folder).",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object."),
)


def labelled_options(command: Command) -> Command:
    """Add the options that say which rows and which head."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_for(bundle: str | None, folder: Path | None) -> Settings:
    """The settings with the bundle that was asked for: a name in the folder of bundles, or a folder of its own."""
    settings = load()
    changes: dict[str, Any] = {"dir": folder} if folder else {}
    if bundle and Path(bundle).name != bundle:
        changes = {"dir": Path(bundle).resolve().parent, "bundle": Path(bundle).resolve().name}
    elif bundle:
        changes["bundle"] = bundle
    return settings.model_copy(update={"models": settings.models.model_copy(update=changes)})


def bundle_folder(settings: Settings) -> Path:
    """Where the settings' bundle lies."""
    return models_dir(settings) / settings.models.bundle


def new_bundle_folder(folder: Path | None) -> Path:
    """Where a bundle that is made here goes, wherever the one it is made from lies."""
    return folder or models_dir(load())


def rows_of(file: Path, text_field: str, label_field: str, skip_bad: bool) -> LabelledRows:
    """The rows of a file.

    Raises:
        DataError: bad rows, unless they are to be skipped; no rows at all.
    """
    with file.open("rb") as lines:
        rows, bad = read_rows(lines, Fields(text=text_field, label=label_field))
    if not skip_bad:
        refuse_bad(bad)
    for each in bad:
        click.echo(f"line {each.line}: {each.reason}: skipped", err=True)
    if not len(rows):
        raise DataError(f"{file} holds no labelled row")
    return rows


def tell(remarks: Iterable[str]) -> None:
    """Warnings, one a line, on standard error."""
    for remark in remarks:
        click.echo(f"note: {remark}", err=True)
