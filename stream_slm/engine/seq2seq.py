"""An encoder-decoder: the message is read whole, then the answer is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ctranslate2

from stream_slm.engine.generation import (
    Found,
    Generative,
    attempt,
    by_continuation,
    inner_paths,
    longest_paths,
    names,
    note_followers,
    options,
)
from stream_slm.engine.language_model import Decoding, Form, Instruction, Prompt, Question, Tokens, Written
from stream_slm.errors import ConfigurationError, InferenceError

_ROWS_AT_ONCE = 32


class Seq2SeqModel(Generative):
    """An encoder-decoder (T5, BART, Pegasus, Marian, NLLB, ...) on `ctranslate2.Translator`."""

    _library = ctranslate2.Translator

    def form(self, instruction: Instruction, *, reserve: int) -> Form:
        """By the chat template or around the source, where the family follows an instruction; else it is left out."""
        self._refuse_languages(instruction)
        if self._template is not None:
            before, after = self._template.around(replace(instruction, cue=""))
            static, closing = self._spelling.marked(before), self._spelling.closing(after)
        else:
            before = "\n\n".join(filter(None, (instruction.system, instruction.before)))
            after = instruction.after
            if self._entry.instructions == "none":
                before = after = ""
            static = (*self._framed(self._entry.before, instruction), *self._spelling.marked(before))
            closing = (*self._spelling.closing(after), *self._framed(self._entry.after, instruction))
        start = (*self._framed(self._entry.start, instruction), *self._spelling.plain([instruction.cue])[0])
        most = self._entry.max_written
        if most is not None and len(start) - 1 + reserve > most:
            raise ConfigurationError(
                f"the model can write {most} tokens, less than the {reserve} asked for: lower max_length"
            )
        # What is written takes no room of what is read.
        return Form(static=static, closing=closing, start=start, room=self._room(len(static) + len(closing), 0))

    def generate(self, batch: Sequence[Prompt], decoding: Decoding) -> list[Written]:
        """Write what each prompt asks for."""
        if not batch:
            return []
        self._refuse(batch, [0] * len(batch))
        self._refuse_starts(batch, [decoding.max_length] * len(batch))
        groups = _by_start(batch)
        written: dict[int, Written] = {}
        for started, places in groups.items():
            results = attempt(
                lambda started=started, places=places: self._model.translate_batch(  # type: ignore[misc]
                    [names((*batch[place].static, *batch[place].own)) for place in places],
                    [names(batch[place].start) for place in places],
                    **options(decoding),
                    # CTranslate2 counts what it is made to write, but for the first.
                    max_decoding_length=decoding.max_length + started - 1,
                    min_decoding_length=decoding.min_length + started - 1 if decoding.min_length else 0,
                    max_input_length=0,
                    end_token=list(self._entry.end),
                ),
                len(batch),
            )
            for place, result in zip(places, results, strict=True):
                written[place] = self._written_by(result, started - 1, decoding)
        return [written[place] for place in range(len(batch))]

    def score(self, batch: Sequence[Question]) -> list[list[tuple[float, ...]]]:
        """The log-probability of each token of each continuation."""
        if not batch:
            return []
        self._refuse_questions(batch)
        prompts = [question.prompt for question in batch]
        self._refuse(prompts, [0] * len(batch))
        self._refuse_starts(prompts, [max(map(len, question.continuations)) for question in batch])
        pending = []
        for rows in _by_length(batch):
            asked = self._ask_for_logits(batch, rows)
            pending += list(zip(rows, asked, strict=True))
        found: Found = {}
        for (place, longest), answer in pending:
            logits = attempt(answer.result, len(batch)).logits[0][len(batch[place].prompt.start) - 1 :]
            # Writing down the longest path, the model also passes all that begin it.
            for end in range(len(longest) + 1):
                note_followers(found, place, batch[place], longest[:end], logits[end])
        return by_continuation(batch, found)

    def _ask_for_logits(self, batch: Sequence[Question], rows: list[tuple[int, Tokens]]) -> list[Any]:
        prompts = [batch[place].prompt for place, _ in rows]
        starts = [(*prompt.start, *path) for prompt, (_, path) in zip(prompts, rows, strict=True)]
        asked: list[Any] = attempt(
            lambda: self._model.translate_batch(
                [names((*prompt.static, *prompt.own)) for prompt in prompts],
                [names(start) for start in starts],
                beam_size=1,
                max_decoding_length=len(starts[0]),
                min_decoding_length=0,
                max_input_length=0,
                return_logits_vocab=True,
                max_batch_size=_ROWS_AT_ONCE,
                asynchronous=True,
            ),
            len(rows),
        )
        return asked

    def _refuse_starts(self, prompts: Sequence[Prompt], lengths: Sequence[int]) -> None:
        most = self._entry.max_written
        for prompt, length in zip(prompts, lengths, strict=True):
            if not prompt.start:
                raise InferenceError("a prompt has to say what the model begins with")
            if most is not None and len(prompt.start) - 1 + length > most:
                raise InferenceError(f"{length} tokens are more than the model can write, which is {most}")

    def _written_by(self, result: Any, prescribed: int, decoding: Decoding) -> Written:
        ids = [int(token) for token in result.hypotheses[0]]
        own = ids[prescribed:]
        # CTranslate2's score is the sum over a power of the number of all, of which those prescribed add nothing.
        total = result.scores[0] * len(ids) ** decoding.length_penalty
        return self._written(own, total / len(own) if own else 0.0)


def _by_start(batch: Sequence[Prompt]) -> dict[int, list[int]]:
    """Places in the batch by how much each is made to write: the limit of what is written counts that."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, prompt in enumerate(batch):
        groups[len(prompt.start)].append(place)
    return groups


def _by_length(batch: Sequence[Question]) -> list[list[tuple[int, Tokens]]]:
    """The longest paths of all questions, those together that take as many steps."""
    groups: defaultdict[int, list[tuple[int, Tokens]]] = defaultdict(list)
    for place, question in enumerate(batch):
        for path in longest_paths(inner_paths(question.continuations)):
            groups[len(question.prompt.start) + len(path)].append((place, path))
    return list(groups.values())
