"""Finds the application a command works on: a module that holds a StreamSLM."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stream_slm.errors import ConfigurationError
from stream_slm.plugin import PipelineHandle, StreamSLM

DEFAULT = "agents.app"

app_option: Callable[[Any], Any] = click.option(
    "--app",
    default=DEFAULT,
    show_default=True,
    metavar="MODULE[:NAME]",
    help="The application: a module with a StreamSLM (by default its only one).",
)


def load_application(name: str) -> StreamSLM:
    """Import the application; the working directory comes first on the path, as it does for `faust -A`.

    Raises:
        ConfigurationError: it cannot be imported, or holds no StreamSLM.
    """
    module_name, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"no application {module_name!r} ({error}): run from the folder that holds it, or name yours with --app"
        ) from None
    if attribute:
        found = [getattr(module, attribute, None)]
    else:
        found = list({id(each): each for each in vars(module).values() if isinstance(each, StreamSLM)}.values())
    if len(found) != 1 or not isinstance(found[0], StreamSLM):
        raise ConfigurationError(
            f"{name} holds {len(found) or 'no'} StreamSLM: write `slm = StreamSLM(app)` there, or use --app MODULE:NAME"
        )
    return found[0]


def pipeline_of(slm: StreamSLM, domain: str) -> PipelineHandle:
    """The pipeline of a domain, by the pipeline's name or its topics'.

    Raises:
        ConfigurationError: there is none; names those there are.
    """
    for handle in slm.pipelines.values():
        if domain in (handle.spec.name, handle.spec.domain):
            return handle
    raise ConfigurationError(f"no pipeline for domain {domain!r}; there are: {', '.join(slm.pipelines) or 'none'}")
