"""Binds the tasks that ask language models."""

from __future__ import annotations

from collections.abc import Sequence

from stream_slm.pipeline.abridger import Abridger
from stream_slm.pipeline.asked import Answering
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.scorer import Scorer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize


def answering(tasks: Sequence[object], models: Models) -> tuple[Answering, ...]:
    """Those of some tasks that name a language model's bundle, bound to it.

    Raises:
        ConfigurationError: a task does not fit its model.
    """
    return tuple(bound for task in tasks if (bound := _bound(task, models)))


def _bound(task: object, models: Models) -> Answering | None:
    if isinstance(task, Summarize) and task.bundle:
        return Abridger(task, models.writer(task.bundle), models.reader, models.name)
    if isinstance(task, Classify) and task.by == "scoring" and task.bundle:
        return Scorer(task, models.writer(task.bundle))
    return None
