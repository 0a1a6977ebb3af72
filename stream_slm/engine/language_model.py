"""What a language model is to the rest: instructions and texts in, written text or the probability of answers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal, Protocol

from stream_slm.errors import ConfigurationError

Tokens = tuple[int, ...]

# Options of `Decoding` that count something, with the least that each may be; and those that scale something.
_WHOLE = {"max_length": 1, "min_length": 0, "beam_size": 1, "no_repeat_ngram_size": 0, "sampling_topk": 0}
_POSITIVE = ("patience", "repetition_penalty", "sampling_topp", "sampling_temperature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What a model is asked to do with each text; the model's family decides how that is spelt.

    Attributes:
        system: the system message of a chat template; put before everything else where the template has none.
        before, after: what stands around the text, in the turn of the user.
        cue: how the answer begins, in the turn of the model; it is no part of what the model writes.
        source_language, target_language: for models that translate, as their own language codes; None: as they come.
    """

    system: str = ""
    before: str = ""
    after: str = ""
    cue: str = ""
    source_language: str | None = None
    target_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One text as a model reads it.

    Attributes:
        static: what all prompts of one instruction begin with; a decoder computes it once.
        own: the text, and what follows it.
        start: what the model is made to write first: a start token, a target language, the cue of an encoder-decoder.
    """

    static: Tokens
    own: Tokens
    start: Tokens = ()

    def __len__(self) -> int:
        return len(self.static) + len(self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An instruction in the tokens of one model: made once, filled with each text.

    Attributes:
        static, closing: what stands before and after the text.
        start: see `Prompt`.
        room: the most tokens that a text may have.
    """

    static: Tokens
    closing: Tokens
    start: Tokens
    room: int

    def around(self, text: Tokens) -> Prompt:
        """The prompt for a text."""
        return Prompt(static=self.static, own=(*text, *self.closing), start=self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """How text is written, under CTranslate2's own names; lengths in tokens. The default is greedy, so reproducible.

    Raises:
        ConfigurationError: an option has no meaning; CTranslate2 would say so for each text, or not at all.
    """

    max_length: int = 128
    min_length: int = 0
    beam_size: int = 1
    patience: float = 1.0
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    sampling_topk: int = 1
    sampling_topp: float = 1.0
    sampling_temperature: float = 1.0

    def __post_init__(self) -> None:
        for name, least in _WHOLE.items():
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise ConfigurationError(f"decoding.{name} must be a whole number from {least} on, not {value!r}")
        for name in _POSITIVE:
            value = getattr(self, name)
            if not 0 < value < inf:
                raise ConfigurationError(f"decoding.{name} must be above 0, not {value!r}")
        if not self.sampling_topp <= 1:
            raise ConfigurationError(f"decoding.sampling_topp must be 1 at most, not {self.sampling_topp!r}")
        if self.min_length > self.max_length:
            raise ConfigurationError(
                f"decoding.min_length ({self.min_length}) must not be above max_length ({self.max_length})"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote: without control tokens and the cue; `log_probability` is the mean of its tokens."""

    text: str
    tokens: int
    log_probability: float
    finish_reason: Literal["stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A prompt and the continuations among which the model's probabilities decide; none of them empty."""

    prompt: Prompt
    continuations: tuple[Tokens, ...]


class LanguageModel(Protocol):
    """An encoder-decoder or a decoder; every method may be called from several threads at once."""

    @property
    def max_tokens(self) -> int:
        """Of one prompt; of a decoder, prompt and what it writes together."""
        ...

    def form(self, instruction: Instruction, *, reserve: int) -> Form:
        """Spell an instruction; `reserve` tokens are kept free for what the model will write.

        Raises:
            ConfigurationError: the model has no such language, or the instruction leaves no room for a text.
        """
        ...

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Texts as plain text: what looks like a control token in one is its characters, for every family."""
        ...

    def continuation(self, text: str) -> Tokens:
        """A text of our own as the model would write it after a prompt (with the leading space its family writes)."""
        ...

    def generate(self, batch: Sequence[Prompt], decoding: Decoding) -> list[Written]:
        """Write after each prompt; all must share one `static`. Lets go of the GIL.

        Raises:
            InferenceError: a prompt is empty, too long or has an id outside the vocabulary; or the model failed.
        """
        ...

    def score(self, batch: Sequence[Question]) -> list[list[tuple[float, ...]]]:
        """For each question and each of its continuations, the log-probability of each of its tokens.

        A prefix that several continuations share is computed once; so is the shared `static` of a decoder.

        Raises:
            InferenceError: as `generate`.
        """
        ...

    def warm_up(self) -> None:
        """Do once what would make the first record slow."""
        ...

    def close(self) -> None:
        """Free the weights; no method may be called afterwards."""
        ...
