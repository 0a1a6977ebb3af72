"""Binds the tasks whose answers are awaited: those that ask language models, and questions."""

from __future__ import annotations

from collections.abc import Sequence

from stream_slm.pipeline.abridger import Abridger
from stream_slm.pipeline.answerer import Answerer, NearestSentence
from stream_slm.pipeline.asked import Answering
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.scorer import Scorer
from stream_slm.pipeline.translator import Translator
from stream_slm.tasks.answer import Answer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.translate import Translate


def answering(tasks: Sequence[object], models: Models) -> tuple[Answering, ...]:
    """Those of some tasks that are bound to a language model, and questions that the encoder answers.

    Raises:
        ConfigurationError: a task does not fit its model.
    """
    return tuple(bound for task in tasks if (bound := _bound(task, models)))


def _bound(task: object, models: Models) -> Answering | None:
    if isinstance(task, Summarize) and task.bundle:
        return Abridger(task, models.writer(task.bundle), models.reader, models.name)
    if isinstance(task, Translate):
        return Translator(task, models.writer(task.bundle))
    if isinstance(task, Answer):
        nearest = NearestSentence(task, models.reader, models.name)
        return Answerer(task, models.writer(task.bundle), models.reader, nearest) if task.bundle else nearest
    if isinstance(task, Classify) and task.by == "scoring" and task.bundle:
        return Scorer(task, models.writer(task.bundle))
    return None
