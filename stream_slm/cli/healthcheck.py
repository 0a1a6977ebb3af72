"""`stream-slm healthcheck`: asks the worker beside it how it is, for images without curl."""

from __future__ import annotations

import http.client
import json
from typing import get_args

import click

from stream_slm.config.observability import HttpConfig
from stream_slm.config.settings import load
from stream_slm.errors import ConfigurationError
from stream_slm.streaming.health import Probe

#: Addresses that stand for all of a machine's, and the one of them to ask.
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (compared, not bound)


@click.command()
@click.option(
    "--probe",
    type=click.Choice(get_args(Probe)),
    default="live",
    show_default=True,
    help="startup: the model is loaded. ready: it has joined its group and is not leaving. live: nothing hangs.",
)
@click.option("--timeout", type=click.FloatRange(min=0.1), default=5.0, show_default=True, help="Seconds to wait.")
@click.pass_context
def healthcheck(ctx: click.Context, probe: str, timeout: float) -> None:
    """Ask the worker on this machine how it is: exit status 0 where all is well, 1 where it is not or nobody answers.

    It reads the worker's own settings, so run it in the worker's environment (http.bind, http.port).

    \b
    Example:
      HEALTHCHECK CMD ["stream-slm", "healthcheck"]     in a Dockerfile
      stream-slm healthcheck --probe ready
    """
    config = load().http
    if not config.port:
        raise ConfigurationError("http.port (STREAM_SLM_HTTP__PORT) is 0, any free one: a health check needs a number")
    if config.enabled is False:
        raise ConfigurationError("http.enabled (STREAM_SLM_HTTP__ENABLED) is false: no worker answers here")
    status, told = ask(config, probe, timeout)
    click.echo(told)
    ctx.exit(0 if status == http.client.OK else 1)


def ask(config: HttpConfig, probe: str, timeout_s: float) -> tuple[int | None, str]:
    """A probe's status and answer in a line; no status where nobody answers."""
    # Not urllib: it would go through a proxy that the environment names.
    connection = http.client.HTTPConnection(
        _EVERY_ADDRESS.get(config.bind, config.bind), config.port, timeout=timeout_s
    )
    try:
        connection.request("GET", f"/healthz/{probe}")
        response = connection.getresponse()
        body = json.loads(response.read())
        checks = "; ".join(f"{each['name']}: {each['says']}" for each in body["checks"])
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
        return None, f"{probe}: no worker answers at {config.bind} port {config.port} ({type(error).__name__})"
    failed = f"FAILED ({', '.join(body['failed'])})" if body["failed"] else "ok"
    return response.status, f"{probe}: {failed}; {checks}"
