"""The enriched record: what a subscriber of the output topic reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from stream_slm.pipeline import clock
from stream_slm.pipeline.context import Context, output_headers
from stream_slm.pipeline.identity import output_id
from stream_slm.pipeline.reader import Reading
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.types import Classification, Extraction, Output, Status, Summary, TaskResult

SCHEMA_ID = "https://stream-slm.dev/schemas/enriched.v1.json"
#: Digits of a score that mean something; more would only make the record longer.
_DIGITS = 6
#: Labels reported, best first; what remains of sixteen would double the record and say nothing.
_LABELS = 5


def enriched_record(
    context: Context,
    *,
    status: Status,
    reason: str | None,
    results: Mapping[str, TaskResult],
    reading: Reading | None,
    models: Mapping[str, Any],
    warnings: Sequence[str],
    alerts: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The record as JSON, after `schemas/enriched.v1.schema.json`."""
    completed = clock.now()
    run_ms = _ms(reading.run_s) if reading else 0.0
    language = reading.text.language if reading else None
    return {
        "schema_version": "1.0",
        "domain": context.spec.domain,
        "pipeline": context.spec.name,
        "status": status,
        "reason": reason,
        "subject": {"id": context.subject_id, "type": context.spec.domain, "time": context.event_time},
        "source": context.source,
        "results": {name: _result(result, run_ms) for name, result in results.items()},
        "language": {
            "code": language.code if language else None,
            "supported": language.supported if language else True,
        },
        "models": models if reading else {},
        "redactions": [],
        "warnings": list(warnings),
        "alerts": list(alerts),
        "processing": {
            "received_at": clock.rfc3339(context.received_at),
            "completed_at": clock.rfc3339(completed),
            "queue_ms": _ms(reading.queue_s) if reading else 0.0,
            "total_ms": max(0.0, _ms((completed - context.received_at).total_seconds())),  # a clock may be set back
            "batch_size": reading.batch_size if reading else None,
            "attempt": 1,
            "worker": context.worker.worker,
        },
        "original": context.message.payload if context.spec.include_original else None,
    }


def enriched_output(context: Context, record: Mapping[str, Any]) -> Output:
    """The enriched record on its way to the sink, under the input's key."""
    return Output(
        topic=context.spec.sink,
        key=context.record.key,
        value=orjson.dumps(record),
        headers=output_headers(
            context,
            ce_id=context.record_id,
            ce_type=f"io.streamslm.{context.spec.domain}.enriched.v1",
            dataschema=SCHEMA_ID,
            extra={"ce_recordedtime": record["processing"]["completed_at"]},
        ),
    )


def review_output(context: Context, record: Mapping[str, Any]) -> Output | None:
    """A copy of the enriched record that says what a person should judge; None where the models could."""
    topic = context.spec.reviewed
    review = _review(context.spec, record) if topic else []
    if not topic or not review:
        return None
    return Output(
        topic=topic,
        key=context.record.key,
        value=orjson.dumps({**record, "review": review}),
        headers=output_headers(
            context,
            ce_id=str(output_id(context.origin, context.spec.name, "review")),
            ce_type=f"io.streamslm.{context.spec.domain}.review.v1",
            dataschema=SCHEMA_ID,
            extra={"ce_recordedtime": record["processing"]["completed_at"]},
        ),
        kind="review",
    )


def _review(spec: PipelineSpec, record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Tasks that an alert rule reads and whose label is not accepted: there a silence says nothing.

    Where labels are judged each by itself, "none of them" is an answer, unless the text could not be judged at all.
    """
    results = record["results"]
    return [
        {"task": task, "reason": reason}
        for task in dict.fromkeys(rule.task for rule in spec.alerts)
        if task in results and not results[task]["accepted"]
        for reason in (_reason(record, task),)
        if reason != "below_threshold" or not results[task].get("multi_label")
    ]


def _reason(record: Mapping[str, Any], task: str) -> str:
    if not record["language"]["supported"]:
        return "language_unsupported"
    return "unfamiliar_text" if f"unfamiliar_text:{task}" in record["warnings"] else "below_threshold"


def _result(result: TaskResult, run_ms: float) -> dict[str, Any]:
    if isinstance(result, Classification):
        return _classification(result, run_ms)
    if isinstance(result, Summary):
        return _summary(result, run_ms)
    if isinstance(result, Extraction):
        return _extraction(result)
    return {"task": "custom", "value": result.as_json(), "duration_ms": run_ms}


def _classification(result: Classification, run_ms: float) -> dict[str, Any]:
    record: dict[str, Any] = {
        "task": "classification",
        "label": result.label,
        "score": round(result.score, _DIGITS),
        "threshold": result.threshold,
        "accepted": result.accepted,
        "labels": _labels(result),
        "evidence": [{**each.span.as_json(), "share": round(each.share, _DIGITS)} for each in result.evidence],
        "model": result.model,
        "duration_ms": run_ms,
    }
    # Said only where it is not so for every record of the past: a reader who does not know the field reads on.
    if result.multi_label:
        record["multi_label"] = True
    if not result.calibrated:
        record["calibrated"] = False
    if result.evidence and result.evidence_method != "shares":
        for each in record["evidence"]:
            each["method"] = result.evidence_method
    return record


def _labels(result: Classification) -> list[dict[str, Any]]:
    """The best ones; of a multi-label set every accepted one, and which they are."""
    if not result.multi_label:
        return [{"label": label, "score": round(score, _DIGITS)} for label, score in result.labels[:_LABELS]]
    return [
        {"label": label, "score": round(score, _DIGITS), "accepted": label in result.accepted_labels}
        for rank, (label, score) in enumerate(result.labels)
        if rank < _LABELS or label in result.accepted_labels
    ]


def _summary(result: Summary, run_ms: float) -> dict[str, Any]:
    return {
        "task": "summarization",
        "text": result.text,
        "method": result.method,
        "language": result.language,
        "finish_reason": "length" if result.truncated else "stop",
        "input_tokens": result.input_tokens,
        "output_tokens": None,
        "truncated": result.truncated,
        "spans": [span.as_json() for span in result.spans],
        "guard": None,
        "model": result.model,
        "duration_ms": run_ms,
    }


def _extraction(result: Extraction) -> dict[str, Any]:
    spans = [each.as_json() for each in result.spans]
    record: dict[str, Any] = {"task": "extraction", "spans": spans, "duration_ms": _ms(result.run_s)}
    if result.truncated:
        record["truncated"] = True
    return record


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
