"""Counts outcomes once they are durable; a record costs a few microseconds here."""

from __future__ import annotations

import time
from collections.abc import Iterable

import stream_slm.metrics as metrics
from stream_slm.errors import StreamSLMError
from stream_slm.metrics import Bound
from stream_slm.pipeline.spec import FLOOD, PipelineSpec
from stream_slm.types import Classification, Outcome, Record


class Counting:
    """One per worker.

    Args:
        group: the consumer group, a label of every message.
        specs: the pipelines, for what their alert rules and topics are called.
    """

    def __init__(self, group: str = "", specs: Iterable[PipelineSpec] = ()) -> None:
        self._group = group
        self._specs = {spec.name: spec for spec in specs}
        self._messages = Bound(metrics.MESSAGES)
        self._seconds = Bound(metrics.REQUEST_SECONDS)
        self._end_to_end = Bound(metrics.END_TO_END_SECONDS)
        self._predictions = Bound(metrics.PREDICTIONS)
        self._scores = Bound(metrics.SCORES)

    def finished(self, outcome: Outcome, since: float) -> None:
        """Count an outcome.

        Args:
            outcome: as it was sent.
            since: when its record was admitted (monotonic seconds).
        """
        record, pipeline = outcome.record, outcome.pipeline
        self._messages[record.topic, self._group, pipeline, outcome.status].inc()
        self._seconds[pipeline,].observe(time.monotonic() - since)
        if record.timestamp_ms is not None:  # clocks differ: what a producer's says may lie ahead
            self._end_to_end[record.topic,].observe(max(0.0, time.time() - record.timestamp_ms / 1000))
        for task, result in outcome.results.items():
            if isinstance(result, Classification):
                self._predictions[pipeline, task, result.label, "true" if result.accepted else "false"].inc()
                self._scores[pipeline, task].observe(result.score)
        if len(outcome.outputs) > 1:
            self._alerts(outcome)
        for reason in outcome.suppressed:
            metrics.SUPPRESSED.labels(pipeline, reason).inc()
        if isinstance(outcome.error, StreamSLMError):
            self.failed(record, outcome.error)
            metrics.DEAD_LETTERS.labels(record.topic, outcome.error.code).inc()

    def failed(self, record: Record, error: StreamSLMError) -> None:
        """Count a failure, whatever becomes of the record."""
        metrics.ERRORS.labels(record.topic, error.stage, error.code).inc()

    def _alerts(self, outcome: Outcome) -> None:
        spec = self._specs.get(outcome.pipeline)
        if spec is None or outcome.enriched is None:
            return
        severities = {rule.name: rule.severity for rule in spec.alerts}
        for alert in outcome.enriched["alerts"]:
            if alert["msgType"] is not None:  # else it was suppressed
                # A message about a flood has the severity of its worst rule, which the entry does not name.
                severity = "Unknown" if alert["rule"] == FLOOD else severities[alert["rule"]]
                metrics.ALERTS.labels(spec.alerts_topic, alert["rule"], severity, alert["msgType"]).inc()
