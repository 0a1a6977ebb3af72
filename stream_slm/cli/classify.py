"""`stream-slm classify`: a file of records through a pipeline, without Kafka."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
import orjson
from rich.console import Console

from stream_slm.cli.application import app_option, load_application, pipeline_of
from stream_slm.cli.lines import lines_of
from stream_slm.cli.progress import counter
from stream_slm.cli.show import outcome_line
from stream_slm.errors import StreamSLMError
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.types import Outcome, Record

#: Records read ahead of the one that is written next: enough to fill batches.
_AHEAD = 512


@click.command()
@app_option
@click.option("--domain", required=True, metavar="NAME", help="The pipeline: its name or its topics' domain.")
@click.option("--input", "file", type=click.File("rb"), default="-", help="JSONL, a record a line (default: stdin).")
@click.option("--dead-letters", type=click.Path(dir_okay=False, path_type=Path), help="Write bad lines here, as JSONL.")
@click.option("--pretty", is_flag=True, help="A readable line a record in place of JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any line became a dead letter.")
def classify(
    app: str | None, domain: str, file: IO[bytes], dead_letters: Path | None, pretty: bool, strict: bool
) -> None:
    """Enrich a file of records; the same code path as the worker, without Kafka.

    Each line is one record as it would lie in the source topic; {"id": ..., "text": ...} is enough. Enriched records
    go to stdout in the order of the lines; a line that cannot be read is told on stderr by its number and code.

    \b
    Example:
      echo '{"id": 1, "text": "Two lanes closed after a crash on I-5"}' | \\
        stream-slm classify --domain traffic-events | jq .results.severity
    """
    slm = load_application(app)
    handle = pipeline_of(slm, domain)
    with _dead_letter_file(dead_letters) as dead:
        failed = asyncio.run(_classify(slm, handle, file, _pretty() if pretty else _as_json, dead))
    if failed and strict:
        raise click.ClickException(f"{failed} {'lines' if failed > 1 else 'line'} became dead letters")


async def _classify(
    slm: StreamSLM,
    handle: PipelineHandle,
    file: IO[bytes],
    show: Callable[[Outcome], None],
    dead: Callable[[int, Outcome], None],
) -> int:
    """Write what each line became; returns how many became dead letters."""
    failed = done = 0
    async with slm:
        await slm.bound(handle)  # what is wrong with the bundle is told before a line is read
        with counter() as report:
            async for number, outcome in _outcomes(handle, lines_of(file)):
                if outcome.error is None:
                    show(outcome)
                else:
                    failed += 1
                    click.echo(f"line {number}: {_code(outcome)}: {outcome.error}", err=True)
                    dead(number, outcome)
                done += 1
                report(done)
    return failed


async def _outcomes(
    handle: PipelineHandle, lines: AsyncIterator[tuple[int, bytes]]
) -> AsyncIterator[tuple[int, Outcome]]:
    """Outcomes in the order of the lines, a bounded number in flight; none waits for a line that is still to come."""
    ahead: asyncio.Queue[tuple[int, asyncio.Task[Outcome]] | None] = asyncio.Queue()
    room = asyncio.Semaphore(_AHEAD)

    async def read() -> None:
        try:
            async for number, line in lines:
                await room.acquire()
                record = Record(topic=handle.spec.source, partition=0, offset=number - 1, value=line)
                ahead.put_nowait((number, asyncio.ensure_future(handle.process(record))))
        finally:
            ahead.put_nowait(None)

    reader = asyncio.create_task(read())
    try:
        while (entry := await ahead.get()) is not None:
            number, outcome = entry
            yield number, await outcome
            room.release()
        await reader
    finally:
        reader.cancel()


def _as_json(outcome: Outcome) -> None:
    click.echo(orjson.dumps(outcome.enriched))


def _pretty() -> Callable[[Outcome], None]:
    console = Console(highlight=False)

    def show(outcome: Outcome) -> None:
        line = outcome_line(outcome.enriched or {})
        if console.is_terminal:
            console.print(line, no_wrap=True, overflow="ellipsis")
        else:
            console.print(line, soft_wrap=True)

    return show


def _code(outcome: Outcome) -> str:
    return outcome.error.code if isinstance(outcome.error, StreamSLMError) else StreamSLMError.code


@contextmanager
def _dead_letter_file(path: Path | None) -> Iterator[Callable[[int, Outcome], None]]:
    """Where dead letters go with their text, one JSON a line."""
    if path is None:
        yield lambda _number, _outcome: None
        return
    try:
        file = path.open("wb")
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None
    with file:
        yield lambda number, outcome: _write_dead_letter(file, number, outcome)


def _write_dead_letter(file: IO[bytes], number: int, outcome: Outcome) -> None:
    value = outcome.record.value or b""
    told: dict[str, Any] = {"line": number, "code": _code(outcome), "message": str(outcome.error)}
    try:
        told["value"] = value.decode("utf-8")
    except UnicodeDecodeError:
        told["base64"] = base64.b64encode(value).decode()
    file.write(orjson.dumps(told) + b"\n")
