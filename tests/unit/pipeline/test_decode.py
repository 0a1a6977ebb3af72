"""Rules of decoding: CloudEvents, bare JSON, plain text and Confluent frames in; a message or a known error out."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stream_slm.errors import DataRefUnsupported, DecodeError
from stream_slm.pipeline.decode import Message, attributes_of, decode
from tests.unit.pipeline.fakes import record

PAYLOAD = {"id": "t-1", "text": "Road closed."}
EVENT = {"specversion": "1.0", "id": "e-1", "source": "/feeds/a", "type": "x.y.v1", "subject": "s-1"}
STRUCTURED = {"content-type": "application/cloudevents+json; charset=UTF-8"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
event_likes = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("specversion", "id", "source", "type", "data", "data_base64", "dataref"), json_values),
        "datacontenttype": st.sampled_from(["text/plain", "application/json"]),
    },
)
bodies = st.one_of(
    st.binary(max_size=60),
    json_values.map(orjson.dumps),
    event_likes.map(orjson.dumps),
    json_values.map(lambda value: b"\0\0\0\0\7" + orjson.dumps(value)),
    st.text(max_size=60).map(str.encode),
)
content_types = st.one_of(
    st.none(),
    st.binary(max_size=20),
    st.sampled_from(
        [b"application/cloudevents+json", b"Application/CloudEvents", b"text/plain; charset=utf-8", b"application/json"]
    ),
)
header_lists = st.lists(
    st.tuples(
        st.sampled_from(["ce_id", "ce_source", "CE_TYPE", "ce_dataref", "ce_", "content-type", "x"])
        | st.text(max_size=8),
        st.none() | st.binary(max_size=20),
    ),
    max_size=5,
).map(tuple)


@given(bodies, header_lists, content_types)
@example(b"[" * 5000, (), None)
@example(b'{"a":' * 2000, (), None)
@example(b'"\\ud800"', (), None)
@example(b"\xff\xfe{}", (), b"text/plain")
def test_any_bytes_are_a_message_or_an_error_that_quotes_nothing(
    body: bytes, headers: Any, content_type: bytes | None
) -> None:
    """Two errors of our tree and no other; their text holds no eight characters of the input."""
    kind = () if content_type is None else (("content-type", content_type),)
    try:
        message = decode(record(body, headers + kind))
    except (DecodeError, DataRefUnsupported) as error:
        told = str(error)
        source = body.decode("utf-8", "replace") + "".join((v or b"").decode("utf-8", "replace") for _, v in headers)
        assert not any(source[at : at + 8] in told for at in range(len(source) - 7))
    else:
        assert isinstance(message.payload, dict)
        assert all(isinstance(value, str) for value in message.attributes.values())


SECRET = "patient-4711-has-a-secret"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (f'{{"text": "{SECRET}'.encode(), {}),
        (f'"{SECRET}"'.encode(), {}),
        (f'["{SECRET}"]'.encode(), {}),
        (f'{{"{SECRET}" 1}}'.encode(), {}),
        (SECRET.encode() + b"\xff", {"content-type": "text/plain"}),
        (orjson.dumps({**EVENT, "data": SECRET}), STRUCTURED),
        (orjson.dumps({**EVENT, "data_base64": SECRET}), STRUCTURED),
        (orjson.dumps({**EVENT, "data_base64": base64.b64encode(SECRET.encode()).decode()}), STRUCTURED),
        (orjson.dumps({**EVENT, "extra": SECRET}), STRUCTURED),
        (orjson.dumps({**EVENT, "dataref": SECRET}), STRUCTURED),
        (b"", {"ce_dataref": SECRET}),
    ],
)
def test_no_error_quotes_the_value(body: bytes, headers: dict[str, str]) -> None:
    """Whichever way decoding fails, what is told could stand in a log."""
    with pytest.raises((DecodeError, DataRefUnsupported)) as caught:
        decode(record(body, headers))
    assert SECRET[:8] not in str(caught.value)
    assert caught.value.__cause__ is None  # the parser's own message quotes


@pytest.mark.parametrize(
    ("body", "headers", "attributes"),
    [
        (orjson.dumps(PAYLOAD), {}, {}),
        (b"\0\0\0\0\x2a" + orjson.dumps(PAYLOAD), {}, {}),
        (
            orjson.dumps(PAYLOAD),
            {"ce_id": "1", "CE_Source": "/s", "content-type": "application/json"},
            {"id": "1", "source": "/s"},
        ),
        (orjson.dumps({**EVENT, "data": PAYLOAD}), STRUCTURED, EVENT),
        (orjson.dumps({**EVENT, "data": PAYLOAD}), {"Content-Type": "APPLICATION/CloudEvents+JSON"}, EVENT),
        (orjson.dumps({**EVENT, "data": PAYLOAD}), {}, EVENT),
        (orjson.dumps({**EVENT, "data_base64": base64.b64encode(orjson.dumps(PAYLOAD)).decode()}), STRUCTURED, EVENT),
    ],
)
def test_every_envelope_gives_the_same_payload(
    body: bytes, headers: dict[str, str], attributes: dict[str, str]
) -> None:
    """Structured, binary, bare, framed: one payload; attributes where there are some."""
    assert decode(record(body, headers)) == Message(payload=PAYLOAD, attributes=attributes)


def test_a_payload_that_looks_structured_under_ce_headers_is_the_payload() -> None:
    """Binary mode says where the attributes are; a payload may have fields of the same names."""
    inner = {**EVENT, "data": PAYLOAD}
    assert decode(record(inner, {"ce_id": "1", "content-type": "application/json"})).payload == inner


@pytest.mark.parametrize("kind", ["text/plain", "Text/Plain; charset=UTF-8", " text/plain"])
def test_plain_text_becomes_a_text_field(kind: str) -> None:
    """A producer without JSON is welcome, and what looks like JSON there is text."""
    assert decode(record(b'{"a": 1', {"content-type": kind})).payload == {"text": '{"a": 1'}


def test_a_structured_event_of_plain_text_becomes_a_text_field() -> None:
    """`datacontenttype: text/plain` with a string."""
    event = {**EVENT, "datacontenttype": "text/plain", "data": "Road closed."}
    assert decode(record(event, STRUCTURED)).payload == {"text": "Road closed."}


def test_data_inside_wins_over_a_reference() -> None:
    """A claim check beside the data is only a note."""
    assert decode(record(PAYLOAD, {"ce_dataref": "s3://x"})).payload == PAYLOAD
    assert decode(record({**EVENT, "data": PAYLOAD, "dataref": "s3://x"}, STRUCTURED)).payload == PAYLOAD


def test_of_repeated_headers_the_first_counts_and_bytes_that_are_no_text_are_replaced() -> None:
    """Whoever appends cannot change who the event is."""
    headers = (("ce_id", b"first"), ("CE_ID", b"second"), ("ce_source", b"\xff"), ("ce_type", None))
    assert attributes_of(headers) == {"id": "first", "source": "\ufffd"}
