"""A model bundle on disk: loaded only when every file is what its manifest says, put in place only as a whole."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from stream_slm.engine.build import DEFAULT_BUNDLE, Heads, build, is_made_of, read_heads
from stream_slm.engine.cpu import cpu_limit
from stream_slm.engine.encoder import Encoder
from stream_slm.engine.fetch import ALL_MINILM_L6_V2, Progress, SourceModel
from stream_slm.engine.manifest import Manifest, locate, read_manifest
from stream_slm.errors import BundleError

# A build that was killed leaves its work folder; one this old belongs to nobody, even behind a very slow link.
_ABANDONED_AFTER_S = 24 * 3600
# Each failure means that another process put its bundle there in between; twice in a row is strange already.
_PLACING_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A verified bundle; `digest` is what every output record carries."""

    folder: Path
    manifest: Manifest
    digest: str

    @classmethod
    def load(cls, folder: Path) -> "Bundle":
        """Read and verify the bundle in `folder`.

        Raises:
            BundleError: there is none, or a file is missing or altered; the message names it.
        """
        manifest = read_manifest(folder)
        manifest.verify(folder)
        return cls(folder=folder, manifest=manifest, digest=manifest.digest)

    def path(self, relative: str) -> Path:
        """Return where a path of the manifest, such as a head's, lies; raises BundleError if not in the bundle."""
        return locate(self.folder, relative)

    @property
    def runtime_version(self) -> str:
        """The version of CTranslate2 that runs this bundle here."""
        return version("ctranslate2")

    def encoder(
        self, *, inter_threads: int | None = None, intra_threads: int = 1, compute_type: str | None = None
    ) -> Encoder:
        """Load the encoder with `inter_threads` replicas (None: as many as `cpu_limit()` has room for).

        `compute_type` is the manifest's unless given. Raises BundleError when the encoder does not load.
        """
        entry = self.manifest.encoder
        return Encoder.load(
            self.folder / entry.path,
            self.path(entry.tokenizer),
            dimension=entry.dimension,
            max_tokens=entry.max_tokens,
            compute_type=compute_type or entry.compute_type,
            inter_threads=inter_threads or max(1, cpu_limit() // intra_threads),
            intra_threads=intra_threads,
        )


def default_models_dir() -> Path:
    """Return where bundles are kept: `$XDG_CACHE_HOME/stream-slm/models`, by default below `~/.cache`."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "stream-slm" / "models"


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Take a report of progress and say nothing."""


def build_default(
    models_dir: Path,
    heads: Path | None = None,
    progress: Progress = silent,
    *,
    source: SourceModel = ALL_MINILM_L6_V2,
) -> Path:
    """Return the folder of the default bundle in `models_dir`, built there first unless a current one stands there.

    `heads` is a folder as `read_heads` describes it. The bundle appears whole or not at all; of two builds at once
    the first to finish is used by both.

    Raises:
        BundleError: the source cannot be had, the heads are wrong, or the folder cannot be written.
    """
    target = models_dir / DEFAULT_BUNDLE
    wanted = read_heads(heads)
    if is_current(target, wanted, source):
        return target
    try:
        with _work_folder(models_dir) as work:
            built = Path(work) / DEFAULT_BUNDLE
            build(built, wanted, progress, source)
            _put_in_place(built, target, lambda: is_current(target, wanted, source))
    except BundleError as error:
        raise BundleError(f"{error}. A bundle built elsewhere can be copied to {target}") from error
    except OSError as error:
        raise BundleError(f"cannot write the model bundle {target}: {error}") from error
    return target


def is_current(folder: Path, heads: Heads, source: SourceModel) -> bool:
    """Whether `folder` holds an unaltered bundle that building from `heads` and `source` would give again."""
    try:
        return is_made_of(Bundle.load(folder).manifest, heads, source)
    except (BundleError, OSError):  # OSError: another build took it away between two looks
        return False


def _work_folder(models_dir: Path) -> "tempfile.TemporaryDirectory[str]":
    """Make a hidden folder beside the bundles, on the same file system, and remove those that killed builds left."""
    prefix = f".{DEFAULT_BUNDLE}."
    models_dir.mkdir(parents=True, exist_ok=True)
    for left in models_dir.glob(f"{prefix}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _ABANDONED_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=prefix, dir=models_dir)


def _put_in_place(built: Path, target: Path, is_current: Callable[[], bool]) -> None:
    """Rename `built` to `target`; a current bundle that another process put there first stays, any other goes."""
    for attempt in range(_PLACING_ATTEMPTS):
        with suppress(OSError):
            built.replace(target)
            return
        if is_current():
            return
        with suppress(FileNotFoundError):
            # Into the work folder, which is removed at the end.
            target.replace(built.with_name(f"replaced-{attempt}"))
    built.replace(target)
