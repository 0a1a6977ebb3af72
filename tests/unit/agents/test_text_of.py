"""Rules of reading a domain's payload: any JSON object gives parts or a bad record, never a fault of ours."""

from __future__ import annotations

import base64
import time
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents import clinical_notes, traffic_events, transactions
from agents.html_text import text_of_html
from stream_slm.errors import RecordError, TextMissing
from stream_slm.pipeline.text import is_text
from stream_slm.pipeline.validation import validator
from tests.unit.agents.domains import SPECS, read_back
from tests.unit.pipeline.test_decode import json_values

FIELDS = [
    "text",
    "name",
    "original_description",
    "merchant_name",
    "payment_meta",
    "amount",
    "credit_debit_indicator",
    "location",
    "merchant_category_code",
    "iso_currency_code",
    "headline",
    "description",
    "resourceType",
    "status",
    "docStatus",
    "conclusion",
    "content",
    "presentedForm",
]
attachments = st.fixed_dictionaries(
    {},
    optional={
        "contentType": st.sampled_from(["text/plain", "text/html", "application/pdf"]) | json_values,
        "data": st.text(max_size=20).map(lambda text: base64.b64encode(text.encode()).decode()) | json_values,
        "url": json_values,
    },
)
contents = st.lists(
    st.fixed_dictionaries({"attachment": attachments | json_values}) | attachments | json_values, max_size=3
)
payloads = st.dictionaries(
    st.sampled_from(FIELDS),
    json_values
    | contents
    | st.sampled_from(["DocumentReference", "superseded", "CRDT", "5411", "1e999999999", "-0", ""]),
    max_size=8,
)


@pytest.mark.parametrize("domain", SPECS)
@given(payload=payloads)
@example(payload=dict.fromkeys(FIELDS))
@example(payload={"resourceType": "DocumentReference", "status": ["superseded"], "docStatus": {}})
@example(payload={"text": "x", "amount": "9" * 1_000_001})
@example(payload={"text": "x", "amount": "1e1000000"})
@example(payload={"text": "x", "amount": 1e308, "merchant_category_code": "x" * 10_000})
def test_any_object_gives_parts_that_stand_where_they_say(domain: str, payload: dict[str, Any]) -> None:
    """Nulls everywhere, wrong types, absurd amounts: parts, or an error of the record; and never a blank part."""
    spec = SPECS[domain]
    payload = orjson.loads(orjson.dumps(payload))
    try:
        reason = spec.skip(payload)
        parts = spec.text(payload)
    except RecordError:
        return
    assert reason is None or reason.startswith("document status ")
    for part in parts:
        assert is_text(part.text)
        assert len(part.text) < 2_000_000
        assert part.fields or read_back(payload, part) == part.text


def facts_of(**payload: Any) -> str:
    return transactions.text_of({"text": "MEMO", **payload})[-1].text


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"amount": 5}, "Money out 5.00."),
        ({"amount": -5.5}, "Money in 5.50."),
        ({"amount": "12.345"}, "Money out 12.34."),
        ({"amount": -5, "credit_debit_indicator": "DBIT"}, "Money out 5.00."),
        ({"amount": 5, "credit_debit_indicator": "CRDT"}, "Money in 5.00."),
        ({"amount": 10**17}, "Money out 100000000000000000.00."),
        ({"merchant_category_code": "5411"}, "Grocery stores and supermarkets."),
        ({"merchant_category_code": "9998"}, "Merchant category 9998."),
        (
            {"amount": 1, "iso_currency_code": "EUR", "location": {"city": "Bonn", "country": "DE"}},
            "Money out 1.00 EUR, in Bonn, country DE.",
        ),
        ({"amount": True}, "MEMO"),
        ({"amount": 10**18}, "MEMO"),
        ({"amount": "NaN"}, "MEMO"),
        ({"amount": "a lot"}, "MEMO"),
        ({"location": "Bonn"}, "MEMO"),
    ],
)
def test_facts_of_a_payment_are_rendered_in_words(payload: dict[str, Any], text: str) -> None:
    """Direction, size, currency, place; what is no fact is left out."""
    assert facts_of(**payload) == text


def test_facts_name_the_fields_they_come_from() -> None:
    """A reader of the evidence finds what was rendered."""
    part = transactions.text_of({"text": "x", "amount": 1, "location": {"city": "Bonn"}})[-1]
    assert part.fields == ("/amount", "/location/city")


def test_words_that_repeat_are_read_once_and_others_are_not_lost() -> None:
    """A merchant inside the description is no news; one that only spans two earlier strings is."""
    parts = transactions.text_of(
        {"original_description": "UBER TRIP", "name": "uber ", "merchant_name": "Trip", "text": "new"}
    )
    assert [part.pointer for part in parts] == ["/original_description", "/text"]
    parts = transactions.text_of({"original_description": "ab", "name": "cd", "merchant_name": "bc"})
    assert [part.text for part in parts] == ["ab", "cd", "bc"]


def note(data: str | bytes, kind: str = "text/plain") -> dict[str, Any]:
    encoded = data if isinstance(data, str) else base64.b64encode(data).decode()
    return {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "type": {"coding": [{"code": "11506-3"}]},
        "subject": {"reference": "Patient/1"},
        "content": [{"attachment": {"contentType": kind, "data": encoded}}],
    }


WRAPPED = base64.encodebytes(
    b"Chest pain since noon, sent to the emergency ward by the family doctor. Stable."
).decode()


@pytest.mark.parametrize(
    "document",
    [
        note(WRAPPED),
        note(WRAPPED.replace("\n", "\r\n")),
        note("".join(WRAPPED.split()), " Text/Plain; charset=UTF-8"),
        note(WRAPPED, "text/html"),
    ],
)
def test_what_the_schema_takes_is_read(document: dict[str, Any]) -> None:
    """Base64 in lines as MIME wraps it, content types as loosely spelled as the schema lets them be."""
    validator(SPECS["clinical-notes"].schema, "clinical-notes")(document)
    (part,) = clinical_notes.text_of(document)
    assert part.text.startswith("Chest pain since noon")
    assert part.pointer == "/content/0/attachment/data"


@pytest.mark.parametrize("data", ["not base64!", "abc", b"\xff\xfe\x00", "YWJj$"])
def test_an_attachment_that_cannot_be_read_is_a_bad_record(data: str | bytes) -> None:
    """Half a note is worse than none; and the message quotes nothing."""
    with pytest.raises(TextMissing) as caught:
        clinical_notes.text_of(note(data))
    assert str(caught.value) == "an attachment is not base64 of UTF-8 text"


def test_other_attachments_are_passed_over() -> None:
    """A PDF beside the text is no reason to refuse the text."""
    document = note(b"Stable.")
    document["content"].insert(0, {"attachment": {"contentType": "application/pdf", "data": "AAAA"}})
    document["content"].append({"attachment": {"contentType": "text/plain", "url": "https://x"}})
    assert [part.pointer for part in clinical_notes.text_of(document)] == ["/content/1/attachment/data"]


@pytest.mark.parametrize("status", ["superseded", "entered-in-error"])
def test_a_withdrawn_document_is_skipped_and_a_plain_note_is_not(status: str) -> None:
    """FHIR statuses count in FHIR resources only."""
    assert clinical_notes.withdrawn({**note(b"x"), "status": status}) == f"document status {status}"
    assert clinical_notes.withdrawn({**note(b"x"), "docStatus": status}) is not None
    assert clinical_notes.withdrawn({"text": "x", "status": status}) is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One &amp; two.</p><p>Three&nbsp;&lt;4</p>", "One & two.\n\nThree\xa0<4".replace("\n\n", "\n")),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("<b>bo</b>ld", "bold"),
        ("x<script>if (a < b) { '</p>' }</script>y<STYLE>p {}</style >z", "xyz"),
        ("x<script>never closed", "x"),
        ("a <!-- hidden > still --> b", "a  b"),
        ("<!DOCTYPE html><?xml version='1'?><![CDATA[x]]>t", "t"),
        ("<a title=\"a > b\" href='c>d'>link</a>", "link"),
        ('<a title="never closed>link</a> <i>on</i>', "link on"),
        ("2 < 3 and 4 > 1 & so", "2 < 3 and 4 > 1 & so"),
        ("end <b", "end <b"),
        ("<![foo[ x", "<![foo[ x"),
        ("", ""),
    ],
)
def test_html_loses_its_tags_and_no_text(source: str, text: str) -> None:
    """Entities decoded, comments and scripts gone, blocks on lines of their own."""
    assert text_of_html(source) == text


@given(
    st.lists(
        st.sampled_from(
            [*list("<>/!-?&'\"=;# \n"), "<a ", "</p>", "<!--", "-->", "<script>", "</script", "word", "&#x", "&amp;"]
        )
    ).map("".join)
)
def test_any_html_is_read_and_what_has_no_markup_is_kept(source: str) -> None:
    """No error whatever the fragment; words outside of markup survive."""
    text_of_html(source)
    plain = source.translate(str.maketrans("", "", "<&"))
    assert text_of_html(plain) == plain.strip()


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        "<a x='",
        "<a x=\"'",
        "</",
        "<!",
        "<!--",
        "<?",
        "<![",
        "&",
        "&#1",
        "<p>",
        "<script>",
        "<script></",
        "a<b>",
    ],
)
def test_html_costs_what_it_is_long(unit: str) -> None:
    """Three megabytes of unclosed tags must not stop the event loop for minutes."""
    for characters, limit_s in ((30_000, 1.0), (1_000_000, 8.0)):
        source = unit * (characters // len(unit))
        began = time.process_time()
        text_of_html(source)
        assert time.process_time() - began < limit_s


def test_an_archived_event_is_withdrawn_and_an_active_one_is_not() -> None:
    """Open511: what is over; a feed without a status says nothing of the kind."""
    assert traffic_events.archived({"status": "ARCHIVED"}) == "event status ARCHIVED"
    assert traffic_events.archived({"status": "ACTIVE"}) is None
    assert traffic_events.archived({"status": ["ARCHIVED"]}) is None
    assert traffic_events.archived({}) is None
