"""Where settings are given: a YAML file, the environment (`STREAM_SLM_`, nested by `__`), files of secrets, `--set`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings, EnvSettingsSource

from stream_slm.config.problems import fields_of, suggestion
from stream_slm.errors import ConfigurationError

PREFIX = "STREAM_SLM_"
#: The YAML file.
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
#: What the command line sets, as a JSON object: the application reads its settings itself, in this process or another.
SET_VARIABLE = f"{PREFIX}SET"
#: The file of declared pipelines.
PIPELINES_VARIABLE = f"{PREFIX}PIPELINES"
#: Not of the tree: the three above, what only the tests use, and what Kubernetes sets for a service called stream-slm.
_OUTSIDE_THE_TREE = (CONFIG_VARIABLE, SET_VARIABLE, PIPELINES_VARIABLE)
_NOT_OURS = (f"{PREFIX}TEST_", f"{PREFIX}SERVICE_", f"{PREFIX}PORT")
#: A variable with this end holds the path of a file that holds the value.
_FILE = "_FILE"
#: In the settings file, but not of the tree: `stream_slm.pipeline.declared` reads it.
_PIPELINES = "pipelines"


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source gives: a part of the tree, and what to call the source, in general or of one setting."""

    tree: Mapping[str, Any]
    name: str
    names: Mapping[str, str] = field(default_factory=dict)

    def origin(self, setting: str) -> str:
        """Where a setting of this layer is given, in words."""
        return self.names.get(setting, self.name)


def yaml_layer(file: Path) -> Layer:
    """What a settings file says.

    Raises:
        ConfigurationError: it cannot be read, or is no mapping.
    """
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"settings file {file}: {error.strerror}; check STREAM_SLM_CONFIG or --config"
        raise ConfigurationError(problem) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise ConfigurationError(f"settings file {file}{line}: not valid YAML") from None
    if tree is None:
        tree = {}
    if not isinstance(tree, dict) or not all(isinstance(key, str) for key in tree):
        raise ConfigurationError(f"settings file {file}: the top level must be a mapping, such as `broker: {{...}}`")
    return Layer({name: given for name, given in tree.items() if name != _PIPELINES}, str(file))


def environment(tree: type[BaseSettings], env: Mapping[str, str]) -> Layer:
    """What the environment says, but for files."""
    ours = {name: value for name, value in _variables(env).items() if _setting_of_file(tree, name) is None}
    return _decoded(tree, ours, "the environment")


def secret_files(tree: type[BaseSettings], env: Mapping[str, str]) -> Layer:
    """What files say that the environment names: `STREAM_SLM_BROKER__SASL_PASSWORD_FILE`, of any setting.

    Raises:
        ConfigurationError: a file cannot be read; names the variable.
    """
    values: dict[str, str] = {}
    names: dict[str, str] = {}
    for variable, path in _variables(env).items():
        setting = _setting_of_file(tree, variable)
        if setting is not None:
            values[variable.removesuffix(_FILE)] = _content(variable, Path(path))
            names[setting] = f"the file {path}"
    return _decoded(tree, values, "a file", names)


def command_line(env: Mapping[str, str]) -> dict[str, str]:
    """What `--set` was given, by setting.

    Raises:
        ConfigurationError: something else wrote the variable that carries it.
    """
    try:
        found = json.loads(env.get(SET_VARIABLE) or "{}")
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ConfigurationError(f"{SET_VARIABLE}: written by --set alone, as a JSON object of strings; unset it")
    return found


def overridden(tree: type[BaseSettings], overrides: Mapping[str, str]) -> Layer:
    """What the command line says."""
    return _decoded(tree, {_variable(setting): value for setting, value in overrides.items()}, "--set")


def unknown_variables(tree: type[BaseSettings], env: Mapping[str, str]) -> Iterator[str]:
    """Problems with names: pydantic ignores a variable of the first level, but a typing mistake must be told."""
    known = [f"{PREFIX}{name.upper()}" for name in tree.model_fields]
    for variable in env:
        name = variable.upper()
        if not name.startswith(PREFIX) or name in _OUTSIDE_THE_TREE or name.startswith(_NOT_OURS):
            continue
        section = name.partition("__")[0]
        if section not in known:
            yield f"{variable}: no such setting{suggestion(section, known, PREFIX)}"
        elif "__" not in variable:
            names = fields_of(tree, section.removeprefix(PREFIX).lower())
            fields = ", ".join(f"{section}__{each.upper()}" for each in names)
            yield f"{variable}: names a section, not a setting; its settings are {fields}"


def unknown_overrides(tree: type[BaseSettings], overrides: Mapping[str, str]) -> Iterator[str]:
    """Problems with the names that `--set` was given."""
    for setting in overrides:
        section, _, name = setting.partition(".")
        names = fields_of(tree, section)
        if not names:
            yield f"--set {setting}: no such setting{suggestion(section, list(tree.model_fields))}"
        elif name not in names:
            yield f"--set {setting}: no such setting{suggestion(name, names)}"


def _variables(env: Mapping[str, str]) -> dict[str, str]:
    """Variables of the tree, in capitals."""
    upper = {name.upper(): value for name, value in env.items()}
    return {name: value for name, value in upper.items() if name.startswith(PREFIX) and "__" in name}


def _decoded(
    tree: type[BaseSettings], variables: Mapping[str, str], name: str, names: Mapping[str, str] | None = None
) -> Layer:
    source = EnvSettingsSource(tree)
    source.env_vars = {variable.lower(): value for variable, value in variables.items()}
    return Layer(source(), name, names or {})


def _setting_of_file(tree: type[BaseSettings], variable: str) -> str | None:
    """The setting whose file a variable names; one that is itself a setting, such as a token's file, names none."""
    section, _, name = variable.removeprefix(PREFIX).lower().partition("__")
    names = fields_of(tree, section)
    of_file = name.removesuffix(_FILE.lower())
    return f"{section}.{of_file}" if name not in names and name != of_file and of_file in names else None


def _content(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ConfigurationError(f"{variable}: the file {path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{variable}: the file {path} is not UTF-8 text") from None


def _variable(setting: str) -> str:
    return PREFIX + setting.upper().replace(".", "__")
