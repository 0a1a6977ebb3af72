"""A model bundle on disk: loaded only when every file is what its manifest says, put in place only as a whole."""

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from stream_slm.engine.build import DEFAULT_BUNDLE, Origin, Plan, build, is_made_as, read_heads
from stream_slm.engine.causal import CausalModel
from stream_slm.engine.cpu import cpu_limit
from stream_slm.engine.encoder import Encoder, runnable
from stream_slm.engine.extras import require
from stream_slm.engine.fetch import ALL_MINILM_L6_V2, SourceModel, fetch
from stream_slm.engine.language_model import LanguageModel
from stream_slm.engine.manifest import Manifest, locate, read_manifest
from stream_slm.engine.place import put_in_place, work_folder
from stream_slm.engine.seq2seq import Seq2SeqModel
from stream_slm.engine.transfer import Progress, silent
from stream_slm.errors import BundleError


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
        """The version of the library, CTranslate2 or ONNX Runtime, that runs this bundle here."""
        return version("onnxruntime" if self.manifest.model.runtime == "onnx" else "ctranslate2")

    def encoder(
        self, *, inter_threads: int | None = None, intra_threads: int = 1, compute_type: str | None = None
    ) -> Encoder:
        """Load the encoder with `inter_threads` replicas (None: as many as `cpu_limit()` has room for).

        `compute_type` is the manifest's unless given; ONNX Runtime computes in float32. Raises BundleError when the
        encoder does not load, or its runtime is not installed.
        """
        entry = self.manifest.encoder
        return self._runtime().load(
            self.folder / entry.path,
            self.path(entry.tokenizer),
            dimension=entry.dimension,
            max_tokens=entry.max_tokens,
            pooling=entry.pooling,
            compute_type=compute_type or runnable(entry.compute_type),
            inter_threads=inter_threads or max(1, cpu_limit() // intra_threads),
            intra_threads=intra_threads,
        )

    def language_model(
        self, *, inter_threads: int | None = None, intra_threads: int = 1, compute_type: str | None = None
    ) -> LanguageModel:
        """Load the language model, as `encoder` does; raises BundleError when it does not load, or is an encoder."""
        entry = self.manifest.language_model
        if entry.runtime != "ctranslate2":
            raise BundleError(f"{self.folder} is made for the runtime {entry.runtime!r}, which this version has not")
        kind = Seq2SeqModel if entry.shape == "encoder_decoder" else CausalModel
        return kind.load(
            self.folder,
            entry,
            compute_type=compute_type or runnable(entry.compute_type),
            inter_threads=inter_threads or max(1, cpu_limit() // intra_threads),
            intra_threads=intra_threads,
        )

    def _runtime(self) -> type[Encoder]:
        runtime = self.manifest.encoder.runtime
        if runtime == "ctranslate2":
            return Encoder
        if runtime != "onnx":
            raise BundleError(f"{self.folder} is made for the runtime {runtime!r}, which this version has not")
        require("onnx", f"the bundle {self.manifest.name}")
        from stream_slm.engine.onnx_encoder import OnnxEncoder  # noqa: PLC0415  (an extra)

        return OnnxEncoder


def default_models_dir() -> Path:
    """Return where bundles are kept: `$XDG_CACHE_HOME/stream-slm/models`, by default below `~/.cache`."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "stream-slm" / "models"


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
    plan = Plan(name=DEFAULT_BUNDLE, languages=source.languages, licence=source.licence, heads=read_heads(heads))
    if _is_current(target, plan, source):
        return target
    try:
        with work_folder(models_dir, DEFAULT_BUNDLE) as work:
            checkpoint, built = Path(work) / "source", Path(work) / DEFAULT_BUNDLE
            fetched = fetch(source, checkpoint, progress)
            origin = Origin(repo=source.repo, revision=source.revision, fetched_from=fetched.origin, sums=fetched.sums)
            build(built, checkpoint, origin, plan, progress)
            put_in_place(built, target, lambda: _is_current(target, plan, source))
    except BundleError as error:
        raise BundleError(f"{error}. A bundle built elsewhere can be copied to {target}") from error
    except OSError as error:
        raise BundleError(f"cannot write the model bundle {target}: {error}") from error
    return target


def _is_current(folder: Path, plan: Plan, source: SourceModel) -> bool:
    """Whether `folder` holds an unaltered bundle that building by `plan` from `source` would give again."""
    try:
        manifest = Bundle.load(folder).manifest
    except (BundleError, OSError):  # OSError: another build took it away between two looks
        return False
    sums = manifest.encoder.source.files
    pinned = sums.keys() == source.files.keys() and all(sums[name] in source.files[name] for name in sums)
    return pinned and is_made_as(manifest, plan)
