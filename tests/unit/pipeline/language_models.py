"""A language model without weights: a token a word, probabilities by shared words, and faults on request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from stream_slm.config.settings import GenerationConfig
from stream_slm.engine.language_model import Decoding, Form, Instruction, Prompt, Question, Tokens, Written
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.writer import Writer

#: Makes the call that holds it fail, as native code does.
POISON = "explode"


class FakeLanguageModel:
    """Honours the protocol.

    Args:
        write: what it writes, of the words of a prompt's own part; the text itself, unless given.
        bias: added to the log-probability of a word, whatever the text: what calibration must take out.
        delay_s: a call takes so long, without the GIL.
    """

    def __init__(
        self,
        write: Callable[[str], str] = lambda text: text,
        *,
        max_tokens: int = 200,
        bias: Callable[[str], float] = lambda _word: 0.0,
        delay_s: float = 0.0,
    ) -> None:
        self._write = write
        self._bias = bias
        self._delay_s = delay_s
        self._lock = threading.Lock()
        self._ids: dict[str, int] = {}
        self._words: list[str] = []
        self.max_tokens = max_tokens
        self.batches: list[tuple[str, int]] = []
        self.prompts: list[str] = []
        self.closed = False

    def form(self, instruction: Instruction, *, reserve: int) -> Form:
        static = self._tokens(f"{instruction.system} {instruction.before}")
        closing = self._tokens(f"{instruction.after} <answer> {instruction.cue}")
        room = self.max_tokens - len(static) - len(closing) - reserve
        if room < 1:
            raise ConfigurationError("the instruction leaves no room for a text")
        return Form(static=static, closing=closing, start=(), room=room)

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        return [self._tokens(text) for text in texts]

    def continuation(self, text: str) -> Tokens:
        return self._tokens(text)

    def generate(self, batch: Sequence[Prompt], decoding: Decoding) -> list[Written]:
        texts = self._called("generate", batch, trial=decoding.max_length == 2)
        written = [self._write(text).split() for text in texts]
        return [
            Written(
                text=" ".join(words[: decoding.max_length]),
                tokens=min(len(words), decoding.max_length),
                log_probability=-1.0,
                finish_reason="length" if len(words) > decoding.max_length else "stop",
            )
            for words in written
        ]

    def score(self, batch: Sequence[Question]) -> list[list[tuple[float, ...]]]:
        texts = self._called("score", [question.prompt for question in batch])
        return [
            [tuple(self._probability(token, text) for token in each) for each in question.continuations]
            for question, text in zip(batch, texts, strict=True)
        ]

    def warm_up(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def _called(self, what: str, prompts: Sequence[Prompt], *, trial: bool = False) -> list[str]:
        assert len({prompt.static for prompt in prompts}) == 1, "prompts of one call share what they begin with"
        assert all(len(prompt) <= self.max_tokens for prompt in prompts)
        if self._delay_s:
            time.sleep(self._delay_s)
        texts = [" ".join(self._words[token] for token in prompt.own).partition(" <answer>")[0] for prompt in prompts]
        if not trial:  # of a task that is bound
            self.batches.append((what, len(prompts)))
            self.prompts += texts
        if any(POISON in text for text in texts):
            raise RuntimeError("poison")
        return texts

    def _probability(self, token: int, text: str) -> float:
        word = self._words[token]
        return self._bias(word) - (1.0 if word.lower() in text.lower() else 3.0)

    def _tokens(self, text: str) -> Tokens:
        with self._lock:
            for word in text.split():
                if word not in self._ids:
                    self._ids[word] = len(self._words)
                    self._words.append(word)
            return tuple(self._ids[word] for word in text.split())


def writer_of(model: FakeLanguageModel, name: str = "tiny-writer", **config: float) -> Writer:
    """A writer of it, not started."""
    return Writer(name, model, GenerationConfig(**{"max_queue_delay_s": 0.0, **config}))  # type: ignore[arg-type]
