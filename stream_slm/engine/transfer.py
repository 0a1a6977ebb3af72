"""What all ways of getting a model's files share: a report of progress, and the failure that lets another be tried."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stream_slm.errors import BundleError

#: Told what goes on: the stage, how much of it is done, and the total or None where that is unknown (bytes).
Progress = Callable[[str, int, int | None], None]

_POLL_S = 0.2


class Unavailable(BundleError):
    """One way to get the files failed; where there is another, it is tried."""


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Take a report of progress and say nothing."""


@contextmanager
def watched(folder: Path, total: int, progress: Progress) -> Iterator[None]:
    """Report how many bytes lie in `folder` while the body runs: libraries that write there have bars of their own."""
    progress("download", 0, total)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_POLL_S):
            progress("download", min(size_of(folder), total), total)

    watcher = threading.Thread(target=watch, name="stream-slm-download", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    progress("download", total, total)


def size_of(folder: Path) -> int:
    """Return the bytes in the files below `folder`, while they may come and go."""
    sizes = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            sizes.append(path.stat().st_size)
    return sum(sizes)
