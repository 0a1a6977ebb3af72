"""The Hugging Face hub: what a repository holds at a revision, and its files, each checked by the hub's own sum."""

import hashlib
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

# The hub's own client, which the tokenizers bring along: redirects, tokens, resumed files and rate limits are its work.
# It loads itself and its HTTP client at the first call, so a worker, which makes none, does not wait for them.
import huggingface_hub

from stream_slm.engine.checkpoint import Checkpoint, needed
from stream_slm.engine.language_checkpoint import refuse_unless_convertible
from stream_slm.engine.manifest import sum_file
from stream_slm.engine.tensors import INDEX_FILE, WEIGHTS_FILE, shards
from stream_slm.engine.transfer import Progress, Unavailable, watched
from stream_slm.errors import BundleError

T = TypeVar("T")

_LOOK_UP_S = 20.0
_ATTEMPTS = 3
_PICKLE = (".bin", ".pt", ".pth", ".ckpt")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """A file as the hub lists it: `sha256` for a large one, `blob` (git's SHA-1) for every one, where it tells."""

    size: int
    sha256: str | None
    blob: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A repository at one commit."""

    repo: str
    commit: str
    files: Mapping[str, HubFile]


def endpoint() -> str:
    """Return the hub's address: HF_ENDPOINT, else its own. Asked at each call, where the client asks once."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def look_up(repo: str, revision: str | None = None, timeout_s: float = _LOOK_UP_S) -> Snapshot:
    """Return what `repo` holds at `revision` (None: its main branch), within `timeout_s`.

    Raises Unavailable when the hub cannot be asked, or has no such repository or revision.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise Unavailable("HF_HUB_OFFLINE is set")
    if not endpoint().startswith(("https://", "http://")):
        raise Unavailable(f"HF_ENDPOINT {endpoint()} is not an HTTP address")
    return _within(timeout_s, lambda: _look_up(repo, revision, timeout_s))


def download(snapshot: Snapshot, folder: Path, progress: Progress) -> None:
    """Put what a conversion needs of `snapshot` into `folder`; what an earlier, broken download left there is used.

    Raises BundleError for a repository without safetensors, a family that is not supported, and a file that is not
    what the hub lists.
    """
    if WEIGHTS_FILE not in snapshot.files and INDEX_FILE not in snapshot.files:
        raise BundleError(_no_safetensors(snapshot))
    fetch_files(snapshot, ["config.json"], folder, progress)
    checkpoint = Checkpoint.read(folder)
    # Refused before its weights come.
    refuse_unless_convertible(checkpoint)
    small = needed(snapshot.files, language_model=checkpoint.is_language_model)
    fetch_files(snapshot, [name for name in small if name != WEIGHTS_FILE], folder, progress)
    weights = [WEIGHTS_FILE] if WEIGHTS_FILE in snapshot.files else shards((folder / INDEX_FILE).read_bytes())
    fetch_files(snapshot, weights, folder, progress)


def fetch_files(snapshot: Snapshot, names: list[str], folder: Path, progress: Progress) -> None:
    """Put these files of `snapshot` into `folder`, checked; raises BundleError naming the one that fails."""
    for name in names:
        if name not in snapshot.files:
            raise Unavailable(f"{snapshot.repo} has no {name} at {snapshot.commit}")
    folder.mkdir(parents=True, exist_ok=True)
    with watched(folder, sum(snapshot.files[name].size for name in names), progress):
        for name in names:
            _fetch(snapshot, name, folder)
            _verify(snapshot.files[name], folder / name)


def _client() -> "huggingface_hub.HfApi":  # quoted: the name alone would load the client
    # The client asks for these once, when it loads itself: here, at the first call. Bars are ours; and what breaks off
    # over Xet, the hub's other protocol, begins anew, where plain HTTP goes on.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    return huggingface_hub.HfApi(endpoint=endpoint())


def _look_up(repo: str, revision: str | None, timeout_s: float) -> Snapshot:
    try:
        found = _client().model_info(repo, revision=revision, timeout=timeout_s, files_metadata=True)
    except Exception as error:  # Of the client, its HTTP library (another one in each major release), a socket.
        raise Unavailable(_told(error)) from error
    files = {
        entry.rfilename: HubFile(
            size=entry.size or 0, sha256=entry.lfs.sha256 if entry.lfs else None, blob=entry.blob_id
        )
        for entry in found.siblings or ()
    }
    return Snapshot(repo=repo, commit=found.sha or "", files=files)


def _fetch(snapshot: Snapshot, name: str, folder: Path) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _client().hf_hub_download(snapshot.repo, name, revision=snapshot.commit, local_dir=folder)
            break
        except Exception as error:  # As above.
            response = getattr(error, "response", None)
            refused = response is not None and response.status_code < 500  # no answer becomes a better one by asking
            if refused or attempt == _ATTEMPTS:
                raise Unavailable(f"{name}: {_told(error)}") from error
            time.sleep(attempt)


def _verify(listed: HubFile, file: Path) -> None:
    if listed.sha256 is not None:
        altered = sum_file(file) != listed.sha256
    else:
        altered = listed.blob is not None and _git_blob(file) != listed.blob
    if altered:
        file.unlink()  # The next pull gets it anew.
        raise Unavailable(f"{file.name} is not the file that the hub lists: its sum differs")


def _git_blob(file: Path) -> str:
    body = file.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()  # noqa: S324  (git's name of a file)


def _no_safetensors(snapshot: Snapshot) -> str:
    pickles = sorted(name for name in snapshot.files if name.endswith(_PICKLE))
    if not pickles:
        return f"{snapshot.repo} holds no {WEIGHTS_FILE} at {snapshot.commit}"
    told = f"{snapshot.repo} holds weights as a pickle only ({pickles[0]}), which could run code and is not opened"
    revisions = list(_conversions(snapshot.repo))
    if revisions:
        return f"{told}; the hub has them as safetensors too: add --revision {revisions[0]}"
    return f"{told}; the hub's pull requests may hold a conversion to safetensors: add --revision refs/pr/N"


def _conversions(repo: str) -> Iterator[str]:
    """Yield the revisions of pull requests that add safetensors, as the hub's own bot opens them."""
    with suppress(Exception):  # An advice that cannot be given is left out.
        for discussion in _client().get_repo_discussions(repo, discussion_type="pull_request"):
            if "safetensors" in discussion.title.lower() and discussion.git_reference:
                files = look_up(repo, discussion.git_reference).files
                if WEIGHTS_FILE in files or INDEX_FILE in files:
                    yield discussion.git_reference
                    return


def _within(timeout_s: float, ask: Callable[[], T]) -> T:
    """Return what `ask` returns, or raise Unavailable in time, whatever a resolver or a silent peer does."""
    answers: queue.SimpleQueue[T | Unavailable] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except Unavailable as failure:
            answers.put(failure)

    # A name lookup obeys no timeout, so it gets a thread that may be left behind.
    threading.Thread(target=run, name="stream-slm-hub", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise Unavailable(f"{endpoint()}: no answer within {timeout_s:g} s") from None
    if isinstance(answer, Unavailable):
        raise answer
    return answer


def _told(error: Exception) -> str:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    # A redirected address is signed, and whoever has it has the file.
    return re.sub(r"\?[^\s'\"]+", "?...", first)
