"""Classifies by the probability that a language model gives to each label as the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np

from stream_slm.engine.language_model import Form, Instruction, Question, Tokens
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.asked import Asked
from stream_slm.pipeline.writer import MIN_ROOM, Writer
from stream_slm.tasks import scoring
from stream_slm.tasks.classify import Classify, thresholds_of
from stream_slm.tasks.decision import classification_of, decide, strongest
from stream_slm.tasks.language import Language
from stream_slm.tasks.occlusion import parts_without, to_leave_out
from stream_slm.tasks.pieces import Piece
from stream_slm.tasks.sentences import split
from stream_slm.tasks.text import Floats
from stream_slm.tasks.zero_shot import in_words
from stream_slm.types import Classification, Sentence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ask:
    """One question in the model's tokens: its form, the answers, and what they score where nothing is said.

    `usual` (C,) is taken off: a label that the model likes whatever it reads must not win by that.
    """

    form: Form
    answers: tuple[Tokens, ...]
    usual: Floats


class Scorer:
    """A classification bound to a language model.

    Raises:
        ConfigurationError: the question leaves too little room for a text, two labels are one to the model, or a
            threshold is given for a label that is none.
    """

    def __init__(self, task: Classify, writer: Writer) -> None:
        self.task = task
        self._writer = writer
        self._described = task.labels or {}
        self.labels = tuple(self._described)
        threshold = scoring.THRESHOLD_EACH if task.multi_label else scoring.THRESHOLD
        self.thresholds = thresholds_of(task, self.labels, (threshold,) * len(self.labels))
        if task.multi_label:
            yes_no = tuple(map(writer.continuation, scoring.YES_NO))
            each = scoring.instructions(self._described, task.prompt)
            self._asks = tuple(self._ask(instruction, yes_no) for instruction in each)
        else:
            answers = tuple(writer.continuation(in_words(label)) for label in self.labels)
            self._refuse_twins(answers)
            self._asks = (self._ask(scoring.instruction(self._described, task.prompt), answers),)
        self._room = min(ask.form.room for ask in self._asks)

    @property
    def name(self) -> str:
        """Of the task in the results."""
        return self.task.name

    def knows(self, language: Language) -> bool:
        """Whether the model knows a language."""
        return self._writer.knows(language)

    async def answer(self, asked: Asked) -> Classification:
        """The labels of a text; the best one's evidence is what it loses without each sentence, where that is asked.

        Raises:
            InferenceError: the model failed on this text.
        """
        began = monotonic()
        left_out = to_leave_out(asked.sentences) if self.task.evidence == "occlusion" else ()
        shorter = [split(parts_without(asked.parts, sentence)) for sentence in left_out]
        logits, *without = await asyncio.gather(self._logits(asked.sentences), *map(self._logits, shorter))
        decided = decide(logits, self.thresholds, self.task.multi_label, acceptable=self.knows(asked.language))
        shares = np.array([logits[decided.best] - each[decided.best] for each in without], dtype=np.float32)
        return classification_of(
            decided,
            self.labels,
            self.thresholds,
            evidence=strongest(left_out, shares, self.task.max_evidence),
            model=self._writer.name,
            multi_label=self.task.multi_label,
            calibrated=False,
            evidence_method="occlusion",
            seconds=monotonic() - began,
        )

    async def _logits(self, sentences: Sequence[Sentence]) -> Floats:
        """(L,), of a text; where nothing is left of one, nothing speaks for any label."""
        if not sentences:
            return np.zeros(len(self.labels), np.float32)
        pieces = [tokens for _, tokens in await self._writer.fit([Piece(tuple(sentences))], self._room)]
        each = await asyncio.gather(*(self._piece_logits(tokens) for tokens in pieces))
        return scoring.pooled(each, [len(tokens) for tokens in pieces])

    async def _piece_logits(self, text: Tokens) -> Floats:
        questions = [Question(prompt=ask.form.around(text), continuations=ask.answers) for ask in self._asks]
        scores = (await self._writer.score(questions)).results
        relative = [scoring.normalised(each) - ask.usual for each, ask in zip(scores, self._asks, strict=True)]
        if self.task.multi_label:
            return np.array([yes - no for yes, no in relative], dtype=np.float32)
        return relative[0]

    def _ask(self, instruction: Instruction, answers: tuple[Tokens, ...]) -> _Ask:
        form = self._writer.form(instruction, reserve=max(map(len, answers)))
        if form.room < MIN_ROOM:
            raise ConfigurationError(
                f"task {self.task.name}: its labels and prompt leave {form.room} tokens of {self._writer.name} for the "
                f"text, and it needs {MIN_ROOM}; shorten the descriptions, or choose a model that reads more"
            )
        nothing = Question(prompt=form.around(self._nothing(form)), continuations=answers)
        return _Ask(form=form, answers=answers, usual=scoring.normalised(self._writer.score_now([nothing])[0]))

    def _nothing(self, form: Form) -> Tokens:
        """An empty text; where the prompt would then be empty, which no model reads, one that says so."""
        return () if form.closing else self._writer.continuation("N/A")

    def _refuse_twins(self, answers: tuple[Tokens, ...]) -> None:
        seen: dict[Tokens, str] = {}
        for label, answer in zip(self.labels, answers, strict=True):
            if answer in seen:
                raise ConfigurationError(
                    f"task {self.task.name}: {seen[answer]!r} and {label!r} are the same words to the model; rename one"
                )
            seen[answer] = label
