"""Rules of finding the application by name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stream_slm.cli.application import load_application, pipeline_of
from stream_slm.errors import ConfigurationError

APP = """
import faust
from stream_slm import Classify, StreamSLM

{name} = StreamSLM(faust.App("mine"))
{name}.pipeline(name="risk", source="payments.v1", tasks=[Classify("risk")])
"""
Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a module into the working directory; it is forgotten after the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())

    def write(module: str, source: str) -> None:
        monkeypatch.delitem(sys.modules, module, raising=False)
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")

    return write


@pytest.mark.parametrize(("name", "held_as"), [("app_one", "slm"), ("app_two", "inference"), ("app_three:it", "it")])
def test_an_application_is_a_module_of_the_working_directory(write: Write, name: str, held_as: str) -> None:
    """By its usual name, as the only one of its module, or by the name that is given."""
    write(name.partition(":")[0], APP.format(name=held_as))
    slm = load_application(name)
    assert pipeline_of(slm, "risk") is pipeline_of(slm, "payments")


def test_of_several_the_usual_name_counts_and_else_one_must_be_named(write: Write) -> None:
    """No guessing which application is meant."""
    write("app_several", APP.format(name="a") + APP.format(name="b"))
    with pytest.raises(ConfigurationError, match="it holds a, b: write --app app_several:NAME"):
        load_application("app_several")
    write("app_usual", APP.format(name="a") + APP.format(name="slm"))
    assert load_application("app_usual") is sys.modules["app_usual"].slm


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("1 / 0", "importing the application 'app_broken' failed: ZeroDivisionError"),
        ("from stream_slm import Classify\nClassify()", "failed: TypeError"),
    ],
)
def test_what_is_wrong_inside_an_application_is_told_as_such(write: Write, source: str, said: str) -> None:
    """A missing library of the application's is not taken for a missing application."""
    write("app_broken", source)
    with pytest.raises(ConfigurationError, match=said):
        load_application("app_broken")


def test_a_contradiction_in_a_pipeline_keeps_its_message(write: Write) -> None:
    """Our own errors say enough."""
    write("app_twice", APP.format(name="slm") + 'slm.pipeline(name="risk", source="x.v1", tasks=[Classify("risk")])')
    with pytest.raises(ConfigurationError, match=r"^pipeline risk is declared twice$"):
        load_application("app_twice")
