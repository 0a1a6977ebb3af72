"""The enriched record: what a subscriber of the output topic reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from stream_slm.pipeline import clock
from stream_slm.pipeline.context import Context, output_headers
from stream_slm.pipeline.identity import output_id
from stream_slm.pipeline.reader import Reading
from stream_slm.pipeline.results import milliseconds, result_json
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.types import Output, Status, TaskResult

SCHEMA_ID = "https://stream-slm.dev/schemas/enriched.v1.json"


def enriched_record(
    context: Context,
    *,
    status: Status,
    reason: str | None,
    results: Mapping[str, TaskResult],
    reading: Reading | None,
    supported: bool,
    models: Mapping[str, Any],
    warnings: Sequence[str],
    alerts: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The record as JSON, after `schemas/enriched.v1.schema.json`.

    Args:
        supported: whether the models that were asked know the text's language.
        models: by name; those that the results name.
    """
    completed = clock.now()
    run_ms = milliseconds(reading.run_s) if reading else 0.0
    language = reading.text.language if reading else None
    return {
        "schema_version": "1.0",
        "domain": context.spec.domain,
        "pipeline": context.spec.name,
        "status": status,
        "reason": reason,
        "subject": {"id": context.subject_id, "type": context.spec.domain, "time": context.event_time},
        "source": context.source,
        "results": {name: result_json(result, run_ms) for name, result in results.items()},
        "language": {
            "code": language.code if language else None,
            "supported": supported,
        },
        "models": models if reading else {},
        "redactions": [],
        "warnings": list(warnings),
        "alerts": list(alerts),
        "processing": {
            "received_at": clock.rfc3339(context.received_at),
            "completed_at": clock.rfc3339(completed),
            "queue_ms": milliseconds(reading.queue_s) if reading else 0.0,
            # A clock may be set back.
            "total_ms": max(0.0, milliseconds((completed - context.received_at).total_seconds())),
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
            ce_id=output_id(context.origin, context.spec.name, "review"),
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
