"""Finds the application that a command works on, and how it reaches Kafka."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import faust

from stream_slm.config.settings import load
from stream_slm.config.sources import CONFIG_VARIABLE, PIPELINES_VARIABLE
from stream_slm.declared.reading import declared_in, declares_pipelines
from stream_slm.errors import ConfigurationError, StreamSLMError
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.streaming.connections import connection_of_app, connection_of_settings
from stream_slm.streaming.faust_settings import app_options

DEFAULT = "agents.app"
_NAME = "slm"

module_option: Callable[[Any], Any] = click.option(
    "--app",
    default=DEFAULT,
    show_default=True,
    metavar="MODULE[:NAME]",
    help="The application: a module that holds a StreamSLM, by default named slm.",
)


def app_option(command: Any) -> Any:
    """Let a command take `--app` and `--pipelines`: what `load_application` loads."""
    module = click.option(
        "--app",
        metavar="MODULE[:NAME]",
        help="The application: a module that holds a StreamSLM, by default named slm (default: the pipelines of "
        f"--pipelines alone, else {DEFAULT}).",
    )
    pipelines = click.option(
        "--pipelines",
        type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
        expose_value=False,
        callback=_keep_pipelines,
        help="Pipelines declared in YAML, beside those of --app (default: STREAM_SLM_PIPELINES, or the settings file).",
    )
    return module(pipelines(command))


def _keep_pipelines(_ctx: click.Context, _option: click.Parameter, file: Path | None) -> None:
    """Keep it where `load_application` finds it, as other settings of the command line are kept."""
    if file is not None:
        os.environ[PIPELINES_VARIABLE] = str(file)


broker_of_app_option: Callable[[Any], Any] = click.option(
    "--app",
    metavar="MODULE[:NAME]",
    help="Reach Kafka as this application does (default: as the settings say, broker.bootstrap_servers).",
)


def load_application(name: str | None = None) -> StreamSLM:
    """The application, with the pipelines that a file declares; without a name, those alone where there are any.

    Raises:
        ConfigurationError: the module cannot be imported or holds no StreamSLM, or the file has problems.
    """
    file = pipelines_file()
    if name is None and file is not None:
        settings = load()
        slm = StreamSLM(faust.App(**app_options(settings)), settings)
    else:
        slm = _imported(name or DEFAULT)
    for each in declared_in(file) if file else ():
        slm.pipeline(**{one.name: getattr(each.spec, one.name) for one in fields(each.spec)})
    return slm


def pipelines_file() -> Path | None:
    """The file of declared pipelines: as named, else the settings file where it declares some."""
    if named := os.environ.get(PIPELINES_VARIABLE):
        return Path(named)
    settings_file = os.environ.get(CONFIG_VARIABLE)
    return Path(settings_file) if settings_file and declares_pipelines(Path(settings_file)) else None


def _imported(name: str) -> StreamSLM:
    """The working directory comes first on the path, as it does for `faust -A`."""
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        holder = importlib.import_module(module)
    except StreamSLMError:
        raise
    except Exception as error:  # whatever the user's module raises, the option that named it is what to look at
        raise ConfigurationError(_not_imported(module, error)) from error
    return _held_by(vars(holder), module, attribute)


def pipeline_of(slm: StreamSLM, domain: str) -> PipelineHandle:
    """The pipeline of a domain, by the pipeline's name or its topics'.

    Raises:
        ConfigurationError: there is none; names those there are.
    """
    for handle in slm.pipelines.values():
        if domain in {handle.spec.name, handle.spec.domain}:
            return handle
    raise ConfigurationError(f"no pipeline for domain {domain!r}; there are: {', '.join(slm.pipelines) or 'none'}")


def reach_kafka(app: str | None) -> dict[str, Any]:
    """How to reach Kafka: as an application does, or where the settings say."""
    if app is not None:
        return connection_of_app(_imported(app).app)
    return connection_of_settings(load())


def _held_by(names: dict[str, Any], module: str, attribute: str) -> StreamSLM:
    held = {name: value for name, value in names.items() if isinstance(value, StreamSLM)}
    found = held.get(attribute or _NAME)
    if found is None and not attribute and len({id(each) for each in held.values()}) == 1:
        (found, *_) = held.values()
    if found is None:
        there = f"it holds {', '.join(sorted(held))}: write --app {module}:NAME" if held else "it holds none"
        raise ConfigurationError(f"{module} has no StreamSLM named {attribute or _NAME}; {there}")
    return found


def _not_imported(module: str, error: Exception) -> str:
    absent = error.name if isinstance(error, ModuleNotFoundError) and error.name else None
    if absent is None or not f"{module}.".startswith(f"{absent}."):
        return f"importing the application {module!r} failed: {type(error).__name__}: {error}"
    told = f"there is no module {absent!r} in {Path.cwd()} or where Python looks"
    if module.endswith(".py") or "/" in module:
        return f"{told}; name the module, as in --app agents.app, not its file"
    return f"{told}; run from the folder that holds the application, or name yours with --app MODULE[:NAME]"
