"""A Faust app for tests: topics and id by environment, the default bundle, and faults on request.

A record whose text holds `explode` makes the engine raise for its whole batch, as poison does.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import faust

from stream_slm import Classify, StreamSLM, Summarize
from stream_slm.config.settings import load
from stream_slm.engine.encoder import Encoder
from stream_slm.streaming.faust_settings import app_options

_POISON = "explode"

settings = load()
app = faust.App(**app_options(settings))
slm = StreamSLM(app, settings)
pipeline = slm.pipeline(
    name="test",
    source=os.environ["TEST_SOURCE"],
    tasks=[Classify("risk"), Summarize(max_words=12)],
    agent=os.environ.get("TEST_ENRICH") is None,
)

if os.environ.get("TEST_ENRICH"):
    topic_out = slm.topic(os.environ["TEST_ENRICH"])

    @app.agent(slm.topic(os.environ["TEST_SOURCE"]))
    async def own_agent(stream: Any) -> None:
        """An agent of a user's own."""
        async for event, outcome in slm.enrich(stream, pipeline):
            if b"raise-in-body" in (event.message.value or b""):
                raise RuntimeError("the user's own fault")
            sent = await topic_out.send(key=event.message.key, value=str(outcome.enriched["source"]["offset"]).encode())
            await sent


_tokenize = Encoder.tokenize


def _tokenize_or_explode(self: Encoder, texts: Sequence[str]) -> Any:
    if any(_POISON in text for text in texts):
        raise RuntimeError("poison")
    return _tokenize(self, texts)


Encoder.tokenize = _tokenize_or_explode  # type: ignore[method-assign]
