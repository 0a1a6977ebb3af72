"""Hot reload: looks at the folders of the bundles in use, and swaps in what lies there anew once it has proved good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from stream_slm import metrics
from stream_slm.config.settings import Settings
from stream_slm.engine.bundle import Bundle
from stream_slm.errors import BundleError, ConfigurationError, StreamSLMError
from stream_slm.log import get_logger
from stream_slm.pipeline.models import Models, models_dir
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.serving import Serving

T = TypeVar("T")

log = get_logger(__name__)

#: What a look at a folder sees: each file's place, size, time and number; none where there is no folder.
Look = frozenset[tuple[str, int, int, int]]


class Reloader:
    """One per worker; `start` inside its event loop.

    A change is acted on when two looks in a row see the same, so that a bundle that is being copied is left alone. One
    that is refused is not tried again before its folder changes.

    Args:
        bind: makes the pipelines; called in a thread, as labels are encoded there.
        names: of the language models' bundles that tasks ask for.
    """

    def __init__(
        self,
        settings: Settings,
        serving: Serving,
        bind: Callable[[Models], Mapping[str, Pipeline]],
        names: Collection[str] = (),
    ) -> None:
        self._settings = settings
        self._serving = serving
        self._bind = bind
        self._names = tuple(names)
        self._folders = {name: models_dir(settings) / name for name in (settings.models.bundle, *names)}
        #: What was seen last, and what of it was acted on.
        self._seen: dict[str, Look] = {}
        self._settled: dict[str, Look] = {}
        self._task: asyncio.Task[None] | None = None
        # One thread for all of it: the allocator keeps what was freed for the thread that had it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stream-slm-reload")

    def start(self) -> None:
        """Begin to look; what lies there may have changed since it was loaded."""
        self._task = asyncio.create_task(self._look_on(), name="stream-slm-reload")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._thread.shutdown(wait=False)

    async def _look_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._settings.models.reload_interval_s)

    async def look(self) -> None:
        """Look once; reload where something changed and has come to rest."""
        now = await self._in_thread(self._looks)
        changed = [name for name in now if now[name] != self._settled.get(name)]
        at_rest = all(now[name] == self._seen.get(name) for name in changed)
        self._seen = now
        if not changed or not at_rest:
            return
        try:
            taken = await self._reload(now)
        except Exception as error:  # whatever a bundle does when it is loaded, the old one goes on
            self._settled = now
            known = isinstance(error, StreamSLMError)
            reason = str(error) if known else type(error).__name__
            log.warning("model_reload_refused", models=changed, reason=reason)
            _count(changed, "refused")
        else:
            self._settled = now if taken is not None else self._settled
            if taken:
                log.info("model_reloaded", models=taken, digest=self._serving.models.digest)
                _count(taken, "loaded")

    async def _reload(self, seen: Mapping[str, Look]) -> list[str] | None:
        """Which bundles are others now; None where a folder changed while it was read.

        Raises:
            StreamSLMError: a bundle is damaged, or does not fit the pipelines.
        """
        digests = await self._in_thread(self._verified)
        in_use = {each["digest"] for each in self._serving.models.as_json.values()}
        new = [name for name, digest in digests.items() if digest not in in_use]
        if not new:
            return []
        models = await self._in_thread(partial(Models.load, self._settings, self._names))
        pipelines = await self._in_thread(partial(self._bind, models))
        _check_labels(self._serving.bound, pipelines)
        if await self._in_thread(self._looks) != seen:
            return None
        models.start()
        self._serving.swap(models, pipelines)
        return new

    def _looks(self) -> dict[str, Look]:
        return {name: _look(folder) for name, folder in self._folders.items()}

    def _verified(self) -> dict[str, str]:
        return {name: Bundle.load(_there(folder)).digest for name, folder in self._folders.items()}

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _check_labels(before: Mapping[str, Pipeline], after: Mapping[str, Pipeline]) -> None:
    """Other labels are another contract with subscribers: that takes a deployment, and not a file that changed."""
    for name, pipeline in after.items():
        old = before[name].labels
        for task, labels in pipeline.labels.items():
            if set(labels) != set(old[task]):
                raise ConfigurationError(
                    f"pipeline {name}: the labels of {task} are {', '.join(sorted(labels))} in the new bundle and "
                    f"{', '.join(sorted(old[task]))} in the one in use; restart the worker to take others"
                )


def _there(folder: Path) -> Path:
    if not folder.is_dir():
        raise BundleError(f"there is no bundle at {folder} any more")
    return folder


def _look(folder: Path) -> Look:
    """A folder that is being replaced may lose files, or itself, meanwhile: the next look sees it whole."""
    seen = set()
    with suppress(OSError):
        for file in folder.rglob("*"):
            stat = file.stat()
            seen.add((str(file.relative_to(folder)), stat.st_size, stat.st_mtime_ns, stat.st_ino))
    return frozenset(seen)


def _count(names: Collection[str], outcome: str) -> None:
    for name in names:
        metrics.MODEL_RELOADS.labels(name, outcome).inc()
