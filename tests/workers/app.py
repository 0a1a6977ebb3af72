"""A Faust app for tests: topics and id by environment, the default bundle, and faults on request.

A record whose text holds `explode` (or TEST_POISON) makes the engine raise for its whole batch, as poison does;
`kill-the-process` does, as native code can; `hang-for-ever` never returns.
Which engine, which clock and which name: see `tests.workers.faults`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import faust

from stream_slm import AlertRule, Classify, Extract, StreamSLM, Summarize
from stream_slm.config.settings import load
from stream_slm.log import get_logger
from stream_slm.streaming.faust_settings import app_options
from stream_slm.streaming.ledger import Partition
from stream_slm.streaming.runtime import Runtime
from tests.workers import faults, writing

if os.environ.get("TEST_TRACES"):  # OpenTelemetry is an optional extra
    from tests.workers import traces

    traces.keep(Path(os.environ["TEST_TRACES"]))

log = get_logger("stream_slm.tests")

_take_partitions = Runtime.take_partitions


async def _take_partitions_slowly(self: Runtime, partitions: Collection[Partition]) -> None:
    await _take_partitions(self, partitions)
    log.info("test_partitions_taken")
    await asyncio.sleep(float(os.environ["TEST_SLOW_ASSIGNMENT_S"]))


if os.environ.get("TEST_SLOW_ASSIGNMENT_S"):
    Runtime.take_partitions = _take_partitions_slowly  # type: ignore[method-assign]

#: Set where a test wants alerts; as short as it can wait for.
_COOLDOWN_S = int(os.environ.get("TEST_COOLDOWN_S", "0"))
ALERTS = [
    AlertRule(
        name="suspicious", task="risk", labels=["suspicious"], threshold=0.5, severity="Severe", cooldown_s=_COOLDOWN_S
    )
]

#: Labels with their descriptions, as JSON, for a worker that has no head for them; it also extracts dates.
_LABELS = os.environ.get("TEST_LABELS")
#: Every task that a language model is asked for, on tiny models in STREAM_SLM_MODELS__DIR.
_WRITING = bool(os.environ.get("TEST_WRITING"))
TASK = Classify("topic", labels=json.loads(_LABELS), evidence="occlusion") if _LABELS else Classify("risk")
FURTHER = [Extract("dates", kinds=["date"])] if _LABELS else []

faults.install()
settings = load()
app = faust.App(**app_options(settings))
slm = StreamSLM(app, settings)
pipeline = slm.pipeline(
    name="test",
    source=os.environ["TEST_SOURCE"],
    tasks=writing.tasks() if _WRITING else [TASK, Summarize(max_words=12), *FURTHER],
    alerts=ALERTS if _COOLDOWN_S else (),
    subject_pointer="/about" if _COOLDOWN_S else "",
    agent=os.environ.get("TEST_ENRICH") is None,
)

if os.environ.get("TEST_ENRICH"):
    topic_out = slm.topic(os.environ["TEST_ENRICH"])

    @app.agent(slm.topic(os.environ["TEST_SOURCE"]))
    async def own_agent(stream: Any) -> None:
        """An agent of a user's own."""
        async for event, outcome in slm.enrich(stream, pipeline):
            if b"raise-in-body" in (event.message.value or b""):
                raise RuntimeError(f"the user's own fault: {event.message.value!r}")
            sent = await topic_out.send(key=event.message.key, value=str(outcome.enriched["source"]["offset"]).encode())
            await sent


if os.environ.get("TEST_SUBSCRIBE_ANEW"):

    @app.task
    async def subscribe_anew() -> None:
        """What Faust does when an agent is added to a running app, here once records are in flight."""
        while app.consumer.delivery is None or not app.consumer.delivery.ledger.in_flight:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await app.consumer.subscribe({os.environ["TEST_SOURCE"]})
        log.info("test_subscribed_anew")


if os.environ.get("TEST_TASKS_EVERY_S"):

    @app.task
    async def count_tasks() -> None:
        """How many asyncio tasks live, for a test that looks for leaks."""
        while True:
            await asyncio.sleep(float(os.environ["TEST_TASKS_EVERY_S"]))
            log.info("test_tasks", tasks=len(asyncio.all_tasks()))
