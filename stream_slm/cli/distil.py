"""`stream-slm distil`: a head that learns from a bigger model's labels of texts that nobody labelled."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stream_slm.cli.distil_lessons import Asked, Teacher, answers_of, rows_of, settings_for, teacher_of
from stream_slm.cli.labelled import tell
from stream_slm.cli.progress import counter
from stream_slm.cli.report import show
from stream_slm.cli.train import library, refuse_task
from stream_slm.engine.bundle import Bundle
from stream_slm.learning.bundling import arrays_of, copy_with, json_of, refuse_name
from stream_slm.pipeline.models import models_dir

if TYPE_CHECKING:
    from stream_slm.learning.distil import Distilled

_CARD = """# Head {task}

A linear head over the vectors of {encoder} and hashed word n-grams, made by `stream-slm distil`: it learnt from the
probabilities that a bigger model gave, not from labels of people.

- Labels: {labels}.
- Teacher: {teacher}.
- Fitted on {rows} texts; scores say how likely the teacher's label is, on texts left out of the fit.
- It says what its teacher says on {agreement:.1%} of {held} held-out texts (95 % interval {low:.1%} to {high:.1%}).
{truth}{remarks}
What the teacher gets wrong, it gets wrong. Everything measured stands in `{report}`.
"""


@click.command()
@click.option(
    "--texts",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Texts to learn from, JSON lines: {"text": ...}; a "label" is used to measure with, never to learn.',
)
@click.option("--topic", help="Read the texts from a topic instead, once, up to the end that it has now.")
@click.option("--app", help="The application that says how to reach Kafka (default: the settings).")
@click.option("--teacher", required=True, metavar="NAME", help="The bundle of the bigger model.")
@click.option(
    "--by",
    type=click.Choice(["scoring", "entailment", "head"]),
    default="scoring",
    show_default=True,
    help="How it labels: by the probability of each label as the answer of a language model, by entailment of a "
    "statement about each label, or by the head of the task's name in its bundle.",
)
@click.option(
    "--labels",
    "described",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML or JSON file that maps each label to a line about it; for scoring and entailment.",
)
@click.option("--multi-label", is_flag=True, help="Judge each label by itself: a text may have several, or none.")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="From which score on a label of several is the teacher's."
)
@click.option("--task", required=True, metavar="NAME", help="The task: the name of the head that is made.")
@click.option("--bundle", metavar="NAME", help="The bundle whose encoder the head reads with (default: models.bundle).")
@click.option("--out", metavar="NAME", help="Name of the new bundle (default: the bundle's name and the task's).")
@click.option("--replace", "may_replace", is_flag=True, help="Put the new bundle in the place of one of its name.")
@click.option("--restart", is_flag=True, help="Ask the teacher anew about texts that it has answered.")
@click.option("--most", default=50_000, show_default=True, type=click.IntRange(1), help="Texts read, at most.")
@click.option("--text-field", default="text", show_default=True, help="Field or JSON pointer of the text.")
@click.option("--label-field", default="label", show_default=True, help="Field or JSON pointer of a true label.")
@click.option("--skip-bad", is_flag=True, help="Go without bad rows; they are counted.")
@click.option(
    "--holdout", default=0.2, show_default=True, type=click.FloatRange(0.05, 0.5), help="Share to measure on."
)
@click.option("--seed", default=0, show_default=True, help="Of the splits.")
@click.option(
    "--models-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of bundles (default: models.dir of the settings, else the user's cache folder).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def distil(**options: Any) -> None:
    """Let a bigger model label texts, and train a head of the small encoder on what it says.

    The head costs a worker next to nothing, where its teacher takes a second a text. The teacher's answers are kept
    beside the new bundle, in NAME.teacher.jsonl (hashes and scores, no text): started again after a kill, the command
    asks about the others only. Needs the extra `train`: pip install 'stream-slm[train]'.

    \b
    Example:
      stream-slm distil --texts tickets.jsonl --teacher qwen2-1.5b --labels topics.yaml --task topic --out my-bundle
      stream-slm distil --topic tickets.v1 --teacher deberta-nli --by entailment --labels topics.yaml --task topic
    """
    learn = library()
    asked = Asked(**options)
    settings = settings_for(asked)
    folder, seed = models_dir(settings), asked.seed
    source = Bundle.load(folder / settings.models.bundle)
    name = asked.out or f"{source.manifest.name}-{asked.task}"
    refuse_name(folder, name, may_replace=asked.may_replace)
    refuse_task(asked.task)
    teacher = teacher_of(asked, settings)
    rows = rows_of(asked)
    answers = answers_of(teacher, rows, folder / f"{name}.teacher.jsonl", restart=asked.restart)
    lessons = _library().lessons_of(rows, answers, multi_label=teacher.multi_label, threshold=teacher.threshold)
    with counter(len(lessons.rows)) as report:
        encoded = learn.encode(settings, lessons.rows, report)
    click.echo(f"fitting {len(lessons.rows.counts)} labels", err=True)
    distilled = _library().distil(lessons, encoded, holdout=asked.holdout, seed=seed)
    made = _write(source, folder, name, asked.task, teacher, distilled, seed)
    tell(distilled.remarks)
    if asked.as_json:
        told = {"bundle": made.manifest.name, "folder": str(made.folder), "digest": made.digest, "task": asked.task}
        click.echo(json_of({**told, **_report(teacher, distilled)}), nl=False)
        return
    show(distilled.trained.figures, f"{distilled.agreement_rows} texts held out, against the teacher's labels")
    click.echo("\n" + "\n".join(_lines(distilled)))
    click.echo(f"\n{made.manifest.name}  {made.folder}\n{made.digest}")


def _library() -> Any:
    from stream_slm.learning import distil as learn  # noqa: PLC0415  (an extra, and slow to load for the others)

    return learn


def _lines(distilled: Distilled) -> list[str]:
    low, high = distilled.agreement_interval
    told = [f"agrees with the teacher  {distilled.agreement:.1%}  (95 %: {low:.1%} to {high:.1%})"]
    if truth := distilled.against_truth:
        for who, f1, (least, most) in (
            ("teacher", truth.teacher_macro_f1, truth.teacher_interval),
            ("student", truth.student_macro_f1, truth.student_interval),
        ):
            told.append(
                f"{who}'s macro-F1 on {truth.rows} texts with true labels  {f1:.3f}  "
                f"(95 % of resamples: {least:.3f} to {most:.3f})"
            )
    return told


def _write(
    source: Bundle, folder: Path, name: str, task: str, teacher: Teacher, distilled: Distilled, seed: int
) -> Bundle:
    path, report, trained = f"heads/{task}.npz", f"heads/{task}.report.json", distilled.trained
    low, high = distilled.agreement_interval
    card = _CARD.format(
        task=task,
        encoder=source.manifest.encoder.source.repo,
        labels=", ".join(trained.head.labels),
        teacher=f"{teacher.about['teacher']} ({teacher.about['digest']}), by {teacher.about['by']}",
        rows=trained.trained_rows,
        agreement=distilled.agreement,
        held=distilled.agreement_rows,
        low=low,
        high=high,
        truth="".join(f"- {line}.\n" for line in _lines(distilled)[1:]),
        remarks="".join(f"- {remark}.\n" for remark in distilled.remarks),
        report=report,
    )
    provenance = {
        "distilled_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source_bundle": source.digest,
        "teacher_bundle": teacher.about["digest"],
        "seed": str(seed),
        "stream_slm": version("stream-slm"),
    }
    return copy_with(
        source,
        folder,
        name,
        heads={task: {**trained.entry, "path": path}},
        files={
            path: arrays_of(trained.head),
            report: json_of(_report(teacher, distilled)),
            f"heads/{task}.md": card.encode(),
        },
        provenance={f"{task}.{key}": value for key, value in provenance.items()},
    )


def _report(teacher: Teacher, distilled: Distilled) -> dict[str, Any]:
    trained, truth = distilled.trained, distilled.against_truth
    return {
        "teacher": teacher.about,
        "agreement": distilled.agreement,
        "agreement_interval": distilled.agreement_interval,
        "agreement_rows": distilled.agreement_rows,
        "against_truth": asdict(truth) if truth else None,
        "trained_rows": trained.trained_rows,
        "strength": trained.strength,
        "remarks": list(distilled.remarks),
        "against_teacher": asdict(trained.figures),
    }
