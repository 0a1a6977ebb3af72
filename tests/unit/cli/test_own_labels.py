"""A user's own labels, from a file to answers: train, classify, evaluate, tune-thresholds."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stream_slm import learning
from stream_slm.cli.main import main
from stream_slm.engine.bundle import Bundle

PARTS = {
    "billing": ("invoice", "charge", "refund", "payment", "bill", "fee"),
    "access": ("password", "login", "account lock", "sign-in code", "username", "two-factor prompt"),
    "delivery": ("parcel", "courier", "shipment", "delivery slot", "tracking number", "package"),
}
PHRASES = (
    "My {} is wrong, please help.",
    "I have a question about the {} from last week.",
    "Nobody answers me about my {}.",
    "The {} did not arrive as promised.",
)
APP = """
import faust
from stream_slm import Classify, StreamSLM
slm = StreamSLM(faust.App("tickets"))
slm.pipeline(name="tickets", source="tickets.v1", tasks=[Classify("topic")])
"""


def rows_of(phrases: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"text": phrase.format(word), "label": label}
        for phrase in phrases
        for label, words in PARTS.items()
        for word in words
    ]


def write(path: Path, rows: Sequence[Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def told(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def trained(default_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder of bundles in which `tickets` has a head trained on 54 rows."""
    folder = tmp_path_factory.mktemp("models")
    labels = write(folder / "labels.jsonl", rows_of(PHRASES[:3]))
    report = told(
        "train", "--labels", labels, "--bundle", str(default_bundle), "--task", "topic",
        "--models-dir", str(folder), "--out", "tickets",
    )  # fmt: skip
    return folder, report


def test_train_writes_a_verified_copy_with_the_head(trained: tuple[Path, dict[str, Any]], default_bundle: Path) -> None:
    folder, report = trained
    made, source = Bundle.load(folder / "tickets"), Bundle.load(default_bundle)
    assert report["digest"] == made.digest != source.digest
    assert made.manifest.heads.keys() == source.manifest.heads.keys() | {"topic"}
    entry = made.manifest.heads["topic"]
    assert (entry["kind"], entry["labels"], entry["multi_label"]) == ("linear", sorted(PARTS), False)
    assert entry["calibration"]["count"] == report["trained_rows"] == 54
    assert made.manifest.provenance["topic.source_bundle"] == source.digest
    assert {"heads/topic.npz", "heads/topic.report.json", "heads/topic.md"} <= made.manifest.files.keys()
    assert report["macro_f1"] > 0.7
    assert not list(folder.glob(".*")), "nothing half-made is left"


def test_the_new_head_labels_records(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, report = trained
    (tmp_path / "tickets_app.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STREAM_SLM_MODELS__DIR", str(folder))
    monkeypatch.setenv("STREAM_SLM_MODELS__BUNDLE", "tickets")
    monkeypatch.setattr(sys, "path", [*sys.path])
    done = run(
        "classify", "--app", "tickets_app", "--domain", "tickets", stdin='{"id": 1, "text": "I forgot my password"}\n'
    )
    assert done.exit_code == 0, done.output
    enriched = json.loads(done.stdout)
    assert enriched["results"]["topic"]["label"] == "access"
    assert report["digest"] in json.dumps(enriched)


def test_evaluate_measures_on_rows_of_ones_own(trained: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, _ = trained
    rows = [*rows_of(PHRASES[3:]), {"text": "My password!", "label": " Access"}, {"text": "Hello", "label": "other"}]
    labels = write(tmp_path / "new.jsonl", rows)
    common = ("evaluate", "--labels", labels, "--bundle", "tickets", "--task", "topic", "--models-dir", str(folder))
    report = told(*common)
    assert report["rows"] == 19
    assert report["macro_f1"] > 0.7
    assert report["remarks"][0] == "label ' Access' is read as 'access'"
    assert "1 rows are left out, for the head has no label 'other' (1)" in report["remarks"][1]
    done = run(*common)
    assert done.exit_code == 0, done.output
    for part in ("macro-F1", "True label by row", "Reliability", "Error among the surest", "1 access"):
        assert part in done.stdout


def test_tune_thresholds_writes_what_it_prints(trained: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, report = trained
    labels = write(tmp_path / "new.jsonl", rows_of(PHRASES))
    common = (
        "tune-thresholds",
        "--labels",
        labels,
        "--bundle",
        "tickets",
        "--task",
        "topic",
        "--models-dir",
        str(folder),
    )
    tuned = told(*common, "--recall", "0.75", "--label", "billing")
    (row,) = tuned["labels"]
    made = Bundle.load(folder / "tickets-tuned")
    assert made.digest == tuned["digest"] != report["digest"]
    before = Bundle.load(folder / "tickets").manifest.heads["topic"]["thresholds"]
    assert made.manifest.heads["topic"]["thresholds"] == {**before, "billing": row["threshold"]}
    assert row["recall"] >= 0.75
    assert row["rows"] == 24
    done = run(*common, "--precision", "0.99", "--replace")
    assert done.exit_code == 1
    assert "at least 100 are needed" in done.stderr
    assert Bundle.load(folder / "tickets-tuned").digest == made.digest
    again = told(*common, "--recall", "0.3", "--label", "billing", "--replace")
    assert Bundle.load(folder / "tickets-tuned").digest == again["digest"] != made.digest
    assert not list(folder.glob(".*")), "what was replaced is gone"


def test_bad_rows_stop_it_unless_they_are_skipped(trained: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, _ = trained
    labels = write(tmp_path / "bad.jsonl", [*rows_of(PHRASES[:2]), {"text": "no label"}, "no object"])
    common = ("evaluate", "--labels", labels, "--bundle", "tickets", "--task", "topic", "--models-dir", str(folder))
    done = run(*common)
    assert done.exit_code == 1
    assert "2 bad rows: line 37: no label at /label; line 38: valid JSON, but no object" in done.stderr
    assert told(*common, "--skip-bad")["rows"] == 36


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "tickets"], "--replace puts the new one in its place"),
        (["--out", "minilm-l6-v2-int8"], "choose another name"),
        (["--out", "../x"], "is no name for a bundle"),
        (["--bundle", "nowhere"], "no model bundle at"),
    ],
)
def test_what_cannot_be_written_is_told_before_any_work(
    trained: tuple[Path, dict[str, Any]], arguments: list[str], said: str
) -> None:
    folder, _ = trained
    common = ("train", "--labels", str(folder / "labels.jsonl"), "--task", "topic", "--models-dir", str(folder))
    done = run(*common, "--bundle", "tickets", *arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "fitting" not in done.stderr


def test_several_labels_a_text(default_bundle: Path, tmp_path: Path) -> None:
    rows = rows_of(PHRASES[:3])
    pairs = [
        {"text": f"{one['text']} {two['text']}", "label": [one["label"], two["label"]]}
        for one, two in zip(rows, rows[7:], strict=False)
        if one["label"] != two["label"]
    ]
    labels = write(tmp_path / "labels.jsonl", [*({**row, "label": [row["label"]]} for row in rows), *pairs])
    report = told(
        "train", "--labels", labels, "--bundle", str(default_bundle), "--task", "topics",
        "--models-dir", str(tmp_path), "--out", "several",
    )  # fmt: skip
    assert report["multi_label"] is True
    assert report["macro_f1"] > 0.6
    entry = Bundle.load(tmp_path / "several").manifest.heads["topics"]
    assert (entry["multi_label"], entry["calibration"]["kind"]) == (True, "platt")


def test_without_the_extra_one_line_says_what_to_install(
    trained: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = trained
    for name in ("train", "calibration"):
        monkeypatch.delitem(sys.modules, f"stream_slm.learning.{name}", raising=False)
        monkeypatch.delattr(learning, name, raising=False)
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    common = ("train", "--labels", str(folder / "labels.jsonl"), "--task", "topic", "--models-dir", str(folder))
    done = run(*common, "--bundle", "tickets", "--out", "unmade")
    assert done.exit_code == 1
    assert "pip install 'stream-slm[train]'" in done.stderr


def test_distil_makes_a_head_of_a_teachers_answers_and_goes_on_after_a_kill(
    trained: tuple[Path, dict[str, Any]], default_bundle: Path, tmp_path: Path
) -> None:
    """The head of another bundle teaches here; texts bring their true labels to measure with."""
    folder, _ = trained
    (tmp_path / default_bundle.name).symlink_to(default_bundle)
    (tmp_path / "teacher").symlink_to(folder / "tickets")
    texts = write(tmp_path / "texts.jsonl", [*rows_of(PHRASES), {"text": "Nobody said what this is."}])
    asked = (
        "distil", "--texts", texts, "--teacher", "teacher", "--by", "head", "--task", "topic",
        "--bundle", default_bundle.name, "--models-dir", str(tmp_path), "--out", "student",
    )  # fmt: skip
    report = told(*asked)
    made = Bundle.load(tmp_path / "student")
    assert made.digest == report["digest"]
    assert made.manifest.heads["topic"]["labels"] == sorted(PARTS)
    assert report["agreement"] > 0.8
    assert report["against_truth"]["rows"] <= report["agreement_rows"]
    assert report["against_truth"]["teacher_macro_f1"] > 0.9
    answers = tmp_path / "student.teacher.jsonl"
    whole = answers.read_bytes()
    assert b"Nobody" not in whole
    answers.write_bytes(whole[: len(whole) // 2])
    again = run(*asked, "--replace")
    assert again.exit_code == 0, again.output
    assert "texts are answered" in again.stderr
    assert sorted(answers.read_bytes().splitlines()) == sorted(whole.splitlines())
    refused = run(*asked[:4], "teacher", "--by", "scoring", *asked[7:], "--replace")
    assert refused.exit_code == 1
    assert "needs --labels" in refused.output
    for idle, said in (("--multi-label", "a head knows by itself"), ("--threshold=0.5", "goes with --multi-label")):
        refused = run(*asked, "--replace", idle)
        assert refused.exit_code == 1
        assert said in refused.output
