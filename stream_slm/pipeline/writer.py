"""Writes and scores with one language model, through batchers of its own that all pipelines share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stream_slm.batching.batcher import Batcher, BatcherConfig
from stream_slm.batching.requests import Reply
from stream_slm.batching.window import within_an_eighth
from stream_slm.config.settings import GenerationConfig
from stream_slm.engine.language_model import (
    Decoding,
    Form,
    Instruction,
    LanguageModel,
    Prompt,
    Question,
    Tokens,
    Written,
)
from stream_slm.errors import ConfigurationError, InferenceError
from stream_slm.metrics import OUTPUT_TOKENS, encoding, tokenizing
from stream_slm.tasks.language import Language
from stream_slm.tasks.pieces import Piece, too_long_cut

#: Texts tokenized in one call: as many as the reader takes.
_TOKENIZE_AT_ONCE = 32

#: Tokens that hold a character of any kind, however its normal form and its bytes are spelt.
MIN_ROOM = 64

#: For each continuation of a question, the log-probability of each of its tokens.
Scores = list[tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _Writing:
    """A prompt to write after, and how."""

    prompt: Prompt
    decoding: Decoding


class Writer:
    """One language model for whoever asks.

    A decode takes seconds where an encoder's batch takes milliseconds, so nothing here shares a queue or a thread with
    the reader. Only prompts with one static part go together, for a decoder computes that once, and only those near in
    length: what exceeds the shortest prompt of a batch it reads token by token. Questions are of one length, since
    CTranslate2 4.8 mixes up the probabilities of others.

    Args:
        name: of the bundle, as the record and the metrics call it.
        languages: that the model knows, as codes; empty: nobody said.
        instructed: whether it can be told what to do; else it does with every text what it was made for.
    """

    def __init__(
        self,
        name: str,
        model: LanguageModel,
        config: GenerationConfig,
        *,
        languages: frozenset[str] = frozenset(),
        instructed: bool = True,
    ) -> None:
        self.name = name
        self.languages = languages
        self.instructed = instructed
        self._model = model
        self._written = OUTPUT_TOKENS.labels(name)
        self._tokenizing: Batcher[str, Tokens] = Batcher(
            f"{name}-tokenize",
            model.tokenize,
            BatcherConfig(
                replicas=1, max_batch_tokens=_TOKENIZE_AT_ONCE, max_batch_size=_TOKENIZE_AT_ONCE, max_queue_delay_s=0.0
            ),
            length=lambda _text: 1,
            key=lambda text: text,
            observe=tokenizing(name),
        )
        batches = BatcherConfig(
            replicas=config.inter_threads,
            max_batch_tokens=config.max_batch_tokens,
            max_batch_size=config.max_batch_size,
            max_queue_delay_s=config.max_queue_delay_s,
        )
        self._writing: Batcher[_Writing, Written] = Batcher(
            f"{name}-generate",
            self._generate,
            batches,
            length=lambda each: len(each.prompt.own),
            key=lambda each: each,
            kind=lambda each: (each.prompt.static, each.prompt.start, each.decoding),
            near=within_an_eighth,
            observe=encoding(name),
        )
        self._scoring: Batcher[Question, Scores] = Batcher(
            f"{name}-score",
            model.score,
            batches,
            length=lambda each: len(each.prompt.own),
            key=lambda each: each,
            kind=lambda each: (each.prompt.static, each.prompt.start, each.continuations),
            observe=encoding(name),
        )

    def _generate(self, batch: Sequence[_Writing]) -> list[Written]:
        written = self._model.generate([each.prompt for each in batch], batch[0].decoding)
        self._written.inc(sum(each.tokens for each in written))
        return written

    def start(self) -> None:
        """Make the threads; called inside the event loop."""
        for each in (self._tokenizing, self._writing, self._scoring):
            each.start()

    async def close(self) -> None:
        """Drop what waits, let the calls that run return, free the weights."""
        for each in (self._tokenizing, self._writing, self._scoring):
            await each.close()
        self._model.close()

    def longest_call_s(self) -> float:
        """Seconds since the oldest call into the model that has not returned; any thread may ask."""
        return max(each.longest_call_s for each in (self._tokenizing, self._writing, self._scoring))

    def knows(self, language: Language) -> bool:
        """Whether the model knows the language of a text; what cannot be told counts as known."""
        return not self.languages or language.code == "und" or language.code in self.languages

    def form(self, instruction: Instruction, *, reserve: int) -> Form:
        """See `LanguageModel.form`."""
        return self._model.form(instruction, reserve=reserve)

    def continuation(self, text: str) -> Tokens:
        """See `LanguageModel.continuation`."""
        return self._model.continuation(text)

    def score_now(self, questions: Sequence[Question]) -> list[Scores]:
        """Score questions of our own past the batchers; for the start, as it blocks."""
        return self._model.score(questions)

    def try_now(self, form: Form, decoding: Decoding) -> None:
        """Write two tokens past the batchers: whether the model takes the options; for the start, as it blocks.

        Raises:
            ConfigurationError: it does not.
        """
        (tokens,) = self._model.tokenize(["N/A"])
        try:
            self._model.generate([form.around(tokens)], replace(decoding, max_length=2, min_length=0))
        except Exception as error:  # what the library thinks of an option comes as any class
            said = str(error) if isinstance(error, InferenceError) else type(error).__name__
            raise ConfigurationError(f"{self.name} does not write with this decoding ({said}): {decoding}") from None

    async def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Texts as plain text.

        Raises:
            InferenceError: the tokenizer failed on one of them.
        """
        return (await self._tokenizing.submit(texts)).results

    async def fit(self, pieces: Sequence[Piece], room: int) -> list[tuple[Piece, Tokens]]:
        """Pieces cut to at most `room` tokens, in order, with their tokens; `room` must be `MIN_ROOM` or more.

        Raises:
            InferenceError: the tokenizer failed on one of them.
        """
        fitting: dict[Piece, Tokens] = {}
        while True:
            new = [piece for piece in pieces if piece not in fitting]
            fitting |= zip(new, await self.tokenize([piece.text for piece in new]), strict=True)
            if all(len(fitting[piece]) <= room for piece in pieces):
                return [(piece, fitting[piece]) for piece in pieces]
            pieces = too_long_cut(pieces, [len(fitting[piece]) for piece in pieces], room)

    async def write(self, prompts: Sequence[Prompt], decoding: Decoding) -> Reply[Written]:
        """Write after each prompt.

        Raises:
            InferenceError: the model failed on one of them alone.
        """
        return await self._writing.submit([_Writing(prompt, decoding) for prompt in prompts])

    async def score(self, questions: Sequence[Question]) -> Reply[Scores]:
        """How probable each continuation of each question is.

        Raises:
            InferenceError: the model failed on one of them alone.
        """
        return await self._scoring.submit(questions)
