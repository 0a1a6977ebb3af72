"""`stream-slm broker`: the embedded broker in the foreground."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from stream_slm.errors import BrokerUnavailable
from stream_slm.streaming.embedded import EmbeddedBroker

#: Between two looks whether the broker still lives.
_LOOK_EVERY_S = 0.5


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=9092,
    show_default=True,
    help="Port on the loopback address; 0 takes a free one.",
)
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="Write the broker's log to this file.")
def broker(port: int, log: Path | None) -> None:
    """Run a Kafka broker in memory, for trying things out; Ctrl-C ends it and all its records.

    It speaks Kafka's protocol with consumer groups, but knows no transactions and keeps nothing on disk.

    \b
    Example:
      stream-slm broker --port 9092
      STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=127.0.0.1:9092 stream-slm topics create
    """
    told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told_to_stop.set())
    with EmbeddedBroker(port=port, log_path=log) as running:
        click.echo(f"broker at {running.bootstrap}, in memory; Ctrl-C stops it")
        click.echo(f"use it: export STREAM_SLM_BROKER__BOOTSTRAP_SERVERS={running.bootstrap}")
        while not told_to_stop.wait(_LOOK_EVERY_S):
            if not running.running:
                raise BrokerUnavailable(f"the embedded broker ended by itself{f'; see {log}' if log else ''}")
