"""`stream-slm dlq`: an operator looks at dead letters, sends them back, and deletes them."""

from __future__ import annotations

import click

from stream_slm.cli.dlq_look import list_, show
from stream_slm.cli.dlq_purge import purge
from stream_slm.cli.dlq_redrive import redrive


@click.group()
def dlq() -> None:
    """Look at dead letters, send them back, delete them.

    A record that can never succeed goes to its topic's dead-letter topic (<topic>.dlq) with its key, value and headers
    unchanged, and headers that say why. The value is shown only where --value or --raw asks for it.

    \b
    Example:
      stream-slm dlq list                                            what is there, by error code
      stream-slm dlq show transactions.v1.dlq --code schema_invalid --limit 3
      stream-slm dlq redrive transactions.v1.dlq --code schema_invalid --dry-run
      stream-slm dlq purge transactions.v1.dlq --until 30d
    """


for command in (list_, show, redrive, purge):
    dlq.add_command(command)
