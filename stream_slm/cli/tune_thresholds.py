"""`stream-slm tune-thresholds`: the scores from which labels are accepted, for a stated precision or recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from stream_slm.cli.labelled import (
    Asked,
    bundle_folder,
    judged_rows,
    labelled_options,
    matched_rows,
    new_bundle_folder,
    settings_for,
)
from stream_slm.cli.report import wide_console
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import sum_file
from stream_slm.errors import ConfigurationError
from stream_slm.learning.bundling import copy_with, json_of, refuse_name
from stream_slm.learning.measures import figures_of
from stream_slm.learning.tune import Aim, Tuned, tune, with_thresholds

_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command("tune-thresholds")
@labelled_options
@click.option("--precision", type=_SHARE, help="Accept a label where this share of its accepted rows is right.")
@click.option("--recall", type=_SHARE, help="Accept a label such that this share of its rows is found.")
@click.option("--label", "chosen", multiple=True, metavar="LABEL", help="Only this label; may be repeated.")
@click.option("--out", metavar="NAME", help="Name of the new bundle (default: the bundle's name and -tuned).")
@click.option("--replace", "may_replace", is_flag=True, help="Put the new bundle in the place of one of its name.")
def tune_thresholds(
    asked: Asked,
    precision: float | None,
    recall: float | None,
    chosen: tuple[str, ...],
    out: str | None,
    may_replace: bool,
) -> None:
    """Set a head's thresholds by labelled rows, in a copy of its bundle.

    Rows that the head was trained on are no measure here. What is printed was measured on the rows that the thresholds
    were chosen with, and is a little kind. Too few rows for the share that is asked for are refused.

    \b
    Example:
      stream-slm tune-thresholds --labels held-out.jsonl --bundle my-bundle --task topic --precision 0.9
    """
    aim = _aim(precision, recall)
    settings, folder, task = settings_for(asked), new_bundle_folder(asked), asked.task
    source = Bundle.load(bundle_folder(settings))
    name = out or f"{source.manifest.name}-tuned"
    refuse_name(folder, name, may_replace=may_replace)
    rows = matched_rows(asked, source).rows
    entry = source.manifest.heads[task]
    labels = _known(chosen, entry["labels"])
    judged = judged_rows(asked, settings, source, rows)
    tuned = tune(judged, aim, labels)
    thresholds = {**entry["thresholds"], **{each.label: each.threshold for each in tuned}}
    made = copy_with(
        source,
        folder,
        name,
        heads={task: {**entry, "thresholds": thresholds}},
        files={},
        provenance={
            f"{task}.thresholds": f"{aim.kind} {aim.share:g} on {len(rows)} rows",
            f"{task}.thresholds_labels_sha256": sum_file(asked.file),
            f"{task}.thresholds_source_bundle": source.digest,
        },
    )
    coverage = figures_of(with_thresholds(judged, tuned)).coverage
    if asked.as_json:
        told: dict[str, Any] = {"bundle": name, "folder": str(made.folder), "digest": made.digest, "task": task}
        found = [asdict(each) for each in tuned]
        click.echo(json_of({**told, "rows": len(rows), "coverage": coverage, "labels": found}), nl=False)
    else:
        _show(tuned, coverage, len(rows))
        click.echo(f"\n{name}  {made.folder}\n{made.digest}")


def _aim(precision: float | None, recall: float | None) -> Aim:
    if precision is not None and recall is None:
        return Aim(kind="precision", share=precision)
    if recall is not None and precision is None:
        return Aim(kind="recall", share=recall)
    raise click.UsageError("say --precision or --recall, one of them")


def _known(chosen: Sequence[str], labels: Sequence[str]) -> Sequence[str]:
    for label in chosen:
        if label not in labels:
            raise ConfigurationError(f"the head has no label {label!r}; it has {', '.join(labels)}")
    return chosen or labels


def _show(tuned: Sequence[Tuned], coverage: float, rows: int) -> None:
    table = Table("label", "before", "threshold", "rows", "accepted", "precision", "recall", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for each in tuned:
        table.add_row(
            Text(each.label),
            f"{each.before:.3f}",
            f"{each.threshold:.4f}",
            str(each.rows),
            str(each.accepted),
            _share(each.precision, each.precision_interval),
            _share(each.recall, each.recall_interval),
        )
    console = wide_console()
    console.print(table)
    console.print(f"\n{coverage:.1%} of {rows} rows are accepted (intervals of 95 %)")


def _share(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.3f} ({interval[0]:.2f} to {interval[1]:.2f})"
