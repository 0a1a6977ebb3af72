"""StreamSLM: what a Faust app gains inference by."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from itertools import count
from types import TracebackType
from typing import Any, Self

import faust
import orjson

from stream_slm.config.settings import Settings, load
from stream_slm.errors import ConfigurationError, StreamSLMError
from stream_slm.log import get_logger, keep_records_out
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.models import Models, started
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.reload import Reloader
from stream_slm.pipeline.serving import Served, Serving
from stream_slm.pipeline.shadow import Shadow, load_candidate, shadowing
from stream_slm.pipeline.spec import AlertRule, PipelineSpec, Task
from stream_slm.pipeline.writers import names_of
from stream_slm.streaming import faust_settings
from stream_slm.streaming.agents import ReadAhead, deliver_stream
from stream_slm.streaming.consumer import consumer_for
from stream_slm.streaming.observability import Observability
from stream_slm.streaming.runtime import Runtime
from stream_slm.streaming.shadow_topic import ShadowTopic
from stream_slm.streaming.watchdog import Watchdog
from stream_slm.tasks.custom import installed_task
from stream_slm.tracing import tracing
from stream_slm.types import Outcome, Record

log = get_logger(__name__)

#: Faust apps that have a StreamSLM already: a second consumer class would replace the first.
_ATTRIBUTE = "stream_slm"


class PipelineHandle:
    """A declared pipeline; usable inside an agent of one's own and without Kafka."""

    def __init__(self, slm: StreamSLM, spec: PipelineSpec) -> None:
        self.spec = spec
        self._slm = slm
        self._offsets = count()

    async def process(self, record: Record | Mapping[str, Any] | str | bytes) -> Outcome:
        """What a record becomes, batched with whatever else is in flight; nothing is sent.

        Its alerts are those of a record before which nothing was said: no update, no cancel, none suppressed.

        Args:
            record: a record, a payload, or the bytes of one.

        Raises:
            BundleError: the model bundle is missing or altered.
        """
        pipeline = await self._slm.bound(self)
        return await pipeline.process(record if isinstance(record, Record) else self._record(record))

    def _record(self, value: Mapping[str, Any] | str | bytes) -> Record:
        encoded = value.encode() if isinstance(value, str) else value
        return Record(
            topic=self.spec.source,
            partition=0,
            offset=next(self._offsets),
            value=encoded if isinstance(encoded, bytes) else orjson.dumps(encoded),
        )


class StreamSLM:
    """Adds pipelines to a Faust app: loads bundles before the first record, drains on stop.

    Usable without a worker, too: `async with StreamSLM(app) as slm: await pipeline.process({...})`.

    Args:
        app: the Faust app; it must not have been started.
        settings: default: read from the environment and the file that STREAM_SLM_CONFIG names.

    Raises:
        ConfigurationError: a setting is wrong, or the app has a StreamSLM already.
    """

    def __init__(self, app: faust.App, settings: Settings | None = None) -> None:
        if getattr(app, _ATTRIBUTE, None) is not None:
            raise ConfigurationError("this Faust app has a StreamSLM already; declare further pipelines on that one")
        setattr(app, _ATTRIBUTE, self)
        self.app = app
        self.settings = settings or load()
        self.pipelines: dict[str, PipelineHandle] = {}
        #: Topics that agents of ours read, and for which pipeline.
        self._sources: dict[str, str] = {}
        self._runtime = Runtime(app, self.settings, tracing(enabled=self.settings.tracing.enabled))
        #: Health, metrics and their endpoint.
        self.observability = Observability(app, self.settings, self._runtime)
        self._serving: Serving | None = None
        self._reloader: Reloader | None = None
        self._shadow_topic = ShadowTopic(self.settings.producer, app)
        self._watchdogs: list[Watchdog] = []
        self._ahead: dict[str, ReadAhead] = {}
        self._loading = asyncio.Lock()
        self._connecting = asyncio.Lock()
        self._connected = False
        app.on_configured.connect(self._on_configured)
        app.on_after_configured.connect(self._on_after_configured)
        app.on_before_shutdown.connect(self._on_before_shutdown)

    def pipeline(
        self,
        *,
        name: str,
        source: str,
        tasks: Sequence[Task | str],
        alerts: Sequence[AlertRule] = (),
        agent: bool = True,
        **options: Any,
    ) -> PipelineHandle:
        """Declare a pipeline; unless `agent` is False, an agent of its own reads the source and delivers.

        Args:
            tasks: of ours, of another package's, or the name by which an installed package offers one.
            options: further fields of `PipelineSpec`.

        Raises:
            ConfigurationError: the declaration contradicts itself, or its name is taken.
        """
        asked = tuple(installed_task(task) if isinstance(task, str) else task for task in tasks)
        if self.settings.shadow.bundle and options.get("shadow_topic") is None:
            options["shadow_topic"] = self.settings.shadow.topic
        try:
            spec = PipelineSpec(name=name, source=source, tasks=asked, alerts=tuple(alerts), **options)
        except TypeError as error:
            raise ConfigurationError(f"pipeline {name}: {error}") from None
        if name in self.pipelines:
            raise ConfigurationError(f"pipeline {name} is declared twice")
        if agent and source in self._sources:
            raise ConfigurationError(
                f"pipeline {name}: the topic {source} is read by pipeline {self._sources[source]} already; "
                "give one of them all the tasks, or put the second in an app of its own"
            )
        handle = self.pipelines[name] = PipelineHandle(self, spec)
        if agent:
            self._sources[source] = name
            self.app.agent(self.topic(source), name=f"stream-slm.{name}")(partial(self._agent, handle))
        return handle

    def topic(self, name: str) -> Any:
        """A Faust topic of raw bytes: what cannot be decoded must reach us, not be thrown into an agent."""
        return self.app.topic(name, key_serializer="raw", value_serializer="raw", acks=True)

    async def enrich(self, stream: Any, pipeline: PipelineHandle) -> AsyncIterator[tuple[Any, Outcome]]:
        """Inside an agent of one's own: events with their outcomes, in order.

        Reads ahead to the in-flight bound; alerts are settled in the order of the partition. A record is acknowledged
        when the body asks for the next one; bad records go to the dead-letter topic and are not yielded. An exception
        in the body stops the worker: the record is read again after the restart. The agent's topic should be
        `slm.topic(name)`.
        """
        if self._runtime.exactly_once:
            self._runtime.crash(
                ConfigurationError(
                    "enrich() leaves sending to its body, outside any transaction: with exactly_once let a pipeline "
                    "deliver by itself, or use at_least_once"
                )
            )
            return
        earlier = self._ahead.get(pipeline.spec.name)
        read = getattr(stream.channel, "topics", ())
        if await self._ready() and self._read_alone(read) and not (earlier and earlier.stop_if_abandoned()):
            ahead = self._ahead[pipeline.spec.name] = ReadAhead(stream, self._runtime, await self.bound(pipeline))
            async for event, outcome in ahead.events():
                yield event, outcome

    async def bound(self, handle: PipelineHandle) -> Served:
        """A pipeline bound to its models, which are loaded on first use."""
        async with self._loading:
            if self._serving is None:
                models = await started(self.settings, self._language_models())
                # In a thread: labels are encoded and scored here, which takes a large model seconds.
                pipelines = await asyncio.to_thread(self._bind, models)
                self._serving = serving = Serving(models, pipelines, await self._shadow())
                self.observability.loaded(serving)
                self._watch(serving)
                if self.settings.models.reload_interval_s:
                    self._reloader = Reloader(self.settings, serving, self._bind, self._language_models())
                    self._reloader.start()
        return self._serving.pipelines[handle.spec.name]

    async def close(self) -> None:
        """Give up what is in flight, disconnect, unload."""
        self.observability.stop()
        await self._runtime.stop()
        if self._reloader is not None:
            reloader, self._reloader = self._reloader, None
            await reloader.stop()
        if self._serving is not None:
            serving, self._serving = self._serving, None
            await serving.close()
        await self._shadow_topic.stop()
        while self._watchdogs:
            self._watchdogs.pop().stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _agent(self, handle: PipelineHandle, stream: Any) -> None:
        if await self._ready():
            await deliver_stream(stream, self._runtime, await self.bound(handle))

    async def _ready(self) -> bool:
        """Load and connect once for all agents; on failure the worker stops and says why."""
        async with self._connecting:
            if self._runtime.crashed:
                return False
            if not self._connected:
                try:
                    specs = [handle.spec for handle in self.pipelines.values()]
                    loading = [self.bound(handle) for handle in self.pipelines.values()]
                    if self.app.in_worker:
                        self.observability.serve(by_default=False)
                    await asyncio.gather(self._runtime.start(specs, self._sources), *loading)
                    assert self._serving is not None
                    self.observability.connected(self._serving)
                    self._connected = True
                except Exception as error:  # Faust would start the agent again, and again
                    known = isinstance(error, StreamSLMError)
                    reason = str(error) if known else type(error).__name__
                    log.error("cannot_start", reason=reason, exc_info=not known)
                    self._runtime.crash(error)
                    return False
                return self._read_alone(self._sources)
        return True

    def _read_alone(self, topics: Iterable[str]) -> bool:
        """Whether some topics have one agent each; where not, the worker stops and says why.

        The books of a topic know one reader: a commit would pass what another has not finished.
        """
        for topic in topics:
            readers = [each.name for each in self.app.agents.values() if topic in getattr(each.channel, "topics", ())]
            if len(readers) > 1:
                error = ConfigurationError(
                    f"the topic {topic} has several agents ({', '.join(readers)}); put one of them in an app of its own"
                )
                log.error("cannot_start", reason=str(error))
                self._runtime.crash(error)
                return False
        return True

    def _bind(self, models: Models) -> dict[str, Pipeline]:
        worker, limits = self._worker(), self.settings.limits
        return {name: Pipeline(each.spec, models, worker, limits) for name, each in self.pipelines.items()}

    async def _shadow(self) -> Shadow | None:
        """The candidate that the settings name, started."""
        if not self.settings.shadow.bundle:
            return None
        candidate = await asyncio.to_thread(load_candidate, self.settings)
        specs = {name: each.spec for name, each in self.pipelines.items()}
        pipelines = await asyncio.to_thread(shadowing, specs, candidate, self._worker(), self.settings.limits)
        shadow = Shadow(candidate, pipelines, self.settings.shadow, self._shadow_topic.send)
        shadow.start()
        return shadow

    def _language_models(self) -> tuple[str, ...]:
        """Bundles that tasks name."""
        return names_of([task for each in self.pipelines.values() for task in each.spec.tasks])

    def _watch(self, serving: Serving) -> None:
        accuse = partial(self._runtime.accuse, asyncio.get_running_loop())
        watched = (
            (serving.longest_call_s, self.settings.batching.call_timeout_s, "batching.call_timeout_s"),
            (serving.longest_write_s, self.settings.generation.call_timeout_s, "generation.call_timeout_s"),
        )
        for longest_call_s, timeout_s, setting in watched if self.app.in_worker else ():  # else it is not ours to end
            if timeout_s:
                watchdog = Watchdog(longest_call_s, timeout_s, setting=setting, last_words=accuse)
                self._watchdogs.append(watchdog)
                watchdog.start()

    def _worker(self) -> Worker:
        app_id = self.app.conf.id
        return Worker(
            app_id=app_id,
            worker=socket.gethostname(),
            group=app_id,
            version=version("stream-slm"),
        )

    def _on_configured(self, _app: faust.App, conf: Any, **_: Any) -> None:
        faust_settings.adapt(conf)
        keep_records_out()

    def _on_after_configured(self, app: faust.App, **_: Any) -> None:
        self.observability.configured()
        app.transport.Consumer = consumer_for(
            fetch_max_wait_s=self.settings.delivery.fetch_max_wait_s,
            drain_timeout_s=self.settings.delivery.drain_timeout_s,
            exactly_once=self._runtime.exactly_once,
            take_partitions=self._runtime.take_partitions,
            give_partitions_up=self._runtime.give_partitions_up,
        )

    async def _on_before_shutdown(self, _app: faust.App, **_: Any) -> None:
        await self.close()
