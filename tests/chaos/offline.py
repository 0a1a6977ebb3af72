"""What a record must become: the answer of the path without Kafka, and how far an output may differ from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import faust
import orjson

from agents import clinical_notes, traffic_events, transactions
from stream_slm import Classify, PipelineHandle, StreamSLM, Summarize
from stream_slm.config.settings import Settings
from stream_slm.errors import StreamSLMError
from stream_slm.pipeline.spec import Task
from stream_slm.types import Outcome, Record
from tests.brokers.clients import Sent
from tests.chaos.traffic import Records
from tests.workers import faults, writing

#: Batches differ from run to run, and with them the last digits of a score.
TOLERANCE = 1e-3
#: In which a larger difference is told.
_STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0)


@dataclass(frozen=True, slots=True)
class Expected:
    """What stands in an output whatever the circumstances; `code` for a dead letter, `results` for a record read."""

    status: str
    code: str | None
    results: Mapping[str, Any]


class Answers:
    """Expectations by number, worked out before a scenario begins."""

    def __init__(self, records: Records, by_kind: Mapping[int, Expected]) -> None:
        self.records = records
        self._by_kind = by_kind

    def __call__(self, number: int) -> Expected:
        """What the record of a number must become."""
        return self._by_kind[self.records.alike(number)]


class Offline:
    """A pipeline in the test's own process."""

    def __init__(self, pipeline: PipelineHandle) -> None:
        self._pipeline = pipeline

    async def answers(self, records: Records, count: int) -> Answers:
        """Read each kind of record once."""
        first_of_kind: dict[int, int] = {}
        for number in range(count):
            first_of_kind.setdefault(records.alike(number), number)
        found: dict[int, Expected] = {}
        for kinds in _pieces(list(first_of_kind), 500):
            expected = await asyncio.gather(*(self.answer(records(first_of_kind[kind])) for kind in kinds))
            found.update(zip(kinds, expected, strict=True))
        return Answers(records, found)

    async def answer(self, sent: Sent) -> Expected:
        """What one record becomes."""
        record = Record(topic=self._pipeline.spec.source, partition=0, offset=0, value=sent.value, key=sent.key,
                        headers=tuple(sent.headers))  # fmt: skip
        return _expected(await self._pipeline.process(record))


@asynccontextmanager
async def offline(
    engine: str, domain: str | None = None, settings: Settings | None = None
) -> AsyncIterator[Offline]:
    """The test app's pipeline or a domain's, with the quick engine, the default bundle's, or language models too."""
    with ExitStack() as patches:
        if engine == "quick":
            patches.enter_context(faults.quick_engine())
        patches.enter_context(faults.poisonable())
        async with StreamSLM(faust.App("chaos-offline", broker="kafka://nowhere:1"), settings or Settings()) as slm:
            yield Offline(_DECLARE[domain](slm) if domain else _test_pipeline(slm, writes=engine == "writing"))


def _test_pipeline(slm: StreamSLM, *, writes: bool) -> PipelineHandle:
    tasks: list[Task] = writing.tasks() if writes else [Classify("risk"), Summarize(max_words=12)]
    return slm.pipeline(name="test", source="test.v1", tasks=tasks)


_DECLARE = {
    "transactions": transactions.declare,
    "clinical-notes": clinical_notes.declare,
    "traffic-events": traffic_events.declare,
}


def difference(expected: Expected, results: Mapping[str, Any]) -> str | None:
    """In what results are not the expected ones, within the tolerance; None where they are."""
    if results.keys() != expected.results.keys():
        return "tasks"
    for name, result in results.items():
        if result != expected.results[name] and (found := _difference(expected.results[name], result)):
            return f"{name}: {found}"
    return None


def without_times(results: Mapping[str, Any]) -> dict[str, Any]:
    """Results but for how long they took."""
    return {name: {k: v for k, v in each.items() if k != "duration_ms"} for name, each in results.items()}


def _pieces(kinds: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(kinds), size):
        yield kinds[start : start + size]


def _expected(outcome: Outcome) -> Expected:
    if outcome.status == "dead_letter":
        assert isinstance(outcome.error, StreamSLMError)
        return Expected("dead_letter", outcome.error.code, {})
    record = orjson.loads(outcome.outputs[0].value or b"")
    return Expected(record["status"], None, without_times(record["results"]))


def _difference(expected: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    if expected["task"] != result["task"]:
        return "task"
    if expected["task"] == "summarization":
        same = (expected["text"], expected["method"]) == (result["text"], result["method"])
        return None if same else "summary"
    if expected["task"] in ("translation", "answer"):
        return None if expected["text"] == result["text"] else expected["task"]
    mine, theirs = ({each["label"]: each["score"] for each in side["labels"]} for side in (expected, result))
    if mine.keys() != theirs.keys():
        return "labels"
    furthest = max(abs(mine[label] - theirs[label]) for label in mine)
    if furthest > TOLERANCE:
        return f"score off by up to {next(step for step in _STEPS if furthest <= step)}"
    if mine[expected["label"]] - mine[result["label"]] > 2 * TOLERANCE:
        return "label"
    on_the_edge = abs(expected["score"] - expected["threshold"]) <= TOLERANCE
    return None if on_the_edge or expected["accepted"] == result["accepted"] else "accepted"
