"""What a worker process for tests does otherwise than a real one, by environment: its engine, its clock, its name."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from stream_slm.engine.encoder import Encoder, TokenizedText, Vectors
from stream_slm.log import get_logger
from stream_slm.pipeline import clock

log = get_logger("stream_slm.tests")

_POISON, _DEADLY, _ENDLESS = os.environ.get("TEST_POISON", "explode"), "kill-the-process", "hang-for-ever"
_OPENING, _CLOSING = 101, 102
_IDS = 20_000


def install() -> None:
    """Whatever the environment asks for; poison always works."""
    if os.environ.get("TEST_ENGINE") == "quick":
        quick_engine().start()
    poisonable().start()
    if rate := os.environ.get("TEST_TEXTS_PER_S"):
        _throttle(float(rate), Path(os.environ.get("TEST_THROTTLE_WHILE", "/")))
    if moment := os.environ.get("TEST_CLOCK_BACK_ONCE"):
        _set_clock_back_once(Path(moment), timedelta(hours=1))
    if name := os.environ.get("TEST_WORKER_NAME"):
        socket.gethostname = lambda: name


def quick_engine() -> Any:
    """Vectors drawn by the hash of their tokens: the same for the same text, and a hundredth of the model's cost.

    Tokens and vectors have the real ones' shape, and go through the real batcher, heads and lanes.
    """
    return patch.multiple(Encoder, tokenize=_hashed_words, encode=_hashed_vectors)


def poisonable() -> Any:
    """An engine that raises for a whole call when one of its texts is poison, and never returns from a deadly one."""
    return patch.object(Encoder, "tokenize", _or_explode(Encoder.tokenize))


def _hashed_words(self: Encoder, texts: Sequence[str]) -> list[TokenizedText]:
    return [TokenizedText(chunks=_chunks(text, self.max_tokens)) for text in texts]


def _chunks(text: str, most: int) -> tuple[tuple[int, ...], ...]:
    ids = [1000 + zlib.crc32(word.encode("utf-8", "replace")) % _IDS for word in text.split()]
    parts = [ids[start : start + most] for start in range(0, len(ids), most)] or [[]]
    return tuple((_OPENING, *part, _CLOSING) for part in parts)


def _hashed_vectors(self: Encoder, batch: Sequence[Sequence[int]]) -> Vectors:
    vectors = np.empty((len(batch), self.dimension), np.float32)
    for row, ids in zip(vectors, batch, strict=True):
        seed = zlib.crc32(np.asarray(ids, np.int32).tobytes())
        row[:] = np.random.default_rng(seed).standard_normal(self.dimension, np.float32)
    return vectors


def _or_explode(tokenize: Callable[..., Any]) -> Callable[..., Any]:
    def tokenize_or_explode(self: Encoder, texts: Sequence[str]) -> Any:
        if any(_POISON in text for text in texts):
            raise RuntimeError(f"poison: {texts}")
        if any(_DEADLY in text for text in texts):
            os.kill(os.getpid(), signal.SIGSEGV)
        if any(_ENDLESS in text for text in texts):
            log.info("test_hangs")
            time.sleep(3600)
        return tokenize(self, texts)

    return tokenize_or_explode


def _throttle(texts_per_s: float, while_there: Path) -> None:
    """All threads together read so many texts a second, while a file is there."""
    tokenize, one_at_a_time = Encoder.tokenize, threading.Lock()

    def tokenize_slowly(self: Encoder, texts: Sequence[str]) -> Any:
        if while_there.exists():
            with one_at_a_time:
                time.sleep(len(texts) / texts_per_s)
        return tokenize(self, texts)

    Encoder.tokenize = tokenize_slowly  # type: ignore[method-assign]


def _set_clock_back_once(moment: Path, by: timedelta) -> None:
    """Wall clocks jump when a file appears; monotonic ones do not, as on a real machine."""
    real_time, real_now = time.time, clock.now

    def jumped_time() -> float:
        return real_time() - (by.total_seconds() if moment.exists() else 0)

    clock.now = lambda: real_now() - (by if moment.exists() else timedelta())
    for module in list(sys.modules.values()):  # libraries have taken the function by name
        for name, value in list(vars(module).items()):
            if value is real_time:
                setattr(module, name, jumped_time)
