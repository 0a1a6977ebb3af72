"""A candidate bundle in the shadow of the one in use: reads a share of the records again, and says where it differs."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson

from stream_slm import metrics
from stream_slm.config.settings import LimitsConfig, Settings, ShadowConfig
from stream_slm.errors import BundleError, ConfigurationError
from stream_slm.log import get_logger
from stream_slm.pipeline import clock
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.settlement import Judged
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.pipeline.writers import giving_way, lower_this_thread
from stream_slm.types import Classification, Outcome, Output, Record

log = get_logger(__name__)

#: Records that are read at once: enough for full batches.
_AT_ONCE = 16
#: What waits, at most; a candidate that lags further behind loses records, which are counted.
_WAITING, _WAITING_BYTES = 256, 8_388_608
#: Between two tallies of what was compared, and the longest last wait for a candidate that does not return.
_TALLY_EVERY_S, _LEAVE_S = 10.0, 5.0

#: Sends an output; returns whether it was acknowledged.
Send = Callable[[Output], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offered:
    """A record with what the bundle in use, of digest `digest`, says of it."""

    record: Record
    pipeline: str
    record_id: str
    said: Mapping[str, Classification]
    digest: str


@dataclass(slots=True)
class _Tally:
    """Of one task of one pipeline and one bundle in use."""

    compared: int = 0
    agreed: int = 0


class Shadow:
    """One per worker; belongs to its event loop. Nothing here fails or delays a record, whatever the candidate does.

    Args:
        models: the candidate, not started; its threads give way to those of the bundle in use.
        pipelines: bound to it, by the name of the pipeline in whose shadow they are.
        send: to the topic; called by one task.
    """

    def __init__(self, models: Models, pipelines: Mapping[str, Pipeline], config: ShadowConfig, send: Send) -> None:
        self._models = models
        self._pipelines = pipelines
        self._share = config.share
        self._send = send
        self._waiting: deque[_Offered] = deque()
        self._waiting_bytes = 0
        self._arrived = asyncio.Event()
        self._to_tell: asyncio.Queue[tuple[str, Output]] = asyncio.Queue(_WAITING)
        self._tallies: dict[tuple[str, str, str], _Tally] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._told_failure = False

    def start(self) -> None:
        """Begin to read."""
        self._models.start(lower_this_thread)
        works = [*(self._read_on() for _ in range(_AT_ONCE)), self._tell_on(), self._tally_on()]
        self._tasks = [asyncio.create_task(each, name="stream-slm-shadow") for each in works]

    async def close(self) -> None:
        """Tell what was compared; what waits is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tally()
        try:
            async with asyncio.timeout(_LEAVE_S):
                while not self._to_tell.empty():
                    await self._send_one(*self._to_tell.get_nowait())
                await self._models.retire()
        except Exception as error:  # the worker leaves all the same
            log.warning("shadow_left_behind", reason=type(error).__name__)

    def offer(self, outcome: Outcome, digest: str) -> None:
        """Take a record for the candidate, if it is of the share and there is room; returns at once.

        Args:
            outcome: what the bundle in use, of digest `digest`, made of it.
        """
        try:
            self._take(outcome, digest)
        except Exception as error:  # a fault of ours here must not be one of the record
            self._failed(outcome.pipeline, error)

    def _take(self, outcome: Outcome, digest: str) -> None:
        if outcome.pipeline not in self._pipelines or not isinstance(outcome, Judged) or not outcome.results:
            return
        if not chosen(outcome.context.origin, self._share):
            return
        size = len(outcome.record.value or b"")
        if len(self._waiting) >= _WAITING or self._waiting_bytes + size > _WAITING_BYTES:
            self._count(outcome.pipeline, "dropped")
            return
        said = {name: each for name, each in outcome.results.items() if isinstance(each, Classification)}
        self._waiting.append(
            _Offered(
                record=outcome.record,
                pipeline=outcome.pipeline,
                record_id=outcome.context.record_id,
                said=said,
                digest=digest,
            )
        )
        self._waiting_bytes += size
        self._arrived.set()

    async def _read_on(self) -> None:
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            offered = self._waiting.popleft()
            self._waiting_bytes -= len(offered.record.value or b"")
            try:
                await self._read(offered)
            except Exception as error:  # of the candidate alone
                self._failed(offered.pipeline, error)

    async def _read(self, offered: _Offered) -> None:
        outcome = await self._pipelines[offered.pipeline].process(offered.record)
        if outcome.error is not None:
            self._failed(offered.pipeline, outcome.error)
            return
        self._count(offered.pipeline, "compared")
        for task, says in outcome.results.items():
            said = offered.said.get(task)
            if said is None or not isinstance(says, Classification):
                continue
            agrees = same_labels(said, says)
            metrics.SHADOW_LABELS.labels(offered.pipeline, task, "yes" if agrees else "no").inc()
            tally = self._tallies.setdefault((offered.pipeline, task, offered.digest), _Tally())
            tally.compared += 1
            tally.agreed += agrees
            if not agrees:
                self._tell(offered.pipeline, self._disagreement(offered, task, said, says))

    def _disagreement(self, offered: _Offered, task: str, said: Classification, says: Classification) -> dict[str, Any]:
        """No text, and nothing of the payload: who looks for the record finds it by its id or its place."""
        return {
            "kind": "disagreement",
            "record_id": offered.record_id,
            "source": {
                "topic": offered.record.topic,
                "partition": offered.record.partition,
                "offset": offered.record.offset,
            },
            "pipeline": offered.pipeline,
            "task": task,
            "serving": {**_as_json(said), "digest": offered.digest},
            "candidate": {**_as_json(says), "digest": self._models.digest},
        }

    def _tally(self) -> None:
        """Agreement is no event of its own: it is told as a number, now and then."""
        tallies, self._tallies = self._tallies, {}
        for (pipeline, task, digest), tally in tallies.items():
            told = {
                "kind": "tally",
                "pipeline": pipeline,
                "task": task,
                "serving": {"digest": digest},
                "candidate": {"digest": self._models.digest},
                "compared": tally.compared,
                "agreed": tally.agreed,
            }
            self._tell(pipeline, told)

    def _tell(self, pipeline: str, told: Mapping[str, Any]) -> None:
        topic = self._pipelines[pipeline].spec.shadow_topic
        assert topic, "it is shadowed"
        value = orjson.dumps({**told, "time": clock.rfc3339(clock.now())})
        key = told.get("record_id", pipeline).encode()
        headers = (("content-type", b"application/json"), ("ce_type", b"io.streamslm.shadow.v1"))
        try:
            self._to_tell.put_nowait(
                (pipeline, Output(topic=topic, value=value, key=key, headers=headers, kind="shadow"))
            )
        except asyncio.QueueFull:
            self._count(pipeline, "untold")

    async def _tell_on(self) -> None:
        while True:
            await self._send_one(*await self._to_tell.get())

    async def _send_one(self, pipeline: str, output: Output) -> None:
        try:
            sent = await self._send(output)
        except Exception as error:  # of this topic alone
            log.warning("shadow_not_sent", topic=output.topic, reason=type(error).__name__)
            sent = False
        if not sent:
            self._count(pipeline, "untold")

    async def _tally_on(self) -> None:
        while True:
            await asyncio.sleep(_TALLY_EVERY_S)
            self._tally()

    def _failed(self, pipeline: str, error: Exception) -> None:
        self._count(pipeline, "failed")
        if not self._told_failure:  # the metric tells the others
            self._told_failure = True
            log.warning("shadow_failed", pipeline=pipeline, reason=type(error).__name__)

    @staticmethod
    def _count(pipeline: str, outcome: str) -> None:
        metrics.SHADOW_RECORDS.labels(pipeline, outcome).inc()


def load_candidate(settings: Settings) -> Models:
    """Load and warm the candidate in threads that give way: one replica, which takes what time is left.

    Raises:
        ConfigurationError: it is missing, altered, or does not load.
    """
    config = settings.shadow
    candidate = settings.model_copy(
        update={
            "models": settings.models.model_copy(update={"bundle": config.bundle}),
            "batching": settings.batching.model_copy(update={"inter_threads": 1}),
        }
    )
    try:
        return giving_way(lambda: Models.load(candidate, measured_as=f"{config.bundle} (shadow)"))
    except BundleError as error:
        raise ConfigurationError(f"shadow.bundle: {error}") from error


def shadowing(
    specs: Mapping[str, PipelineSpec], models: Models, worker: Worker, limits: LimitsConfig
) -> dict[str, Pipeline]:
    """The pipelines that a candidate can shadow, bound to it: their classifications that need no language model.

    Raises:
        ConfigurationError: the candidate lacks a head that one of them asks for.
    """
    return dict(_bound(specs, models, worker, limits))


def _bound(
    specs: Mapping[str, PipelineSpec], models: Models, worker: Worker, limits: LimitsConfig
) -> Iterator[tuple[str, Pipeline]]:
    for name, spec in specs.items():
        if spec.shadowed:
            # Under a name of its own, so that the tokens of its records are not counted twice.
            asked = replace(spec, name=f"{name}.shadow", tasks=spec.shadowed_tasks, alerts=(), schema=None)
            try:
                yield name, Pipeline(asked, models, worker, limits)
            except ConfigurationError as error:
                raise ConfigurationError(f"shadow.bundle: {error}") from error


def chosen(origin: str, share: float) -> bool:
    """Whether a record is of the share: by its identity, so that it is or is not, on every worker and every time."""
    number = int.from_bytes(sha256(origin.encode()).digest()[:8], "big")
    return number < share * 2**64


def same_labels(one: Classification, other: Classification) -> bool:
    """Whether two bundles say the same: the best label, or all accepted ones where several may be right."""
    if one.multi_label:
        return set(one.accepted_labels) == set(other.accepted_labels)
    return one.label == other.label


def _as_json(said: Classification) -> dict[str, Any]:
    told: dict[str, Any] = {"label": said.label, "score": round(said.score, 6), "accepted": said.accepted}
    return told | ({"accepted_labels": list(said.accepted_labels)} if said.multi_label else {})
