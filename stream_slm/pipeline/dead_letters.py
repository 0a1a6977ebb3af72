"""The dead letter: the record as it came, with headers that say what went wrong and nothing of its text."""

from __future__ import annotations

from stream_slm.errors import InferenceError, RecordError, StreamSLMError
from stream_slm.pipeline import clock
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.decode import attributes_of, decode
from stream_slm.pipeline.identity import ORIGIN_HEADER, origin_id, output_id
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.types import Outcome, Output, Record

#: Says that a record is a dead letter of ours, and why.
CODE_HEADER = "x-stream-slm-error-code"
#: When its source says the record was made; a dead letter's own time is when it was one, or retention would take it.
TIMESTAMP_HEADER = "x-stream-slm-origin-timestamp"
#: Kafka Connect's readers cut a message here, and so do we.
_MESSAGE_CHARS = 1024


def dead_letter(record: Record, error: Exception, spec: PipelineSpec, worker: Worker) -> Outcome:
    """What becomes of a record that can never succeed.

    An error that is not of our tree is a fault of ours; only its class is told, for its message may quote the text.
    """
    origin = origin_of(record, spec)
    known = error if isinstance(error, StreamSLMError) else InferenceError(f"unexpected {type(error).__name__}")
    return Outcome(
        record=record,
        pipeline=spec.name,
        outputs=(
            Output(
                topic=spec.dead_letter_topic,
                key=record.key,
                # Kafka's clients send no record with neither key nor value; the empty value reads as none did.
                value=b"" if record.key is None and record.value is None else record.value,
                headers=record.headers + _headers(record, known, spec, worker, origin),
                kind="dead_letter",
            ),
        ),
        status="dead_letter",
        error=known,
        event_id=event_id(origin, spec.name),
    )


def origin_of(record: Record, spec: PipelineSpec) -> str:
    """The identity its outputs have, or had: an alert may be refused after the enriched record was sent."""
    try:
        message = decode(record)
    except RecordError:
        return origin_id(record, attributes_of(record.headers))
    return origin_id(record, message.attributes, message.payload, *spec.id_pointers, versions=spec.version_pointers)


def event_id(origin: str, pipeline: str) -> str:
    """What a log calls a record: the id of its enriched record, for the input's own may name a person."""
    return str(output_id(origin, pipeline, "enriched"))


def _headers(
    record: Record, error: StreamSLMError, spec: PipelineSpec, worker: Worker, origin: str
) -> tuple[tuple[str, bytes | None], ...]:
    values = {
        "__connect.errors.topic": record.topic,
        "__connect.errors.partition": str(record.partition),
        "__connect.errors.offset": str(record.offset),
        "__connect.errors.connector.name": worker.app_id,
        "__connect.errors.task.id": worker.worker,
        "__connect.errors.stage": error.stage,
        "__connect.errors.class.name": f"stream_slm.{spec.name}",
        "__connect.errors.exception.class.name": f"{type(error).__module__}.{type(error).__name__}",
        "__connect.errors.exception.message": str(error)[:_MESSAGE_CHARS],
        CODE_HEADER: error.code,
        "x-stream-slm-retriable": str(error.retriable).lower(),
        "x-stream-slm-attempts": str(error.attempts),
        "x-stream-slm-failed-at": clock.rfc3339(clock.now()),
        "x-stream-slm-group": worker.group or "",
        "x-stream-slm-pipeline": spec.name,
        "x-stream-slm-version": worker.version,
    }
    if record.timestamp_ms is not None:
        values[TIMESTAMP_HEADER] = str(record.timestamp_ms)
    if not any(name == ORIGIN_HEADER and value for name, value in record.headers):
        values[ORIGIN_HEADER] = origin
    return tuple((name, value.encode()) for name, value in values.items())
