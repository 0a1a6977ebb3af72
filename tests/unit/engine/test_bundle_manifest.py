"""Rules of bundle.json: what it lists is what is loaded, and every refusal names the file or the field."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stream_slm.engine.manifest import (
    EncoderEntry,
    Manifest,
    Source,
    read_manifest,
    write_manifest,
)
from stream_slm.errors import BundleError

HEAD = {"kind": "linear", "path": "heads/risk.npz", "labels": ["routine", "suspicious"]}
CONTENTS = {
    "README.md": b"card",
    "tokenizer.json": b"{}",
    "encoder/model.bin": b"weights of a model",
    "heads/risk.npz": b"head",
}


@pytest.fixture
def manifest() -> Manifest:
    source = Source(repo="tests/tiny-bert", revision="0" * 40, files={"model.safetensors": "ab" * 32})
    return Manifest(
        name="tiny",
        version="1",
        licence="Apache-2.0",
        card="README.md",
        model=EncoderEntry(
            path="encoder",
            tokenizer="tokenizer.json",
            runtime="ctranslate2",
            family="bert",
            pooling="mean",
            reading="sentences",
            dimension=32,
            max_tokens=22,
            languages=["en"],
            compute_type="int8",
            recipe=1,
            source=source,
        ),
        heads={"transactions.risk": HEAD},
        files={path: hashlib.sha256(body).hexdigest() for path, body in CONTENTS.items()},
        provenance={"built_at": "2026-01-01T00:00:00+00:00"},
    )


@pytest.fixture
def folder(tmp_path: Path, manifest: Manifest) -> Path:
    folder = tmp_path / "bundle"
    for path, body in CONTENTS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    write_manifest(manifest, folder)
    return folder


def listing(manifest: Manifest, path: str, body: bytes = b"x") -> Manifest:
    return replace(manifest, files={**manifest.files, path: hashlib.sha256(body).hexdigest()})


def test_written_and_read_is_the_same(folder: Path, manifest: Manifest) -> None:
    """A manifest survives its file, digest and all, and an untouched folder passes."""
    again = read_manifest(folder)
    assert again == manifest
    assert again.digest == manifest.digest
    again.verify(folder)


@pytest.mark.parametrize("body", [b"weights of A model", b"weights of a mode", b""], ids=["altered", "cut", "empty"])
def test_altered_file_is_refused_by_name(folder: Path, manifest: Manifest, body: bytes) -> None:
    """One byte more, less or other is another file."""
    (folder / "encoder/model.bin").write_bytes(body)
    with pytest.raises(BundleError, match=r"encoder/model\.bin is not the file"):
        manifest.verify(folder)


def test_missing_file_is_refused_by_name(folder: Path, manifest: Manifest) -> None:
    """A file that is gone is named."""
    (folder / "tokenizer.json").unlink()
    with pytest.raises(BundleError, match=r"tokenizer\.json is missing"):
        manifest.verify(folder)


@pytest.mark.parametrize("path", ["../secret", "heads/../../secret", "/etc/hostname", "..\\secret", "C:secret"])
def test_path_that_leads_out_is_refused(folder: Path, manifest: Manifest, path: str) -> None:
    """No listed path leaves the folder, even where its sum is right."""
    (folder.parent / "secret").write_bytes(b"x")
    with pytest.raises(BundleError, match="leads out of the bundle"):
        listing(manifest, path).verify(folder)


def test_link_that_leads_out_is_refused(folder: Path, manifest: Manifest) -> None:
    """A link is followed only inside the bundle, be it a file or a folder on the way."""
    (folder.parent / "secret").write_bytes(b"x")
    (folder / "inner").symlink_to(folder / "README.md")
    (folder / "outer").symlink_to(folder.parent / "secret")
    (folder / "up").symlink_to(folder.parent)
    listing(manifest, "inner", CONTENTS["README.md"]).verify(folder)
    for path in ("outer", "up/secret"):
        with pytest.raises(BundleError, match="is a link out of the bundle"):
            listing(manifest, path).verify(folder)


def test_linked_bundle_is_read(folder: Path, manifest: Manifest) -> None:
    """The folder itself may be a link, as volumes of Kubernetes are."""
    (folder.parent / "current").symlink_to(folder)
    manifest.verify(folder.parent / "current")


@pytest.mark.parametrize("path", ["tokenizer.json", "encoder/model.bin", "README.md", "heads/risk.npz"])
def test_what_is_loaded_is_listed(folder: Path, manifest: Manifest, path: str) -> None:
    """A manifest that names a file without its sum would let anyone change it."""
    files = {name: sha256 for name, sha256 in manifest.files.items() if name != path}
    with pytest.raises(BundleError, match=f"names {path} but lists no SHA-256"):
        replace(manifest, files=files).verify(folder)


@pytest.mark.parametrize("version", [1, 3, "2", None])
def test_other_format_version_is_refused(manifest: Manifest, version: object) -> None:
    """A format this release does not know is not guessed at."""
    with pytest.raises(BundleError, match=f"format_version {version!r}; this release reads 2: pull the bundle again"):
        Manifest.from_json({**manifest.to_json(), "format_version": version})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": 3}, 'name: 3 is not of type "string"'),
        ({"files": ["a"]}, "files: .* is not of type"),
        ({"files": {"a": "not a sum"}}, "files/a: "),
        ({"heads": {"risk": "x"}}, "heads/risk: "),
        ({"heads": {"risk": {**HEAD, "path": None}}}, "heads/risk/path: "),
        ({"heads": {"risk": {**HEAD, "kind": "published"}}}, "heads/risk: .*activations"),
        ({"heads": {"risk": {**HEAD, "thresholds": {"routine": 2}}}}, "heads/risk/thresholds/routine: 2"),
        ({"encoder": None}, "encoder: null is not of type"),
        ({"language_model": {}}, "one of encoder and language_model, and has 2"),
        ({"encoder": {"path": "encoder"}}, 'encoder: "tokenizer" is a required property'),
        ({"extra": 1}, "extra"),
    ],
)
def test_wrong_field_is_named(manifest: Manifest, change: dict[str, Any], complaint: str) -> None:
    """A wrong manifest is refused where it is wrong."""
    with pytest.raises(BundleError, match=complaint):
        Manifest.from_json({**manifest.to_json(), **change})


@pytest.mark.parametrize(
    ("text", "complaint"), [("{", "is not JSON"), ("[]", "is not a JSON object"), (None, "no model bundle at")]
)
def test_unreadable_manifest(tmp_path: Path, text: str | None, complaint: str) -> None:
    """No file, no JSON and no object are told apart."""
    if text is not None:
        (tmp_path / "bundle.json").write_text(text)
    with pytest.raises(BundleError, match=complaint):
        read_manifest(tmp_path)


def test_digest_is_of_what_answers(manifest: Manifest) -> None:
    """The same model built elsewhere has the same digest; another file, head or threshold has another."""
    assert replace(manifest, provenance={"built_at": "later"}).digest == manifest.digest
    assert listing(manifest, "more").digest != manifest.digest
    assert replace(manifest, heads={"transactions.risk": {**HEAD, "labels": ["routine"]}}).digest != manifest.digest
    reordered = json.loads(json.dumps(manifest.to_json()), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert Manifest.from_json(reordered).digest == manifest.digest
    assert manifest.digest.startswith("sha256:")
    assert len(manifest.digest) == 7 + 64
