"""The exposition as a scrape sees it: names, types, units, labels, and what a record costs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

import stream_slm.metrics as metrics
from stream_slm.batching.batcher import Work
from stream_slm.errors import DecodeError
from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.streaming.counting import Counting
from stream_slm.streaming.gauges import Gauges
from stream_slm.streaming.ledger import Partition
from stream_slm.tasks.classify import Classify
from stream_slm.types import Classification, Outcome, Output, Record
from tests.unit.streaming.fakes import Worker

PAGE = (Path(__file__).parents[2] / "docs" / "observability.md").read_text(encoding="utf-8")
RULE = AlertRule(name="fraud", task="risk", labels=["suspicious"], threshold=0.5, severity="Severe")
SPEC = PipelineSpec(name="cards", source="cards.v1", tasks=[Classify("risk")], alerts=(RULE,))
RECORD = Record(topic="cards.v1", partition=0, offset=1, value=b"{}", timestamp_ms=1)


class Engine:
    """A model that has done some work."""

    name = "tiny"
    work = Work(queued=3, queued_tokens=40, running=2, tokens=2000, busy_s=4.0)


class Broker:
    """A consumer of two partitions."""

    def assigned(self) -> list[Partition]:
        return [("in", 0), ("in", 1)]

    async def ends_and_starts(self, _partitions: object, unread: list[Partition]) -> tuple[dict[Partition, int], ...]:
        return {("in", 0): 110, ("in", 1): 0}, dict.fromkeys(unread, 0)


def outcome(**changes: object) -> Outcome:
    risk = Classification(
        label="suspicious",
        score=0.9,
        threshold=0.5,
        accepted=True,
        labels=[("suspicious", 0.9)],
        evidence=[],
        model="tiny",
    )
    fields = {
        "outputs": (Output(topic="out", value=b""), Output(topic="cards.alerts.v1", value=b"", kind="alert")),
        "status": "ok",
        "results": {"risk": risk},
        "enriched": {"alerts": [{"rule": "fraud", "msgType": "Alert", "identifier": "x", "suppressed": None}]},
        **changes,
    }
    return Outcome(record=RECORD, pipeline="cards", **fields)  # type: ignore[arg-type]


@pytest.fixture
async def exposition() -> str:
    """What `/metrics` says of a worker that has done a bit of everything."""
    metrics.build_info()
    metrics.MODEL_INFO.labels("tiny", "r", "sha256:0", "risk", "ctranslate2", "int8", "cpu").set(1)
    metrics.MODEL_READY.labels("tiny").set(1)
    metrics.MODEL_LOAD_SECONDS.labels("tiny").set(0.5)
    metrics.OUTPUT_TOKENS.labels("tiny").inc()
    metrics.REPLACED.labels("tiny", "failed").inc()
    metrics.MODEL_RELOADS.labels("tiny", "loaded").inc()
    metrics.SHADOW_RECORDS.labels("cards", "compared").inc()
    metrics.SHADOW_LABELS.labels("cards", "risk", "yes").inc()
    metrics.encoding("tiny")(4, 64, 0.01)
    metrics.tokenizing("tiny")(1, 1, 0.001)
    metrics.QUEUE_SECONDS.labels("tiny").observe(0.001)
    metrics.REQUEST_TOKENS.labels("cards").observe(12)
    counting = Counting("group", [SPEC])
    counting.finished(outcome(), 0.0)
    counting.finished(outcome(status="dead_letter", error=DecodeError("x"), outputs=(), results={}), 0.0)
    counting.finished(outcome(suppressed=("cooldown",)), 0.0)
    worker = Worker()
    worker.finish(0)
    worker.delivery.finished = 100
    gauges = Gauges("group", Broker(), worker.delivery, Engine(), 5.0)
    await gauges.look()
    metrics.LIVE.read = gauges.collect
    try:
        return generate_latest(REGISTRY).decode()
    finally:
        metrics.LIVE.read = lambda: ()
        worker.delivery.forget()


def ours(exposition: str) -> Iterator[Metric]:
    """Without the times of creation, which a worker leaves out."""
    families = text_string_to_metric_families(exposition)
    return (each for each in families if each.name.startswith("stream_slm_") and not each.name.endswith("_created"))


def test_prometheus_finds_nothing_to_say(exposition: str) -> None:
    """`promtool check metrics` where it can be had; the rules it goes by are checked in any case."""
    promtool = shutil.which("promtool")
    if promtool:
        told = subprocess.run(
            [promtool, "check", "metrics"], input=exposition, capture_output=True, text=True, check=False
        )
        # What is not ours (python_info, process_*) has its own authors.
        assert not [line for line in (told.stdout + told.stderr).splitlines() if line.startswith("stream_slm_")]
        assert told.returncode in (0, 3), told.stderr
    for family in ours(exposition):
        assert re.fullmatch(r"stream_slm(_[a-z]+)+", family.name)
        assert family.documentation
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent)$", family.name)
        assert not family.name.endswith(("_count", "_sum", "_bucket"))
        if family.type == "gauge":
            assert not family.name.endswith("_total")
        names = {sample.name for sample in family.samples}
        assert family.type != "counter" or {name for name in names if not name.endswith("_created")} == {
            family.name + "_total"
        }


def test_labels_are_few_and_closed(exposition: str) -> None:
    """No key, no id, no offset: what grows with the traffic has no place in a label."""
    closed = {
        *("topic", "group", "pipeline", "outcome", "stage", "error_code", "rule", "severity", "msg_type", "reason"),
        *("task", "label", "accepted", "agrees", "model", "partition", "le"),
        *("version", "python", "faust", "ctranslate2", "revision", "digest", "runtime", "compute_type", "device"),
    }
    for family in ours(exposition):
        for sample in family.samples:
            assert set(sample.labels) <= closed, sample


def test_a_worker_is_seen_as_it_is(exposition: str) -> None:
    """One series each, by what was done to it."""
    lines = exposition.splitlines()
    for line in (
        'stream_slm_messages_total{group="group",outcome="dead_letter",pipeline="cards",topic="cards.v1"} ',
        'stream_slm_dead_letters_total{error_code="decode_error",topic="cards.v1"} ',
        'stream_slm_errors_total{error_code="decode_error",stage="VALUE_CONVERTER",topic="cards.v1"} ',
        'stream_slm_alerts_suppressed_total{pipeline="cards",reason="cooldown"} ',
        'stream_slm_queue_size{model="tiny"} 3.0',
        'stream_slm_queue_tokens{model="tiny"} 40.0',
        'stream_slm_requests_running{model="tiny"} 2.0',
        'stream_slm_assigned_partitions{topic="in"} 2.0',
        "stream_slm_in_flight 1.0",
        'stream_slm_consumer_lag{group="group",partition="0",topic="in"} 110.0',
        'stream_slm_consumer_lag_seconds{group="group",partition="1",topic="in"} 0.0',
    ):
        # A counter's value is also what other tests have counted.
        assert any(each.startswith(line) for each in lines), line
    (alerts,) = (line for line in lines if line.startswith("stream_slm_alerts_total{"))
    assert 'msg_type="Alert",rule="fraud",severity="Severe",topic="cards.alerts.v1"' in alerts


async def test_no_backlog_is_told_before_anything_was_measured() -> None:
    """An autoscaler must not take a guess for a measure; without work there is none."""
    worker = Worker()
    gauges = Gauges("group", Broker(), worker.delivery, Engine(), 5.0)
    await gauges.look()
    told = {family.name: family.samples for family in gauges.collect()}
    assert told["stream_slm_backlog_seconds"] == []
    worker.delivery.finished = 100
    await gauges.look()
    (backlog,) = {family.name: family.samples for family in gauges.collect()}["stream_slm_backlog_seconds"]
    assert backlog.value == pytest.approx((40 + 110 * 20) / 500)


def test_the_page_lists_what_there_is(exposition: str) -> None:
    """Each metric with its type and labels, and none besides."""
    row = re.compile(r"^\| `(\w+)` \| (counter|gauge|histogram) \| ([\w, ]*)\|", re.MULTILINE)
    listed = {name: (kind, set(re.findall(r"\w+", labels))) for name, kind, labels in row.findall(PAGE)}
    found: dict[str, tuple[str, set[str]]] = {}
    for family in ours(exposition):
        name = family.name.removeprefix("stream_slm_") + ("_total" if family.type == "counter" else "")
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        found[name] = (family.type, labels)
    assert found == listed
