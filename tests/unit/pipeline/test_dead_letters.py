"""Rules of the dead letter: the record as it came, headers complete, and nothing of its text."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stream_slm.errors as errors
from stream_slm.config.settings import LimitsConfig
from stream_slm.types import Headers, Outcome
from tests.unit.pipeline.fakes import FakeModels, pipeline, record

SECRET = "patient-4711-secret"
HEADERS = {
    "__connect.errors.topic",
    "__connect.errors.partition",
    "__connect.errors.offset",
    "__connect.errors.connector.name",
    "__connect.errors.task.id",
    "__connect.errors.stage",
    "__connect.errors.class.name",
    "__connect.errors.exception.class.name",
    "__connect.errors.exception.message",
    "x-stream-slm-error-code",
    "x-stream-slm-retriable",
    "x-stream-slm-attempts",
    "x-stream-slm-failed-at",
    "x-stream-slm-group",
    "x-stream-slm-pipeline",
    "x-stream-slm-version",
    "x-stream-slm-origin-id",
    "x-stream-slm-origin-timestamp",
}
header_lists = st.lists(st.tuples(st.text(max_size=12), st.none() | st.binary(max_size=12)), max_size=5).map(tuple)


def added(outcome: Outcome) -> dict[str, str]:
    (output,) = outcome.outputs
    ours = output.headers[len(outcome.record.headers) :]
    return {name: (value or b"").decode() for name, value in ours}


@given(st.none() | st.binary(max_size=40), st.none() | st.binary(max_size=10), header_lists)
def test_key_value_and_headers_are_unchanged_and_come_first(
    value: bytes | None, key: bytes | None, headers: Headers
) -> None:
    """A redrive must be able to send exactly what came."""
    source = record(value, headers, key)
    outcome = pipeline(alerts=()).dead_letter(source, errors.SchemaInvalid("rule"))
    (output,) = outcome.outputs
    assert (output.topic, output.kind) == ("things.v1.dlq", "dead_letter")
    kept = b"" if key is None and value is None else value  # Kafka's clients send no record of neither
    assert (output.key, output.value) == (key, kept)
    assert output.headers[: len(headers)] == headers


def test_the_headers_are_complete() -> None:
    """Kafka Connect's for its readers, ours for our tool; every value in decimal or words."""
    outcome = pipeline().dead_letter(record({"id": "t-1"}), errors.SchemaInvalid("rule"))
    ours = added(outcome)
    assert set(ours) == HEADERS
    assert (ours["__connect.errors.topic"], ours["__connect.errors.partition"]) == ("things.v1", "2")
    assert ours["__connect.errors.offset"] == "77"
    assert ours["__connect.errors.exception.class.name"] == "stream_slm.errors.SchemaInvalid"
    assert ours["__connect.errors.exception.message"] == "rule"
    assert (ours["x-stream-slm-error-code"], ours["x-stream-slm-retriable"]) == ("schema_invalid", "false")
    assert (ours["x-stream-slm-group"], ours["x-stream-slm-version"]) == ("test-group", "0.0.0")
    assert (ours["__connect.errors.connector.name"], ours["__connect.errors.task.id"]) == ("test-app", "pod-1")


KNOWN = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.StreamSLMError)]


@pytest.mark.parametrize("kind", KNOWN)
def test_every_error_of_the_tree_names_its_code_and_stage(kind: type[errors.StreamSLMError]) -> None:
    """Stages are Kafka Connect's, codes are ours and one to one."""
    ours = added(pipeline().dead_letter(record(b""), kind("why")))
    assert ours["x-stream-slm-error-code"] == kind.code
    assert ours["__connect.errors.stage"] in {"VALUE_CONVERTER", "KEY_CONVERTER", "TRANSFORMATION", "KAFKA_PRODUCE"}
    assert len({each.code for each in KNOWN if each is not errors.RecordError}) == len(KNOWN) - 1


def test_a_long_message_is_cut_where_connects_readers_cut_it() -> None:
    """1 KiB: a dead letter must fit its topic."""
    ours = added(pipeline().dead_letter(record(b""), errors.SchemaInvalid("x" * 9_000)))
    assert len(ours["__connect.errors.exception.message"]) == 1024


class Quoting(Exception):
    """An error as libraries make them: it quotes what it failed on."""

    def __init__(self) -> None:
        super().__init__(f"cannot handle {SECRET}")


def _raises(_payload: Any) -> Any:
    raise Quoting


def _reader_that_quotes() -> FakeModels:
    models = FakeModels()
    models.reader.error = Quoting()
    return models


PLAIN = {"text": SECRET, "id": SECRET}
WAYS: dict[str, tuple[dict[str, Any], Any, dict[str, str], str]] = {
    "not json": ({}, f'{{"text": "{SECRET}'.encode(), {}, "decode_error"),
    "not an object": ({}, f'"{SECRET}"'.encode(), {}, "decode_error"),
    "not utf-8": ({}, SECRET.encode() + b"\xff", {"content-type": "text/plain"}, "decode_error"),
    "empty": ({}, b"", {}, "decode_error"),
    "claim check": ({}, b"", {"ce_dataref": SECRET}, "dataref_unsupported"),
    "schema": ({"schema": {"properties": {"text": {"maxLength": 3}}}}, PLAIN, {}, "schema_invalid"),
    "no text": ({}, {"title": SECRET}, {}, "text_missing"),
    "blank text": ({}, {"text": " \n", "title": SECRET}, {}, "text_missing"),
    "too many bytes": ({"limits": LimitsConfig(max_record_bytes=5)}, PLAIN, {}, "too_long"),
    "too much text": ({"limits": LimitsConfig(max_text_chars=5)}, PLAIN, {}, "too_long"),
    "text function": ({"text": _raises}, PLAIN, {}, "inference_error"),
    "skip function": ({"skip": _raises}, PLAIN, {}, "inference_error"),
    "reader": ({"models": _reader_that_quotes()}, PLAIN, {}, "inference_error"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_of_the_text_stands_in_a_header(way: str) -> None:
    """Whichever step fails, and though the exception quotes the text: its class is told, its words are not."""
    options, value, headers, code = WAYS[way]
    headers = {"x-other": "kept", **headers}
    outcome = await pipeline(**options).process(record(value, headers))
    assert outcome.status == "dead_letter"
    ours = added(outcome)
    assert ours["x-stream-slm-error-code"] == code
    told = {name: text for name, text in ours.items() if name != "x-stream-slm-origin-id"}  # the record's own id
    assert not any(SECRET[:8] in text for text in told.values())
    assert SECRET[:8] not in str(outcome.error)


async def test_an_unexpected_error_tells_its_class() -> None:
    """Enough to find the fault, too little to leak."""
    outcome = await pipeline(text=_raises).process(record(PLAIN))
    assert added(outcome)["__connect.errors.exception.message"] == "unexpected Quoting"


async def test_a_retriable_error_says_nothing_about_the_record() -> None:
    """It is raised: a broker's absence must not make a dead letter of good records."""
    models = FakeModels()
    models.reader.error = errors.BrokerUnavailable("gone")
    with pytest.raises(errors.BrokerUnavailable):
        await pipeline(models).process(record({"text": "x"}))


async def test_limits_include_their_number() -> None:
    """Exactly as large as allowed is allowed."""
    value = orjson.dumps({"text": "12345"})
    fits = LimitsConfig(max_record_bytes=len(value), max_text_chars=5)
    assert (await pipeline(limits=fits).process(record(value))).status == "ok"
    assert (await pipeline(limits=fits).process(record(value + b" "))).status == "dead_letter"
    assert (await pipeline(limits=fits).process(record(b'{"text":"123456"}'))).status == "dead_letter"
