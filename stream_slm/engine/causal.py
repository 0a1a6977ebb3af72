"""A decoder: what all prompts of an instruction begin with is computed once, then each message goes on from there."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import ctranslate2

from stream_slm.engine.generation import (
    Found,
    Generative,
    attempt,
    by_continuation,
    inner_paths,
    names,
    note_followers,
    options,
)
from stream_slm.engine.language_model import Decoding, Form, Instruction, Prompt, Question, Tokens, Written
from stream_slm.errors import InferenceError

# A replica keeps the state of every static prompt it was given for as long as it lives (12 kB a token with 6 layers of
# 256 numbers; 65 kB with the 1.2 billion weights of a Llama). A worker has a few of them.
_MOST_CACHED = 16
_ROWS_AT_ONCE = 32

# How far one path of one question is followed, and what is asked there.
Row = tuple[int, Tokens]


class CausalModel(Generative):
    """A decoder (Llama, Qwen, GPT-2, ...) on `ctranslate2.Generator`."""

    _library = ctranslate2.Generator

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._cached: set[Tokens] = set()
        self._lock = threading.Lock()

    def form(self, instruction: Instruction, *, reserve: int) -> Form:
        """By the chat template, or as plain text where the checkpoint has none."""
        self._refuse_languages(instruction)
        if self._template is not None:
            before, after = self._template.around(instruction)
            static = self._spelling.marked(before)
        else:
            before = "\n\n".join(filter(None, (instruction.system, instruction.before)))
            after = "\n".join(filter(None, (instruction.after, instruction.cue)))
            if instruction.cue and not instruction.after:
                after = f"\n{after}"
            static = (*self._framed(self._entry.before, instruction), *self._spelling.marked(before))
        closing = self._spelling.closing(after)
        room = self._room(len(static) + len(closing), reserve)
        return Form(static=static, closing=closing, start=(), room=room)

    def generate(self, batch: Sequence[Prompt], decoding: Decoding) -> list[Written]:
        """Write after each prompt; all must share one `static`."""
        if not batch:
            return []
        self._refuse(batch, [decoding.max_length] * len(batch))
        static = _static_of(batch)
        pending: list[tuple[int, Any]] = []
        for places in _by_gaps([len(prompt.own) for prompt in batch], decoding.max_length):
            answers = self._ask_for_text([batch[place].own for place in places], static, decoding)
            pending += zip(places, answers, strict=True)
        written = {place: self._written_by(attempt(each.result, len(batch)), decoding) for place, each in pending}
        return [written[place] for place in range(len(batch))]

    def score(self, batch: Sequence[Question]) -> list[list[tuple[float, ...]]]:
        """The log-probability of each token of each continuation."""
        if not batch:
            return []
        self._refuse_questions(batch)
        prompts = [question.prompt for question in batch]
        self._refuse(prompts, [max(map(len, question.continuations)) for question in batch])
        static = _static_of(prompts)
        rows: list[Row] = []
        pending = []
        for place, question in enumerate(batch):
            prompt = question.prompt
            for paths in _by_length((len(path), (place, path)) for path in sorted(inner_paths(question.continuations))):
                # They share their whole prompt; where they are few, it is less to share what all questions do.
                if len(paths) * len(prompt.own) > len(prompt) > 1:
                    *shared, last = (*prompt.static, *prompt.own)
                    answers = self._ask_for_logits([(last, *path) for _, path in paths], tuple(shared), cached=False)
                    pending += list(zip(paths, answers, strict=True))
                else:
                    rows += paths
        for some in _by_length((len(batch[place].prompt.own) + len(path), (place, path)) for place, path in rows):
            owns = [(*batch[place].prompt.own, *path) for place, path in some]
            pending += list(zip(some, self._ask_for_logits(owns, static), strict=True))
        found: Found = {}
        for (place, path), answer in pending:
            result = attempt(answer.result, len(batch))
            note_followers(found, place, batch[place], path, result.logits[0][0])
        return by_continuation(batch, found)

    def _ask_for_text(self, prompts: list[Tokens], static: Tokens, decoding: Decoding) -> list[Any]:
        asked: list[Any] = attempt(
            lambda: self._model.generate_batch(
                **self._prompted(prompts, static),
                **options(decoding),
                max_length=decoding.max_length,
                min_length=decoding.min_length,
                end_token=list(self._entry.end),
                asynchronous=True,
            ),
            len(prompts),
        )
        return asked

    def _ask_for_logits(self, prompts: list[Tokens], static: Tokens, *, cached: bool = True) -> list[Any]:
        asked: list[Any] = attempt(
            lambda: self._model.generate_batch(
                **self._prompted(prompts, static, cached=cached),
                max_length=1,
                return_logits_vocab=True,
                max_batch_size=_ROWS_AT_ONCE,
                asynchronous=True,
            ),
            len(prompts),
        )
        return asked

    def _prompted(self, prompts: Sequence[Tokens], static: Tokens, *, cached: bool = True) -> dict[str, Any]:
        """How prompts are handed over: apart from what they share, unless that is all that one of them has."""
        if static and all(prompts):
            return {
                "start_tokens": [names(prompt) for prompt in prompts],
                "static_prompt": names(static),
                "cache_static_prompt": cached and self._may_cache(static),
                "include_prompt_in_result": False,
            }
        return {"start_tokens": [names((*static, *prompt)) for prompt in prompts], "include_prompt_in_result": False}

    def _may_cache(self, static: Tokens) -> bool:
        with self._lock:
            if static not in self._cached and len(self._cached) < _MOST_CACHED:
                self._cached.add(static)
            return static in self._cached

    def _written_by(self, result: Any, decoding: Decoding) -> Written:
        ids = result.sequences_ids[0]
        # CTranslate2's score is their sum over this power of their number.
        mean = result.scores[0] * len(ids) ** (decoding.length_penalty - 1) if ids else 0.0
        return self._written(ids, mean)


def _static_of(batch: Sequence[Prompt]) -> Tokens:
    if any(prompt.static != batch[0].static for prompt in batch):
        raise InferenceError("the prompts of a batch have to share what they begin with")
    return batch[0].static


def _by_gaps(lengths: Sequence[int], max_length: int) -> list[list[int]]:
    """Places of prompts that are written together.

    What goes beyond the shortest is read one token at a time, as slowly as it is written: where the next longer one is
    further away than all that is to be written, another batch is faster.
    """
    groups: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if groups and lengths[place] - lengths[groups[-1][-1]] <= max_length:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _by_length(rows: Iterable[tuple[int, Row]]) -> list[list[Row]]:
    """Rows of one length together.

    CTranslate2 reads what goes beyond the shortest one token at a time; and when the shortest are done, 4.8.5 mixes up
    whose logits are whose (measured).
    """
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for length, row in rows:
        groups[length].append(row)
    return list(groups.values())
