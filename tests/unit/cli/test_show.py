"""Rules of what a person is shown."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from stream_slm.cli.because import SentTexts, quote
from stream_slm.cli.show import about, alert_line, dead_letter_line, labels, one_line, outcome_line, review_line
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.tasks.classify import Classify
from stream_slm.types import Payload, TextPart

SPEC = PipelineSpec(name="t", source="t.v1", tasks=[Classify("risk")])
HOSTILE = "\x1b[2J\nx"


def classification(label: str, score: float, *, accepted: bool, **evidence: Any) -> dict[str, Any]:
    shares = [{"pointer": "/text", "start": 0, "end": 3, "share": 1.0, **evidence}]
    return {"task": "classification", "label": label, "score": score, "accepted": accepted, "evidence": shares}


def test_a_label_below_its_threshold_is_marked() -> None:
    """A question mark says it where there is no colour."""
    results = {"a": classification("x", 0.3, accepted=False), "b": classification("y", 0.9, accepted=True)}
    assert labels({"results": results}).plain == "x? 0.30  y 0.90"
    assert labels({"status": "skipped", "reason": "tombstone"}).plain == "skipped: tombstone"


def test_what_is_shown_cannot_forge_a_line_or_a_colour() -> None:
    """Control characters of a record do not reach the terminal."""
    assert one_line("a\n\x1b[31mb\x00\tc") == "a [31mb c"
    record = {
        "domain": HOSTILE,
        "subject": {"id": HOSTILE},
        "results": {"s": {"task": "summarization", "text": HOSTILE}, "c": classification(HOSTILE, 1, accepted=True)},
    }
    alert = {"severity": HOSTILE, "event": HOSTILE, "headline": HOSTILE, "score": 0.5, "dedup_key": HOSTILE}
    alert |= {"msgType": HOSTILE}
    review = {**record, "review": [{"task": HOSTILE, "reason": HOSTILE}]}
    headers = dict.fromkeys(["__connect.errors.exception.message", "x-stream-slm-error-code"], HOSTILE)
    for line in (outcome_line(record), alert_line(alert), review_line(review), dead_letter_line(headers)):
        assert "\x1b" not in line.plain
        assert "\n" not in line.plain


@pytest.mark.parametrize(("key", "who"), [("t.v1/txn-1/rule", "txn-1"), ("t.v1/a/b/rule", "a/b"), ("x", "x"), ("", "")])
def test_an_alert_is_about_the_middle_of_its_key(key: str, who: str) -> None:
    """Topic and rule stand elsewhere on its line."""
    assert about({"dedup_key": key}) == who


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"msgType": "Alert"}, "SEVERE    Fire 0.90  s  Smoke seen"),
        ({"msgType": "Update"}, "SEVERE    UPDATE Fire 0.90  s  Smoke seen"),
        (
            {"msgType": "Cancel", "parameter": [{"valueName": "reason", "value": "clear"}]},
            "SEVERE    CANCEL Fire 0.90  s  a later record does not bear it out",
        ),
        (
            {"msgType": "Cancel", "parameter": [{"valueName": "reason", "value": "withdrawn"}]},
            "SEVERE    CANCEL Fire 0.90  s  its source has withdrawn it",
        ),
        ({"msgType": "Cancel"}, "SEVERE    CANCEL Fire 0.90  s  over"),
    ],
)
def test_an_alert_says_that_it_changed_or_is_over(said: dict[str, Any], line: str) -> None:
    """A Cancel tells why in place of a headline."""
    alert = {"severity": "Severe", "event": "Fire", "score": 0.9, "dedup_key": "t/s/r", "headline": "Smoke seen"}
    assert alert_line({**alert, **said}).plain == line


def test_a_record_for_review_says_what_for() -> None:
    """Beside what the models made of it."""
    record = {
        "domain": "t",
        "results": {"c": classification("x", 0.3, accepted=False)},
        "review": [{"task": "c", "reason": "below_threshold"}],
    }
    line = review_line(record).plain
    assert line.startswith("REVIEW  t")
    assert "x? 0.30" in line
    assert line.endswith("(c: below_threshold)")


def test_evidence_is_quoted_from_what_was_sent() -> None:
    """Code points into the text at the pointer, as the enriched record says them."""
    line = orjson.dumps({"text": "Zürich calm. Then\nfire!"})
    assert quote(SPEC, line, {"pointer": "/text", "start": 13, "end": 23}) == "Then fire!"
    assert quote(SPEC, line, {"pointer": "/other", "start": 0, "end": 4}) == ""
    assert quote(SPEC, b"no json", {"pointer": "/text", "start": 0, "end": 4}) == ""


def test_evidence_is_quoted_from_the_text_that_was_read_not_from_the_field() -> None:
    """A pipeline may decode a field, or render several into a sentence."""

    def text(payload: Payload) -> list[TextPart]:
        return [
            TextPart(text=base64.b64decode(payload["data"]).decode(), pointer="/data"),
            TextPart(text="Money out 5.00 USD.", pointer="", fields=("/amount", "/currency")),
        ]

    spec = PipelineSpec(name="t", source="t.v1", tasks=[Classify("risk")], text=text)
    line = orjson.dumps({"data": base64.b64encode(b"Hidden words.").decode()})
    assert quote(spec, line, {"pointer": "/data", "start": 0, "end": 6}) == "Hidden"
    rendered = {"pointer": "", "start": 0, "end": 0, "fields": ["/amount", "/currency"]}
    assert quote(spec, line, rendered) == "Money out 5.00 USD."


def test_the_reason_is_that_of_the_last_label_that_was_accepted() -> None:
    """A label that abstained has nothing to explain."""
    texts = SentTexts()
    texts.keep(("t.v1", 0, 1), SPEC, b'{"text": "one two three"}')
    record = {
        "source": {"topic": "t.v1", "partition": 0, "offset": 1},
        "results": {
            "first": classification("x", 0.9, accepted=True, start=4, end=7),
            "second": classification("y", 0.2, accepted=False),
        },
    }
    assert texts.because(record) == "two"
    assert texts.because(record) == ""  # told once, then forgotten


def test_of_many_labels_every_accepted_one_is_shown() -> None:
    """Any number may apply; where none does, the nearest is shown with a question mark."""
    scores = [{"label": "fees", "score": 0.9, "accepted": True}, {"label": "card", "score": 0.8, "accepted": True}]
    found = {**classification("fees", 0.9, accepted=True), "multi_label": True, "labels": scores}
    assert labels({"results": {"a": found}}).plain == "fees 0.90  card 0.80"
    none = [{**each, "accepted": False} for each in scores]
    assert labels({"results": {"a": {**found, "accepted": False, "labels": none}}}).plain == "fees? 0.90"
