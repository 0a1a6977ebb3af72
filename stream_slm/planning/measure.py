"""The calibration run: records through the real pipeline, a fixed number in flight, their CPU time counted."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from time import process_time, thread_time

import orjson

from stream_slm.config.settings import LimitsConfig, Settings
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.cpu import cpu_limit
from stream_slm.errors import InferenceError
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.models import Models, models_dir
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.spec import PipelineSpec, Task
from stream_slm.planning.calibration import KAFKA_OVER_LOOP, Calibration, Level
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Record

#: Records in flight at each level: alone, a few, a busy worker's, and a backlog's.
IN_FLIGHT = (1, 8, 64, 256)
#: Sentences of the two texts, between which and beyond which costs run in a straight line.
SENTENCES = (1, 6)
#: A level goes on until it has taken so much CPU, and each place has been filled twice.
_CPU_S = 0.8
_WORDS = (
    *("the", "road", "bridge", "lane", "crash", "closed", "north", "card", "paid", "account", "pain", "is", "and"),
    *("with", "that", "near", "from", "for", "this", "patient", "transfer", "two", "store", "after", "has", "been"),
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """CPU seconds of a record: in all threads, in the event loop; and its tokens."""

    cpu_s: float
    loop_s: float
    tokens: float


def steps() -> int:
    """How often `calibrate` reports."""
    return len(IN_FLIGHT) * len(SENTENCES)


def calibrate(settings: Settings, report: Callable[[int], None]) -> Calibration:
    """Measure the settings' bundle on this machine, with labels of one head and an extractive summary.

    CPU time is counted and not the clock, so that others at work here disturb little; what they cost in caches and
    shared cores remains.

    Raises:
        BundleError: it is missing or altered, or is a language model's.
    """
    load = os.getloadavg()[0]
    models = Models.load(settings)
    bundle = Bundle.load(models_dir(settings) / settings.models.bundle)
    head = sorted(bundle.manifest.heads)[:1]
    tasks: list[Task] = [*(Classify(name) for name in head), Summarize()]
    spec = PipelineSpec(name="plan", source="plan.v1", tasks=tasks)
    worker = Worker(app_id="plan", worker="plan", group=None, version="0")
    pipeline = Pipeline(spec, models, worker, LimitsConfig())
    levels = asyncio.run(_levels(models, pipeline, report))
    return Calibration(
        bundle=models.name,
        digest=bundle.digest,
        levels=levels,
        kafka_s=levels[-1].loop_record_s * KAFKA_OVER_LOOP,
        batch_tokens=settings.batching.max_batch_tokens,
        memory_mb=_peak_mb(),
        cpus=cpu_limit(),
        load=round(load, 2),
    )


async def _levels(models: Models, pipeline: Pipeline, report: Callable[[int], None]) -> tuple[Level, ...]:
    models.start()
    rng = random.Random(7)  # noqa: S311  (no secret)
    done = count(1)
    levels = []
    try:
        await _taken(models, pipeline, rng, 4, SENTENCES[0])  # what is made once is no cost of a record
        for in_flight in IN_FLIGHT:
            taken = []
            for sentences in SENTENCES:
                taken.append(await _taken(models, pipeline, rng, in_flight, sentences))
                report(next(done))
            levels.append(line_through(in_flight, taken))
    finally:
        await models.close()
    return tuple(levels)


def line_through(in_flight: int, taken: Sequence[_Taken]) -> Level:
    """The line through a short and a long text: its slope is a token's cost, its height at 0 the record's."""
    short, long = taken
    between = long.tokens - short.tokens
    token_s = max((long.cpu_s - short.cpu_s) / between, 1e-9)
    loop_token_s = max((long.loop_s - short.loop_s) / between, 0.0)
    return Level(
        in_flight=in_flight,
        record_s=max(short.cpu_s - token_s * short.tokens, 0.0),
        token_s=token_s,
        loop_record_s=max(short.loop_s - loop_token_s * short.tokens, 0.0),
        loop_token_s=loop_token_s,
    )


async def _taken(models: Models, pipeline: Pipeline, rng: random.Random, in_flight: int, sentences: int) -> _Taken:
    numbers = count()
    began, loop_began, tokens = process_time(), thread_time(), models.work.tokens

    async def place() -> None:
        filled = 0
        while filled < 2 or process_time() - began < _CPU_S:
            number, filled = next(numbers), filled + 1
            value = orjson.dumps({"text": _text(rng, sentences)})
            outcome = await pipeline.process(Record(topic="plan.v1", partition=0, offset=number, value=value))
            if outcome.error is not None:
                raise InferenceError(f"a record of the calibration failed: {outcome.error}")

    await asyncio.gather(*(place() for _ in range(in_flight)))
    records = next(numbers)
    return _Taken(
        cpu_s=(process_time() - began) / records,
        loop_s=(thread_time() - loop_began) / records,
        tokens=(models.work.tokens - tokens) / records,
    )


def _text(rng: random.Random, sentences: int) -> str:
    """Sentences of 6 to 24 words, as good as never alike: equal ones in flight would be computed once."""
    words = (rng.choices(_WORDS, k=rng.randint(6, 24)) for _ in range(sentences))
    return " ".join(f"{' '.join(each).capitalize()}." for each in words)


def _peak_mb() -> float:
    """The most resident memory of this process; macOS counts in bytes, others in kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6, 1)
