"""What the engine's tests share: a tiny checkpoint, a hub that serves it, the default bundle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stream_slm.engine.fetch import SourceModel
from tests.unit.engine.hub import Hub, running
from tests.unit.engine.tiny import source_of, write_checkpoint


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
    with running() as hub:
        hub.offer(source.repo, source.revision, checkpoint)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
        yield hub
