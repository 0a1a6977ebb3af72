"""`stream-slm worker`: runs an application's pipelines until it is told to stop."""

from __future__ import annotations

import asyncio
import logging.config
import time

import click
import faust

from stream_slm.cli.application import app_option, load_application
from stream_slm.errors import BrokerUnavailable
from stream_slm.log import get_logger, logging_config
from stream_slm.plugin import StreamSLM
from stream_slm.streaming import topics
from stream_slm.streaming.faust_settings import connection

log = get_logger(__name__)

#: Between two looks for the broker: short at first, for it may be starting beside us.
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 10.0


@click.command()
@app_option
def worker(app: str) -> None:
    """Run the application's pipelines: read, infer, deliver, until SIGTERM.

    Waits for the broker if there is none yet. SIGTERM finishes what is in flight, commits, and exits 0; a worker that
    cannot go on without losing records exits 1, and reads them again when it is restarted.

    \b
    Example:
      STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=kafka-1:9092 stream-slm worker --app agents.app
    """
    slm = load_application(app)
    logging.config.dictConfig(logging_config(slm.settings.log.format, slm.settings.log.level))
    asyncio.run(_wait_for_broker(slm))
    log.info("worker_starting", app=slm.app.conf.id, pipelines=sorted(slm.pipelines))
    faust.Worker(slm.app, quiet=True, loglevel="info", loop=asyncio.new_event_loop()).execute_from_commandline()


async def _wait_for_broker(slm: StreamSLM) -> None:
    """Faust gives up at once where no broker answers; in a cluster that starts, that is a crash loop."""
    where = connection(slm.app)
    wait, since = _FIRST_WAIT_S, time.monotonic()
    while True:
        try:
            async with topics.Topics(where):
                return
        except BrokerUnavailable as error:
            log.warning("waiting_for_broker", reason=str(error), waited_s=round(time.monotonic() - since), next_s=wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)
