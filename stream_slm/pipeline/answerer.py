"""Answers a fixed question about each text: by its nearest sentence, or by a model that is held against the text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import monotonic

import stream_slm.metrics as metrics
from stream_slm.errors import ConfigurationError, InferenceError
from stream_slm.pipeline.asked import Asked
from stream_slm.pipeline.reader import Reader, read_by_sentence
from stream_slm.pipeline.scorer import Scorer
from stream_slm.pipeline.writer import MIN_ROOM, Writer
from stream_slm.tasks.answer import ANSWERED, NEAR, Answer, nearest_within, nearness
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.faithful import verdict_on
from stream_slm.tasks.language import Language
from stream_slm.tasks.pieces import Piece
from stream_slm.tasks.written import rests_on
from stream_slm.tasks.zero_shot import unit
from stream_slm.types import AnsweredQuestion, Guard

#: A token of the encoder's is about one of the model's; where it is more, the text is cut in pieces and the first read.
_FILLED = 0.7


class NearestSentence:
    """A question bound to the encoder: the answer is a sentence of the text."""

    def __init__(self, task: Answer, reader: Reader, model: str) -> None:
        self.task = task
        self._model = model
        self._threshold = NEAR if task.threshold is None or task.bundle else task.threshold
        self.question = unit(reader.vectors([task.question]))[0]

    @property
    def name(self) -> str:
        """Of the task in the results."""
        return self.task.name

    def knows(self, language: Language) -> bool:
        """Whether the encoder knows a language."""
        return language.supported

    async def answer(self, asked: Asked) -> AnsweredQuestion:
        """The sentence nearest to the question; none where it is too far, or the language foreign."""
        near = nearness(asked.text, self.question)
        best = int(near.argmax())
        score = min(1.0, max(0.0, float(near[best])))
        sentence = asked.text.sentences[best]
        answers = score >= self._threshold and asked.language.supported
        return AnsweredQuestion(
            question=self.task.question,
            text=sentence.text if answers else None,
            method="extractive",
            score=score,
            threshold=self._threshold,
            spans=(sentence.span,) if answers else (),
            truncated=False,
            model=self._model,
        )


class Answerer:
    """A question bound to a language model; the nearest sentence stands in where what it writes will not do.

    Raises:
        ConfigurationError: the question leaves too little room for a text.
    """

    def __init__(self, task: Answer, writer: Writer, reader: Reader, nearest: NearestSentence) -> None:
        self.task = task
        self._writer = writer
        self._reader = reader
        self._nearest = nearest
        self._form = writer.form(task.asks, reserve=task.decoding.max_length)
        if self._form.room < MIN_ROOM:
            raise ConfigurationError(
                f"task {task.name}: the question leaves {self._form.room} tokens of {writer.name} for the text, and it "
                f"needs {MIN_ROOM}; shorten the question, or lower decoding.max_length"
            )
        writer.try_now(self._form, task.decoding)
        whether = Classify(
            task.name,
            labels={"answered": task.question},
            multi_label=True,
            threshold=ANSWERED if task.threshold is None else task.threshold,
            by="scoring",
            bundle=writer.name,
            prompt=task.asks_whether,
        )
        self._whether = Scorer(whether, writer)

    @property
    def name(self) -> str:
        """Of the task in the results."""
        return self.task.name

    def knows(self, language: Language) -> bool:
        """Whether the model knows a language."""
        return self._writer.knows(language)

    async def answer(self, asked: Asked) -> AnsweredQuestion:
        """What the model writes, where it finds the question answered and the text has what it wrote."""
        began = monotonic()
        try:
            judged = await self._whether.answer(asked)
            answer = AnsweredQuestion(
                question=self.task.question,
                text=None,
                method="generative",
                score=judged.score,
                threshold=judged.threshold,
                spans=(),
                truncated=False,
                model=self._writer.name,
            )
            if judged.accepted:
                answer = await self._written(asked, answer)
        except InferenceError as error:
            answer = await self._replaced(asked, Guard(verdict="skipped", reason=error.code))
        return replace(answer, seconds=monotonic() - began)

    async def _written(self, asked: Asked, answer: AnsweredQuestion) -> AnsweredQuestion:
        near = nearness(asked.text, self._nearest.question)
        places = nearest_within(asked.text, near, int(_FILLED * self._form.room))
        read = [asked.text.sentences[place] for place in places]
        (_, tokens), *rest = await self._writer.fit([Piece(tuple(read))], self._form.room)
        (written,) = (await self._writer.write([self._form.around(tokens)], self.task.decoding)).results
        text = written.text.strip()
        # What the question says is no claim of the answer.
        source = "\n".join([*(part.text for part in asked.parts), self.task.question])
        guard = await asyncio.to_thread(verdict_on, text, source, said=text, guard=self.task.guard)
        if guard.verdict == "failed":
            return await self._replaced(asked, guard)
        spans = await asyncio.to_thread(rests_on, await read_by_sentence(self._reader, text), asked.text)
        whole = len(read) == len(asked.text.sentences) and not rest
        return replace(answer, text=text, spans=spans, truncated=not whole, guard=guard)

    async def _replaced(self, asked: Asked, guard: Guard) -> AnsweredQuestion:
        metrics.replaced(self._writer.name, guard.reason)
        return replace(await self._nearest.answer(asked), guard=guard)
