"""The commands together, as a newcomer types them, on the embedded broker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stream_slm.streaming.embedded import EmbeddedBroker, answers, free_port

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
#: Tests run side by side, and a port is one worker's.
UNASKED = {"STREAM_SLM_HTTP__ENABLED": "false"}
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
        env={**clean, **UNASKED, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@contextmanager
def _worker(bootstrap: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on a broker; its log is a pipe that `_wait_for` reads."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAM_SLM_")}
    quick = {"STREAM_SLM_BROKER__SESSION_TIMEOUT_S": "6", "STREAM_SLM_BROKER__HEARTBEAT_INTERVAL_S": "1"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "stream_slm.cli.main", "worker"],
        cwd=ROOT,
        env={**clean, **quick, **UNASKED, "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": bootstrap, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def _wait_for(worker: subprocess.Popen[bytes], *texts: str) -> None:
    """Read the worker's log up to a line that holds one of some texts."""
    assert worker.stderr is not None
    read: list[str] = []
    while line := worker.stderr.readline():
        read.append(line.decode())
        if any(text in read[-1] for text in texts):
            return
    raise AssertionError(f"the worker ended without {texts}:\n{''.join(read)}")


def test_the_demo_gives_every_line_of_a_file_one_outcome(tmp_path: Path, default_bundle: Path) -> None:
    """Each non-blank line is enriched or dead-lettered with its bytes; the output file has what a subscriber read."""
    del default_bundle
    file, output = tmp_path / "notes.jsonl", tmp_path / "seen.jsonl"
    file.write_text("\n".join(NOTES), encoding="utf-8")
    done = run("demo", "--input", str(file), "--domain", "clinical-notes", "--output", str(output))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5  records sent" in done.stdout
    assert "0  lost" in done.stdout
    seen = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert all(set(each) == {"topic", "partition", "offset", "timestamp", "key", "headers", "value"} for each in seen)
    by_topic = {topic: [each for each in seen if each["topic"] == topic] for topic in {each["topic"] for each in seen}}
    enriched = by_topic["clinical-notes.enriched.v1"]
    assert sorted(each["value"]["subject"]["id"] for each in enriched) == ["n1", "n1", "n2"]
    assert sorted(map(str, (each["value"] for each in by_topic["clinical-notes.v1.dlq"]))) == [
        "no json at all",
        "{'id': 'n3'}",
    ]
    (alert,) = by_topic["clinical-notes.alerts.v1"]
    assert "Cardiac" not in json.dumps(alert)


def test_the_demo_goes_through_the_samples_once_and_reports(default_bundle: Path) -> None:
    """What `make demo` prints where there is no terminal: every domain, alerts, dead letters, nothing lost."""
    del default_bundle
    done = run("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    for domain in ("transactions", "clinical-notes", "traffic-events"):
        assert f"{domain}: 12 of ".upper() in done.stdout
    for told in ("ALERTS: ", "Suspicious transaction", "DEAD LETTERS: ", "decode_error", "schema_invalid", "0  lost"):
        assert told in done.stdout


@pytest.mark.parametrize("domain", ["transactions", "clinical-notes", "traffic-events"])
def test_classify_reads_the_samples_of_a_domain(domain: str, default_bundle: Path) -> None:
    """Every line is a record or is told by its number; in a pipe and in a file the same."""
    del default_bundle
    file = ROOT / "agents" / "samples" / f"{domain}.jsonl"
    done = run("classify", "--domain", domain, "--input", str(file))
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert {record["domain"] for record in records} == {domain}
    told = [line for line in done.stderr.splitlines() if line.startswith("line ")]
    assert len(records) + len(told) == len(file.read_bytes().splitlines())
    assert len(told) >= 3


def test_a_worker_whose_topics_are_missing_says_so_and_exits_with_1() -> None:
    """One line with the fix, and no traceback."""
    with EmbeddedBroker() as broker:
        done = run("worker", STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=broker.bootstrap)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: missing topics: clinical-notes.alerts.v1, ")
    assert "stream-slm topics create" in line


def test_a_worker_without_its_model_says_so_and_exits_with_1(tmp_path: Path) -> None:
    """The reason stands in the log, once, without the stack of the services that it took down."""
    with EmbeddedBroker() as broker:
        where = {"STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": broker.bootstrap}
        assert run("topics", "create", **where).returncode == 0
        done = run("worker", STREAM_SLM_MODELS__DIR=str(tmp_path), STREAM_SLM_LOG__FORMAT="json", **where)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    # The producer is connected while the model is looked for: whichever comes first.
    told = [line for line in lines if line["message"] != "producer_started"]
    assert [line["message"] for line in told] == ["worker_starting", "cannot_start"]
    assert "stream-slm models pull" in told[1]["reason"]


def test_a_worker_whose_port_is_in_use_says_so_and_exits_with_1() -> None:
    """Before it looks for a broker; the line names the setting and the fix."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = {"STREAM_SLM_HTTP__ENABLED": "true", "STREAM_SLM_HTTP__PORT": str(taken.getsockname()[1])}
        done = run("worker", **where)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: http.port (STREAM_SLM_HTTP__PORT): 127.0.0.1 port ")
    assert "is in use; set another" in line


def test_a_worker_waits_for_its_broker_and_stops_in_order(default_bundle: Path) -> None:
    """It may start before the broker does, reads once that answers, and SIGTERM ends it with 0."""
    del default_bundle
    port = free_port()
    with _worker(f"127.0.0.1:{port}", STREAM_SLM_TOPICS__CREATE="true") as worker:
        _wait_for(worker, "waiting_for_broker")
        with EmbeddedBroker(port):
            _wait_for(worker, "partitions_assigned")
            worker.terminate()
            assert worker.wait(40) == 0


def test_a_worker_that_still_waits_for_its_broker_stops_in_order() -> None:
    """SIGTERM is no failure."""
    with _worker(f"127.0.0.1:{free_port()}") as worker:
        _wait_for(worker, "waiting_for_broker")
        worker.terminate()
        assert worker.wait(10) == 0


def test_the_broker_runs_until_it_is_told_to_stop() -> None:
    """It says where it is and how to use it."""
    command = [sys.executable, "-m", "stream_slm.cli.main", "broker", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        (first, second) = (process.stdout.readline(), process.stdout.readline())
        bootstrap = first.split()[2].rstrip(",")
        assert second.split("=")[1].strip() == bootstrap
        assert run("topics", "create", STREAM_SLM_BROKER__BOOTSTRAP_SERVERS=bootstrap).returncode == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert not answers(int(bootstrap.rpartition(":")[2]))


def test_the_demo_says_when_an_application_has_a_broker_of_its_own(tmp_path: Path) -> None:
    """It would send to one broker and wait at another."""
    (tmp_path / "mine.py").write_text(
        "import faust\nfrom stream_slm import Classify, StreamSLM\n"
        'slm = StreamSLM(faust.App("mine", broker="kafka://localhost:1"))\n'
        'slm.pipeline(name="risk", source="r.v1", tasks=[Classify("risk")])\n',
        encoding="utf-8",
    )
    done = run("demo", "--app", "mine", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "mine reaches Kafka at localhost:1" in done.stderr


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


def test_classify_needs_no_head_where_labels_are_described(default_bundle: Path) -> None:
    """The worker's own pipeline, offline: labels by their descriptions, marked as uncalibrated."""
    del default_bundle
    labels = {"billing": "a question about an invoice or a charge", "login": "trouble signing in, passwords"}
    named = {"TEST_SOURCE": "tickets.v1", "TEST_LABELS": json.dumps(labels)}
    ticket = json.dumps({"id": 1, "text": "My password does not work any more."})
    done = run("classify", "--app", "tests.workers.app", "--domain", "test", stdin=ticket, **named)
    assert done.returncode == 0, done.stderr
    topic = json.loads(done.stdout)["results"]["topic"]
    assert (topic["label"], topic["accepted"], topic["calibrated"]) == ("login", True, False)


def test_topics_produce_and_tail_work_on_one_broker(tmp_path: Path) -> None:
    """Create, list, send and read back, bytes unchanged."""
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id": "a", "text": "x"}\nnot json\n', encoding="utf-8")
    with EmbeddedBroker() as broker:
        where = {"STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": broker.bootstrap}
        before = [json.loads(line) for line in run("topics", "list", "--json", **where).stdout.splitlines()]
        assert len(before) == 15
        assert all(row["partitions"] is None for row in before)
        assert len(json.loads(run("topics", "create", "--json", **where).stdout)) == 15
        assert json.loads(run("topics", "create", "--json", **where).stdout) == []
        assert run("produce", "traffic-events.v1", str(file), **where).returncode == 0
        options = ("--from-beginning", "--json", "--max", "2", "--timeout", "20")
        tailed = run("tail", "traffic-events.v1", *options, **where)
        pretty = run("tail", "traffic-events.v1", "--from-beginning", "--max", "2", **where)
        assert "{'id': 'a', 'text': 'x'}" in pretty.stdout
        for command in (("tail", "traffic-events.v2"), ("produce", "traffic-events.v2", str(file))):
            mistyped = run(*command, **where)
            assert mistyped.returncode == 1
            (line,) = mistyped.stderr.splitlines()
            assert line.startswith("Error: no topic traffic-events.v2")
    read = [json.loads(line) for line in tailed.stdout.splitlines()]
    assert sorted((each["key"] or "", str(each["value"])) for each in read) == [
        ("", "not json"),
        ("a", "{'id': 'a', 'text': 'x'}"),
    ]
    gone = run("tail", "traffic-events.v1", **where)
    assert gone.returncode == 1
    assert "no Kafka broker answers" in gone.stderr
