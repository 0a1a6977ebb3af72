"""A teacher: a bigger model that labels texts; its answers are kept as they come, so that a run broken off goes on."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson

from stream_slm.config.settings import Settings
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.models import started
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.pipeline.writers import names_of
from stream_slm.tasks.classify import Classify
from stream_slm.types import Classification, Record

#: Texts in flight: enough for full batches of a model that takes a second for each.
_AHEAD = 256

#: The score of each label; None: the teacher could not judge the text.
Answer = dict[str, float] | None
Count = Callable[[int], None]


class AnswerBook:
    """A file of a teacher's answers, only ever added to: a line about the teacher, then one for each text.

    A text is known by its hash: the file holds none. A line that a kill left unfinished is written again.

    Args:
        about: the teacher: whatever changes what it answers.

    Raises, on entry:
        ConfigurationError: the file holds answers of another teacher, or is something else.
    """

    def __init__(self, file: Path, about: Mapping[str, Any]) -> None:
        self._file = file
        self._about = orjson.loads(orjson.dumps(about))
        self._answers: dict[str, Answer] = {}

    def __enter__(self) -> Self:
        lines = self._file.read_bytes().splitlines(keepends=True) if self._file.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        if whole and not self._read(whole):
            whole = []
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._out: BinaryIO = self._file.open("r+b" if lines else "wb")
        self._out.truncate(sum(map(len, whole)))
        self._out.seek(0, 2)
        if not whole:
            self._write(self._about)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, text: str) -> bool:
        return _hash(text) in self._answers

    def __getitem__(self, text: str) -> Answer:
        return self._answers[_hash(text)]

    def add(self, text: str, answer: Answer) -> None:
        """Keep an answer; it is on its way to the disk when this returns."""
        self._answers[_hash(text)] = answer
        self._write({"text_sha256": _hash(text), "scores": answer})

    def _read(self, lines: Sequence[bytes]) -> bool:
        """Whether the file goes on; of another teacher that answered nothing, it begins anew."""
        try:
            about, *rows = map(orjson.loads, lines)
            self._answers = {row["text_sha256"]: row["scores"] for row in rows}
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise ConfigurationError(f"{self._file} is no file of a teacher's answers; move it away") from None
        if about != self._about:
            if not rows and isinstance(about, dict) and about.keys() == self._about.keys():
                return False
            raise ConfigurationError(
                f"{self._file} holds answers of another teacher, or to another question: --restart asks this one anew"
            )
        return True

    def _write(self, row: Any) -> None:
        self._out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        self._out.flush()


@asynccontextmanager
async def opened(settings: Settings, task: Classify) -> AsyncIterator[Pipeline]:
    """The teacher as a pipeline with one task, the way a worker would run it."""
    models = await started(settings, names_of([task]))
    try:
        worker = Worker(app_id="distil", worker="distil", group=None, version="")
        spec = PipelineSpec(name="distil", source="texts", tasks=(task,))
        yield Pipeline(spec, models, worker, settings.limits)
    finally:
        await models.close()


async def teach(teacher: Pipeline, texts: Iterable[str], book: AnswerBook, report: Count) -> None:
    """Ask about each text that is not in the book, many at a time; told is how many are in it."""
    new = iter(dict.fromkeys(text for text in texts if text not in book))
    running: set[asyncio.Task[None]] = set()

    async def ask(text: str) -> None:
        book.add(text, await _answer(teacher, text))
        report(len(book))

    try:
        while True:
            while len(running) < _AHEAD and (text := next(new, None)) is not None:
                running.add(asyncio.create_task(ask(text)))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()
    finally:
        for each in running:
            each.cancel()


async def _answer(teacher: Pipeline, text: str) -> Answer:
    """Scores of a text; none where the teacher failed on it, or does not know its language."""
    record = Record(topic="texts", partition=0, offset=0, value=orjson.dumps({"text": text}))
    outcome = await teacher.process(record)
    result = next(iter(outcome.results.values()), None)
    if outcome.status != "ok" or not isinstance(result, Classification):
        return None
    return {label: round(score, 6) for label, score in sorted(result.labels)}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
