"""`stream-slm demo`: the whole job on one machine, seen as a subscriber sees it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from stream_slm.cli.application import load_application, module_option
from stream_slm.cli.because import SentTexts
from stream_slm.cli.demo_books import Books
from stream_slm.cli.demo_feed import Feed, file_feed, samples_beside, samples_feed
from stream_slm.cli.demo_report import Counting, Report, totals_table
from stream_slm.cli.demo_run import Run, Stage, View
from stream_slm.cli.demo_screen import Screen, status
from stream_slm.cli.demo_worker import demo_worker
from stream_slm.cli.progress import counter
from stream_slm.errors import ConfigurationError
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.embedded import EmbeddedBroker

#: Samples a second: slow enough to read along on a terminal; in a script fast, and yet no backlog.
_LIVE_RATE, _SCRIPT_RATE = 5.0, 60.0
#: Columns of a report that goes to a file or a pipe, unless COLUMNS says otherwise.
_REPORT_WIDTH = 160
_SERVERS = "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS"


@click.command()
@module_option
@click.option("--input", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your records.")
@click.option("--domain", metavar="NAME", help="The pipeline they are for.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write what was read, as JSONL.")
@click.option(
    "--samples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of <domain>.jsonl (default: samples/ beside the application).",
)
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

    On a terminal it streams until Ctrl-C; in a script it goes through the samples once, prints a report and exits 0,
    or 1 if a record has no outcome. With --input each line of a file is sent as it is, once; {"id": ..., "text": ...}
    is enough.

    --output has one JSON a line for each record that the subscriber read: topic, partition, offset, timestamp (ms),
    key, headers (by name; a list where a name repeats) and value: an object where it is one, else a string, else
    {"base64": ...}.

    \b
    Example:
      stream-slm demo
      stream-slm demo --input notes.jsonl --domain clinical-notes --output seen.jsonl
    """
    if (file is None) != (domain is None):
        raise click.UsageError("--input and --domain go together")
    console, books = _console(), Books()
    endless = console.is_terminal and file is None and not once
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stream-slm-demo-")))
        sink = stack.enter_context(_writable(output)) if output else None
        servers = bootstrap or _embedded(stack, folder, console)
        slm = _application_on(servers, app, folder, embedded=bootstrap is None)
        if file is not None and domain is not None:
            feed = file_feed(slm, file, domain)
        else:
            rate = _LIVE_RATE if endless else _SCRIPT_RATE
            feed = asyncio.run(samples_feed(slm, samples or samples_beside(app), rate=rate, endless=endless))
        stage = Stage.of(slm, embedded=bootstrap is None)
        asyncio.run(stage.set_up())
        _say(console, "topics", ", ".join(topic for spec in stage.specs for topic in spec.topics))
        worker = stack.enter_context(demo_worker(app, folder))
        _say(console, "worker", f"process {worker.pid}, loads its model and joins the group {stage.group}")
        texts = SentTexts()
        report = Report(console, texts)
        with _view(console, report, texts, feed, endless, servers) as view:
            interrupted = asyncio.run(Run(stage, worker, feed, books, texts, view, sink).play())
    if endless:
        console.print(totals_table(books, backlog=False))
    else:
        report.print(books, backlog=feed.rate is None)
    if books.missing and not interrupted:
        raise click.ClickException(f"{books.missing} of {books.sent} records have no outcome")
    if interrupted and not endless:
        raise KeyboardInterrupt


def _console() -> Console:
    wide = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=_REPORT_WIDTH if wide else None, highlight=False)


def _say(console: Console, what: str, told: str) -> None:
    console.print(Text(f"{what:<8} {told}", style="dim"), soft_wrap=True)


def _embedded(stack: ExitStack, folder: Path, console: Console) -> str:
    broker = stack.enter_context(EmbeddedBroker(log_path=folder / "broker.log"))
    _say(console, "broker", f"{broker.bootstrap}, embedded, in memory")
    return broker.bootstrap


def _application_on(servers: str, app: str, folder: Path, *, embedded: bool) -> StreamSLM:
    """The application, told by its environment to use a broker; its worker inherits that.

    Raises:
        ConfigurationError: it names a broker of its own.
    """
    os.environ[_SERVERS] = servers
    os.environ["STREAM_SLM_APP__ID"] = f"stream-slm-demo-{os.getpid()}"
    os.environ["STREAM_SLM_APP__DATADIR"] = str(folder / "data")
    os.environ["STREAM_SLM_LOG__LEVEL"] = "INFO"
    # The port may be another worker's, and nobody asks this one how it is.
    os.environ["STREAM_SLM_HTTP__ENABLED"] = "false"
    if embedded:
        # This broker makes the first member of a group wait for half its session.
        os.environ["STREAM_SLM_BROKER__SESSION_TIMEOUT_S"] = "6"
        os.environ["STREAM_SLM_BROKER__HEARTBEAT_INTERVAL_S"] = "1"
    slm = load_application(app)
    used = ",".join(connection_of_app(slm.app)["bootstrap_servers"])
    if used != servers.replace(" ", ""):
        raise ConfigurationError(f"{app} reaches Kafka at {used}, whatever {_SERVERS} says: use --bootstrap {used}")
    return slm


@contextmanager
def _view(
    console: Console, report: Report, texts: SentTexts, feed: Feed, endless: bool, servers: str
) -> Iterator[View]:
    """A live screen, or a line that counts while the report collects."""
    if endless:
        with Live(console=console, auto_refresh=False, screen=True) as live:
            yield Screen(live, texts, f"stream-slm demo   broker {servers}   Ctrl-C ends it and prints the totals")
    elif console.is_terminal:
        with console.status("") as line:
            yield Counting(report, line.update, lambda books: line.update(status(books)))
    else:
        with counter(feed.total) as count:
            yield Counting(report, lambda _what: None, lambda books: count(books.outcomes))


def _writable(output: Path) -> IO[bytes]:
    try:
        return output.open("wb")
    except OSError as error:
        raise click.FileError(str(output), error.strerror) from None
