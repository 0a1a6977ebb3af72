"""Rules of the command line: it teaches, and an error is one clear line."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stream_slm.cli.main import main
from stream_slm.cli.produce import key_of, lines_of
from stream_slm.cli.show import alert_line, dead_letter_line, one_line, outcome_line


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
        (["classify", "--app", "no_such.app", "--domain", "x"], "no application 'no_such.app'"),
        (["classify", "--app", "json", "--domain", "x"], "json holds no StreamSLM"),
        (["topics", "list", "--app", "agents.app:app"], "agents.app:app holds"),
        (["produce", "t", "-", "--key-pointer", "id"], "JSON pointer 'id' must start with a slash"),
        (["demo", "--samples", str(Path(__file__).parent)], "no samples in"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(arguments: list[str], said: str) -> None:
    """Exit 1, the reason, no traceback."""
    done = CliRunner().invoke(main, arguments, input="")
    assert done.exit_code == 1, done.output
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("arguments", [["demo", "--domain", "traffic-events"], ["tail"], ["nonsense"], ["produce"]])
def test_wrong_use_exits_with_2(arguments: list[str]) -> None:
    """A usage error is told apart from a failure."""
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_wrong_setting_is_named_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is read before anything starts."""
    monkeypatch.setenv("STREAM_SLM_BROKR__BOOTSTRAP_SERVERS", "x:1")
    done = CliRunner().invoke(main, ["models", "list"])
    assert done.exit_code == 1
    assert "did you mean STREAM_SLM_BROKER" in done.output


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


def test_a_records_key_is_the_first_id_it_has() -> None:
    """Keys come from the payload; what is no JSON, or has none, is sent without."""
    pointers = ("/transaction_id", "/id")
    assert key_of(b'{"id": 7, "transaction_id": "t"}', pointers) == b"t"
    assert key_of(b'{"id": 7}', pointers) == b"7"
    assert key_of(b'{"id": true}', pointers) is None
    assert key_of(b"[1]", pointers) is None
    assert key_of(b"\xff", pointers) is None


def test_blank_lines_are_no_records() -> None:
    """Bytes are kept but for the line's end."""
    assert list(lines_of([b" a \r\n", b"\n", b"   \n", b"b"])) == [b" a ", b"b"]


def test_what_is_shown_cannot_forge_a_line_or_a_colour() -> None:
    """Control characters of a record do not reach the terminal."""
    assert one_line("a\n\x1b[31mb\x00\tc") == "a [31mb c"
    hostile = "\x1b[2J\nx"
    record = {"domain": "d", "subject": {"id": "1"}, "results": {"s": {"task": "summarization", "text": hostile}}}
    assert "\x1b" not in outcome_line(record).plain
    assert "\x1b" not in alert_line({"severity": "Severe", "event": "e", "headline": hostile, "score": 0.5}).plain
    assert "\x1b" not in dead_letter_line({"__connect.errors.exception.message": hostile}).plain
