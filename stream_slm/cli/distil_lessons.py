"""What `stream-slm distil` learns from: texts of a file or a topic, and what the teacher says of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click
import yaml

from stream_slm.cli.application import reach_kafka
from stream_slm.cli.dlq_reader import DeadLetterReader
from stream_slm.cli.dlq_select import Selection
from stream_slm.cli.progress import counter
from stream_slm.config.settings import Settings, load
from stream_slm.engine.bundle import Bundle
from stream_slm.errors import ConfigurationError, DataError
from stream_slm.learning.rows import Fields, PlainRow, read_texts, refuse_bad
from stream_slm.learning.teacher import Answer, AnswerBook, opened, teach
from stream_slm.pipeline.models import models_dir
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.scoring import THRESHOLD_EACH


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of the command."""

    file: Path | None
    topic: str | None
    app: str | None
    teacher: str
    by: Literal["scoring", "entailment", "head"]
    described: Path | None
    multi_label: bool
    threshold: float | None
    task: str
    bundle: str | None
    out: str | None
    may_replace: bool
    restart: bool
    most: int
    text_field: str
    label_field: str
    skip_bad: bool
    holdout: float
    seed: int
    models_dir: Path | None
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """Who labels: a task and the settings it runs under; `about` is whatever changes what it answers.

    `threshold` is the score from which a label of several is the teacher's.
    """

    task: Classify
    settings: Settings
    about: Mapping[str, Any]
    multi_label: bool
    threshold: float


def settings_for(asked: Asked) -> Settings:
    """The settings with the folder of bundles and the student's bundle that were asked for."""
    settings = load()
    return _with_bundle(settings, asked.bundle or settings.models.bundle, asked.models_dir or models_dir(settings))


def teacher_of(asked: Asked, settings: Settings) -> Teacher:
    """The teacher, not loaded yet.

    Raises:
        BundleError: there is no such bundle.
        ConfigurationError: labels are described that are not asked for, or the other way round; an option has no
            effect.
    """
    labels = _described(asked)
    bundle = Bundle.load(models_dir(settings) / asked.teacher)
    multi_label = asked.multi_label
    if asked.by == "scoring":
        task = Classify(asked.task, labels=labels, by="scoring", bundle=asked.teacher, multi_label=multi_label)
    else:
        settings = _with_bundle(settings, asked.teacher, models_dir(settings))
        if asked.by == "entailment":
            task = Classify(asked.task, labels=labels, by="entailment", multi_label=multi_label)
        else:
            task = Classify(asked.task)
            multi_label = bool(bundle.manifest.heads.get(asked.task, {}).get("multi_label", False))
    _refuse_idle(asked, multi_label=multi_label)
    usual = THRESHOLD_EACH if asked.by == "scoring" else 0.5
    return Teacher(
        task=task,
        settings=settings,
        about={
            "teacher": bundle.manifest.name,
            "digest": bundle.digest,
            "by": asked.by,
            "task": asked.task,
            "labels": labels,
            "multi_label": multi_label,
        },
        multi_label=multi_label,
        threshold=usual if asked.threshold is None else asked.threshold,
    )


def rows_of(asked: Asked) -> list[PlainRow]:
    """The texts.

    Raises:
        DataError: bad rows, unless they are to be skipped; no rows at all.
        BrokerUnavailable, ConfigurationError: the topic cannot be read.
    """
    if (asked.file is None) == (asked.topic is None):
        raise click.UsageError("name either --texts FILE or --topic TOPIC")
    fields = Fields(text=asked.text_field, label=asked.label_field)
    if asked.file:
        with asked.file.open("rb") as lines:
            rows, bad = read_texts(lines, fields)
    else:
        rows, bad = read_texts(asyncio.run(_values(asked)), fields)
    if not asked.skip_bad:
        refuse_bad(bad)
    if bad:
        click.echo(f"{len(bad)} bad rows are skipped, the first at line {bad[0].line}: {bad[0].reason}", err=True)
    if not rows:
        raise DataError(f"{asked.file or asked.topic} holds no text")
    if len(rows) > asked.most:
        click.echo(f"note: of {len(rows)} texts the first {asked.most} are read (--most)", err=True)
    return rows[: asked.most]


def answers_of(teacher: Teacher, rows: Sequence[PlainRow], file: Path, *, restart: bool) -> list[Answer]:
    """What the teacher says of each text; what it has said before is not asked again."""
    if restart:
        file.unlink(missing_ok=True)
    texts = list(dict.fromkeys(row.text for row in rows))

    async def run(book: AnswerBook) -> None:
        async with opened(teacher.settings, teacher.task) as asked:
            with counter(len(texts)) as report:
                await teach(asked, texts, book, report)

    with AnswerBook(file, teacher.about) as book:
        known = sum(text in book for text in texts)
        if known:
            click.echo(f"{known} of {len(texts)} texts are answered in {file}", err=True)
        if known < len(texts):
            click.echo(f"asking {teacher.about['teacher']}", err=True)
            asyncio.run(run(book))
        return [book[row.text] for row in rows]


async def _values(asked: Asked) -> list[bytes]:
    """The values of a topic, up to the end it has now; tombstones hold no text."""
    assert asked.topic
    values = list[bytes]()
    async with DeadLetterReader(reach_kafka(asked.app), asked.topic) as reader:  # it reads any topic to its end
        with counter() as report:
            async for letter in reader.read(Selection()):
                if letter.record.value is not None:
                    values.append(letter.record.value)
                    report(len(values))
                if len(values) > asked.most:
                    break
    return values


def _refuse_idle(asked: Asked, *, multi_label: bool) -> None:
    if asked.multi_label and asked.by == "head":
        raise ConfigurationError("--multi-label goes with --by scoring or entailment: a head knows by itself")
    if asked.threshold is not None and not multi_label:
        raise ConfigurationError(
            "--threshold goes with --multi-label: of labels that exclude each other the best is taken"
        )


def _described(asked: Asked) -> dict[str, str] | None:
    if (asked.described is None) == (asked.by != "head"):
        raise ConfigurationError(
            f"--by {asked.by} needs --labels, a file that maps each label to a line about it"
            if asked.described is None
            else "--labels goes with --by scoring or entailment: a head has its own labels"
        )
    if asked.described is None:
        return None
    try:
        labels = yaml.safe_load(asked.described.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"--labels {asked.described}: cannot be read ({type(error).__name__})") from None
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        raise ConfigurationError(f"--labels {asked.described}: must map each label to a line about it")
    return {str(label): text for label, text in labels.items()}


def _with_bundle(settings: Settings, bundle: str, folder: Path) -> Settings:
    models = settings.models.model_copy(update={"dir": folder, "bundle": bundle})
    return settings.model_copy(update={"models": models})
