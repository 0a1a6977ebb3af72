"""Rules of what a subscriber makes of a record."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from aiokafka import ConsumerRecord

from stream_slm.cli.recent import RecentIds
from stream_slm.cli.subscriber import Seen
from stream_slm.errors import DecodeError
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.dead_letters import dead_letter
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.tasks.classify import Classify
from stream_slm.types import Headers, Record

ENRICHED: Headers = (("ce_type", b"io.streamslm.t.enriched.v1"),)


def fetched(value: bytes | None, headers: Headers = (), key: bytes | None = None) -> Seen:
    record = ConsumerRecord("out", 1, 2, 3, 0, key, value, None, -1, -1, headers)
    return Seen.of(record)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"[1]", "[1]"),
        (b"12", "12"),
        (b"caf\xc3\xa9", "café"),
        (b"\xff\x00", {"base64": "/wA="}),
        (b"", ""),
        (None, None),
    ],
)
def test_a_value_is_an_object_or_its_text_or_base64(value: bytes | None, read: Any) -> None:
    """Nothing that was in the topic is lost, and every line of output is JSON."""
    told = fetched(value, key=b"\xff").as_json()
    assert told["value"] == read
    assert told["key"] == {"base64": "/w=="}
    orjson.dumps(told)


def test_headers_go_by_name_and_one_that_repeats_has_a_list() -> None:
    """A header without a value is not one with an empty value."""
    seen = fetched(b"{}", (("a", b"1"), ("a", b"2"), ("b", None), ("c", b"\xff")))
    assert seen.as_json()["headers"] == {"a": ["1", "2"], "b": None, "c": "�"}
    assert (seen.header("a"), seen.header("b"), seen.header("none")) == ("2", "", "")


@pytest.mark.parametrize(
    ("headers", "value", "kind"),
    [
        (ENRICHED, b'{"source": {"topic": "t", "partition": 0, "offset": 9}}', "enriched"),
        (ENRICHED, b"no object", "other"),
        ((("ce_type", b"io.streamslm.t.review.v1"),), b'{"source": {}}', "review"),
        ((("ce_type", b"io.streamslm.t.preview.v1"),), b"{}", "other"),
        ((("ce_type", b"io.streamslm.alert.v1"),), b"{}", "alert"),
        ((("ce_type", b"com.example.other"),), b"{}", "other"),
        ((), b"{}", "other"),
    ],
)
def test_a_record_is_known_by_what_it_says_of_itself(headers: Headers, value: bytes, kind: str) -> None:
    """Not by the name of its topic, which is the user's to choose."""
    assert fetched(value, headers).kind == kind


def test_a_dead_letter_names_the_record_that_it_was() -> None:
    """Its own headers count, not those that an earlier life of the record left."""
    record = Record(topic="t.v1", partition=3, offset=12, value=b"?", headers=(("__connect.errors.offset", b"1"),))
    spec = PipelineSpec(name="t", source="t.v1", tasks=[Classify("risk")])
    worker = Worker(app_id="app", worker="w", group="g", version="1")
    (output,) = dead_letter(record, DecodeError("not JSON"), spec, worker).outputs
    seen = fetched(output.value, output.headers)
    assert (seen.kind, seen.code, seen.source) == ("dead_letter", "decode_error", ("t.v1", 3, 12))


def test_an_outcome_names_its_input() -> None:
    """So that outcomes can be counted by input record."""
    seen = fetched(b'{"source": {"topic": "t", "partition": 0, "offset": 9}}', ENRICHED)
    assert seen.source == ("t", 0, 9)
    assert fetched(b"{}").source is None


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (ENRICHED, b"{}"),
        (ENRICHED, b'{"source": "elsewhere"}'),
        ((("__connect.errors.code", b"x"), ("__connect.errors.partition", b"0")), b"?"),
        (
            (
                ("x-stream-slm-error-code", b"x"),
                ("__connect.errors.partition", b"-"),
                ("__connect.errors.offset", b"?"),
            ),
            b"?",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_none(headers: Headers, value: bytes) -> None:
    """Anyone may write to an output topic; whoever reads it must not fall over that."""
    assert fetched(value, headers).source is None


def test_an_id_is_new_once_while_it_is_remembered() -> None:
    """Bounded: what has not come for long is new again. A record without an id always is."""
    recent = RecentIds(most=2)

    def new(known: str) -> bool:
        return recent.is_new(fetched(b"{}", (("ce_id", known.encode()),)))

    assert [new(each) for each in "aabac"] == [True, False, True, False, True]
    assert [new(each) for each in "ab"] == [False, True]
    assert recent.is_new(fetched(b"{}"))
    assert recent.is_new(fetched(b"{}"))
    assert recent.dropped == 3
