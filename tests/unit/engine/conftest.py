"""What the engine's tests share: a tiny checkpoint, a hub that serves it, the default bundle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stream_slm.engine.fetch import SourceModel
from tests.unit.engine.tiny import source_of, write_checkpoint


@dataclass
class Hub:
    """Serves `files` by path as the hub does, remembers what was asked, and can go silent."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)

    def serve(self, source: SourceModel, checkpoint: Path) -> None:
        """Offer the files of `checkpoint` under the repository and revision of `source`."""
        for name in source.files:
            self.files[f"/{source.repo}/resolve/{source.revision}/{name}"] = (checkpoint / name).read_bytes()


@pytest.fixture(scope="session")
def bundle_folder(default_bundle: Path) -> Path:
    """The default bundle as a user has it."""
    return default_bundle


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A folder with a tiny BERT as it is published."""
    return write_checkpoint(tmp_path / "checkpoint")


@pytest.fixture
def source(checkpoint: Path) -> SourceModel:
    """The tiny BERT, its sums pinned."""
    return source_of(checkpoint)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, checkpoint: Path, source: SourceModel) -> Iterator[Hub]:
    """A hub on this machine that has the tiny BERT; HF_ENDPOINT leads to it, and no package index is within reach."""
    hub, hush = Hub(), threading.Event()
    hub.serve(source, checkpoint)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked.append(self.path)
            if hub.silent.is_set():
                hush.wait(5)
                return
            body = hub.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    yield hub
    hush.set()
    server.shutdown()
    server.server_close()
    thread.join()
