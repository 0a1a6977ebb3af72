"""Writers of the bundles that tasks name, loaded so that their threads give way to those that read."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from stream_slm.config.settings import GenerationConfig
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.cpu import cpu_limit
from stream_slm.engine.language_model import LanguageModel
from stream_slm.pipeline.writer import Writer

T = TypeVar("T")

#: Steps of niceness: on a full machine a thread of a language model gets a tenth of what one of the encoder's gets.
_GIVE_WAY = 10


def load_writer(bundle: Bundle, config: GenerationConfig) -> Writer:
    """Load and warm the language model of a bundle.

    Raises:
        BundleError: it is none, or does not load.
    """
    entry = bundle.manifest.language_model
    return Writer(
        bundle.manifest.name,
        giving_way(lambda: _loaded(bundle, config)),
        config,
        languages=frozenset(entry.languages),
        instructed=entry.instructions != "none",
    )


def _loaded(bundle: Bundle, config: GenerationConfig) -> LanguageModel:
    intra_threads = config.intra_threads or (cpu_limit() + 1) // 2
    model = bundle.language_model(inter_threads=config.inter_threads, intra_threads=intra_threads)
    model.warm_up()
    return model


def giving_way(make: Callable[[], T]) -> T:
    """What `make` returns, called in a thread of low priority, which the threads that it starts inherit.

    A decode keeps its threads busy for seconds; labels of other records need milliseconds, now. On Linux a thread has
    a niceness of its own; elsewhere only processes have, so nothing is lowered there.
    """
    with ThreadPoolExecutor(1, initializer=lower_this_thread) as pool:
        return pool.submit(make).result()


def lower_this_thread() -> None:
    """Let the calling thread give way to others, as `giving_way` says."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _GIVE_WAY)


def names_of(tasks: Sequence[object]) -> tuple[str, ...]:
    """The bundles of language models that some tasks name, each once."""
    named = (getattr(task, "bundle", None) for task in tasks)
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))
