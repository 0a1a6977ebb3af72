"""`stream-slm demo`: the whole job on one machine, seen as a subscriber sees it."""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import IO, Any

import click
import orjson
from aiokafka import AIOKafkaProducer
from rich.console import Console

from stream_slm.cli.application import app_option, load_application, pipeline_of
from stream_slm.cli.demo_books import Books
from stream_slm.cli.demo_view import View, summary_table, view
from stream_slm.cli.demo_worker import DemoWorker, demo_worker
from stream_slm.cli.produce import ID_POINTERS, key_of, lines_of
from stream_slm.cli.subscriber import records
from stream_slm.config.settings import TopicsConfig
from stream_slm.errors import ConfigurationError, DeliveryStopped
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.embedded import EmbeddedBroker
from stream_slm.streaming.topics import Topics

#: Samples a second: slow enough to read along on a terminal, quick in a script.
_LIVE_RATE, _SCRIPT_RATE = 6.0, 60.0
#: Without a single outcome for so long, the demo has failed.
_NO_PROGRESS_S = 60.0

#: What is sent: a topic and a line.
Lines = Iterator[tuple[str, bytes]]


@click.command()
@app_option
@click.option("--input", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your records.")
@click.option("--domain", metavar="NAME", help="The pipeline they are for.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write what was read, as JSONL.")
@click.option("--samples", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of samples.")
@click.option("--bootstrap", metavar="SERVERS", help="A Kafka broker (default: an embedded one, in memory).")
@click.option("--once", is_flag=True, help="Go through the samples once, also on a terminal.")
def demo(
    app: str,
    file: Path | None,
    domain: str | None,
    output: Path | None,
    samples: Path | None,
    bootstrap: str | None,
    once: bool,
) -> None:
    """Broker, topics, worker, sample messages, and what a subscriber of the output topics sees.

    On a terminal it streams until Ctrl-C; in a script it goes through the samples once, prints a report and exits 0.
    With --input each line of a file is sent as it is; {"id": ..., "text": ...} is enough. --output has one JSON a
    line: topic, partition, offset, timestamp, key, headers (pairs), value.

    \b
    Example:
      stream-slm demo
      stream-slm demo --input notes.jsonl --domain clinical-notes --output seen.jsonl
    """
    if (file is None) != (domain is None):
        raise click.UsageError("--input and --domain go together")
    slm = load_application(app)
    console = Console(soft_wrap=not sys.stdout.isatty())
    live = console.is_terminal and file is None and not once
    lines, rate = _what_to_send(slm, app, file, domain, samples, live)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stream-slm-demo-")))
        sink = stack.enter_context(output.open("wb")) if output else None
        if bootstrap is None:
            broker = stack.enter_context(EmbeddedBroker(log_path=folder / "broker.log"))
            bootstrap = broker.bootstrap
            console.print(f"broker: embedded, in memory, at {bootstrap}", style="dim")
        specs = [handle.spec for handle in slm.pipelines.values()]
        asyncio.run(_create_topics(bootstrap, specs))
        console.print(f"topics: {', '.join(topic for spec in specs for topic in spec.topics)}", style="dim")
        worker = stack.enter_context(demo_worker(app, bootstrap, folder))
        stage = _Stage(bootstrap, specs, worker, slm.settings.limits.max_record_bytes)
        books = asyncio.run(_run(stage, lines, rate, console, live, sink))
    console.print(summary_table(books))
    if books.missing and not live:
        raise click.ClickException(f"{books.missing} records have no outcome")


class _Stage:
    """Where the demo plays."""

    def __init__(self, bootstrap: str, specs: Sequence[PipelineSpec], worker: DemoWorker, max_bytes: int) -> None:
        self.where: dict[str, Any] = {"bootstrap_servers": [bootstrap], "client_id": "stream-slm-demo"}
        self.outputs = [topic for spec in specs for topic in spec.topics[1:]]
        self.worker = worker
        self.max_request_bytes = max(1_048_576, max_bytes) * 2  # what is too large for us must reach us, too


def _what_to_send(
    slm: StreamSLM, app: str, file: Path | None, domain: str | None, samples: Path | None, live: bool
) -> tuple[Lines, float | None]:
    if file is not None and domain is not None:
        topic = pipeline_of(slm, domain).spec.source
        return ((topic, line) for line in lines_of(file.open("rb"))), None
    found = _samples(slm, samples or _samples_of(app))
    return (itertools.cycle(found), _LIVE_RATE) if live else (iter(found), _SCRIPT_RATE)


def _samples_of(app: str) -> Path:
    """The samples that lie beside an application's module."""
    module = sys.modules[app.partition(":")[0]]
    return Path(str(module.__file__)).parent / "samples"


def _samples(slm: StreamSLM, folder: Path) -> list[tuple[str, bytes]]:
    """Sample lines of all domains, in turn."""
    files = [(handle.spec.source, folder / f"{handle.spec.domain}.jsonl") for handle in slm.pipelines.values()]
    there = [[(topic, line) for line in lines_of(file.open("rb"))] for topic, file in files if file.is_file()]
    if not there:
        raise ConfigurationError(f"no samples in {folder}: name a folder of <domain>.jsonl by --samples, or --input")
    return [each for turn in itertools.zip_longest(*there) for each in turn if each is not None]


async def _create_topics(bootstrap: str, specs: Sequence[PipelineSpec]) -> None:
    async with Topics({"bootstrap_servers": [bootstrap]}) as admin:
        await admin.create(specs, TopicsConfig())


async def _run(
    stage: _Stage, lines: Lines, rate: float | None, console: Console, live: bool, sink: IO[bytes] | None
) -> Books:
    books = Books()
    with console.status("worker: loading the model, joining the group") if console.is_terminal else nullcontext():
        await stage.worker.reads(_NO_PROGRESS_S)
    console.print("worker: reads", style="dim")
    with view(console, live) as screen:
        sending = asyncio.create_task(_send(stage, lines, rate, books))
        try:
            await _watch(stage, sending, books, screen, sink)
        except (KeyboardInterrupt, asyncio.CancelledError):
            sending.cancel()
    return books


async def _send(stage: _Stage, lines: Lines, rate: float | None, books: Books) -> None:
    producer = AIOKafkaProducer(**stage.where, linger_ms=5, max_request_size=stage.max_request_bytes)
    await producer.start()
    began = time.monotonic()
    try:
        last = None
        for topic, line in lines:
            last = await producer.send(topic, line, key=key_of(line, ID_POINTERS))
            books.sent += 1
            if rate is not None:
                await asyncio.sleep(max(0.0, began + books.sent / rate - time.monotonic()))
        if last is not None:
            await producer.flush()
    finally:
        await producer.stop()


async def _watch(
    stage: _Stage, sending: asyncio.Task[None], books: Books, screen: View, sink: IO[bytes] | None
) -> None:
    """Read until everything that was sent has its outcome, and its alerts had time to come."""
    quiet = 0
    async for batch in records(stage.where, stage.outputs, from_beginning=True):
        for seen in batch:
            books.note(seen)
            screen.show(seen)
            if sink is not None:
                sink.write(orjson.dumps(seen.as_json()) + b"\n")
        screen.refresh(books)
        stage.worker.check()
        if sending.done():
            sending.result()
            # An alert is sent with its record but lies in another topic: one quiet look after the last outcome.
            quiet = 0 if batch or books.missing else quiet + 1
            if quiet:
                return
        if time.monotonic() - books.last_at > _NO_PROGRESS_S and books.missing:
            raise DeliveryStopped(
                f"{books.missing} records have no outcome after {_NO_PROGRESS_S:.0f} s without any; "
                f"the end of the worker's log:\n{stage.worker.log_tail()}"
            )
