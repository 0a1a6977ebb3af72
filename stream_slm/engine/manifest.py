"""The manifest of a model bundle, `bundle.json`: what the bundle holds, where it came from, the sum of every file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from stream_slm.errors import BundleError

MANIFEST_FILE = "bundle.json"
FORMAT_VERSION = 1

# Who built the bundle, when and by which route: true, but no part of what the model is.
_VOLATILE = "provenance"
_BLOCK_BYTES = 1 << 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The published checkpoint an encoder was converted from; `files` maps a name to its SHA-256 in hex."""

    repo: str
    revision: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderEntry:
    """The encoder of a bundle: paths are relative to the bundle, `max_tokens` counts without [CLS] and [SEP]."""

    path: str
    tokenizer: str
    pooling: str
    dimension: int
    max_tokens: int
    languages: list[str]
    compute_type: str
    recipe: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A bundle's contents; `heads` maps a task's name to an entry that only `stream_slm.tasks` interprets.

    A head's `path`, like every path here, is relative to the bundle. `files` maps each file's path to its SHA-256 in
    hex. `provenance` is free text for people and no part of the digest.
    """

    name: str
    version: str
    licence: str
    card: str
    encoder: EncoderEntry
    heads: dict[str, dict[str, Any]]
    files: dict[str, str]
    provenance: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """`sha256:` and 64 hex digits over the canonical JSON of all that decides what the model answers."""
        lasting = {name: value for name, value in self.to_json().items() if name != _VOLATILE}
        canonical = json.dumps(lasting, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the object that stands in `bundle.json`."""
        return {"format_version": FORMAT_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, document: object) -> "Manifest":
        """Read the object of `bundle.json`; raises BundleError for another format version or a wrong field."""
        if not isinstance(document, dict):
            raise BundleError(f"{MANIFEST_FILE} is not a JSON object")
        if document.get("format_version") != FORMAT_VERSION:
            raise BundleError(
                f"{MANIFEST_FILE} has format_version {document.get('format_version')!r}; this release reads "
                f"{FORMAT_VERSION}: rebuild the bundle, or install the release that made it"
            )
        values = {name: value for name, value in document.items() if name != "format_version"}
        return _read_fields(cls, values, MANIFEST_FILE)

    def verify(self, folder: Path) -> None:
        """Check that `folder` holds every listed file with its sum and that nothing it names is left unlisted.

        Raises BundleError naming the first file that is missing, altered or outside the folder.
        """
        self._refuse_unlisted()
        for path, sha256 in self.files.items():
            if sum_file(locate(folder, path)) != sha256:
                raise BundleError(f"{folder}: {path} is not the file that {MANIFEST_FILE} lists: its SHA-256 differs")

    def _refuse_unlisted(self) -> None:
        named = [self.card, self.encoder.tokenizer, f"{self.encoder.path}/model.bin"]
        named += [str(head["path"]) for head in self.heads.values() if "path" in head]
        for path in named:
            if path not in self.files:
                raise BundleError(f"{MANIFEST_FILE} names {path} but lists no SHA-256 for it")


def read_manifest(folder: Path) -> Manifest:
    """Read `folder`/bundle.json; raises BundleError when it is missing or wrong. Verifies no file."""
    try:
        document = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise BundleError(f"no model bundle at {folder}: {MANIFEST_FILE} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise BundleError(f"{folder}: {MANIFEST_FILE} is not JSON: {error}") from error
    return Manifest.from_json(document)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write `folder`/bundle.json."""
    text = json.dumps(manifest.to_json(), sort_keys=True, indent=2, ensure_ascii=False)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def locate(folder: Path, path: str) -> Path:
    """Return where `path` of a manifest lies; raises BundleError when it is missing or leads out of `folder`."""
    relative = PurePosixPath(path)
    # A backslash or a colon is a plain character here but a separator or a drive on Windows.
    if relative.is_absolute() or ".." in relative.parts or "\\" in path or ":" in path:
        raise BundleError(f"{folder}: {path} leads out of the bundle")
    located = folder / relative
    if not located.is_file():
        raise BundleError(f"{folder}: {path} is missing")
    if not located.resolve().is_relative_to(folder.resolve()):
        raise BundleError(f"{folder}: {path} is a link out of the bundle")
    return located


def sum_file(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    sha256 = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            sha256.update(block)
    return sha256.hexdigest()


def _read_fields(cls: type[T], values: Mapping[str, Any], where: str) -> T:
    known = {entry.name: entry.type for entry in fields(cls)}  # type: ignore[arg-type]
    if unknown := values.keys() - known.keys():
        raise BundleError(f"{where} has the unknown field {min(unknown)!r}")
    if missing := known.keys() - values.keys() - {_VOLATILE}:
        raise BundleError(f"{where} lacks the field {min(missing)!r}")
    return cls(**{name: _read_value(known[name], value, f"{where}: {name}") for name, value in values.items()})


def _read_value(expected: Any, value: Any, where: str) -> Any:
    if expected in (EncoderEntry, Source) and isinstance(value, dict):
        return _read_fields(expected, value, where)
    if not _fits(expected, value):
        raise BundleError(f"{where} has a value of the wrong type")
    return value


def _fits(expected: Any, value: Any) -> bool:
    if expected in (str, int):
        return type(value) is expected
    if expected == list[str]:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    items = dict if expected == dict[str, dict[str, Any]] else str
    return isinstance(value, dict) and all(isinstance(item, items) for item in value.values())
