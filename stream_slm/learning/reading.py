"""Texts through the worker's own reader, many at a time: what a head is trained on is what it will be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from stream_slm.config.settings import Settings
from stream_slm.errors import DataError, InferenceError
from stream_slm.learning.rows import LabelledRows
from stream_slm.pipeline.models import Models, started
from stream_slm.tasks.text import EncodedText
from stream_slm.types import TextPart

#: Texts in flight: enough for batches of near-equal length, few enough that memory does not grow with the file.
_AHEAD = 1024

#: Told how many texts are read.
Count = Callable[[int], None]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Models]:
    """The configured bundle, loaded and started, closed at the end."""
    models = await started(settings)
    try:
        yield models
    finally:
        await models.close()


async def read(models: Models, rows: LabelledRows, report: Count) -> AsyncIterator[EncodedText]:
    """The rows' texts, encoded, in order."""
    waiting: asyncio.Queue[asyncio.Task[EncodedText]] = asyncio.Queue()
    texts = iter(zip(rows.texts, rows.lines, strict=True))
    done = 0
    try:
        while True:
            while waiting.qsize() < _AHEAD and (following := next(texts, None)) is not None:
                waiting.put_nowait(asyncio.create_task(_read_one(models, *following)))
            if waiting.empty():
                return
            yield await waiting.get_nowait()
            done += 1
            report(done)
    finally:
        while not waiting.empty():
            waiting.get_nowait().cancel()


async def _read_one(models: Models, text: str, line: int) -> EncodedText:
    try:
        return (await models.reader.read([TextPart(text=text, pointer="/text")])).text
    except InferenceError as error:
        raise DataError(f"line {line}: {error}") from None
