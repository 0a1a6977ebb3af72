"""`stream-slm classify`: a file of records through a pipeline, without Kafka."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
import orjson
from rich.console import Console

from stream_slm.cli.application import app_option, load_application, pipeline_of
from stream_slm.cli.show import outcome_line
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.types import Outcome, Record

#: Records read ahead of the one that is written next: enough to fill batches.
_AHEAD = 512
#: A line of progress where no terminal shows a counter.
_REPORT_EVERY_S = 5.0


@click.command()
@app_option
@click.option("--domain", required=True, metavar="NAME", help="The pipeline: its name or its topics' domain.")
@click.option("--input", "file", type=click.File("rb"), default="-", help="JSONL, a record a line (default: stdin).")
@click.option("--dead-letters", type=click.Path(dir_okay=False, path_type=Path), help="Write bad lines here, as JSONL.")
@click.option("--pretty", is_flag=True, help="A readable line a record in place of JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any line became a dead letter.")
def classify(app: str, domain: str, file: IO[bytes], dead_letters: Path | None, pretty: bool, strict: bool) -> None:
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
    console = Console(soft_wrap=True) if pretty else None
    failed = asyncio.run(_run(slm, handle, file, dead_letters, console))
    if failed and strict:
        raise click.ClickException(f"{failed} lines became dead letters")


async def _run(
    slm: StreamSLM, handle: PipelineHandle, file: IO[bytes], dead_letters: Path | None, console: Console | None
) -> int:
    failed = done = 0
    with _dead_letter_file(dead_letters) as dead, _progress() as report:
        async with slm:
            async for number, outcome in _outcomes(handle, _records(handle, file)):
                done += 1
                report(done)
                if outcome.error is not None:
                    failed += 1
                    click.echo(f"line {number}: {_code(outcome)}: {outcome.error}", err=True)
                    if dead is not None:
                        dead.write(_dead_letter_line(number, outcome) + b"\n")
                elif console is not None:
                    console.print(outcome_line(outcome.enriched or {}))
                else:
                    sys.stdout.buffer.write(orjson.dumps(outcome.enriched) + b"\n")
            sys.stdout.flush()
    return failed


def _records(handle: PipelineHandle, lines: Iterable[bytes]) -> Iterator[tuple[int, Record]]:
    """Non-blank lines with their numbers, as records of the source; the number less one is the offset."""
    for number, line in enumerate(lines, start=1):
        value = line.rstrip(b"\r\n")
        if value.strip():
            yield number, Record(topic=handle.spec.source, partition=0, offset=number - 1, value=value)


async def _outcomes(handle: PipelineHandle, records: Iterator[tuple[int, Record]]) -> Any:
    """Outcomes in the order of the records, a bounded number in flight."""
    ahead: deque[tuple[int, asyncio.Future[Outcome]]] = deque()
    for number, record in records:
        ahead.append((number, asyncio.ensure_future(handle.process(record))))
        await asyncio.sleep(0)
        while len(ahead) >= _AHEAD or (ahead and ahead[0][1].done()):
            first, outcome = ahead.popleft()
            yield first, await outcome
    while ahead:
        first, outcome = ahead.popleft()
        yield first, await outcome


def _code(outcome: Outcome) -> str:
    return str(getattr(outcome.error, "code", "internal_error"))


def _dead_letter_line(number: int, outcome: Outcome) -> bytes:
    value = outcome.record.value or b""
    try:
        told: Any = {"value": value.decode("utf-8")}
    except UnicodeDecodeError:
        told = {"base64": base64.b64encode(value).decode()}
    return json.dumps({"line": number, "code": _code(outcome), "message": str(outcome.error), **told}).encode()


@contextmanager
def _dead_letter_file(path: Path | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
        return
    with path.open("wb") as file:
        yield file


@contextmanager
def _progress() -> Iterator[Any]:
    """Counts on stderr: in place on a terminal, now and then elsewhere, not at all for what is done in a moment."""
    began = last = time.monotonic()
    count = 0

    def report(done: int) -> None:
        nonlocal last, count
        count = done
        now = time.monotonic()
        if now - last >= (0.2 if sys.stderr.isatty() else _REPORT_EVERY_S):
            last = now
            told = f"{done} records, {done / (now - began):.0f}/s"
            click.echo(f"\r{told}" if sys.stderr.isatty() else told, err=True, nl=not sys.stderr.isatty())

    yield report
    if time.monotonic() - began > 2 and sys.stderr.isatty():
        click.echo(f"\r{count} records in {time.monotonic() - began:.1f} s", err=True)
