"""`stream-slm broker`: the embedded broker in the foreground."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from stream_slm.streaming.embedded import EmbeddedBroker


@click.command()
@click.option("--port", default=9092, show_default=True, help="Port on the loopback address; 0 takes a free one.")
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="Write the broker's log to this file.")
def broker(port: int, log: Path | None) -> None:
    """Run a Kafka broker in memory, for trying things out; Ctrl-C ends it and all its records.

    It speaks Kafka's protocol with consumer groups, but knows no transactions and keeps nothing on disk.

    \b
    Example:
      stream-slm broker --port 9092
      STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=127.0.0.1:9092 stream-slm topics create
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with EmbeddedBroker(port=port, log_path=log) as running:
        click.echo(f"broker at {running.bootstrap}, in memory; Ctrl-C stops it")
        click.echo(f"use it: export STREAM_SLM_BROKER__BOOTSTRAP_SERVERS={running.bootstrap}")
        stop.wait()
