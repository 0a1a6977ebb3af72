"""The commands together, as a newcomer types them, on the embedded broker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stream_slm.streaming.embedded import EmbeddedBroker

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
NOTES = [
    '{"id": "n1", "text": "Routine follow-up for hypertension. Blood pressure is well controlled."}',
    '{"id": "n2", "text": "Cardiac arrest in room 4, CPR in progress, no pulse, defibrillator called."}',
    '{"id": "n3"}',
    "no json at all",
    "",
    '{"id": "n1", "text": "Routine follow-up for hypertension. Blood pressure is well controlled."}',
]


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAM_SLM_")}
    return subprocess.run(
        [sys.executable, "-m", "stream_slm.cli.main", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_the_demo_gives_every_line_of_a_file_one_outcome(tmp_path: Path, default_bundle: Path) -> None:
    """Each non-blank line is enriched or dead-lettered with its bytes; the output file has what a subscriber read."""
    del default_bundle
    file, output = tmp_path / "notes.jsonl", tmp_path / "seen.jsonl"
    file.write_text("\n".join(NOTES), encoding="utf-8")
    done = run("demo", "--input", str(file), "--domain", "clinical-notes", "--output", str(output))
    assert done.returncode == 0, done.stdout + done.stderr
    seen = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert all(
        set(each) == {"topic", "partition", "offset", "timestamp", "key", "headers", "value"} for each in seen
    )
    by_topic = {topic: [each for each in seen if each["topic"] == topic] for topic in {each["topic"] for each in seen}}
    enriched = by_topic["clinical-notes.enriched.v1"]
    assert sorted(each["value"]["subject"]["id"] for each in enriched) == ["n1", "n1", "n2"]
    assert sorted(map(str, (each["value"] for each in by_topic["clinical-notes.v1.dlq"]))) == [
        "no json at all",
        "{'id': 'n3'}",
    ]
    (alert,) = by_topic["clinical-notes.alerts.v1"]
    assert "Cardiac" not in json.dumps(alert)


def test_classify_gives_enriched_records_in_the_order_of_the_lines(default_bundle: Path, tmp_path: Path) -> None:
    """The same records without Kafka; bad lines are told by number and code, never by their text."""
    del default_bundle
    dead = tmp_path / "dead.jsonl"
    done = run("classify", "--domain", "clinical-notes", "--dead-letters", str(dead), stdin="\n".join(NOTES))
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["subject"]["id"] for record in records] == ["n1", "n2", "n1"]
    assert records[1]["results"]["urgency"]["label"] in ("asap", "stat")
    assert "line 3: schema_invalid" in done.stderr
    assert "line 4: decode_error" in done.stderr
    assert "no json at all" not in done.stderr
    assert [json.loads(line)["line"] for line in dead.read_text(encoding="utf-8").splitlines()] == [3, 4]
    assert run("classify", "--domain", "clinical-notes", "--strict", stdin="{").returncode == 1


def test_topics_produce_and_tail_work_on_one_broker(tmp_path: Path) -> None:
    """Create, list, send and read back, bytes unchanged."""
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id": "a", "text": "x"}\nnot json\n', encoding="utf-8")
    with EmbeddedBroker() as broker:
        where = {"STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": broker.bootstrap}
        before = [json.loads(line) for line in run("topics", "list", "--json", **where).stdout.splitlines()]
        assert len(before) == 12
        assert all(row["partitions"] is None for row in before)
        assert len(json.loads(run("topics", "create", "--json", **where).stdout)) == 12
        assert json.loads(run("topics", "create", "--json", **where).stdout) == []
        assert run("produce", "traffic-events.v1", str(file), **where).returncode == 0
        options = ("--from-beginning", "--json", "--max", "2", "--timeout", "20")
        tailed = run("tail", "traffic-events.v1", *options, **where)
    read = [json.loads(line) for line in tailed.stdout.splitlines()]
    assert sorted((each["key"] or "", str(each["value"])) for each in read) == [
        ("", "not json"),
        ("a", "{'id': 'a', 'text': 'x'}"),
    ]
    gone = run("tail", "traffic-events.v1", **where)
    assert gone.returncode == 1
    assert "no Kafka broker answers" in gone.stderr
