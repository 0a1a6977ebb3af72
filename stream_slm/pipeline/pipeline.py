"""A pipeline: one record's journey, top to bottom in `_enrich`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

import stream_slm.metrics as metrics
from stream_slm.config.settings import LimitsConfig
from stream_slm.errors import ConfigurationError, InferenceError, RecordTooLarge, StreamSLMError, TextMissing
from stream_slm.log import about
from stream_slm.pipeline import clock
from stream_slm.pipeline.answering import answering
from stream_slm.pipeline.asked import Asked
from stream_slm.pipeline.context import Context, Worker, identified
from stream_slm.pipeline.dead_letters import dead_letter, event_id, origin_of
from stream_slm.pipeline.decode import Message, attributes_of, decode
from stream_slm.pipeline.envelope import enriched_record
from stream_slm.pipeline.judgement import Judgement, judgements
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.place import place_of
from stream_slm.pipeline.reader import Reader, Reading, Statements
from stream_slm.pipeline.scorer import Scorer
from stream_slm.pipeline.settlement import Judged, first_alerts, outputs
from stream_slm.pipeline.spec import PipelineSpec, Task
from stream_slm.pipeline.validation import validator
from stream_slm.pipeline.writers import names_of
from stream_slm.tasks.answer import Answer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.custom import CustomTask
from stream_slm.tasks.entailment import EntailmentHead
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.language import Language
from stream_slm.tasks.sentences import split
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.text import Floats
from stream_slm.types import (
    AnsweredQuestion,
    Classification,
    Extraction,
    Outcome,
    Record,
    Status,
    Summary,
    TaskResult,
    TextPart,
)

#: Characters of a text that is walked through at once, in a few milliseconds.
_LONG = 4_000


class Pipeline:
    """Turns records into outcomes; bad data becomes a dead letter, never an exception.

    Raises:
        ConfigurationError: at construction, where the specification does not fit the models.
    """

    def __init__(self, spec: PipelineSpec, models: Models, worker: Worker, limits: LimitsConfig) -> None:
        self.spec = spec
        self._worker = worker
        self._limits = limits
        self._reader: Reader = models.reader
        self._model_name = models.name
        self._models_json = {name: models.as_json[name] for name in (models.name, *names_of(spec.tasks))}
        self._check = validator(spec.schema, spec.name)
        labelling = [task for task in spec.tasks if isinstance(task, Classify)]
        self._classifiers = [models.classifier(task) for task in labelling if task.by != "scoring"]
        self._answering = answering(spec.tasks, models)
        self._summaries = [task for task in spec.tasks if isinstance(task, Summarize) and task.bundle is None]
        self._extractions = [task for task in spec.tasks if isinstance(task, Extract)]
        self._custom = [task for task in spec.tasks if isinstance(task, CustomTask)]
        self._by_sentence = any(_needs_sentences(task) for task in spec.tasks)
        self._statements = self._stated()
        self._occludes = any(classifier.occludes for classifier in self._classifiers)
        self._input_tokens = metrics.REQUEST_TOKENS.labels(spec.name)
        self._check_rules()

    async def process(self, record: Record) -> Outcome:
        """What a record becomes: enriched, skipped, or a dead letter.

        Raises:
            StreamSLMError: only a retriable one, which says nothing about the record.
        """
        with about(partial(self.place, record)):
            return await self._process(record)

    async def _process(self, record: Record) -> Outcome:
        try:
            return await self._enrich(record, clock.now())
        except StreamSLMError as error:
            if error.retriable:
                raise
            return self.dead_letter(record, error)
        except Exception as error:  # a fault of ours must not stop the stream; the dead letter tells it
            return self.dead_letter(record, error)

    def dead_letter(self, record: Record, error: Exception) -> Outcome:
        """The outcome of a record that cannot be read or whose outputs cannot be sent."""
        return dead_letter(record, error, self.spec, self._worker)

    def place(self, record: Record) -> dict[str, Any]:
        """Where a record lies and what it is called, for a line of the log."""
        return place_of(record, self.spec.name, event_id(origin_of(record, self.spec), self.spec.name))

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The labels of each classification, by task."""
        labels = {each.task.name: tuple(each.head.labels) for each in self._classifiers}
        return labels | {each.name: tuple(each.labels) for each in self._answering if isinstance(each, Scorer)}

    async def _enrich(self, record: Record, received_at: datetime) -> Outcome:
        if record.value is None and "dataref" not in attributes_of(record.headers):
            context = self._identified(record, _tombstone(record), received_at)
            return self._skipped(context, "tombstone", withdrawn=True)
        self._check_size(record)
        message = decode(record)
        context = self._identified(record, message, received_at)
        withdrawn = self.spec.withdrawn(message.payload) is not None
        reason = self._reason_to_skip(message)
        if reason:
            return self._skipped(context, reason, withdrawn=withdrawn)
        self._check(message.payload)
        parts = self._text(message)
        reading = await self._reader.read(
            parts, sentences=self._by_sentence, occluded=self._occludes, statements=self._statements
        )
        self._input_tokens.observe(reading.text.tokens)
        results = await self._results(parts, reading)
        supported = self._supports(reading.text.language)
        judged = judgements(self.spec, results, supported=supported, withdrawn=withdrawn)
        reason = _failed(results) if supported else f"language_unsupported:{reading.text.language.code}"
        return self._outcome(context, "partial" if reason else "ok", reason, results, reading, judged)

    def _identified(self, record: Record, message: Message, received_at: datetime) -> Context:
        return identified(record, message, self.spec, self._worker, received_at)

    def _check_size(self, record: Record) -> None:
        size = len(record.value or b"")
        if size > self._limits.max_record_bytes:
            raise RecordTooLarge(
                f"the value has {size} bytes, limits.max_record_bytes allows {self._limits.max_record_bytes}"
            )

    def _reason_to_skip(self, message: Message) -> str | None:
        expires = clock.parse(message.attributes.get("expirytime"))
        if expires and expires <= clock.now():
            return "expired"
        return self.spec.skip(message.payload)

    def _text(self, message: Message) -> list[TextPart]:
        parts = [part for part in self.spec.text(message.payload) if part.text.strip()]
        if not any(not part.fields for part in parts):
            raise TextMissing("the payload holds no text where this pipeline reads it")
        length = sum(len(part.text) for part in parts)
        if length > self._limits.max_text_chars:
            raise RecordTooLarge(
                f"the text has {length} characters, limits.max_text_chars allows {self._limits.max_text_chars}"
            )
        return parts

    async def _results(self, parts: Sequence[TextPart], reading: Reading) -> dict[str, TaskResult]:
        """Labels first: what decided them is what a summary should say."""
        results: dict[str, TaskResult] = {}
        text, by_sentence = reading.text, reading.by_sentence
        salience: Floats = np.zeros(len(by_sentence.sentences), dtype=np.float32)
        for classifier in self._classifiers:
            results[classifier.task.name], shares = classifier.classify(text, reading.occluded)
            if text is by_sentence:  # a share of a longer unit says nothing of its sentences
                salience = salience + shares
        for task in self._summaries:
            results[task.name] = task.summarize(by_sentence, salience, self._model_name)
        for extraction in self._extractions:
            results[extraction.name] = await _extracted(extraction, parts)
        for custom in self._custom:
            results[custom.name] = custom.run(by_sentence if custom.needs == "sentences" else text)
        if self._answering:
            asked = Asked(parts=parts, sentences=split(parts), text=by_sentence, salience=salience)
            answers = await asyncio.gather(*(each.answer(asked) for each in self._answering))
            results |= zip([each.name for each in self._answering], answers, strict=True)
        return results

    def _supports(self, language: Language) -> bool:
        """Whether every model that is asked knows a language."""
        asks_the_encoder = len(self._answering) < len(self.spec.tasks)
        return (language.supported or not asks_the_encoder) and all(each.knows(language) for each in self._answering)

    def _skipped(self, context: Context, reason: str, *, withdrawn: bool) -> Outcome:
        """A skipped record judges nothing; one that takes its subject back ends the alerts about that."""
        judged = judgements(self.spec, {}, supported=True, withdrawn=withdrawn)
        return self._outcome(context, "skipped", reason, {}, None, judged)

    def _outcome(
        self,
        context: Context,
        status: Status,
        reason: str | None,
        results: Mapping[str, TaskResult],
        reading: Reading | None,
        judged: tuple[Judgement, ...],
    ) -> Outcome:
        judged_at = clock.now()
        told = first_alerts(context, judged, judged_at)
        language = reading.text.language if reading else None
        supported = language is None or self._supports(language)
        warnings = [] if language is None or supported else [f"language_unsupported:{language.code}"]
        warnings += [
            f"text_replaced:{name}"
            for name, result in results.items()
            if isinstance(result, Summary | AnsweredQuestion) and result.guard and result.method == "extractive"
        ]
        warnings += [
            f"unfamiliar_text:{name}"
            for name, result in results.items()
            if isinstance(result, Classification) and not result.familiar
        ]
        enriched: dict[str, Any] = enriched_record(
            context,
            status=status,
            reason=reason,
            results=results,
            reading=reading,
            supported=supported,
            models=self._models_json,
            warnings=warnings,
            alerts=[each.entry for each in told],
        )
        return Judged(
            record=context.record,
            pipeline=self.spec.name,
            outputs=outputs(context, enriched, judged, told),
            status=status,
            results=results,
            enriched=enriched,
            context=context,
            judgements=judged,
            judged_at=judged_at,
        )

    def _stated(self) -> Statements | None:
        """What the entailment heads want texts to be read beside."""
        heads = [each.head for each in self._classifiers if isinstance(each.head, EntailmentHead)]
        asked = dict.fromkeys(statement for head in heads for statement in head.statements)
        return self._reader.statements(tuple(asked)) if asked else None

    def _check_rules(self) -> None:
        labels = self.labels
        for rule in self.spec.alerts:
            known = labels[rule.task]
            unknown = [label for label in rule.labels if label not in known]
            if unknown:
                raise ConfigurationError(
                    f"pipeline {self.spec.name}: alert rule {rule.name} names {', '.join(unknown)}; "
                    f"the labels of {rule.task} are {', '.join(known)}"
                )


async def _extracted(task: Extract, parts: Sequence[TextPart]) -> Extraction:
    """Long texts in a thread: a megabyte takes seconds, and other records and the broker do not wait for them."""
    if sum(len(part.text) for part in parts) < _LONG:
        return task.extract(parts)
    return await asyncio.to_thread(task.extract, parts)


def _needs_sentences(task: Task) -> bool:
    return isinstance(task, Summarize | Answer) or (isinstance(task, CustomTask) and task.needs == "sentences")


def _failed(results: Mapping[str, TaskResult]) -> str | None:
    """Why a record is partial in which sentences of the text stand for what a model could not write."""
    for name, result in results.items():
        guard = result.guard if isinstance(result, Summary | AnsweredQuestion) else None
        if guard and guard.reason == InferenceError.code:
            return f"{InferenceError.code}:{name}"
    return None


def _tombstone(record: Record) -> Message:
    return Message(payload={}, attributes=attributes_of(record.headers))
