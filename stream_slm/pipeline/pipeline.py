"""A pipeline: one record's journey, top to bottom in `_enrich`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import numpy as np

import stream_slm.metrics as metrics
from stream_slm.config.settings import LimitsConfig
from stream_slm.errors import ConfigurationError, RecordTooLarge, StreamSLMError, TextMissing
from stream_slm.pipeline import clock
from stream_slm.pipeline.context import Context, Worker, identified
from stream_slm.pipeline.dead_letters import dead_letter
from stream_slm.pipeline.decode import Message, attributes_of, decode
from stream_slm.pipeline.envelope import enriched_record
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.judgement import Judgement, judgements
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.reader import Reader, Reading
from stream_slm.pipeline.settlement import Judged, Settlement, first_alerts, outputs
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.pipeline.validation import validator
from stream_slm.tasks.classify import Classifier, Classify
from stream_slm.tasks.custom import CustomTask
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.text import Floats
from stream_slm.types import Classification, Outcome, Record, Status, TaskResult, TextPart


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
        self._models_json = models.as_json
        self._check = validator(spec.schema, spec.name)
        self._classifiers = [models.classifier(task) for task in spec.tasks if isinstance(task, Classify)]
        self._summaries = [task for task in spec.tasks if isinstance(task, Summarize)]
        self._extractions = [task for task in spec.tasks if isinstance(task, Extract)]
        self._custom = [task for task in spec.tasks if isinstance(task, CustomTask)]
        self._by_sentence = bool(self._summaries) or any(task.needs == "sentences" for task in self._custom)
        self._occludes = any(classifier.occludes for classifier in self._classifiers)
        self._flood_gate = FloodGate(spec.flood_limit, spec.flood_window_s)
        self._check_rules()

    async def process(self, record: Record) -> Outcome:
        """What a record becomes: enriched, skipped, or a dead letter.

        Raises:
            StreamSLMError: only a retriable one, which says nothing about the record.
        """
        received_at, began = clock.now(), monotonic()  # a wall clock may be set back meanwhile
        try:
            outcome = await self._enrich(record, received_at)
        except StreamSLMError as error:
            if error.retriable:
                raise
            outcome = self.dead_letter(record, error)
        except Exception as error:  # a fault of ours must not stop the stream; the dead letter tells it
            outcome = self.dead_letter(record, error)
        metrics.RECORD_SECONDS.labels(self.spec.name).observe(monotonic() - began)
        return outcome

    def dead_letter(self, record: Record, error: Exception) -> Outcome:
        """The outcome of a record that cannot be read or whose outputs cannot be sent."""
        return dead_letter(record, error, self.spec, self._worker)

    def settlement(self) -> Settlement:
        """Settles the alerts of one partition, in its order, from nothing said on."""
        return Settlement(self._flood_gate)

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
        reading = await self._reader.read(parts, sentences=self._by_sentence, occluded=self._occludes)
        results = self._results(reading, parts)
        language = reading.text.language
        judged = judgements(self.spec, results, supported=language.supported, withdrawn=withdrawn)
        if not language.supported:
            return self._outcome(context, "partial", f"language_unsupported:{language.code}", results, reading, judged)
        return self._outcome(context, "ok", None, results, reading, judged)

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

    def _results(self, reading: Reading, parts: Sequence[TextPart]) -> dict[str, TaskResult]:
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
            results[extraction.name] = extraction.extract(parts)
        for custom in self._custom:
            results[custom.name] = custom.run(by_sentence if custom.needs == "sentences" else text)
        return results

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
        warnings = [f"language_unsupported:{language.code}"] if language and not language.supported else []
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

    def _check_rules(self) -> None:
        by_name: dict[str, Classifier] = {each.task.name: each for each in self._classifiers}
        for rule in self.spec.alerts:
            known = by_name[rule.task].head.labels
            unknown = [label for label in rule.labels if label not in known]
            if unknown:
                raise ConfigurationError(
                    f"pipeline {self.spec.name}: alert rule {rule.name} names {', '.join(unknown)}; "
                    f"the labels of {rule.task} are {', '.join(known)}"
                )


def _tombstone(record: Record) -> Message:
    return Message(payload={}, attributes=attributes_of(record.headers))
