"""Rules of redrive: what goes back is what came, with its identity and how often it went."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import SchemaInvalid
from stream_slm.pipeline.identity import ORIGIN_HEADER, origin_id
from stream_slm.pipeline.redrive import COUNT_HEADER, DeadLetter
from stream_slm.types import Headers, Record
from tests.unit.pipeline.fakes import pipeline, record
from tests.unit.pipeline.test_dead_letters import HEADERS

#: Names of every kind, and often those that a dead letter adds itself.
names = st.text(max_size=8) | st.sampled_from([*sorted(HEADERS), "__connect.errors.exception.stacktrace", "ce_id"])
header_lists = st.lists(st.tuples(names, st.none() | st.binary(max_size=8)), max_size=8).map(tuple)


def dead(source: Record) -> DeadLetter:
    (output,) = pipeline(alerts=()).dead_letter(source, SchemaInvalid("rule")).outputs
    return DeadLetter(
        record=Record(
            topic=output.topic, partition=0, offset=5, key=output.key, value=output.value, headers=output.headers
        )
    )


def again(letter: DeadLetter) -> Record:
    """The record as it comes to the pipeline again, at another place."""
    sent = letter.record
    return Record(
        topic="things.v1", partition=0, offset=900, key=sent.key, value=sent.value, headers=letter.headers_to_send
    )


@given(header_lists)
def test_the_headers_that_came_go_back_in_their_order(headers: Headers) -> None:
    """Whatever they are called: a record may have been a dead letter before, of Kafka Connect or of ours."""
    sent = dead(record(b"?", headers)).headers_to_send
    had_identity = any(name == ORIGIN_HEADER and value for name, value in headers)
    own, added = sent[: len(headers)], sent[len(headers) :]
    assert own == headers
    assert [name for name, _ in added] == ([] if had_identity else [ORIGIN_HEADER]) + [COUNT_HEADER]


@given(header_lists, st.none() | st.binary(max_size=12), st.none() | st.binary(max_size=6), st.integers(1, 4))
def test_a_record_keeps_its_identity_however_often_it_goes(
    headers: Headers, value: bytes | None, key: bytes | None, times: int
) -> None:
    """So that its outputs have the ids that they would have had: also of one without an id, known by its place."""
    (output,) = pipeline(alerts=()).dead_letter(record(value, headers, key), SchemaInvalid("rule")).outputs
    letter = dead(record(value, headers, key))
    identity = letter.origin
    assert identity
    for time in range(1, times + 1):
        returned = again(letter)
        assert origin_id(returned, {}) == identity
        assert [value for name, value in returned.headers if name == COUNT_HEADER] == [str(time).encode()]
        letter = dead(returned)
    assert letter.redrives == times
    assert (letter.record.key, letter.record.value) == (output.key, output.value)


def test_a_record_without_an_id_is_known_by_the_place_it_had_first() -> None:
    """Not by the one it was sent back to."""
    letter = dead(record(b"no json"))
    assert letter.origin == "things.v1/2/77"
    assert (letter.source_topic, letter.source_partition, letter.source_offset) == ("things.v1", 2, 77)
    assert origin_id(again(letter), {}) == "things.v1/2/77"


def test_its_time_is_the_one_of_its_source() -> None:
    """The dead letter's own is when it became one."""
    source = Record(topic="things.v1", partition=2, offset=77, value=b"?", timestamp_ms=1_700_000_000_123)
    assert dead(source).original_timestamp_ms == 1_700_000_000_123
    assert dead(record(b"?", (("x-stream-slm-origin-timestamp", b"7"),))).original_timestamp_ms == 1_700_000_000_123


CONNECT: Headers = (
    ("mine", b"1"),
    ("__connect.errors.topic", b"orders"),
    ("__connect.errors.partition", b"4"),
    ("__connect.errors.offset", b"12"),
    ("__connect.errors.exception.stacktrace", b"at org.apache"),
)


def foreign(headers: Headers) -> DeadLetter:
    return DeadLetter(record=Record(topic="dlq", partition=0, offset=1, value=b"?", headers=headers, timestamp_ms=99))


def test_kafka_connects_own_is_sent_back_without_connects_headers() -> None:
    """It has no code and no identity of ours; its time is the source's, for Connect keeps it."""
    letter = foreign(CONNECT)
    assert (letter.code, letter.origin, letter.source_topic) == ("unknown", "", "orders")
    assert letter.headers_to_send == (("mine", b"1"), (COUNT_HEADER, b"1"))
    assert letter.original_timestamp_ms == 99


@pytest.mark.parametrize("timestamp_ms", [None, -1])
def test_a_record_without_a_time_is_sent_with_none(timestamp_ms: int | None) -> None:
    """Then it gets the time at which it is sent."""
    old = Record(topic="dlq", partition=0, offset=1, value=b"?", timestamp_ms=timestamp_ms)
    assert DeadLetter(record=old).original_timestamp_ms is None
    assert dead(record(b"?", timestamp_ms=timestamp_ms)).original_timestamp_ms is None


@pytest.mark.parametrize("count", [None, b"", b"many", b"-1", b"\xff", "²".encode(), b"9" * 30])
def test_a_count_that_is_none_reads_as_never(count: bytes | None) -> None:
    """Headers are anybody's."""
    assert foreign(((COUNT_HEADER, count),)).redrives == 0


def test_what_somebody_else_put_there_has_no_source() -> None:
    """It can be looked at, and not be sent back."""
    letter = foreign((("__connect.errors.partition", b"x"), ("__connect.errors.topic", None)))
    assert (letter.source_topic, letter.source_partition, letter.source_offset) == ("", None, None)
