"""Quix Streams around a Hugging Face pipeline, record by record, as its streaming data frame works."""

from __future__ import annotations

from typing import Any

from quixstreams import Application

from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE
from benchmarks.contenders.hugging_face import classifier

app = Application(
    broker_address=SERVERS,
    consumer_group=GROUP,
    auto_offset_reset="earliest",
    loglevel="WARNING",
    auto_create_topics=False,
)
source = app.topic(SOURCE, value_deserializer="json")
sink = app.topic(SINK, value_serializer="json")


def classified(value: dict[str, Any]) -> dict[str, Any]:
    """A label and a score."""
    result: dict[str, Any] = classifier(value["text"])[0]
    return result


app.dataframe(source).apply(classified).to_topic(sink)
app.run()
