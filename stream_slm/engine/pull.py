"""Pull a model from where its user says, and make a bundle of it; one that is there and current is left as it is."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stream_slm.engine.build import DEFAULT_BUNDLE, QUANTIZATIONS, Heads, Origin, Plan, build, is_made_as
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import MANIFEST_FILE, Manifest, read_manifest
from stream_slm.engine.place import lock, partial_folder, put_in_place, work_folder
from stream_slm.engine.sources import Located, ModelSource, sum_files
from stream_slm.engine.transfer import Progress, silent
from stream_slm.errors import BundleError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TASK = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a user may say about a bundle; None leaves it to the source."""

    name: str | None = None
    quantization: str = "int8"
    task: str | None = None
    languages: tuple[str, ...] | None = None


def pull(models_dir: Path, source: ModelSource, wish: Wish, progress: Progress = silent) -> Path:
    """Return the folder of the bundle made of `source` in `models_dir`.

    The bundle appears whole or not at all. What a killed pull had downloaded is taken up by the next; of two pulls
    of one bundle at once the second waits for the first, and uses its bundle.

    Raises:
        BundleError: the source cannot be had or converted, a name is no name, or another bundle stands in its place.
    """
    plan = _plan(source, wish)
    located = source.locate(progress)
    target = models_dir / plan.name
    try:
        with lock(models_dir, plan.name, lambda: progress("wait", 0, None)):
            if not _is_current(target, located, plan):
                _refuse_to_replace(target, located)
                _make(models_dir, located, plan, progress)
    except OSError as error:
        raise BundleError(f"cannot write the model bundle {target}: {error}") from error
    return target


def _plan(source: ModelSource, wish: Wish) -> Plan:
    if wish.quantization not in QUANTIZATIONS:
        raise BundleError(f"{wish.quantization!r} is no quantization; known are {', '.join(QUANTIZATIONS)}")
    name = wish.name or f"{source.name.lower()}-{wish.quantization}"
    if not _NAME.fullmatch(name) or name == DEFAULT_BUNDLE:
        raise BundleError(f"{name!r} cannot be a bundle's name; choose another with --name (letters, digits, . _ -)")
    if wish.task is not None and not _TASK.fullmatch(wish.task):
        raise BundleError(f"{wish.task!r} cannot be a task's name (letters, digits, . _ -)")
    return Plan(
        name=name,
        quantization=wish.quantization,
        task=wish.task,
        languages=wish.languages,
        heads=Heads(entries={}, files={}),
    )


def _is_current(target: Path, located: Located, plan: Plan) -> bool:
    try:
        manifest = Bundle.load(target).manifest
    except (BundleError, OSError):
        return False
    return (
        _is_from(manifest, located)
        and manifest.model.source.revision == located.revision
        and is_made_as(manifest, plan)
    )


def _is_from(manifest: Manifest, located: Located) -> bool:
    return manifest.model.source.repo == located.repo


def _refuse_to_replace(target: Path, located: Located) -> None:
    """Raise BundleError where pulling would destroy what no pull brings back: another model, or trained heads."""
    if not (target / MANIFEST_FILE).is_file():
        return
    try:
        manifest = read_manifest(target)
    except BundleError:  # Of another format, or damaged: of no use to anyone.
        return
    trained = sorted(task for task, entry in manifest.heads.items() if not _is_as_published(entry))
    if trained:
        raise BundleError(
            f"{target} holds heads trained or calibrated here ({', '.join(trained)}): "
            "choose another --name, or remove it"
        )
    if not _is_from(manifest, located):
        raise BundleError(
            f"{target} holds a bundle of {manifest.model.source.repo}: choose another --name, or remove it"
        )


def _is_as_published(head: dict[str, Any]) -> bool:
    return bool(head["kind"] == "published" and head["calibration"].get("kind") == "none")


def _make(models_dir: Path, located: Located, plan: Plan, progress: Progress) -> None:
    target = models_dir / plan.name
    key = re.sub(r"[^A-Za-z0-9._-]+", "--", f"{located.repo}@{located.revision}")
    with partial_folder(models_dir, key) as partial, work_folder(models_dir, plan.name, locked=True) as work:
        checkpoint = located.bring(partial, progress)
        origin = Origin(
            repo=located.repo,
            revision=located.revision,
            fetched_from=located.origin,
            sums=sum_files(checkpoint),
        )
        built = Path(work) / plan.name
        build(built, checkpoint, origin, plan, progress)
        put_in_place(built, target, lambda: _is_current(target, located, plan))
