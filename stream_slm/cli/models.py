"""`stream-slm models`: pulls model bundles, lists, shows, verifies and removes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from stream_slm.cli.ask import answer_to
from stream_slm.cli.models_folder import bundle_folder, bundle_names, bytes_in, folder_option, models_folder
from stream_slm.cli.models_pull import pull
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import EncoderEntry, LanguageModelEntry
from stream_slm.engine.place import remove as remove_bundle
from stream_slm.errors import BundleError


@click.group()
def models() -> None:
    """Pull, list, show, verify and remove model bundles.

    \b
    Example:
      stream-slm models pull
    """


models.add_command(pull)


@models.command(name="list")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a bundle.")
def list_(models_dir: Path | None, as_json: bool) -> None:
    """List the bundles and whether their files are as they were made.

    \b
    Example:
      stream-slm models list --json
    """
    folder = models_folder(models_dir)
    rows = [_row(folder / name) for name in bundle_names(folder)]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row))
        return
    table = Table("name", "model", "what it is", "heads", "MB", "digest")
    for row in rows:
        if "error" in row:
            table.add_row(row["name"], f"[red]{row['error']}[/]")
        else:
            size, short = f"{row['bytes'] / 1e6:.0f}", row["digest"].removeprefix("sha256:")[:12]
            family = f"{row['family']} {row['compute_type']}"
            table.add_row(row["name"], family, row["kind"], ", ".join(row["heads"]), size, short)
    Console().print(table)


@models.command()
@click.argument("name")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print the manifest, with the digest, as one JSON object.")
def show(name: str, models_dir: Path | None, as_json: bool) -> None:
    """Show what a bundle is: its card, and what its manifest says.

    \b
    Example:
      stream-slm models show minilm-l6-v2-int8
    """
    bundle = Bundle.load(bundle_folder(models_folder(models_dir), name))
    if as_json:
        told = {**bundle.manifest.to_json(), "digest": bundle.digest, "bytes": bytes_in(bundle.folder)}
        click.echo(json.dumps(told))
        return
    console = Console()
    console.print(Markdown(bundle.path(bundle.manifest.card).read_text(encoding="utf-8")))
    for fact, value in _facts(bundle):
        click.echo(f"{fact:<13} {value}")  # whole lines: a digest is there to be copied
    heads = Table("head", "kind", "labels", "calibrated on")
    for task, entry in sorted(bundle.manifest.heads.items()):
        heads.add_row(task, entry["kind"], ", ".join(entry["labels"]), _calibration(entry))
    if bundle.manifest.heads:
        console.print(heads)


@models.command()
@click.argument("names", nargs=-1)
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a bundle.")
def verify(names: tuple[str, ...], models_dir: Path | None, as_json: bool) -> None:
    """Check every file of the bundles NAMES, or of all, against its SHA-256; exit with 1 when one is not whole.

    \b
    Example:
      stream-slm models verify minilm-l6-v2-int8
    """
    folder = models_folder(models_dir)
    rows = [_row(bundle_folder(folder, name)) for name in names or bundle_names(folder)]
    for row in rows:
        click.echo(json.dumps(row) if as_json else f"{row['name']}  {row.get('error') or row['digest']}")
    if any("error" in row for row in rows):
        sys.exit(1)


@models.command()
@click.argument("name")
@folder_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, models_dir: Path | None, yes: bool) -> None:
    """Remove a bundle for good, with the heads that were trained into it.

    \b
    Example:
      stream-slm models remove my-model --yes
    """
    folder = bundle_folder(models_folder(models_dir), name)
    size = bytes_in(folder)
    if not yes and answer_to(f"Remove {folder} ({size / 1e6:.0f} MB)? Type yes to go on:") != "yes":
        raise BundleError("nothing was removed")
    remove_bundle(folder)
    click.echo(f"removed {name}, {size / 1e6:.0f} MB")


def _row(folder: Path) -> dict[str, Any]:
    try:
        bundle = Bundle.load(folder)
    except BundleError as error:
        return {"name": folder.name, "error": str(error)}
    model = bundle.manifest.model
    return {
        "name": folder.name,
        "digest": bundle.digest,
        "heads": sorted(bundle.manifest.heads),
        "kind": _kind(model),
        "family": model.family,
        "compute_type": model.compute_type,
        "source": f"{model.source.repo}@{model.source.revision}",
        "bytes": bytes_in(folder),
    }


def _facts(bundle: Bundle) -> Iterator[tuple[str, str]]:
    manifest, model = bundle.manifest, bundle.manifest.model
    yield "digest", bundle.digest
    yield "licence", manifest.licence
    yield "source", f"{model.source.repo} at {model.source.revision}"
    yield from _encoder_facts(model) if isinstance(model, EncoderEntry) else _language_model_facts(model)
    yield "languages", ", ".join(model.languages) or "not said"
    for fact, value in sorted(manifest.provenance.items()):
        yield fact.replace("_", " "), value


def _encoder_facts(encoder: EncoderEntry) -> Iterator[tuple[str, str]]:
    yield "encoder", f"{encoder.family}, {encoder.dimension} dimensions, {encoder.compute_type}, {encoder.runtime}"
    yield "reads", f"{encoder.reading}, {encoder.pooling} of tokens, up to {encoder.max_tokens} tokens at once"
    if encoder.trained_tokens is not None:
        yield "trained with", f"up to {encoder.trained_tokens} tokens"


def _language_model_facts(model: LanguageModelEntry) -> Iterator[tuple[str, str]]:
    size = f"{model.vocabulary_size} token ids"
    yield "model", f"{_kind(model)}, {model.family}, {size}, {model.compute_type}, {model.runtime}"
    together = ", what it writes included" if model.shape == "decoder" else ""
    yield "reads", f"up to {model.max_tokens} tokens at once{together}"
    yield (
        "is told",
        {"chat": "by its chat template", "plain": "by text around the text", "none": "nothing"}[model.instructions],
    )
    if model.language_codes:
        yield "codes", f"{len(model.language_codes)} languages: {', '.join(model.language_codes)}"


def _kind(model: EncoderEntry | LanguageModelEntry) -> str:
    return "encoder" if isinstance(model, EncoderEntry) else model.shape.replace("_", "-")


def _calibration(entry: dict[str, Any]) -> str:
    calibration = entry.get("calibration", {})
    if calibration.get("kind", "none") == "none":
        return "not calibrated"
    return f"{calibration['rows']} rows" if "rows" in calibration else str(calibration["kind"])
