"""The calibration: what is measured, kept and read again, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stream_slm.config.settings import load
from stream_slm.engine.bundle import Bundle
from stream_slm.errors import ConfigurationError
from stream_slm.planning import measure
from stream_slm.planning.calibration import Calibration
from tests.unit.planning.test_plan import calibration, level


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    calibration().save(tmp_path / "here.json")
    assert Calibration.read(tmp_path / "here.json") == calibration()


@pytest.mark.parametrize(
    "change",
    [
        {"levels": []},
        {"levels": None},
        {"kafka_s": -1},
        {"kafka_s": "much"},
        {"memory_mb": float("nan")},
        {"unknown": 1},
        {"levels": [{"in_flight": 1}]},
    ],
    ids=str,
)
def test_a_file_that_is_no_calibration_is_refused_with_the_fix(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "here.json"
    calibration().save(file)
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ConfigurationError, match=r"is no calibration of this version: .* or remove it"):
        Calibration.read(file)


@pytest.mark.parametrize("text", ["", "[]", "7", "{}", '{"levels": [7]}'])
def test_so_is_any_other_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "here.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="is no calibration"):
        Calibration.read(file)


def test_levels_must_ascend(tmp_path: Path) -> None:
    calibration(level(8, 1, 1), level(1, 1, 1)).save(tmp_path / "here.json")
    with pytest.raises(ConfigurationError, match="is no calibration"):
        Calibration.read(tmp_path / "here.json")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot write the calibration"):
        calibration().save(tmp_path / "no" / "here.json")


def test_costs_lie_between_levels_and_never_rise_with_what_is_in_flight() -> None:
    cost = calibration(level(1, 500, 100), level(8, 500, 50), level(64, 500, 80), kafka_us=100).cost_s(10)
    assert cost(1) == cost(0.1) == pytest.approx(1600e-6)
    assert cost(8) == cost(64) == cost(9999) == pytest.approx(1100e-6)
    assert cost(8**0.5) == pytest.approx(1350e-6)


def test_two_texts_give_the_line_through_them() -> None:
    short, long = measure._Taken(1500e-6, 600e-6, 10), measure._Taken(5500e-6, 800e-6, 90)
    line = measure.line_through(8, [short, long])
    assert (line.record_s, line.token_s) == pytest.approx((1000e-6, 50e-6))
    assert (line.loop_record_s, line.loop_token_s) == pytest.approx((575e-6, 2.5e-6))


def test_the_default_bundle_is_measured(monkeypatch: pytest.MonkeyPatch, default_bundle: Path) -> None:
    # Shorter than a user would want it, through the same pipeline and batcher.
    monkeypatch.setattr(measure, "IN_FLIGHT", (1, 32))
    monkeypatch.setattr(measure, "_CPU_S", 0.2)
    monkeypatch.setenv("STREAM_SLM_MODELS__DIR", str(default_bundle.parent))
    told: list[int] = []
    found = measure.calibrate(load(), told.append)
    assert told == [1, 2, 3, 4]
    assert found.digest == Bundle.load(default_bundle).digest
    assert [each.in_flight for each in found.levels] == [1, 32]
    assert found.memory_mb > 50
    for each in found.levels:
        assert 0 < each.loop_record_s + each.loop_token_s * 60 < each.record_s + each.token_s * 60
    # A token of MiniLM takes microseconds, on any machine, and no milliseconds.
    assert 1e-6 < found.levels[-1].token_s < 5e-3
    assert found.cost_s(200)(32) > found.cost_s(20)(32)
