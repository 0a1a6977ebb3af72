"""`stream-slm train`: a head on a user's own labels, in a copy of a bundle."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stream_slm.cli.labelled import (
    Asked,
    bundle_folder,
    labelled_options,
    new_bundle_folder,
    rows_of,
    settings_for,
    tell,
)
from stream_slm.cli.progress import counter
from stream_slm.cli.report import show
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import sum_file
from stream_slm.errors import ConfigurationError
from stream_slm.learning.bundling import arrays_of, copy_with, json_of, refuse_name
from stream_slm.learning.checks import ENOUGH_ROWS, refuse_unusable

if TYPE_CHECKING:
    from stream_slm.learning.train import Trained

_CARD = """# Head {task}

A linear head over the vectors of {encoder} and hashed word n-grams, made by `stream-slm train`.

- Labels: {labels}.
- Fitted on {rows} rows; scores calibrated and thresholds chosen on rows left out of the fit.
- macro-F1 {f1:.3f} (95 % of resamples: {low:.3f} to {high:.3f}), measured on {measured_on}.
- Calibration error {ece:.3f}; accepted {coverage:.1%} of rows.
{remarks}
The figures hold for texts like those. Everything measured stands in `{report}`.
"""


@click.command()
@labelled_options
@click.option("--out", metavar="NAME", help="Name of the new bundle (default: the bundle's name and the task's).")
@click.option("--replace", "may_replace", is_flag=True, help="Put the new bundle in the place of one of its name.")
@click.option(
    "--holdout",
    type=click.FloatRange(0, 0.5),
    help="Share of rows kept for the report alone (default: 0.2, or 0 where a label has fewer than 25 rows).",
)
@click.option("--seed", default=0, show_default=True, help="Of the splits.")
def train(
    asked: Asked,
    out: str | None,
    may_replace: bool,
    holdout: float | None,
    seed: int,
) -> None:
    """Train a head on labelled rows and write it into a copy of a bundle.

    Eight rows a label are a beginning, a hundred are good. A row whose label is a list makes the task multi-label.
    Needs the extra `train`: pip install 'stream-slm[train]'.

    \b
    Example:
      stream-slm train --labels tickets.jsonl --task topic --out my-bundle
    """
    learn = library()
    settings, folder, task = settings_for(asked), new_bundle_folder(asked), asked.task
    source = Bundle.load(bundle_folder(settings))
    name = out or f"{source.manifest.name}-{task}"
    refuse_name(folder, name, may_replace=may_replace)
    refuse_task(task)
    rows = rows_of(asked)
    refuse_unusable(rows)
    with counter(len(rows)) as report:
        encoded = learn.encode(settings, rows, report)
    click.echo(f"fitting {len(rows.counts)} labels", err=True)
    with counter(what="regressions") as report:
        trained = learn.train(rows, encoded, holdout=holdout, seed=seed, report=report)
    made = _write(source, folder, name, task, trained, _provenance(source, asked.file, seed))
    tell(trained.remarks)
    if min(rows.counts.values()) < 2 * ENOUGH_ROWS:
        tell(["with so few rows of a label every figure is rough"])
    if asked.as_json:
        click.echo(json_of(_told(made, task, trained)), nl=False)
    else:
        show(trained.figures, trained.measured_on)
        click.echo(f"\n{made.manifest.name}  {made.folder}\n{made.digest}")


def library() -> Any:
    """What fits heads; raises ConfigurationError where the extra is not installed."""
    try:
        from stream_slm.learning import train as learn  # noqa: PLC0415  (an extra, and slow to load for the others)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"training needs {error.name}: pip install 'stream-slm[train]'") from None
    return learn


def refuse_task(task: str) -> None:
    """Raise ConfigurationError for a name that no head can have."""
    if not task or not all(letter.isalnum() or letter in "_-" for letter in task):
        raise ConfigurationError(f"the task's name {task!r} may hold letters, digits, - and _ only")


def _write(source: Bundle, folder: Path, name: str, task: str, trained: Trained, provenance: dict[str, str]) -> Bundle:
    path, report = f"heads/{task}.npz", f"heads/{task}.report.json"
    figures = trained.figures
    low, high = figures.macro_f1_interval
    card = _CARD.format(
        task=task,
        encoder=source.manifest.encoder.source.repo,
        labels=", ".join(trained.head.labels),
        rows=trained.trained_rows,
        f1=figures.macro_f1,
        low=low,
        high=high,
        measured_on=trained.measured_on,
        ece=figures.expected_calibration_error,
        coverage=figures.coverage,
        remarks="".join(f"- {remark}.\n" for remark in trained.remarks),
        report=report,
    )
    return copy_with(
        source,
        folder,
        name,
        heads={task: {**trained.entry, "path": path}},
        files={path: arrays_of(trained.head), report: json_of(_report(trained)), f"heads/{task}.md": card.encode()},
        provenance={f"{task}.{key}": value for key, value in provenance.items()},
    )


def _report(trained: Trained) -> dict[str, Any]:
    return {
        "measured_on": trained.measured_on,
        "trained_rows": trained.trained_rows,
        "strength": trained.strength,
        "remarks": list(trained.remarks),
        **asdict(trained.figures),
    }


def _told(made: Bundle, task: str, trained: Trained) -> dict[str, Any]:
    return {"bundle": made.manifest.name, "folder": str(made.folder), "digest": made.digest, "task": task} | _report(
        trained
    )


def _provenance(source: Bundle, file: Path, seed: int) -> dict[str, str]:
    return {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source_bundle": source.digest,
        "labels_sha256": sum_file(file),
        "seed": str(seed),
        "stream_slm": version("stream-slm"),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }
