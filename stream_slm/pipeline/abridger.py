"""Summaries that a language model writes: long texts in rounds, held against the source, replaced where they fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

import stream_slm.metrics as metrics
from stream_slm.engine.language_model import Instruction, Written
from stream_slm.errors import ConfigurationError, InferenceError
from stream_slm.pipeline.asked import Asked
from stream_slm.pipeline.reader import Reader, read_by_sentence
from stream_slm.pipeline.writer import MIN_ROOM, Writer
from stream_slm.tasks.faithful import verdict_on
from stream_slm.tasks.language import Language
from stream_slm.tasks.pieces import Piece
from stream_slm.tasks.sentences import split
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.written import rests_on, within
from stream_slm.types import Guard, Sentence, Summary, TextPart

#: Pieces of one text that are written about; of a longer one the most telling sentences are read. At some hundred
#: tokens a piece and two to ten seconds a decode, more would take minutes.
MAX_PIECES = 32
#: Each round halves the pieces at least, as `room` is twice what is written about a piece; one more for odd remainders.
_MAX_ROUNDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What a model made of a text: the text is not cut yet; `whole` is False where it did not read all of it."""

    text: str
    stopped: bool
    tokens: int
    whole: bool


class Abridger:
    """A summary bound to a language model.

    Args:
        encoder_name: of the bundle that the extractive summary rests on.

    Raises:
        ConfigurationError: the instruction and what may be written leave too little room for a text.
    """

    def __init__(self, task: Summarize, writer: Writer, reader: Reader, encoder_name: str) -> None:
        self.task = task
        self._writer = writer
        self._reader = reader
        self._encoder_name = encoder_name
        self._decoding = task.writes
        can_be_told = writer.instructed or task.instruction is not None
        self._form = writer.form(task.asks if can_be_told else Instruction(), reserve=self._decoding.max_length)
        needed = max(MIN_ROOM, 2 * self._decoding.max_length)
        if self._form.room < needed:
            raise ConfigurationError(
                f"task {task.name}: beside the instruction and {self._decoding.max_length} tokens to write, "
                f"{writer.name} has room for {self._form.room} tokens of text, and {needed} are needed; "
                "lower max_words (or decoding.max_length), or choose a model that reads more"
            )
        writer.try_now(self._form, self._decoding)

    @property
    def name(self) -> str:
        """Of the task in the results."""
        return self.task.name

    def knows(self, language: Language) -> bool:
        """Whether the model knows a language."""
        return self._writer.knows(language)

    async def answer(self, asked: Asked) -> Summary:
        """The model's summary, or, where that will not do, the extractive one, and why.

        A model that fails on a text costs the record its wording, not its labels and alerts: those are what somebody
        waits for, and they are known. The record then says so (`partial`), and nothing is dead-lettered.
        """
        began = monotonic()
        extractive = self.task.summarize(asked.text, asked.salience, self._encoder_name)
        if extractive.method == "verbatim":
            return extractive
        try:
            draft = await self._draft(asked)
            cut = within(draft.text, self.task.max_words, stopped=draft.stopped)
            source = "\n".join(part.text for part in asked.parts)
            guard = await asyncio.to_thread(verdict_on, cut.text, source, said=draft.text, guard=self.task.guard)
            if guard.verdict == "failed":
                return self._replaced(extractive, guard, monotonic() - began)
            read = await read_by_sentence(self._reader, cut.text)
        except InferenceError as error:
            return self._replaced(extractive, Guard(verdict="skipped", reason=error.code), monotonic() - began)
        return Summary(
            text=cut.text,
            method="generative",
            spans=await asyncio.to_thread(rests_on, read, asked.text),
            language=asked.language.code,
            input_tokens=asked.text.tokens,
            truncated=not draft.whole,
            model=self._writer.name,
            guard=guard,
            output_tokens=draft.tokens,
            finished=cut.finished,
            seconds=monotonic() - began,
        )

    async def _draft(self, asked: Asked) -> _Draft:
        """Write about each piece of the text, then about what was written, until one piece is left."""
        sentences, whole = await self._few_enough(asked)
        tokens = 0
        for _ in range(_MAX_ROUNDS):
            written = await self._written(sentences)
            tokens += sum(each.tokens for each in written)
            said = [text for each in written if (text := each.text.strip())]
            if len(written) == 1 or not said:
                stopped = written[0].finish_reason == "stop"
                return _Draft(text="".join(said), stopped=stopped, tokens=tokens, whole=whole)
            sentences = split([TextPart(text="\n\n".join(said), pointer="")])
        return _Draft(text="", stopped=False, tokens=tokens, whole=whole)

    async def _few_enough(self, asked: Asked) -> tuple[Sequence[Sentence], bool]:
        """The sentences to read, and whether they are all."""
        pieces = await self._writer.fit([Piece(asked.sentences)], self._form.room)
        if len(pieces) <= MAX_PIECES:
            return asked.sentences, True
        words = sum(len(sentence.text.split()) for sentence in asked.text.sentences)
        # Pieces are not filled to the brim: a fifth less than would fit.
        fewer = replace(self.task, max_words=max(1, words * MAX_PIECES * 4 // (len(pieces) * 5)))
        places = await asyncio.to_thread(fewer.choose, asked.text, asked.salience)
        return [asked.text.sentences[place] for place in places], False

    async def _written(self, sentences: Sequence[Sentence]) -> list[Written]:
        pieces = (await self._writer.fit([Piece(tuple(sentences))], self._form.room))[: 2 * MAX_PIECES]
        reply = await self._writer.write([self._form.around(tokens) for _, tokens in pieces], self._decoding)
        return reply.results

    def _replaced(self, extractive: Summary, guard: Guard, seconds: float) -> Summary:
        metrics.replaced(self._writer.name, guard.reason)
        return replace(extractive, guard=guard, seconds=seconds)
