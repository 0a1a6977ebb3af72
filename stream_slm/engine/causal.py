"""A decoder: what all prompts of an instruction begin with is computed once, then each message goes on from there."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import ctranslate2

from stream_slm.engine.generation import (
    Generative,
    attempt,
    followers,
    inner_paths,
    log_probabilities,
    names,
    options,
)
from stream_slm.engine.language_model import Decoding, Form, Instruction, Prompt, Question, Tokens, Written
from stream_slm.errors import InferenceError

# A replica keeps the state of every static prompt it was given, for as long as it lives. A worker has a few of them.
_MOST_CACHED = 32
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
        results = attempt(
            lambda: self._model.generate_batch(
                **self._prompted([prompt.own for prompt in batch], _static_of(batch)),
                **options(decoding),
                max_length=decoding.max_length,
                min_length=decoding.min_length,
                end_token=list(self._entry.end),
            ),
            len(batch),
        )
        return [self._written_by(result, decoding) for result in results]

    def score(self, batch: Sequence[Question]) -> list[list[tuple[float, ...]]]:
        """The log-probability of each token of each continuation."""
        if not batch:
            return []
        self._refuse_questions(batch)
        prompts = [question.prompt for question in batch]
        self._refuse(prompts, [max(map(len, question.continuations)) for question in batch])
        static = _static_of(prompts)
        by_path, whole = [], []
        for place, question in enumerate(batch):
            paths = inner_paths(question.continuations)
            # One row a path, without what is cached; or one a continuation, with all of it.
            by_paths = len(paths) * len(question.prompt.own) <= len(question.continuations) * len(question.prompt)
            if by_paths:
                by_path += [(place, path) for path in sorted(paths)]
            else:
                whole += [(place, continuation) for continuation in sorted(set(question.continuations))]
        found = self._by_path(batch, static, by_path) | self._whole(batch, whole)
        return [
            [
                tuple(found[place, continuation[: end + 1]] for end in range(len(continuation)))
                for continuation in question.continuations
            ]
            for place, question in enumerate(batch)
        ]

    def _by_path(self, batch: Sequence[Question], static: Tokens, rows: list[Row]) -> dict[Row, float]:
        """The log-probability of what follows each path, by the path with it."""
        pending = []
        for some in _by_length([(len(batch[place].prompt.own) + len(path), (place, path)) for place, path in rows]):
            prompts = [(*batch[place].prompt.own, *path) for place, path in some]
            asked = self._ask_for_logits(prompts, static)
            pending += list(zip(some, asked, strict=True))
        found: dict[Row, float] = {}
        for (place, path), answer in pending:
            result = attempt(answer.result, len(rows))
            tokens = followers(batch[place].continuations, path)
            # Those of the steps before it are only placeholders.
            values = log_probabilities(result.logits[0][-1], tokens)
            found |= {(place, (*path, token)): value for token, value in zip(tokens, values, strict=True)}
        return found

    def _ask_for_logits(self, prompts: list[Tokens], static: Tokens) -> list[Any]:
        asked: list[Any] = attempt(
            lambda: self._model.generate_batch(
                **self._prompted(prompts, static),
                max_length=1,
                return_logits_vocab=True,
                max_batch_size=_ROWS_AT_ONCE,
                asynchronous=True,
            ),
            len(prompts),
        )
        return asked

    def _whole(self, batch: Sequence[Question], rows: list[Row]) -> dict[Row, float]:
        """The log-probability of each token of whole continuations, by the path up to it."""
        prompts = [(*batch[place].prompt.static, *batch[place].prompt.own) for place, _ in rows]
        results = attempt(
            lambda: self._model.score_batch(
                [names((*prompt, *continuation)) for prompt, (_, continuation) in zip(prompts, rows, strict=True)],
                max_batch_size=_ROWS_AT_ONCE,
                max_input_length=0,
            ),
            len(rows),
        )
        found: dict[Row, float] = {}
        for (place, continuation), result in zip(rows, results, strict=True):
            own = result.log_probs[-len(continuation) :]
            found |= {(place, continuation[: end + 1]): float(value) for end, value in enumerate(own)}
        return found

    def _prompted(self, prompts: Sequence[Tokens], static: Tokens) -> dict[str, Any]:
        """How prompts are handed over: apart from what they share, unless that is all that one of them has."""
        if static and all(prompts):
            return {
                "start_tokens": [names(prompt) for prompt in prompts],
                "static_prompt": names(static),
                "cache_static_prompt": self._may_cache(static),
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


def _by_length(rows: Sequence[tuple[int, Row]]) -> list[list[Row]]:
    """Rows of one length together: CTranslate2 reads what goes beyond the shortest one token at a time."""
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for length, row in rows:
        groups[length].append(row)
    return list(groups.values())
