"""What encoder-decoders and decoders on CTranslate2 share: how they are loaded, what they refuse, how asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any, Self, TypeVar

import ctranslate2
import numpy as np
import numpy.typing as npt

from stream_slm.engine.chat import ChatTemplate
from stream_slm.engine.language_model import Decoding, Form, Instruction, Prompt, Question, Tokens, Written
from stream_slm.engine.manifest import LanguageModelEntry
from stream_slm.engine.spelling import Spelling
from stream_slm.errors import BundleError, ConfigurationError, InferenceError

T = TypeVar("T")
Logits = npt.NDArray[np.float32]
#: The log-probability of the last token of a path, by the place of its question in the batch.
Found = dict[tuple[int, Tokens], float]

_WARM_UP_TEXT = "word " * 24


class Generative(ABC):
    """A language model on a pool of CTranslate2 replicas; see `LanguageModel` for what each method promises.

    CTranslate2 is given ids in decimal for tokens: every bundle's vocabulary is written so. What it would not survive
    (an empty prompt, an id beyond the vocabulary) is refused before it sees it.
    """

    #: The class of CTranslate2.
    _library: Any

    def __init__(
        self,
        model: Any,
        entry: LanguageModelEntry,
        spelling: Spelling,
        template: ChatTemplate | None = None,
        *,
        replicas: int = 1,
    ) -> None:
        """Take a loaded model and how it is spoken to; `load` makes all of it."""
        self.replicas = replicas
        self._model = model
        self._entry = entry
        self._spelling = spelling
        self._template = template
        self._is_closed = False

    @classmethod
    def load(
        cls, folder: Path, entry: LanguageModelEntry, *, compute_type: str, inter_threads: int, intra_threads: int
    ) -> Self:
        """Load the model that `entry` describes from the bundle in `folder`; raises BundleError when it does not load.

        `inter_threads` replicas of `intra_threads` threads each share one copy of the weights.
        """
        spelling = Spelling.load(folder / entry.tokenizer, _controls(entry))
        try:
            model = cls._library(
                str(folder / entry.path),
                device="cpu",
                compute_type=compute_type,
                inter_threads=inter_threads,
                intra_threads=intra_threads,
                # The batcher decides how much waits; a bounded queue here would block its threads instead.
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError) as error:
            raise BundleError(f"the language model in {folder / entry.path} does not load: {error}") from error
        template = None
        if entry.chat_template:
            template = ChatTemplate((folder / entry.chat_template).read_text(encoding="utf-8"), entry.template_tokens)
        return cls(model, entry, spelling, template, replicas=inter_threads)

    @property
    def max_tokens(self) -> int:
        """Of one prompt; of a decoder, prompt and what it writes together."""
        return self._entry.max_tokens

    @abstractmethod
    def form(self, instruction: Instruction, *, reserve: int) -> Form:
        """Spell an instruction."""

    @abstractmethod
    def generate(self, batch: Sequence[Prompt], decoding: Decoding) -> list[Written]:
        """Write after each prompt."""

    @abstractmethod
    def score(self, batch: Sequence[Question]) -> list[list[tuple[float, ...]]]:
        """The log-probability of each token of each continuation."""

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Texts as plain text: what looks like a control token in one is its characters."""
        return self._spelling.plain(texts)

    def continuation(self, text: str) -> Tokens:
        """A text of our own as the model would write it after a prompt; after a cue, say so by a space before it."""
        # A turn of a chat and a translation begin with a word; what goes on with plain text, with a space.
        spaced = self._entry.shape == "decoder" and self._template is None
        return self._spelling.continuation(text, spaced=spaced)

    def warm_up(self) -> None:
        """Run every replica once, so that the first record does not pay for the choice of kernels."""
        form = self.form(Instruction(**self._any_languages()), reserve=2)
        prompt = form.around(self.tokenize([_WARM_UP_TEXT])[0][: form.room])
        with ThreadPoolExecutor(self.replicas) as threads:
            list(threads.map(self.generate, repeat([prompt] * 2, self.replicas), repeat(Decoding(max_length=2))))

    def close(self) -> None:
        """Free the weights; no method may be called afterwards."""
        # CTranslate2 would load them again at the next call.
        self._is_closed = True
        self._model.unload_model()

    def _any_languages(self) -> dict[str, str]:
        codes, known = self._entry.language_codes, self._entry.default_languages
        wanted = {"source", "target"} & {*self._entry.before, *self._entry.after, *self._entry.start}
        return {f"{side}_language": next(iter(codes)) for side in wanted if side not in known}

    def _framed(self, tokens: Iterable[int | str], instruction: Instruction) -> Tokens:
        """Tokens of the manifest, with those of the languages in their places; raises ConfigurationError."""
        asked = {"source": instruction.source_language, "target": instruction.target_language}
        return tuple(each if isinstance(each, int) else self._language(each, asked[each]) for each in tokens)

    def _refuse_languages(self, instruction: Instruction) -> None:
        """Raise ConfigurationError for a language that the model has no token for and is not made for."""
        places = {*self._entry.before, *self._entry.after, *self._entry.start}
        for side, code in (("source", instruction.source_language), ("target", instruction.target_language)):
            if code is not None and side not in places and code != self._entry.default_languages.get(side):
                made_for = self._entry.default_languages.get(side)
                told = f"made for {made_for!r} alone" if made_for else "not told which language to use"
                raise ConfigurationError(f"{side}_language {code!r}: this model ({self._entry.family}) is {told}")

    def _language(self, side: str, code: str | None) -> int:
        codes = self._entry.language_codes
        code = code or self._entry.default_languages.get(side)
        if code not in codes:
            told = f"{side}_language {code!r} is not one of" if code else f"{side}_language has to be one of"
            raise ConfigurationError(f"{told} the model's own codes: {', '.join(sorted(codes))}")
        return codes[code]

    def _room(self, taken: int, reserve: int) -> int:
        """How many tokens a text may have; raises ConfigurationError where that is none."""
        room = self._entry.max_tokens - taken - reserve
        if room < 1:
            kept = f" and {reserve} are kept for what it writes" if reserve else ""
            raise ConfigurationError(
                f"the instruction takes {taken} of the model's {self._entry.max_tokens} tokens{kept}: no room is left "
                "for a text; shorten the instruction, or lower max_length"
            )
        return room

    def _refuse(self, prompts: Sequence[Prompt], spare: Iterable[int]) -> None:
        """Raise InferenceError for a prompt that the model would not survive; `spare` tokens have to fit after each."""
        if self._is_closed:
            raise InferenceError("the language model is closed")
        for prompt, room in zip(prompts, spare, strict=True):
            if not len(prompt):
                raise InferenceError("a prompt without tokens cannot be read")
            if len(prompt) + room > self._entry.max_tokens:
                raise InferenceError(
                    f"a prompt of {len(prompt)} tokens{f' and {room} to write' if room else ''} is longer than "
                    f"{self._entry.max_tokens}"
                )
        self._refuse_ids(part for prompt in prompts for part in (prompt.static, prompt.own, prompt.start))

    def _refuse_questions(self, batch: Sequence[Question]) -> None:
        for question in batch:
            if not question.continuations or not all(question.continuations):
                raise InferenceError("a continuation without tokens has no probability")
            self._refuse_ids(question.continuations)

    def _refuse_ids(self, parts: Iterable[Tokens]) -> None:
        # CTranslate2 would look such a token up, and take the unknown one.
        size = self._entry.vocabulary_size
        if any(part and (min(part) < 0 or max(part) >= size) for part in parts):
            raise InferenceError(f"a token id lies outside the vocabulary of {size}")

    def _written(self, ids: Sequence[int], log_probability: float) -> Written:
        ended = bool(ids) and ids[-1] in self._entry.end
        return Written(
            text=self._spelling.written(ids),
            tokens=len(ids),
            log_probability=log_probability,
            finish_reason="stop" if ended else "length",
        )


def options(decoding: Decoding) -> dict[str, Any]:
    """The options that both of CTranslate2's classes have under one name."""
    return {
        "beam_size": decoding.beam_size,
        "patience": decoding.patience,
        "length_penalty": decoding.length_penalty,
        "repetition_penalty": decoding.repetition_penalty,
        "no_repeat_ngram_size": decoding.no_repeat_ngram_size,
        "sampling_topk": decoding.sampling_topk,
        "sampling_topp": decoding.sampling_topp,
        "sampling_temperature": decoding.sampling_temperature,
        "return_end_token": True,
        "return_scores": True,
    }


def names(tokens: Iterable[int]) -> list[str]:
    """Tokens as CTranslate2 reads them."""
    return list(map(str, tokens))


def attempt(ask: Callable[[], T], rows: int) -> T:
    """What `ask` of CTranslate2 returns; raises InferenceError when it fails."""
    try:
        return ask()
    except (RuntimeError, ValueError) as error:
        raise InferenceError(f"the language model failed on a batch of {rows}: {error}") from error


def log_probabilities(logits: Any, tokens: Sequence[int]) -> list[float]:
    """Of each of these tokens, from the logits of all."""
    values: Logits = np.asarray(logits.to(ctranslate2.DataType.float32), np.float32).reshape(-1)
    greatest = values.max()
    total = greatest + np.log(np.exp(values - greatest).sum(dtype=np.float64))
    return [float(values[token] - total) for token in tokens]


def inner_paths(continuations: Iterable[Tokens]) -> set[Tokens]:
    """What stands before any token of the continuations: the empty path, and every beginning of each."""
    return {continuation[:end] for continuation in continuations for end in range(len(continuation))}


def followers(continuations: Iterable[Tokens], path: Tokens) -> list[int]:
    """The tokens that stand after `path` in any of the continuations."""
    end = len(path)
    return sorted({each[end] for each in continuations if len(each) > end and each[:end] == path})


def note_followers(found: Found, place: int, question: Question, path: Tokens, logits: Any) -> None:
    """Note the log-probability of each token that continuations of a question have after `path`."""
    tokens = followers(question.continuations, path)
    for token, value in zip(tokens, log_probabilities(logits, tokens), strict=True):
        found[place, (*path, token)] = value


def by_continuation(batch: Sequence[Question], found: Found) -> list[list[tuple[float, ...]]]:
    """What was noted, for each question, each continuation and each of its tokens."""
    return [
        [
            tuple(found[place, continuation[: end + 1]] for end in range(len(continuation)))
            for continuation in question.continuations
        ]
        for place, question in enumerate(batch)
    ]


def longest_paths(paths: Iterable[Tokens]) -> list[Tokens]:
    """The paths that are no beginning of another one."""
    ordered = sorted(paths)
    # In this order, what begins with a path stands right after it.
    following = [*ordered[1:], ()]
    return [path for path, after in zip(ordered, following, strict=True) if after[: len(path)] != path or not after]


def _controls(entry: LanguageModelEntry) -> set[int]:
    framing: Iterator[int | str] = iter((*entry.before, *entry.after, *entry.start, *entry.end))
    return {each for each in framing if isinstance(each, int)}.union(entry.language_codes.values())
