"""Engines: what turns texts into vectors; ours by the bundle's runtime, others by the entry point of that name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from stream_slm.engine.bundle import Bundle
from stream_slm.engine.encoder import TokenizedText
from stream_slm.errors import BundleError
from stream_slm.tasks.text import Floats

#: A package names its engines here: `their-runtime = "their_package:load"`.
GROUP = "stream_slm.engines"
#: Runtimes that `Bundle.encoder` knows.
OURS = ("ctranslate2", "onnx")


class Engine(Protocol):
    """An encoder of any runtime; every method may be called from several threads at once."""

    @property
    def dimension(self) -> int:
        """Of its vectors."""
        ...

    @property
    def max_tokens(self) -> int:
        """Of one chunk, without the first and the last, which are the encoder's own."""
        ...

    def tokenize(self, texts: Sequence[str]) -> list[TokenizedText]:
        """The chunks of each text, in order."""
        ...

    def encode(self, batch: Sequence[Sequence[int]]) -> Floats:
        """(n, d), a pooled vector for each chunk, not normalised; should let go of the GIL."""
        ...

    def warm_up(self) -> None:
        """Do once what would make the first record slow."""
        ...


@runtime_checkable
class PairEngine(Engine, Protocol):
    """An engine that can read two texts in one chunk, which entailment needs."""

    def room_beside(self, statement: TokenizedText) -> int:
        """How many tokens of a text fit beside a statement in one chunk; below 1 where none do."""
        ...

    def pair(self, text: TokenizedText, statement: TokenizedText) -> TokenizedText:
        """The chunks of a text, each with the statement beside it, for `encode`."""
        ...


class LoadEngine(Protocol):
    """What an entry point of `stream_slm.engines` names."""

    def __call__(self, folder: Path, manifest: Any, *, inter_threads: int, intra_threads: int) -> Engine:
        """Load the verified bundle in a folder, for so many calls at once, each on so many threads."""
        ...


def runtime_of(bundle: Bundle) -> str:
    """The runtime a bundle is made for."""
    return bundle.manifest.model.runtime


def runtime_version(bundle: Bundle) -> str:
    """The version of that runtime here."""
    if runtime_of(bundle) in OURS:
        return bundle.runtime_version
    distribution = _entry_point(bundle).dist
    return distribution.version if distribution else "unknown"


def load_engine(bundle: Bundle, *, inter_threads: int, intra_threads: int) -> Engine:
    """Load a bundle's encoder.

    Raises:
        BundleError: no installed engine has its runtime, or the encoder does not load.
    """
    if runtime_of(bundle) in OURS:
        return bundle.encoder(inter_threads=inter_threads, intra_threads=intra_threads)
    load: LoadEngine = _entry_point(bundle).load()
    return load(bundle.folder, bundle.manifest, inter_threads=inter_threads, intra_threads=intra_threads)


def _entry_point(bundle: Bundle) -> EntryPoint:
    runtime = runtime_of(bundle)
    found = {each.name: each for each in entry_points(group=GROUP)}
    if runtime not in found:
        known = ", ".join((*OURS, *sorted(found)))
        raise BundleError(f"the bundle {bundle.manifest.name} needs the runtime {runtime!r}; known are {known}")
    return found[runtime]
