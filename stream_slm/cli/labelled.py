"""What the commands on labelled rows share: their options, the rows, the bundle."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from stream_slm.cli.progress import counter
from stream_slm.config.settings import Settings, load
from stream_slm.engine.bundle import Bundle
from stream_slm.errors import DataError
from stream_slm.learning.evaluate import Matched, judge, match
from stream_slm.learning.measures import Judged
from stream_slm.learning.rows import Fields, LabelledRows, read_rows, refuse_bad
from stream_slm.pipeline.models import models_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows, and which head of which bundle."""

    file: Path
    bundle: str | None
    task: str
    text_field: str
    label_field: str
    skip_bad: bool
    models_dir: Path | None
    as_json: bool


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


def labelled_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say which rows and which head; a command gets them as its argument `asked`."""

    @functools.wraps(command)
    def with_asked(**options: Any) -> Any:
        asked = Asked(**{field.name: options.pop(field.name) for field in fields(Asked)})
        return command(asked=asked, **options)

    for option in reversed(_OPTIONS):
        with_asked = option(with_asked)
    return with_asked


def settings_for(asked: Asked) -> Settings:
    """The settings with the bundle that was asked for."""
    return with_bundle(load(), asked.bundle, asked.models_dir)


def with_bundle(settings: Settings, bundle: str | None, folder: Path | None) -> Settings:
    """Settings with another bundle: a name in the folder of bundles, or a folder of its own; None: as they are."""
    changes: dict[str, Any] = {"dir": folder} if folder else {}
    if bundle and Path(bundle).name != bundle:
        changes = {"dir": Path(bundle).resolve().parent, "bundle": Path(bundle).resolve().name}
    elif bundle:
        changes["bundle"] = bundle
    return settings.model_copy(update={"models": settings.models.model_copy(update=changes)})


def bundle_folder(settings: Settings) -> Path:
    """Where the settings' bundle lies."""
    return models_dir(settings) / settings.models.bundle


def new_bundle_folder(asked: Asked) -> Path:
    """Where a bundle that is made here goes, wherever the one it is made from lies."""
    return asked.models_dir or models_dir(load())


def matched_rows(asked: Asked, bundle: Bundle) -> Matched:
    """The rows that the bundle's head can be measured on; what is to be said of them is said."""
    matched = match(rows_of(asked), bundle, asked.task)
    tell(matched.remarks)
    return matched


def judged_rows(asked: Asked, settings: Settings, bundle: Bundle, rows: LabelledRows) -> Judged:
    """What the bundle's head says of some rows."""
    with counter(len(rows)) as report:
        return judge(settings, bundle, asked.task, rows, report)


def rows_of(asked: Asked) -> LabelledRows:
    """The rows of a file.

    Raises:
        DataError: bad rows, unless they are to be skipped; no rows at all.
    """
    with asked.file.open("rb") as lines:
        rows, bad = read_rows(lines, Fields(text=asked.text_field, label=asked.label_field))
    if not asked.skip_bad:
        refuse_bad(bad)
    for each in bad:
        click.echo(f"line {each.line}: {each.reason}: skipped", err=True)
    if not len(rows):
        raise DataError(f"{asked.file} holds no labelled row")
    return rows


def tell(remarks: Iterable[str]) -> None:
    """Warnings, one a line, on standard error."""
    for remark in remarks:
        click.echo(f"note: {remark}", err=True)
