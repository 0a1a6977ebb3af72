"""Put a bundle among the others as a whole or not at all, whatever other processes do at the same time."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Hidden, so that nobody takes it for a bundle: downloads that may be taken up again, a folder each.
PARTIAL = ".partial"

# A build that was killed leaves its work folder; one this old belongs to nobody, even behind a very slow link.
_ABANDONED_AFTER_S = 24 * 3600
# A download that nobody took up again for a week is only in the way.
_FORGOTTEN_AFTER_S = 7 * 24 * 3600
# Each failure means that another process put its bundle there in between; twice in a row is strange already.
_PLACING_ATTEMPTS = 5


def work_folder(models_dir: Path, name: str, *, locked: bool = False) -> "tempfile.TemporaryDirectory[str]":
    """Make a hidden folder beside the bundles, on the same file system, and remove those that killed builds left.

    Under the bundle's lock that is any other; without it, one may belong to a build that still runs.
    """
    prefix = f".{name}+"  # No bundle's name holds a plus: what begins so is of no other bundle.
    models_dir.mkdir(parents=True, exist_ok=True)
    _remove_older(models_dir, f"{prefix}*", 0 if locked else _ABANDONED_AFTER_S)
    return tempfile.TemporaryDirectory(prefix=prefix, dir=models_dir)


@contextmanager
def partial_folder(models_dir: Path, key: str) -> Iterator[Path]:
    """Give the folder where downloads under `key` go on from where they broke off; removed once all went well."""
    partial = models_dir / PARTIAL
    partial.mkdir(parents=True, exist_ok=True)
    _remove_older(partial, "*", _FORGOTTEN_AFTER_S)
    folder = partial / key
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # Another download is under way.
        partial.rmdir()


@contextmanager
def lock(models_dir: Path, name: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Keep other pulls of the same bundle out, in any process; the system frees the lock of one that dies."""
    models_dir.mkdir(parents=True, exist_ok=True)
    # The file stays: to remove it would give the next two pulls a lock each.
    with (models_dir / f".{name}.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def put_in_place(built: Path, target: Path, is_current: Callable[[], bool]) -> None:
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


def remove(folder: Path) -> None:
    """Remove the bundle in `folder`, which is gone at once for whoever looks."""
    with work_folder(folder.parent, folder.name) as work:
        folder.replace(Path(work) / folder.name)


def _remove_older(folder: Path, pattern: str, age_s: float) -> None:
    for left in folder.glob(pattern):
        with suppress(FileNotFoundError):
            if left.is_dir() and time.time() - left.stat().st_mtime > age_s:
                shutil.rmtree(left, ignore_errors=True)
