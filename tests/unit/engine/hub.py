"""A small server that speaks the Hugging Face hub's paths: repositories at a commit, files in part, errors by code."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

# What the hub keeps as a large file, and tells the SHA-256 of.
LARGE = (".safetensors", ".bin")


@dataclass
class Hub:
    """Serves `repos`, (repository, revision) -> files, and remembers what was asked.

    Attributes:
        served: repository and file -> other bytes than those listed, as a broken mirror has them.
        cut: file -> bytes after which the connection ends, each time.
        hold: file -> bytes after which the connection stays open and says no more, until `release`; tells `held`.
        commits: revision -> commit, where that is not the revision itself.
        token: what a request must bring, if anything.
        pull_requests: repository -> title of a pull request -> its revision.
        silent: set, nobody is answered.
    """

    url: str = ""
    repos: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    served: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    hold: dict[str, int] = field(default_factory=dict)
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    commits: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    pull_requests: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    hush: threading.Event = field(default_factory=threading.Event)

    def offer(self, repo: str, commit: str, checkpoint: Path) -> None:
        """Offer all files of `checkpoint` as `repo` at `commit`."""
        files = {path.relative_to(checkpoint).as_posix(): path for path in checkpoint.rglob("*") if path.is_file()}
        self.repos[repo, commit] = {name: path.read_bytes() for name, path in files.items()}


def blob_id(body: bytes) -> str:
    """Git's name of a file."""
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        hub, path = self.hub, urlsplit(self.path).path
        hub.asked.append(f"{self.command} {path}")
        if hub.silent.is_set():
            hub.hush.wait(5)
            self.close_connection = True
            return
        if hub.token is not None and self.headers.get("Authorization") != f"Bearer {hub.token}":
            self._refuse(401, "GatedRepo")
        elif path.startswith("/api/models/"):
            self._tell(path.removeprefix("/api/models/"))
        else:
            repo, _, rest = path.lstrip("/").partition("/resolve/")
            commit, _, name = rest.partition("/")
            self._send_file(repo, commit, name, with_body)

    def _tell(self, path: str) -> None:
        if path.endswith("/discussions"):
            self._send_json(self._discussions(path.removesuffix("/discussions")))
            return
        repo, _, revision = path.partition("/revision/")
        revision = revision.replace("%2F", "/") or "main"
        commit = self.hub.commits.get(revision, revision)
        if not any(known == repo for known, _ in self.hub.repos):
            self._refuse(404, "RepoNotFound")
        elif (repo, commit) not in self.hub.repos:
            self._refuse(404, "RevisionNotFound")
        else:
            self._send_json({"id": repo, "sha": commit, "siblings": list(self._siblings(repo, commit))})

    def _siblings(self, repo: str, commit: str) -> Iterator[dict[str, Any]]:
        for name, body in self.hub.repos[repo, commit].items():
            listed: dict[str, Any] = {"rfilename": name, "size": len(body), "blobId": blob_id(body)}
            if name.endswith(LARGE):
                listed["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "pointerSize": 130}
            yield listed

    def _discussions(self, repo: str) -> dict[str, Any]:
        page = parse_qs(urlsplit(self.path).query).get("p", ["0"])[0]
        titles = self.hub.pull_requests.get(repo, {}) if page == "0" else {}
        found = [
            {
                "title": title,
                "num": int(revision.rpartition("/")[2]),
                "author": {"name": "SFconvertbot"},
                "repo": {"name": repo, "type": "model"},
                "isPullRequest": True,
                "status": "open",
                "createdAt": "2024-01-01T00:00:00.000Z",
            }
            for title, revision in titles.items()
        ]
        return {"discussions": found, "count": len(found), "start": 0}

    def _send_file(self, repo: str, commit: str, name: str, with_body: bool) -> None:
        listed = self.hub.repos.get((repo, commit), {}).get(name)
        if listed is None:
            self._refuse(404, "EntryNotFound")
            return
        body = self.hub.served.get(name, listed)
        begin = 0
        if asked := self.headers.get("Range"):
            self.hub.ranges.append(f"{name} {asked}")
            begin = int(asked.removeprefix("bytes=").split("-")[0])
        self.send_response(206 if begin else 200)
        sha256 = hashlib.sha256(listed).hexdigest()
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{blob_id(listed)}"')
        if name.endswith(LARGE):
            self.send_header("X-Linked-Etag", f'"{sha256}"')
            self.send_header("X-Linked-Size", str(len(listed)))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        if with_body and name in self.hub.hold:
            self.wfile.write(body[begin : begin + self.hub.hold[name]])
            self.hub.held.set()
            self.hub.release.wait(60)
            self.close_connection = True
        elif with_body:
            # As a connection that breaks: fewer bytes than were promised.
            self.wfile.write(body[begin : begin + self.hub.cut.get(name, len(body))])
            self.close_connection = name in self.hub.cut

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_json(self, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running() -> Iterator[Hub]:
    """A hub on this machine."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hub
    finally:
        hub.hush.set()
        hub.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
