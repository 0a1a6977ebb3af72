"""The models pipelines share: the encoder's bundle with its reader and heads, and a writer for each language model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

import stream_slm.metrics as metrics
from stream_slm.batching.batcher import Work
from stream_slm.config.settings import Settings
from stream_slm.engine.bundle import Bundle, default_models_dir
from stream_slm.engine.cpu import cpu_limit
from stream_slm.errors import BundleError, ConfigurationError
from stream_slm.pipeline.engines import load_engine, runtime_of, runtime_version
from stream_slm.pipeline.reader import Reader
from stream_slm.pipeline.spec import Task
from stream_slm.pipeline.writer import Writer
from stream_slm.pipeline.writers import load_writer, names_of
from stream_slm.tasks import head
from stream_slm.tasks.classify import Classifier, Classify
from stream_slm.tasks.entailment import EntailmentHead, entailment_head, outputs_of
from stream_slm.tasks.head import LinearHead, OpaqueHead
from stream_slm.tasks.published import PublishedHead
from stream_slm.tasks.text import Floats
from stream_slm.tasks.zero_shot import OFFSET, TEMPERATURE, THRESHOLD, ZeroShotHead, described, unit
from stream_slm.tracing import batches

#: The default bundle's heads, in the package.
HEADS = Path(__file__).parent.parent / "bundles" / "minilm-l6-v2"


class Models:
    """Loaded bundles: `load`, then `start` inside the event loop; `close` when done.

    Args:
        writers: language models by the name of their bundle.
        written_by: what a record says of each language model, by the same names.
    """

    def __init__(
        self,
        bundle: Bundle,
        reader: Reader,
        writers: Mapping[str, Writer] | None = None,
        written_by: Mapping[str, Any] | None = None,
    ) -> None:
        self._bundle = bundle
        self.reader = reader
        self._writers = dict(writers or {})
        self.name = bundle.manifest.name
        self.as_json: dict[str, Any] = {self.name: _model_json(bundle), **(written_by or {})}
        #: What the metrics know of us.
        self._told: set[tuple[str, ...]] = set()
        #: Descriptions of labels, so that pipelines which share them encode them once.
        self._label_vectors: dict[str, Floats] = {}

    @classmethod
    def load(cls, settings: Settings, language_models: Collection[str] = (), *, measured_as: str = "") -> Models:
        """Load and warm the configured bundle, and those of the language models that tasks name.

        Args:
            measured_as: what the metrics call the encoder, where that is not the name of its bundle.

        Raises:
            BundleError: one is missing or altered, or is no language model's; says what to do.
        """
        folder = models_dir(settings) / settings.models.bundle
        if not folder.is_dir():
            raise BundleError(f"no model bundle at {folder}: run `stream-slm models pull`, or set models.dir")
        bundle = Bundle.load(folder)
        named = {name: _language_bundle(settings, name) for name in dict.fromkeys(language_models)}
        batching = settings.batching
        replicas = batching.inter_threads or max(1, cpu_limit() // batching.intra_threads)
        engine = load_engine(bundle, inter_threads=replicas, intra_threads=batching.intra_threads)
        engine.warm_up()
        languages = frozenset(bundle.manifest.encoder.languages)
        whole = bundle.manifest.encoder.reading == "whole"
        name = measured_as or bundle.manifest.name
        trace = batches(name, runtime_of(bundle), enabled=settings.tracing.enabled)
        return cls(
            bundle,
            Reader(engine, batching, replicas, languages, whole=whole, model=name, trace=trace),
            {name: load_writer(each, settings.generation) for name, each in named.items()},
            {name: _model_json(each) for name, each in named.items()},
        )

    def start(self, initializer: Callable[[], None] | None = None) -> None:
        """Make the threads; called inside the event loop. Each of the encoder's calls `initializer` first."""
        self.reader.start(initializer)
        for writer in self._writers.values():
            writer.start()

    async def close(self) -> None:
        """No model is ready any more; then as `retire`."""
        for name in self.as_json:
            metrics.MODEL_READY.labels(name).set(0)
        await self.retire()

    async def retire(self) -> None:
        """Drop what waits, join the threads; others of the same name may serve."""
        await self.reader.close()
        for writer in self._writers.values():
            await writer.close()

    @property
    def digest(self) -> str:
        """Of the encoder's bundle."""
        digest: str = self.as_json[self.name]["digest"]
        return digest

    def writer(self, name: str) -> Writer:
        """The writer of a bundle that a task names."""
        return self._writers[name]

    def longest_write_s(self) -> float:
        """Seconds since the oldest call into a language model that has not returned; any thread may ask."""
        return max((writer.longest_call_s() for writer in self._writers.values()), default=0.0)

    @property
    def work(self) -> Work:
        """How the encoder's batcher stands; any thread may ask."""
        return self.reader.work

    def serves(self, tasks: Iterable[Task]) -> None:
        """Tell the metrics that the models are ready, and which of them serves some tasks."""
        for name in self.as_json:
            metrics.MODEL_READY.labels(name).set(1)
        for task in tasks:
            name = next(iter(names_of((task,))), self.name)
            told = self.as_json[name]
            what = (told["revision"] or "", told["digest"], task.name)
            labels = (name, *what, told["runtime"], told["compute_type"], told["device"])
            metrics.MODEL_INFO.labels(*labels).set(1)
            self._told.add(labels)

    def serves_no_more(self) -> None:
        """Take back what the metrics were told of tasks: others serve them."""
        while self._told:
            metrics.MODEL_INFO.remove(*self._told.pop())

    def classifier(self, task: Classify) -> Classifier:
        """Bind a task to the head of its name, or to the descriptions of its labels, which are encoded now.

        Raises:
            ConfigurationError: the bundle has no such head, one for another encoder, or none for natural language
                inference where the task asks for entailment.
        """
        if task.labels is None:
            return Classifier(task, self._head(task.name), self.name)
        if task.by == "entailment":
            return Classifier(task, self._entailing(task, task.labels), self.name)
        return Classifier(task, self._described(task.labels, multi_label=task.multi_label), self.name)

    def _head(self, name: str) -> LinearHead | OpaqueHead:
        heads = self._bundle.manifest.heads
        if name not in heads:
            raise ConfigurationError(
                f"the bundle {self.name} has no head {name!r}; it has {', '.join(sorted(heads)) or 'none'}. "
                "Without one, describe the labels: Classify(name, labels={label: description})"
            )
        found = head.load(self._bundle.folder, heads[name])
        dimension = self._bundle.manifest.encoder.dimension
        if found.dimension != dimension:
            raise ConfigurationError(
                f"head {name!r} was made for vectors of {found.dimension} dimensions; "
                f"the encoder of {self.name} gives {dimension}"
            )
        return found

    def _entailing(self, task: Classify, labels: Mapping[str, str]) -> EntailmentHead:
        for name, entry in sorted(self._bundle.manifest.heads.items()):
            if entry["kind"] == "published" and outputs_of(entry["labels"]):
                nli = self._head(name)
                assert isinstance(nli, PublishedHead), "its kind says so"
                return entailment_head(labels, task.hypothesis, nli, multi_label=task.multi_label)
        raise ConfigurationError(
            f"task {task.name}: by='entailment' needs a bundle with a published head for natural language inference, "
            f"one of whose labels is 'entailment'; {self.name} has none. Pull a model that was fine-tuned on NLI and "
            "set models.bundle, or use by='similarity'"
        )

    def _described(self, labels: Mapping[str, str], *, multi_label: bool) -> ZeroShotHead:
        texts = described(labels)
        new = [text for text in dict.fromkeys(texts) if text not in self._label_vectors]
        if new:
            self._label_vectors.update(zip(new, self.reader.vectors(new), strict=True))
        return ZeroShotHead(
            labels=tuple(labels),
            thresholds=(THRESHOLD,) * len(labels),
            vectors=unit(np.stack([self._label_vectors[text] for text in texts])),
            temperature=TEMPERATURE,
            offset=OFFSET,
            multi_label=multi_label,
        )


def models_dir(settings: Settings) -> Path:
    """Where bundles lie."""
    return settings.models.dir or default_models_dir()


def _language_bundle(settings: Settings, name: str) -> Bundle:
    folder = models_dir(settings) / name
    if not folder.is_dir():
        raise BundleError(
            f"no model bundle at {folder}, which a task names: run `stream-slm models pull`, or set models.dir; "
            "`stream-slm models list` shows what there is"
        )
    return Bundle.load(folder)


async def started(settings: Settings, language_models: Collection[str] = ()) -> Models:
    """Load in a thread, so that the event loop goes on answering, and start."""
    began = monotonic()
    models = await asyncio.to_thread(Models.load, settings, language_models)
    metrics.MODEL_LOAD_SECONDS.labels(models.name).set(monotonic() - began)
    models.start()
    return models


def _model_json(bundle: Bundle) -> dict[str, Any]:
    manifest = bundle.manifest
    return {
        "name": manifest.name,
        "revision": manifest.model.source.revision,
        "digest": bundle.digest,
        "runtime": runtime_of(bundle),
        "runtime_version": runtime_version(bundle),
        "compute_type": manifest.model.compute_type,
        "device": "cpu",
    }
