"""`stream-slm worker`: runs an application's pipelines until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from importlib.metadata import version

import click
from faust.cli.base import prepare_app

from stream_slm.cli.application import app_option, load_application
from stream_slm.cli.worker_log import set_up_logging
from stream_slm.cli.worker_traces import set_up_traces
from stream_slm.errors import BrokerUnavailable
from stream_slm.log import get_logger
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.topics import Topics, check

log = get_logger(__name__)

#: Between two looks for the broker: short at first, for it may be starting beside us.
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 10.0


@click.command()
@app_option
@click.pass_context
def worker(ctx: click.Context, app: str | None) -> None:
    """Run the application's pipelines: read, infer, deliver, until SIGTERM.

    Waits for the broker if there is none yet. SIGTERM finishes what is in flight, commits, and exits 0; a worker that
    cannot go on without losing records exits 1, and reads them again when it is restarted.

    \b
    Example:
      STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=kafka-1:9092 stream-slm worker --app agents.app
    """
    slm = load_application(app)
    # A line that cannot be formatted is lost; otherwise its arguments would be printed as they are.
    logging.raiseExceptions = False
    set_up_logging(slm, debug=ctx.find_root().params["debug"])
    prepare_app(slm.app, app or __name__)
    if slm.settings.tracing.enabled:
        set_up_traces(slm.app.conf.id, version("stream-slm"))
    # One loop for the wait and for the worker: what was made in the first must serve in the second.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    if not loop.run_until_complete(_ready(slm)):
        return
    log.info("worker_starting", app=slm.app.conf.id, pipelines=sorted(slm.pipelines))
    running = slm.app.conf.Worker(slm.app, quiet=True, override_logging=False, redirect_stdouts=False, loop=loop)
    running.spinner = None  # it would draw on standard output
    running.execute_from_commandline()


async def _ready(slm: StreamSLM) -> bool:
    """Wait until a broker answers and has the topics; False where we were told to stop meanwhile.

    Raises:
        ConfigurationError: topics or rights are missing, or the broker refuses our credentials.
    """
    slm.observability.serve(by_default=True)
    waiting = asyncio.ensure_future(_wait_for_broker(slm))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, waiting.cancel)
    try:
        await waiting
    except asyncio.CancelledError:
        log.info("told_to_stop", note="no broker had answered yet")
        return False
    return True


async def _wait_for_broker(slm: StreamSLM) -> None:
    """Faust gives up at once where no broker answers; in a cluster that starts, that is a crash loop."""
    where = connection_of_app(slm.app)
    wait, since = _FIRST_WAIT_S, time.monotonic()
    clients = logging.getLogger("aiokafka")
    level = clients.level
    clients.setLevel(logging.CRITICAL)  # the line below says it once
    health = slm.observability.health
    health.waits_for_broker = True
    while True:
        try:
            async with Topics(where) as admin:
                clients.setLevel(level)
                health.waits_for_broker = False
                if not slm.settings.topics.create:
                    specs = [handle.spec for handle in slm.pipelines.values()]
                    await admin.check_rights(specs, slm.app.conf.id)
                    check(specs, await admin.existing())
                return
        except BrokerUnavailable as error:
            log.warning("waiting_for_broker", reason=str(error), waited_s=round(time.monotonic() - since), next_s=wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)
