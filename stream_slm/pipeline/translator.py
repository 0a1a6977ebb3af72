"""Translates with a language model, sentence by sentence, batched with whatever else is in flight."""

from __future__ import annotations

from time import monotonic

from stream_slm.engine.language_model import Written
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.asked import Asked
from stream_slm.pipeline.writer import MIN_ROOM, Writer
from stream_slm.tasks.language import Language
from stream_slm.tasks.pieces import Piece
from stream_slm.tasks.translate import Translate, joined
from stream_slm.tasks.written import repeats
from stream_slm.types import Translation


class Translator:
    """A translation bound to its model.

    Raises:
        ConfigurationError: the model has no such language, or has no room for a sentence.
    """

    def __init__(self, task: Translate, writer: Writer) -> None:
        self.task = task
        self._writer = writer
        self._form = writer.form(task.asks, reserve=task.decoding.max_length)
        if self._form.room < MIN_ROOM:
            raise ConfigurationError(
                f"task {task.name}: beside {task.decoding.max_length} tokens to write, {writer.name} has room for "
                f"{self._form.room} tokens of a sentence, and {MIN_ROOM} are needed; lower decoding.max_length"
            )
        writer.try_now(self._form, task.decoding)

    @property
    def name(self) -> str:
        """Of the task in the results."""
        return self.task.name

    def knows(self, language: Language) -> bool:
        """Whether the model knows a language."""
        return self._writer.knows(language)

    async def answer(self, asked: Asked) -> Translation:
        """The text in the other language; sentences on which the model has nothing to say stay as they are.

        Raises:
            InferenceError: the model failed on one of them; half a translation would pass for a whole one.
        """
        began = monotonic()
        sentences = asked.sentences[: self.task.max_sentences]
        pieces_of_all = await self._writer.fit([Piece((each,)) for each in sentences], self._form.room)
        # A sentence of a megabyte is cut into thousands.
        fitting = pieces_of_all[: self.task.max_sentences]
        reply = await self._writer.write([self._form.around(tokens) for _, tokens in fitting], self.task.decoding)
        text, pieces = joined([piece for piece, _ in fitting], [_usable(each) for each in reply.results])
        detected = asked.language.code
        return Translation(
            text=text,
            source_language=self.task.source_language or (None if detected == "und" else detected),
            target_language=self.task.target_language,
            pieces=pieces,
            input_tokens=sum(len(tokens) for _, tokens in fitting),
            output_tokens=sum(each.tokens for each in reply.results),
            truncated=len(sentences) < len(asked.sentences) or len(fitting) < len(pieces_of_all),
            finished=all(each.finish_reason == "stop" for each in reply.results),
            model=self._writer.name,
            seconds=monotonic() - began,
        )


def _usable(written: Written) -> str | None:
    text = written.text.strip()
    return text if text and not repeats(text) else None
