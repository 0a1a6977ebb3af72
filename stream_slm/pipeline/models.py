"""The models pipelines share: one bundle, its reader, and its heads by task."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from stream_slm.config.settings import Settings
from stream_slm.engine.bundle import Bundle, default_models_dir
from stream_slm.engine.cpu import cpu_limit
from stream_slm.errors import BundleError, ConfigurationError
from stream_slm.pipeline.reader import Reader
from stream_slm.tasks import head
from stream_slm.tasks.classify import Classifier, Classify

#: The default bundle's heads, in the package.
HEADS = Path(__file__).parent.parent / "bundles" / "minilm-l6-v2"


class Models:
    """A loaded bundle: `load`, then `start` inside the event loop; `close` when done."""

    def __init__(self, bundle: Bundle, reader: Reader) -> None:
        self._bundle = bundle
        self.reader = reader
        self.name = bundle.manifest.name
        self.as_json: dict[str, Any] = {self.name: _described(bundle)}

    @classmethod
    def load(cls, settings: Settings) -> Models:
        """Load and warm the configured bundle.

        Raises:
            BundleError: it is missing or altered; says what to do.
        """
        folder = models_dir(settings) / settings.models.bundle
        if not folder.is_dir():
            raise BundleError(f"no model bundle at {folder}: run `stream-slm models pull`, or set models.dir")
        bundle = Bundle.load(folder)
        batching = settings.batching
        replicas = batching.inter_threads or max(1, cpu_limit() // batching.intra_threads)
        encoder = bundle.encoder(inter_threads=replicas, intra_threads=batching.intra_threads)
        encoder.warm_up()
        languages = frozenset(bundle.manifest.encoder.languages)
        return cls(bundle, Reader(encoder, batching, replicas, languages))

    def start(self) -> None:
        """Make the threads; called inside the event loop."""
        self.reader.start()

    async def close(self) -> None:
        """Drop what waits, join the threads."""
        await self.reader.close()

    def classifier(self, task: Classify) -> Classifier:
        """Bind a task to the head of its name.

        Raises:
            ConfigurationError: the bundle has no such head, or one for another encoder.
        """
        heads = self._bundle.manifest.heads
        if task.name not in heads:
            raise ConfigurationError(
                f"the bundle {self.name} has no head {task.name!r}; it has {', '.join(sorted(heads)) or 'none'}"
            )
        found = head.load(self._bundle.folder, heads[task.name])
        dimension = self._bundle.manifest.encoder.dimension
        if len(found.encoder_weights) != dimension:
            raise ConfigurationError(
                f"head {task.name!r} was made for vectors of {len(found.encoder_weights)} dimensions; "
                f"the encoder of {self.name} gives {dimension}"
            )
        return Classifier(task, found, self.name)


def models_dir(settings: Settings) -> Path:
    """Where bundles lie."""
    return settings.models.dir or default_models_dir()


async def started(settings: Settings) -> Models:
    """Load in a thread, so that the event loop goes on answering, and start."""
    models = await asyncio.to_thread(Models.load, settings)
    models.start()
    return models


def _described(bundle: Bundle) -> dict[str, Any]:
    manifest = bundle.manifest
    return {
        "name": manifest.name,
        "revision": manifest.encoder.source.revision,
        "digest": bundle.digest,
        "runtime": "ctranslate2",
        "runtime_version": bundle.runtime_version,
        "compute_type": manifest.encoder.compute_type,
        "device": "cpu",
    }
