"""Rules of the command line: it teaches, and an error is one clear line."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stream_slm.cli.main import main
from stream_slm.errors import ConfigurationError


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_every_command_has_an_example_in_its_help(path: tuple[str, ...]) -> None:
    """`--help` shows how the command is typed."""
    done = CliRunner().invoke(main, [*path, "--help"])
    assert done.exit_code == 0
    assert "Example:" in done.output
    assert f"stream-slm {' '.join(path)}" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["classify", "--domain", "weather"], "no pipeline for domain 'weather'; there are: transactions"),
        (["classify", "--app", "no_such.app", "--domain", "x"], "there is no module 'no_such'"),
        (["classify", "--app", "agents/app.py", "--domain", "x"], "name the module, as in --app agents.app"),
        (["classify", "--app", "json", "--domain", "x"], "json has no StreamSLM named slm; it holds none"),
        (["topics", "list", "--app", "agents.app:app"], "agents.app has no StreamSLM named app; it holds slm"),
        (["produce", "t", "-", "--key-pointer", "id"], "JSON pointer 'id' must start with a slash"),
        (["tail", "t", "--app", "agents.app:nothing"], "agents.app has no StreamSLM named nothing"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(arguments: list[str], said: str) -> None:
    """Exit 1, the reason, no traceback."""
    done = CliRunner().invoke(main, arguments, input="")
    assert done.exit_code == 1, done.output
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo", "--domain", "traffic-events"],
        ["tail"],
        ["nonsense"],
        ["produce"],
        ["produce", "t", __file__, "--input", __file__],
        ["classify"],
        ["broker", "--port", "70000"],
        ["dlq", "redrive"],
        ["dlq", "redrive", "t.dlq", "--to", "t.dlq"],
        ["dlq", "redrive", "t.dlq", "--since", "noon"],
        ["dlq", "show", "t.dlq/1"],
        ["dlq", "show", "t.dlq/0/1", "--raw", "--value"],
        ["dlq", "purge", "t.dlq"],
        ["dlq", "purge", "t.dlq", "--before", "7"],
        ["dlq", "purge", "t.dlq", "--all", "--code", "too_long"],
        ["--config", "no-such-file.yaml", "models", "list"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_with_2(arguments: list[str]) -> None:
    """A usage error is told apart from a failure."""
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_wrong_setting_is_named_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is read before anything starts."""
    monkeypatch.setenv("STREAM_SLM_BROKR__BOOTSTRAP_SERVERS", "x:1")
    done = CliRunner().invoke(main, ["models", "list"])
    assert done.exit_code == 1
    assert "did you mean STREAM_SLM_BROKER" in done.output


def test_a_settings_file_holds_for_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`--config` is read before anything else, and an unknown key in it is named."""
    monkeypatch.setenv("STREAM_SLM_CONFIG", "")  # so that what the command sets is taken back
    file = tmp_path / "settings.yaml"
    file.write_text("brokr: {}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["--config", str(file), "models", "list"])
    assert done.exit_code == 1
    assert "did you mean broker?" in done.output


def test_an_interrupted_command_exits_quietly_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is no failure to be explained."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stream_slm.cli.models_folder.load", interrupted)
    done = CliRunner().invoke(main, ["models", "list"])
    assert (done.exit_code, done.output) == (130, "")


def test_debug_shows_where_an_error_came_from() -> None:
    """Without it an error is one line; with it, it is raised as it is."""
    done = CliRunner().invoke(main, ["--debug", "classify", "--app", "no_such.app", "--domain", "x"])
    assert isinstance(done.exception, ConfigurationError)


def test_a_bundle_that_is_not_there_is_told_with_the_command_that_fetches_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first thing a newcomer meets."""
    monkeypatch.setenv("STREAM_SLM_MODELS__DIR", str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("agents")]:
        monkeypatch.delitem(sys.modules, name)
    done = CliRunner().invoke(main, ["classify", "--domain", "transactions"], input='{"id": 1, "text": "coffee"}\n')
    assert done.exit_code == 1
    assert "stream-slm models pull" in done.output
