"""Rules of the hub: a revision is a commit, only what is needed comes, each file is checked, errors say what helps."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from stream_slm.engine import extras
from stream_slm.engine import hub as client
from stream_slm.engine.fetch import SourceModel
from stream_slm.engine.hub import download, look_up
from stream_slm.engine.transfer import Unavailable, silent
from stream_slm.errors import BundleError
from tests.unit.engine.hub import Hub

COMMIT = "b" * 40
# What the hub's client writes at once: less than this is not on the disk when a connection breaks.
CHUNK = 10 << 20


@pytest.fixture
def published(hub: Hub, checkpoint: Path) -> Hub:
    """The hub has `org/tiny`, branch `main` at COMMIT, with things that nobody needs."""
    (checkpoint / "README.md").write_text("---\nlicense: mit\n---\n")
    for name in ("pytorch_model.bin", "modeling_tiny.py"):
        (checkpoint / name).write_bytes(b"harm")
    hub.offer("org/tiny", COMMIT, checkpoint)
    hub.commits["main"] = COMMIT
    return hub


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait between attempts."""
    monkeypatch.setattr(client.time, "sleep", lambda _seconds: None)


def test_branch_is_resolved_to_a_commit(published: Hub) -> None:
    """What a branch is today is written down as what it will stay."""
    assert look_up("org/tiny").commit == COMMIT
    assert look_up("org/tiny", "main").commit == COMMIT


def test_only_what_is_needed_comes(published: Hub, checkpoint: Path, tmp_path: Path) -> None:
    """No pickle, no code, and each file as it is."""
    download(look_up("org/tiny"), tmp_path / "got", silent)
    got = sorted(path.name for path in (tmp_path / "got").iterdir() if path.is_file())
    assert [name for name in got if not name.startswith(".")] == [
        "README.md",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert (tmp_path / "got/model.safetensors").read_bytes() == (checkpoint / "model.safetensors").read_bytes()
    assert not any("pytorch_model" in asked or "modeling" in asked for asked in published.asked)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_file_that_is_not_the_listed_one_is_refused(published: Hub, tmp_path: Path, name: str) -> None:
    """Large files have a SHA-256, small ones git's sum; the next pull gets the file anew."""
    right = published.repos["org/tiny", COMMIT][name]
    published.served[name] = right[:-1] + bytes([right[-1] ^ 1])
    snapshot = look_up("org/tiny")
    with pytest.raises(BundleError, match=f"{name} is not the file that the hub lists"):
        download(snapshot, tmp_path / "got", silent)
    published.served.clear()
    download(snapshot, tmp_path / "got", silent)
    assert (tmp_path / "got" / name).read_bytes() == right


def test_broken_connection_is_taken_up_where_it_broke(published: Hub, tmp_path: Path) -> None:
    """Each attempt asks for what is missing, and only for that."""
    published.repos["org/tiny", COMMIT]["model.safetensors"] = bytes(3 * CHUNK)
    published.cut["model.safetensors"] = 2 * CHUNK + 1
    download(look_up("org/tiny"), tmp_path / "got", silent)
    assert published.ranges == [f"model.safetensors bytes={2 * CHUNK}-"]
    assert (tmp_path / "got/model.safetensors").stat().st_size == 3 * CHUNK


def test_next_pull_takes_up_what_a_failed_one_left(published: Hub, tmp_path: Path) -> None:
    """After so many attempts it is given up, by name; nothing that came is lost."""
    published.repos["org/tiny", COMMIT]["model.safetensors"] = bytes(5 * CHUNK)
    published.cut["model.safetensors"] = CHUNK + 1
    snapshot = look_up("org/tiny")
    with pytest.raises(BundleError, match=r"model\.safetensors: "):
        download(snapshot, tmp_path / "got", silent)
    for told in (published.cut, published.ranges, published.asked):
        told.clear()
    download(snapshot, tmp_path / "got", silent)
    assert published.ranges == [f"model.safetensors bytes={3 * CHUNK}-"]
    assert f"GET /org/tiny/resolve/{COMMIT}/config.json" not in published.asked


@pytest.mark.parametrize(
    ("family", "complaint"),
    [
        ("mpnet", "cannot convert a model of type 'mpnet'"),
        ("deberta", r"type 'deberta' \(DeBERTa of the first version; take a DeBERTa v3 .*; supported are bert, "),
        ("electra", "cannot convert a model of type 'electra'; supported are bert, "),
        ("deberta-v2", r"pip install 'stream-slm\[convert\]'"),
    ],
)
def test_what_cannot_be_converted_is_refused_before_its_weights_come(
    family: str, complaint: str, published: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake, or a missing extra, costs no large download."""
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    published.repos["org/tiny", COMMIT]["config.json"] = json.dumps({"model_type": family}).encode()
    with pytest.raises(BundleError, match=complaint):
        download(look_up("org/tiny"), tmp_path / "got", silent)
    assert not any("safetensors" in asked for asked in published.asked)


def test_shards_come_with_their_index(published: Hub, tmp_path: Path) -> None:
    """The index says which files the weights are spread over."""
    files = published.repos["org/tiny", COMMIT]
    whole = files.pop("model.safetensors")
    files["model-00001-of-00001.safetensors"] = whole
    files["model.safetensors.index.json"] = b'{"weight_map": {"x": "model-00001-of-00001.safetensors"}}'
    download(look_up("org/tiny"), tmp_path / "got", silent)
    assert (tmp_path / "got/model-00001-of-00001.safetensors").read_bytes() == whole


def test_pickle_alone_is_refused_with_the_hubs_conversion(published: Hub, checkpoint: Path, tmp_path: Path) -> None:
    """The hub's own bot opens pull requests with safetensors: the error names the revision."""
    del published.repos["org/tiny", COMMIT]["model.safetensors"]
    with pytest.raises(BundleError, match=r"as a pickle only \(pytorch_model\.bin\).* add --revision refs/pr/N"):
        download(look_up("org/tiny"), tmp_path / "got", silent)
    published.offer("org/tiny", "c" * 40, checkpoint)
    published.commits["refs/pr/7"] = "c" * 40
    published.pull_requests["org/tiny"] = {"Fix a typo": "refs/pr/3", "Adding `safetensors` variant": "refs/pr/7"}
    with pytest.raises(BundleError, match="add --revision refs/pr/7"):
        download(look_up("org/tiny"), tmp_path / "got", silent)
    download(look_up("org/tiny", "refs/pr/7"), tmp_path / "got", silent)


def test_no_weights_at_all(published: Hub, tmp_path: Path) -> None:
    """Told apart from a pickle."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        del published.repos["org/tiny", COMMIT][name]
    with pytest.raises(BundleError, match=r"holds no model\.safetensors"):
        download(look_up("org/tiny"), tmp_path / "got", silent)


@pytest.mark.parametrize(("repo", "revision"), [("org/none", None), ("org/tiny", "no-such-branch")])
def test_what_is_not_there(published: Hub, repo: str, revision: str | None) -> None:
    """A wrong name and a wrong revision are told in one line."""
    with pytest.raises(Unavailable) as caught:
        look_up(repo, revision)
    assert "404" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_offline_is_obeyed(published: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Unavailable, match="HF_HUB_OFFLINE is set"):
        look_up("org/tiny")
    assert not published.asked


def test_silent_hub_is_given_up_in_time(published: Hub) -> None:
    """A peer that accepts and never answers."""
    published.silent.set()
    with pytest.raises(Unavailable):
        look_up("org/tiny", timeout_s=0.2)


def test_token_is_sent_and_never_told(
    published: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """HF_TOKEN opens a gated repository; neither an error nor a log shows it."""
    caplog.set_level(logging.DEBUG)
    published.token = "hf_secret"
    monkeypatch.setenv("HF_TOKEN", "hf_wrong_secret")
    with pytest.raises(Unavailable) as caught:
        look_up("org/tiny")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    download(look_up("org/tiny"), tmp_path / "got", silent)
    told = capsys.readouterr()
    assert "secret" not in str(caught.value) + caplog.text + told.out + told.err


def test_file_that_the_hub_lacks(published: Hub, source: SourceModel, tmp_path: Path) -> None:
    """The default's files are asked for by name."""
    with pytest.raises(Unavailable, match=r"has no vocab\.txt"):
        client.fetch_files(look_up("org/tiny"), ["vocab.txt"], tmp_path / "got", silent)


def test_worker_does_not_load_the_client() -> None:
    """The hub's client and its HTTP library would cost every start of a worker what only a pull needs."""
    script = "import sys, stream_slm.cli.main; assert 'huggingface_hub.hf_api' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
