"""The manifest of a model bundle, `bundle.json`: what the bundle holds, where it came from, the sum of every file."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema_rs

from stream_slm.errors import BundleError

MANIFEST_FILE = "bundle.json"
FORMAT_VERSION = 2

_SCHEMA_FILE = Path(__file__).with_name("bundle.schema.json")

# What a runtime of ours reads; an engine from elsewhere has files of its own.
_MODEL_FILES = {"ctranslate2": "model.bin", "onnx": "model.onnx"}

# Who built the bundle, when and by which route: true, but no part of what the model is.
_VOLATILE = "provenance"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The published checkpoint a model was converted from; `files` maps a name to its SHA-256 in hex."""

    repo: str
    revision: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderEntry:
    """The encoder of a bundle, as `bundle.schema.json` explains it.

    Paths are relative to the bundle. `max_tokens` is the most that one chunk may hold, without special tokens;
    `trained_tokens` the length the checkpoint was trained with, where it says so, which is no limit. `languages` is
    empty where nobody said which ones it knows.
    """

    path: str
    tokenizer: str
    runtime: str
    family: str
    pooling: str
    reading: str
    dimension: int
    max_tokens: int
    languages: list[str]
    trained_tokens: int | None = None
    compute_type: str
    recipe: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModelEntry:
    """The language model of a bundle, as `bundle.schema.json` explains it.

    Attributes:
        shape: `encoder_decoder` or `decoder`.
        max_tokens: of one prompt; of a decoder, prompt and what it writes together.
        max_written: the most tokens that an encoder-decoder can write, where it has a limit.
        vocabulary_size: how many token ids there are.
        instructions: `chat` (by the template), `plain` (as text before and after), or `none` (it cannot be told).
        template_tokens: the special tokens that the template may name, such as `bos_token`.
        before, after: what stands around a source, or around a prompt without a template: token ids, and `source` or
            `target` where the token of a language stands.
        start: what an encoder-decoder is made to write first, likewise.
        end: the tokens that end what it writes.
        language_codes: a language as the checkpoint spells it -> its token.
        default_languages: which language it reads and writes where nobody says: `source`, `target` -> code.
    """

    path: str
    tokenizer: str
    runtime: str
    family: str
    shape: str
    max_tokens: int
    max_written: int | None = None
    vocabulary_size: int
    instructions: str
    chat_template: str | None = None
    template_tokens: dict[str, str] = field(default_factory=dict)
    before: list[int | str]
    after: list[int | str]
    start: list[int | str]
    end: list[int]
    languages: list[str]
    language_codes: dict[str, int] = field(default_factory=dict)
    default_languages: dict[str, str] = field(default_factory=dict)
    compute_type: str
    recipe: int
    source: Source


# The key in bundle.json, of which there is exactly one, and what stands under it.
_KINDS: dict[str, type[EncoderEntry | LanguageModelEntry]] = {
    "encoder": EncoderEntry,
    "language_model": LanguageModelEntry,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A bundle's contents; `model` is an encoder or a language model, and stands in the file under that name.

    `heads` maps a task's name to an entry that only `stream_slm.tasks` interprets. A head's `path`, like every path
    here, is relative to the bundle. `files` maps each file's path to its SHA-256 in hex. `provenance` is free text for
    people and no part of the digest.
    """

    name: str
    version: str
    licence: str
    card: str
    model: EncoderEntry | LanguageModelEntry
    heads: dict[str, dict[str, Any]]
    files: dict[str, str]
    provenance: dict[str, str] = field(default_factory=dict)

    @property
    def encoder(self) -> EncoderEntry:
        """The encoder; raises BundleError when the bundle holds a language model."""
        if not isinstance(self.model, EncoderEntry):
            raise BundleError(
                f"the bundle {self.name} holds a language model ({self.model.family}), where an encoder is needed"
            )
        return self.model

    @property
    def language_model(self) -> LanguageModelEntry:
        """The language model; raises BundleError when the bundle holds an encoder."""
        if not isinstance(self.model, LanguageModelEntry):
            raise BundleError(
                f"the bundle {self.name} holds an encoder ({self.model.family}), where a language model is needed"
            )
        return self.model

    @property
    def digest(self) -> str:
        """`sha256:` and 64 hex digits over the canonical JSON of all that decides what the model answers."""
        lasting = {name: value for name, value in self.to_json().items() if name != _VOLATILE}
        canonical = json.dumps(lasting, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the object that stands in `bundle.json`."""
        told = asdict(self)
        key = next(key for key, kind in _KINDS.items() if isinstance(self.model, kind))
        return {"format_version": FORMAT_VERSION, key: told.pop("model"), **told}

    @classmethod
    def from_json(cls, document: object) -> "Manifest":
        """Read the object of `bundle.json`; raises BundleError for another format version or a wrong field."""
        if not isinstance(document, dict):
            raise BundleError(f"{MANIFEST_FILE} is not a JSON object")
        if document.get("format_version") != FORMAT_VERSION:
            raise BundleError(
                f"{MANIFEST_FILE} has format_version {document.get('format_version')!r}; this release reads "
                f"{FORMAT_VERSION}: pull the bundle again (stream-slm models pull), or install the release that made it"
            )
        if len(kinds := [key for key in _KINDS if key in document]) != 1:
            raise BundleError(f"{MANIFEST_FILE} has to describe one of {' and '.join(_KINDS)}, and has {len(kinds)}")
        for error in _schema().iter_errors(document):
            where = "/".join(map(str, error.instance_path)) or "the object"
            raise BundleError(f"{MANIFEST_FILE}: {where}: {error.message}")
        values = {name: value for name, value in document.items() if name not in {"format_version", *_KINDS}}
        entry = {**document[kinds[0]], "source": Source(**document[kinds[0]]["source"])}
        return cls(model=_KINDS[kinds[0]](**entry), **values)

    def verify(self, folder: Path) -> None:
        """Check that `folder` holds every listed file with its sum and that nothing it names is left unlisted.

        Raises BundleError naming the first file that is missing, altered or outside the folder.
        """
        self._refuse_unlisted()
        for path, sha256 in self.files.items():
            if sum_file(locate(folder, path)) != sha256:
                raise BundleError(f"{folder}: {path} is not the file that {MANIFEST_FILE} lists: its SHA-256 differs")

    def _refuse_unlisted(self) -> None:
        named = [self.card, self.model.tokenizer]
        if isinstance(self.model, LanguageModelEntry) and self.model.chat_template:
            named.append(self.model.chat_template)
        if self.model.runtime in _MODEL_FILES:
            named.append(f"{self.model.path}/{_MODEL_FILES[self.model.runtime]}")
        named += [head["path"] for head in self.heads.values()]
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


@cache
def _schema() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(_SCHEMA_FILE.read_text(encoding="utf-8")))
