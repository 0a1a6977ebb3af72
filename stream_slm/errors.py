"""The error tree: every failure knows its code and whether a retry can help."""

from __future__ import annotations

from typing import ClassVar


class StreamSLMError(Exception):
    """Root of the tree; `code` is what a dead letter and a metric carry, `retriable` what delivery asks.

    The message is written for an operator and never holds a record's text, key or header values:
    it travels in headers and logs.
    """

    code: ClassVar[str] = "internal_error"
    retriable: ClassVar[bool] = False
    #: How often the record was tried before this was its last word.
    attempts: int = 1
    #: Kafka Connect's name of the step that failed, for `__connect.errors.stage`.
    stage: ClassVar[str] = "TRANSFORMATION"


class ConfigurationError(StreamSLMError):
    """A setting, a pipeline or a topic is wrong; raised at start, names the setting and the fix."""

    code = "configuration_error"


class BundleError(StreamSLMError):
    """A model bundle is missing, altered or cannot be made."""

    code = "bundle_error"


class DataError(StreamSLMError):
    """A file of labelled rows cannot be used as it is; names lines and labels, never quotes a text."""

    code = "data_error"


class BrokerUnavailable(StreamSLMError):
    """No broker answers, or it went away."""

    code = "broker_unavailable"
    retriable = True


class WorkerStopped(StreamSLMError):
    """The models were closed before a record was read; that says nothing about the record."""

    code = "worker_stopped"
    retriable = True


class RecordError(StreamSLMError):
    """This record can never succeed; its outcome is a dead letter."""


class DecodeError(RecordError):
    """The value is not what its content type says (not UTF-8, not JSON, not an object)."""

    code = "decode_error"
    stage = "VALUE_CONVERTER"


class SchemaInvalid(RecordError):
    """The payload does not match the pipeline's schema."""

    code = "schema_invalid"


class TextMissing(RecordError):
    """The payload holds no text to read."""

    code = "text_missing"


class RecordTooLarge(RecordError):
    """The value is larger than `limits.max_record_bytes`, or its text longer than `limits.max_text_chars`."""

    code = "too_long"


class DataRefUnsupported(RecordError):
    """A CloudEvents claim check: the payload lies elsewhere and is not fetched."""

    code = "dataref_unsupported"


class InferenceError(RecordError):
    """The engine or a task failed on this record alone, after its batch was split."""

    code = "inference_error"


class EngineCrashed(RecordError):
    """Worker after worker died while it read this record and no other."""

    code = "engine_crash"


class OutputTooLarge(RecordError):
    """An output of this record does not fit its topic."""

    code = "output_too_large"
    stage = "KAFKA_PRODUCE"


class ProduceRejected(RecordError):
    """The broker refuses an output of this record for good."""

    code = "produce_error"
    stage = "KAFKA_PRODUCE"


class DeadLetterFlood(StreamSLMError):
    """So many records become dead letters that the cause is not in them: the worker stops."""

    code = "dead_letter_flood"


class DeliveryStopped(StreamSLMError):
    """The worker cannot go on without losing records: it stops, commits nothing, and says why."""

    code = "delivery_stopped"
