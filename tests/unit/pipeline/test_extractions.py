"""Rules of extractions in the enriched record: places in the input's own strings, within the schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given

from stream_slm.pipeline.text import at
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.facts.fact import KINDS
from stream_slm.types import Extraction
from tests.unit.pipeline.fakes import FakeModels, json_of, pipeline, record
from tests.unit.tasks.facts.test_facts import texts

Check = Callable[[Any], None]
MODELS = FakeModels(spread=0.3)
VALUE = {"id": 5, "head": "Crash on I-405 ✚", "text": "Two lanes blocked since 7:51 am on October 26, 2016. Ref AB-77."}


async def test_spans_point_into_the_strings_that_were_read(enriched_schema: Check) -> None:
    """Beside the results of other tasks, under the task's name."""
    task = Extract("facts", kinds=["road", "date", "quantity"], patterns={"ref": r"Ref (?P<value>\S+-\d+)"})
    ours = pipeline(MODELS, tasks=(Classify("risk"), task), text=at("/head", "/text"))
    outcome = await ours.process(record(VALUE))
    enriched = json_of(outcome.outputs[0])
    enriched_schema(enriched)
    facts = enriched["results"]["facts"]
    assert facts["task"] == "extraction"
    assert [(each["pointer"], each["kind"], each["value"], each.get("unit")) for each in facts["spans"]] == [
        ("/head", "road", "I-405", None),
        ("/text", "quantity", "2", "{lane}"),
        ("/text", "date", "2016-10-26", None),
        ("/text", "ref", "AB-77", None),
    ]
    for each in facts["spans"]:
        assert VALUE[each["pointer"][1:]][each["start"] : each["end"]] == each["text"]  # type: ignore[index]
    assert isinstance(outcome.results["facts"], Extraction)


async def test_a_record_says_where_it_holds_not_all_and_keeps_words_out_if_told_to(enriched_schema: Check) -> None:
    """`truncated` only where it is so; `text` absent where it was switched off."""
    ours = pipeline(MODELS, tasks=(Extract(kinds=["number"], max_spans=2, text=False),), alerts=())
    for text, truncated in (("3 or 4", False), ("3 or 4, 5", True)):
        enriched = json_of((await ours.process(record({"text": text}))).outputs[0])
        enriched_schema(enriched)
        facts = enriched["results"]["facts"]
        assert [each["value"] for each in facts["spans"]] == ["3", "4"]
        assert facts.get("truncated", False) == truncated
        assert not any("text" in each for each in facts["spans"])


@given(texts)
async def test_every_extraction_keeps_the_schema(enriched_schema: Check, text: str) -> None:
    """Any text, every kind."""
    ours = pipeline(MODELS, tasks=(Extract(kinds=KINDS),), alerts=())
    outcome = await ours.process(record({"text": text}))
    if outcome.status != "dead_letter":
        enriched_schema(json_of(outcome.outputs[0]))
    else:
        assert not text.strip()
