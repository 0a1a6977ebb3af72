"""Which models serve: a record begins with the newest; older ones leave when the last that began with them ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stream_slm.batching.batcher import Work
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.settlement import Settlement
from stream_slm.pipeline.shadow import Shadow
from stream_slm.types import Outcome, Record


@dataclass(eq=False, slots=True)
class _Generation:
    """Models, the pipelines bound to them, and the records that began with them and have not ended."""

    models: Models
    pipelines: Mapping[str, Pipeline]
    records: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def process(self, pipeline: str, record: Record) -> Outcome:
        self.records += 1
        try:
            return await self.pipelines[pipeline].process(record)
        finally:
            self.records -= 1
            if not self.records:
                self.left.set()


class Serving:
    """The models in use, from the first on; belongs to one event loop.

    Args:
        models: started.
        pipelines: bound to them, by name.
        shadow: sees each outcome.
    """

    def __init__(self, models: Models, pipelines: Mapping[str, Pipeline], shadow: Shadow | None = None) -> None:
        self._current = _Generation(models, pipelines)
        self._leaving: dict[_Generation, asyncio.Task[None]] = {}
        self._past = Work(queued=0, queued_tokens=0, running=0, tokens=0, busy_s=0.0)
        self.shadow = shadow
        #: What delivery and callers hold, whatever models serve.
        self.pipelines = {name: Served(self, each) for name, each in pipelines.items()}
        models.serves(_tasks(pipelines))

    @property
    def models(self) -> Models:
        """Those with which the next record begins."""
        return self._current.models

    @property
    def bound(self) -> Mapping[str, Pipeline]:
        """The pipelines bound to them."""
        return self._current.pipelines

    @property
    def name(self) -> str:
        """Of the encoder's bundle."""
        return self.models.name

    @property
    def work(self) -> Work:
        """How the encoders' batchers stand, since the start; any thread may ask."""
        each = [self._past, *(generation.models.work for generation in self._generations())]
        return Work(
            queued=sum(work.queued for work in each),
            queued_tokens=sum(work.queued_tokens for work in each),
            running=sum(work.running for work in each),
            tokens=sum(work.tokens for work in each),
            busy_s=sum(work.busy_s for work in each),
        )

    def longest_call_s(self) -> float:
        """Seconds since the oldest call into an encoder that has not returned; any thread may ask."""
        return max(each.models.reader.longest_call_s() for each in self._generations())

    def longest_write_s(self) -> float:
        """The same of language models."""
        return max(each.models.longest_write_s() for each in self._generations())

    async def process(self, pipeline: str, record: Record) -> Outcome:
        """What a record becomes; raises what `Pipeline.process` does."""
        generation = self._current
        outcome = await generation.process(pipeline, record)
        if self.shadow is not None:
            self.shadow.offer(outcome, generation.models.digest)
        return outcome

    def swap(self, models: Models, pipelines: Mapping[str, Pipeline]) -> None:
        """Let the next record begin with other models, which are started; those in use leave."""
        old, self._current = self._current, _Generation(models, pipelines)
        old.models.serves_no_more()
        models.serves(_tasks(pipelines))
        self._leaving[old] = asyncio.create_task(self._see_off(old), name="stream-slm-old-models")

    async def close(self) -> None:
        """Drop what waits, unload everything."""
        if self.shadow is not None:
            await self.shadow.close()
        for leaving in self._leaving.values():
            leaving.cancel()
        await asyncio.gather(*self._leaving.values(), return_exceptions=True)
        for each in self._leaving:
            await each.models.retire()
        self._leaving.clear()
        await self.models.close()

    async def _see_off(self, old: _Generation) -> None:
        while old.records:
            old.left.clear()
            await old.left.wait()
        await old.models.retire()
        del self._leaving[old]
        work = old.models.work
        self._past = Work(
            queued=0,
            queued_tokens=0,
            running=0,
            tokens=self._past.tokens + work.tokens,
            busy_s=self._past.busy_s + work.busy_s,
        )

    def _generations(self) -> list[_Generation]:
        return [self._current, *list(self._leaving)]


class Served:
    """A pipeline as delivery knows it, over all the models it is bound to in its life."""

    def __init__(self, serving: Serving, pipeline: Pipeline) -> None:
        self.spec = pipeline.spec
        self._serving = serving
        # The worker's, as its settlements are: they must not change with the models.
        self._flood_gate = FloodGate(self.spec.flood_limit, self.spec.flood_window_s)

    async def process(self, record: Record) -> Outcome:
        """What a record becomes; raises what `Pipeline.process` does."""
        return await self._serving.process(self.spec.name, record)

    def dead_letter(self, record: Record, error: Exception) -> Outcome:
        """The outcome of a record that cannot be read or whose outputs cannot be sent."""
        return self._pipeline.dead_letter(record, error)

    def place(self, record: Record) -> dict[str, Any]:
        """Where a record lies and what it is called, for a line of the log."""
        return self._pipeline.place(record)

    def settlement(self) -> Settlement:
        """Settles the alerts of one partition, in its order, from nothing said on."""
        return Settlement(self._flood_gate)

    @property
    def _pipeline(self) -> Pipeline:
        return self._serving.bound[self.spec.name]


def _tasks(pipelines: Mapping[str, Pipeline]) -> list[Any]:
    return [task for each in pipelines.values() for task in each.spec.tasks]
