"""Rules of `stream-slm pipelines`, and of `--pipelines` where an application is asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_slm.cli.application import load_application
from stream_slm.cli.main import main
from stream_slm.errors import ConfigurationError

EXAMPLE = Path(__file__).parents[3] / "examples" / "support-tickets" / "pipelines.yaml"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("STREAM_SLM_") and name != "STREAM_SLM_MODELS__DIR":
            monkeypatch.delenv(name)
    # Set, so that what a command sets is taken back.
    monkeypatch.setenv("STREAM_SLM_CONFIG", "")
    monkeypatch.setenv("STREAM_SLM_PIPELINES", "")


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_lint_exits_with_0_or_2_and_says_where(tmp_path: Path) -> None:
    """In the form that editors and CI jump to; or as JSON."""
    right = command("pipelines", "lint", EXAMPLE)
    assert (right.exit_code, right.stderr) == (0, "")
    assert "no problems; pipelines: 1, expectations: 5" in right.stdout
    file = tmp_path / "wrong.yaml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8").replace("threshold: 0.6", "treshold: 0.6"), encoding="utf-8")
    wrong = command("pipelines", "lint", file)
    assert wrong.exit_code == 2
    assert f"{file}:35: /pipelines/0/alerts/0/treshold: no such field; did you mean threshold?" in wrong.stderr
    told = [json.loads(line) for line in command("pipelines", "lint", file, "--json").stdout.splitlines()]
    assert {"line": 35, "pointer": "/pipelines/0/alerts/0/treshold"}.items() <= told[1].items()
    file.write_text("pipelines: [", encoding="utf-8")
    assert command("pipelines", "lint", file).exit_code == 2


def test_expectations_are_run_and_shown(tmp_path: Path, default_bundle: Path) -> None:
    """Exit 0 where all are met, else 1 and what there was instead."""
    del default_bundle
    file = tmp_path / "pipelines.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("schema: ticket", f"schema: {EXAMPLE.parent}/ticket")
    file.write_text(text.replace("labels: {topic: delivery}", "labels: {topic: login}"), encoding="utf-8")
    done = command("pipelines", "test", file, "--json")
    assert done.exit_code == 1, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [bool(row["differences"]) for row in rows] == [False, True, False, False, False]
    assert rows[1]["test"] == "parcel is late"
    assert rows[1]["differences"][0].startswith("topic: delivery (")
    file.write_text(text.partition("    tests:")[0], encoding="utf-8")
    assert "expects nothing" in command("pipelines", "test", file).stderr


def test_a_file_alone_is_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --app, its pipelines are all there are."""
    monkeypatch.setenv("STREAM_SLM_PIPELINES", str(EXAMPLE))
    assert list(load_application().pipelines) == ["support-tickets"]


def test_a_settings_file_that_declares_pipelines_is_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the settings beside them; a mistake in them is found by `config check`."""
    file = tmp_path / "settings.yaml"
    declared = "pipelines: [{name: x, source: x.v1, tasks: [{summarize: {}}]}]"
    file.write_text(f"app: {{id: from-file}}\n{declared}\n", encoding="utf-8")
    monkeypatch.setenv("STREAM_SLM_CONFIG", str(file))
    slm = load_application()
    assert (slm.settings.app.id, list(slm.pipelines)) == ("from-file", ["x"])
    assert command("--config", file, "config", "check").exit_code == 0
    file.write_text(declared.replace("source", "sauce"), encoding="utf-8")
    wrong = command("--config", file, "config", "check")
    assert wrong.exit_code == 2
    assert "did you mean source?" in wrong.stderr


def test_pipelines_of_a_file_stand_beside_those_of_an_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a name that both have is a mistake."""
    (tmp_path / "app_beside.py").write_text(
        "import faust\nfrom stream_slm import Summarize, StreamSLM\nslm = StreamSLM(faust.App('beside'))\n"
        "slm.pipeline(name='mine', source='mine.v1', tasks=[Summarize()])\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("STREAM_SLM_PIPELINES", str(EXAMPLE))
    assert list(load_application("app_beside").pipelines) == ["mine", "support-tickets"]
    with pytest.raises(ConfigurationError, match="support-tickets is declared twice"):
        load_application("app_beside")


def test_schemas_are_printed_for_editors() -> None:
    """Of a file of pipelines, and of a settings file with pipelines in it."""
    pipelines = json.loads(command("pipelines", "schema").stdout)
    settings = json.loads(command("config", "schema").stdout)
    assert pipelines["required"] == ["pipelines"]
    assert settings["properties"]["pipelines"] == pipelines["properties"]["pipelines"]
    assert {"broker", "log"} <= set(settings["properties"])
    assert "required" not in settings
