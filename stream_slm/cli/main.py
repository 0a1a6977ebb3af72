"""The group of commands: one clear line for every error of ours, and one way to be broken off."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from stream_slm.cli.broker import broker
from stream_slm.cli.classify import classify
from stream_slm.cli.config import config as config_commands
from stream_slm.cli.demo import demo
from stream_slm.cli.distil import distil
from stream_slm.cli.dlq import dlq
from stream_slm.cli.evaluate import evaluate
from stream_slm.cli.healthcheck import healthcheck
from stream_slm.cli.models import models
from stream_slm.cli.overrides import add_set_option
from stream_slm.cli.pipelines import pipelines
from stream_slm.cli.plan import plan
from stream_slm.cli.produce import produce
from stream_slm.cli.shadow import shadow
from stream_slm.cli.tail import tail
from stream_slm.cli.topics import topics
from stream_slm.cli.train import train
from stream_slm.cli.tune_thresholds import tune_thresholds
from stream_slm.cli.worker import worker
from stream_slm.errors import StreamSLMError

#: What a shell expects of a program that Ctrl-C ended.
_INTERRUPTED = 130


class _Group(click.Group):
    """Errors of ours are told in one line and exit with 1; anything else is a fault and keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StreamSLMError as error:
            if ctx.params.get("debug"):
                raise
            raise click.ClickException(str(error)) from None
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:  # `stream-slm tail ... | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="stream-slm")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
    help="Settings file (YAML). Environment variables STREAM_SLM_<SECTION>__<NAME> override it, and --set both.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(config: Path | None, debug: bool) -> None:
    """Text inference inside the stream: labels, summaries, evidence and alerts from Kafka topics.

    \b
    Start here:
      stream-slm models pull      fetch the default model (once)
      stream-slm demo             see the whole job on this machine
      stream-slm worker           run the application's pipelines

    \b
    Example, with a settings file:
      stream-slm --config settings.yaml worker --app agents.app
    """
    del debug  # read by the group and by the worker
    if config is not None:
        os.environ["STREAM_SLM_CONFIG"] = str(config)
    # Where no command sets up logging, what we say of a broker that does not answer is enough.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    # Whoever stops us, what we started is stopped in order; the worker and the broker have handlers of their own.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


for command in (
    demo,
    worker,
    healthcheck,
    topics,
    pipelines,
    classify,
    produce,
    tail,
    dlq,
    models,
    shadow,
    train,
    distil,
    evaluate,
    tune_thresholds,
    plan,
    config_commands,
    broker,
):
    main.add_command(command)
add_set_option(main)


if __name__ == "__main__":
    main()
