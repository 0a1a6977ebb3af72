"""The translation task: a text in another language, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stream_slm.engine.language_model import Decoding, Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.tasks.pieces import Piece
from stream_slm.types import Sentence, TranslatedPiece


@dataclass(frozen=True, slots=True)
class Translate:
    """Ask for a text in another language.

    Attributes:
        name: the task's name in the results.
        target_language: as the model calls it ("de", "deu_Latn"); for one that is told in words, as the record should.
        source_language: the same of the texts; None: the model's own, or any.
        bundle: the model, by the name of its bundle.
        instruction: what a model is asked that does not translate by itself; None for one that does.
        decoding: how it writes; lengths are of one sentence.
        max_sentences: of one text, and pieces of sentences that are longer than the model reads; each costs a decode.
    """

    name: str
    target_language: str
    source_language: str | None = None
    bundle: str = ""
    instruction: str | Instruction | None = None
    decoding: Decoding = field(default_factory=lambda: Decoding(max_length=256))
    max_sentences: int = 200

    def __post_init__(self) -> None:
        if not self.bundle:
            raise ConfigurationError(f"task {self.name}: needs bundle, the name of a model that translates")
        if not self.target_language.strip():
            raise ConfigurationError(f"task {self.name}: needs target_language, as the model calls it")
        if self.max_sentences < 1:
            raise ConfigurationError(f"task {self.name}: max_sentences must be at least 1")

    @property
    def asks(self) -> Instruction:
        """What the model is asked."""
        if isinstance(self.instruction, Instruction):
            return self.instruction
        if self.instruction is not None:  # one that is told in words has no codes of languages
            return Instruction(before=f"{self.instruction}\n\n")
        return Instruction(source_language=self.source_language, target_language=self.target_language)


def joined(pieces: Sequence[Piece], written: Sequence[str | None]) -> tuple[str, tuple[TranslatedPiece, ...]]:
    """What was written about each piece, with what stands between them in the source; None leaves a piece as it is."""
    text = ""
    places = []
    before: Sentence | None = None
    for piece, translation in zip(pieces, written, strict=True):
        sentence = piece.sentences[0]
        text += _between(before, sentence)
        start = len(text)
        text += sentence.text if translation is None else translation
        places.append(
            TranslatedPiece(span=sentence.span, start=start, end=len(text), translated=translation is not None)
        )
        before = sentence
    return text, tuple(places)


def _between(before: Sentence | None, after: Sentence) -> str:
    if before is None:
        return ""
    if before.part is not after.part:
        return "\n"
    # Some scripts leave no space between sentences; most that they are translated into do.
    return before.part.text[before.end : after.start] or " "
