"""`stream-slm plan`: what is typed, what is refused, what is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_slm.cli.main import main
from stream_slm.engine.bundle import Bundle
from tests.unit.engine.tiny_language_model import tiny_decoder
from tests.unit.planning.test_plan import calibration

ASKED = ("--rate", "5000/s", "--tokens", "60", "--p99", "1s")


@pytest.fixture
def measured(tmp_path: Path, default_bundle: Path) -> Path:
    """A calibration that says it was made with the default bundle."""
    file = tmp_path / "here.json"
    replace(calibration(), digest=Bundle.load(default_bundle).digest).save(file)
    return file


def typed(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", "--models-dir", str(folder), *arguments])


def test_the_answer_in_words(default_bundle: Path, measured: Path) -> None:
    asked = (*ASKED, "--price-per-core-hour", "0.05", "--calibration", str(measured))
    done = typed(default_bundle.parent, *asked)
    assert done.exit_code == 0, done.output
    for said in (
        "workers",
        "of 2 cores",
        "partitions",
        "MiB a worker",
        "a month",
        "a million messages",
        "hangs most on",
    ):
        assert said in done.output


def test_the_answer_for_a_program(default_bundle: Path, measured: Path) -> None:
    answers = []
    for rate in ("5000/s", "300k/min", "18M/h", "432M/d"):
        asked = ("--rate", rate, "--tokens", "60", "--p99", "1000ms", "--calibration", str(measured), "--json")
        answers.append(json.loads(typed(default_bundle.parent, *asked).stdout))
    assert all(each == answers[0] for each in answers)  # the same rate, written in four ways
    assert answers[0]["partitions"] == 4 * answers[0]["replicas"]
    assert answers[0]["cost"] is None


@pytest.mark.parametrize(
    "asked",
    [
        ("--rate", "5000", "--tokens", "60", "--p99", "1s"),
        ("--rate", "-5/s", "--tokens", "60", "--p99", "1s"),
        ("--rate", "5/s", "--tokens", "many", "--p99", "1s"),
        ("--rate", "5/s", "--tokens", "60", "--p99", "soon"),
        ("--rate", "5/s", "--tokens", "60"),
        (*ASKED, "--price-per-core-hour", "0"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_read_is_wrong_use(tmp_path: Path, asked: tuple[str, ...]) -> None:
    assert typed(tmp_path, *asked).exit_code == 2


def test_nonsense_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    done = typed(tmp_path, "--rate", "0/s", "--tokens", "60", "--p99", "1s")
    assert done.exit_code == 1
    assert "--rate is 0, and must be from" in done.output


def test_a_calibration_of_another_bundle_is_refused(default_bundle: Path, tmp_path: Path) -> None:
    calibration().save(tmp_path / "other.json")
    done = typed(default_bundle.parent, *ASKED, "--calibration", str(tmp_path / "other.json"))
    assert done.exit_code == 1
    assert "was measured with b (sha256:0), not with minilm-l6-v2-int8" in done.output


def test_a_language_model_is_refused(tmp_path: Path) -> None:
    tiny_decoder(tmp_path / "writer")
    done = typed(tmp_path, *ASKED, "--bundle", "writer")
    assert done.exit_code == 1
    assert "holds a language model" in done.output


def test_what_makes_figures_doubtful_is_told(default_bundle: Path, measured: Path) -> None:
    replace(calibration(), digest=Bundle.load(default_bundle).digest, load=7.5).save(measured)
    done = typed(default_bundle.parent, *ASKED, "--cores", "8", "--calibration", str(measured))
    assert "others were at work when this was measured (load 7.5 on 2 CPUs)" in done.output
    assert "8 cores a worker are drawn on from 2 measured" in done.output
