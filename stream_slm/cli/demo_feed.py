"""What a demo sends: samples of all domains in turn, or a file of the user's."""

from __future__ import annotations

import itertools
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stream_slm.cli.application import pipeline_of
from stream_slm.cli.because import SentTexts
from stream_slm.cli.demo_books import Books
from stream_slm.cli.lines import key_of, lines_of, paced
from stream_slm.cli.sender import Place, Sender
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.plugin import StreamSLM


@dataclass(frozen=True, slots=True)
class Line:
    """A line on its way to a pipeline's source."""

    spec: PipelineSpec
    number: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """Lines to send; `total` None goes on for ever, `rate` None as fast as it goes."""

    lines: AsyncIterator[Line]
    total: int | None
    rate: float | None

    async def send(self, sender: Sender, books: Books, texts: SentTexts) -> None:
        """Send every line, and note where it came to lie."""
        async for line in paced(self.lines, self.rate):
            noted = partial(_note, books, texts, line)
            await sender.send(line.spec.source, line.number, line.value, key_of(line.value), noted)
        await sender.flush()


def file_feed(slm: StreamSLM, file: Path, domain: str) -> Feed:
    """A file, as fast as it goes: each line that holds anything is a record of the domain.

    Raises:
        ConfigurationError: there is no such domain.
    """
    spec = pipeline_of(slm, domain).spec
    with file.open("rb") as lines:
        total = sum(1 for line in lines if line.strip())
    return Feed(_of_file(file, spec), total, None)


async def samples_feed(slm: StreamSLM, folder: Path, *, rate: float, endless: bool) -> Feed:
    """The samples of all domains in turn, once or over and over.

    Raises:
        ConfigurationError: the folder holds none.
    """
    files = [(handle.spec, folder / f"{handle.spec.domain}.jsonl") for handle in slm.pipelines.values()]
    by_domain = [[line async for line in _of_file(file, spec)] for spec, file in files if file.is_file()]
    in_turn = [line for turn in itertools.zip_longest(*by_domain) for line in turn if line is not None]
    if not in_turn:
        raise ConfigurationError(f"no samples in {folder}: name a folder of <domain>.jsonl by --samples, or --input")
    return Feed(_again_and_again(in_turn, endless), None if endless else len(in_turn), rate)


def samples_beside(app: str) -> Path:
    """The samples that lie beside an application's module."""
    module = sys.modules[app.partition(":")[0]]
    return Path(str(module.__file__)).parent / "samples"


def _note(books: Books, texts: SentTexts, line: Line, place: Place) -> None:
    texts.keep(place, line.spec, line.value)
    books.note_sent(place)


async def _of_file(file: Path, spec: PipelineSpec) -> AsyncIterator[Line]:
    with file.open("rb") as source:
        async for number, value in lines_of(source):
            yield Line(spec, number, value)


async def _again_and_again(lines: Sequence[Line], endless: bool) -> AsyncIterator[Line]:
    for line in itertools.cycle(lines) if endless else lines:
        yield line
