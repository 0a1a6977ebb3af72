"""Records whose every part holds a marker, and a search for the markers in all that a worker writes of itself."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from tests.brokers.clients import Sent, produce, read_topic
from tests.integration.conftest import Stage
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

MakeWorker = Callable[..., Worker]

TEXT, KEY, HEADER, ID, SOURCE = (f"canary{part}7f3a" for part in ("text", "key", "header", "id", "source"))
MARKERS = (TEXT, KEY, HEADER, ID, SOURCE)
TRACE = "0af7651916cd43dd8448eb211c80319c"
#: One after the other in one partition, so that what is fatal comes last.
PARTITION_KEY = KEY.encode()


def marked(value: str | bytes, **headers: str) -> Sent:
    """A CloudEvent with a marker in each of its parts."""
    given = {
        "ce_specversion": "1.0",
        "ce_id": ID,
        "ce_source": SOURCE,
        "ce_type": HEADER,
        "ce_subject": ID,
        "ce_correlationid": ID,
        "x-user": HEADER,
        "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
        "baggage": f"user={HEADER}",
        **headers,
    }
    encoded = value.encode() if isinstance(value, str) else value
    return Sent(key=PARTITION_KEY, value=encoded, headers=[(name, each.encode()) for name, each in given.items()])


def text(says: str) -> str:
    return json.dumps({"id": ID, "text": f"{TEXT} {says}. Call {TEXT}@example.com."})


GOOD = [marked(text("The card was stolen abroad")), marked(text("Monthly salary"), ce_id=f"{ID}-2")]
BAD = [
    marked(f"{TEXT} is no JSON"),
    marked(f'{{"id": "{ID}", "{TEXT}": 1}}'),
    marked(f'["{TEXT}"]'),
    marked(text("explode"), ce_id=f"{ID}-3"),
    marked(b"\xff" + TEXT.encode(), **{"content-type": "text/plain"}),
    marked("", ce_dataref=f"https://{TEXT}"),
    marked(text("a header that is none"), traceparent=f"00-{HEADER}", ce_time=HEADER, ce_expirytime=HEADER),
]


async def test_nothing_of_a_record_is_told(durable_stage: Stage, make_worker: MakeWorker, tmp_path: Path) -> None:
    """Success, dead letters, a failing engine, a dump of all frames, death in native code; all at debug level."""
    stage, traces = durable_stage, tmp_path / "traces.jsonl"
    worker = make_worker(stage, STREAM_SLM_LOG__LEVEL="DEBUG", PYTHONFAULTHANDLER="1", **_traced(traces))
    worker.by_our_command("--debug")
    worker.start()
    await worker.logged("partitions_assigned")
    await produce(stage.bootstrap, stage.source, [*GOOD, *BAD])
    out = await read_topic(stage.bootstrap, stage.sink, count=len(GOOD) + 1, deadline_s=40)
    dead = await read_topic(stage.bootstrap, stage.dead_letters, count=len(BAD) - 1, deadline_s=40)
    await produce(stage.bootstrap, stage.source, [marked(text("hang-for-ever"))])
    await worker.logged("test_hangs")
    worker.send(signal.SIGUSR1)
    await worker.logged("tokenize_or_explode")
    _, metrics = await worker.get("/metrics")
    probes = [await worker.get(f"/healthz/{probe}") for probe in ("startup", "ready", "live")]
    await produce(stage.bootstrap, stage.source, [marked(text("kill-the-process"))])
    assert await worker.exited() == -signal.SIGSEGV
    spans = traces.read_text(encoding="utf-8") if traces.exists() else ""
    told = {
        "log": worker.log.read_text(encoding="utf-8", errors="replace"),
        "metrics": metrics,
        "probes": json.dumps(probes),
        "traces": spans,
        "error headers": json.dumps([added(each) for each in dead]),
    }
    assert leaks(told) == []
    lines_say_where_a_record_lies(told["log"], stage)
    if spans:
        one_trace_from_end_to_end([json.loads(line) for line in spans.splitlines()], out, stage)


async def test_an_exception_of_a_users_own_is_not_quoted(durable_stage: Stage, make_worker: MakeWorker) -> None:
    """Its message is a record's value; the log says its class and where it rose. On a console, by `faust worker`."""
    stage = durable_stage
    console = {
        "STREAM_SLM_LOG__LEVEL": "DEBUG",
        "STREAM_SLM_LOG__FORMAT": "console",
        "STREAM_SLM_HTTP__ENABLED": "true",
        "STREAM_SLM_HTTP__PORT": "0",
    }
    worker = make_worker(stage, TEST_ENRICH=stage.sink, **console)
    worker.start()
    await worker.logged("http_listening")
    worker.send(signal.SIGUSR1)
    await worker.logged("(most recent call first)")  # as faulthandler does it, and not mode
    await produce(stage.bootstrap, stage.source, [marked(text("raise-in-body"))])
    assert await worker.exited() == 1
    log = worker.log.read_text(encoding="utf-8")
    assert leaks({"log": log}) == []
    assert "RuntimeError" in log
    assert "own_agent" in log
    assert "http_listening" in log


def _traced(file: Path) -> dict[str, str]:
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        return {}  # an optional extra
    return {"STREAM_SLM_TRACING__ENABLED": "true", "TEST_TRACES": str(file)}


def added(dead: ConsumerRecord) -> dict[str, str]:
    """The headers of a dead letter that are ours, but for its identity, which is the record's."""
    ours = ("__connect.errors.", "x-stream-slm-")
    return {
        name: value.decode()
        for name, value in dead.headers
        if name.startswith(ours) and name != "x-stream-slm-origin-id"
    }


def leaks(told: Mapping[str, str]) -> list[str]:
    """Where a marker stands, with what is around it."""
    return [
        f"{where}: ...{said[max(0, at - 200) : at + 60]}..."
        for where, said in told.items()
        for marker in MARKERS
        for at in [said.find(marker)]
        if at >= 0
    ]


def lines_say_where_a_record_lies(log: str, stage: Stage) -> None:
    """Each dead letter is told once, with its place, its id and its trace."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    dead = [line for line in lines if line["message"] == "dead_lettered"]
    assert len(dead) == len(BAD) - 1
    for line in dead:
        assert (line["topic"], line["pipeline"], line["level"]) == (stage.source, "test", "warning")
        assert isinstance(line["offset"], int)
        assert len(line["event_id"]) == 36
        assert line["trace_id"] == TRACE
    codes = {line["code"] for line in dead}
    assert codes == {"decode_error", "schema_invalid", "text_missing", "inference_error", "dataref_unsupported"} & codes
    assert {"decode_error", "inference_error"} <= codes


def one_trace_from_end_to_end(spans: list[dict[str, Any]], out: list[ConsumerRecord], stage: Stage) -> None:
    """The trace that came goes on in the output's headers; the batch is linked to the record."""
    by_id = {span["context"]["span_id"]: span for span in spans}
    for record in out[: len(GOOD)]:
        (header,) = [value.decode() for name, value in record.headers if name == "traceparent"]
        _, trace, sender, _ = header.split("-")
        assert trace == TRACE
        send = by_id[f"0x{sender}"]
        assert (send["name"], send["kind"]) == (f"send {stage.sink}", "SpanKind.PRODUCER")
        process = by_id[send["parent_id"]]
        assert (process["name"], process["kind"]) == (f"process {stage.source}", "SpanKind.CONSUMER")
        assert process["parent_id"] == "0xb7ad6b7169203331"
        assert process["attributes"]["messaging.consumer.group.name"] == stage.group
        linked = [span for span in batches(spans) if process["context"]["span_id"] in _links(span)]
        assert linked


def batches(spans: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (span for span in spans if span["kind"] == "SpanKind.INTERNAL")


def _links(span: dict[str, Any]) -> set[str]:
    return {link["context"]["span_id"] for link in span["links"]}
