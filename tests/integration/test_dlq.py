"""Rules of the operator's tool for dead letters, on every broker that can be had."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from stream_slm.errors import SchemaInvalid
from stream_slm.pipeline.context import Worker as Author
from stream_slm.pipeline.dead_letters import dead_letter
from stream_slm.pipeline.identity import output_id
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.tasks.classify import Classify
from stream_slm.types import Record
from tests.brokers.clients import (
    Sent,
    committed_offsets,
    create_topic,
    delete_topics,
    produce,
    producer_client,
    read_topic,
)
from tests.brokers.ladder import Broker
from tests.integration.conftest import PARTITIONS, Stage, new_stage
from tests.workers.audit import headers
from tests.workers.process import Worker

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
WHEN_MS = 1_700_000_000_000
SECRET = "patient-4711"
#: A shell that runs the tests in the background has them ignore Ctrl-C, and what they start with them.
HEARS_SIGINT = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from stream_slm.cli.main import main
main()
"""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "stream_slm.cli.main", "dlq", *arguments]


def environment(stage: Stage) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAM_SLM_")}
    return {**clean, "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": stage.bootstrap, "COLUMNS": "200"}


async def dlq(stage: Stage, *arguments: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """One command, to its end."""
    return await asyncio.to_thread(
        subprocess.run,
        command(*arguments),
        cwd=ROOT,
        env=environment(stage),
        input=typed,
        capture_output=True,
        timeout=60,
        check=False,
    )


def started(stage: Stage, *arguments: str) -> subprocess.Popen[bytes]:
    """One command that will be stopped."""
    line = [sys.executable, "-c", HEARS_SIGINT, "dlq", *arguments]
    return subprocess.Popen(line, cwd=ROOT, env=environment(stage), stderr=subprocess.DEVNULL)


async def listed(stage: Stage, *arguments: str) -> list[dict[str, Any]]:
    done = await dlq(stage, "list", stage.dead_letters, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def bury(stage: Stage, records: list[Record]) -> None:
    """Make dead letters as a worker does, all in partition 0 and in order."""
    spec = PipelineSpec(name="test", source=stage.source, tasks=[Classify("risk")])
    author = Author(app_id="app", worker="w", group="g", version="1")
    outputs = [dead_letter(record, SchemaInvalid("rule"), spec, author).outputs[0] for record in records]
    sent = [Sent(each.value, each.key, 0, tuple(each.headers)) for each in outputs]  # type: ignore[arg-type]
    await produce(stage.bootstrap, stage.dead_letters, sent)


@pytest.fixture
async def any_stage(broker: Broker) -> AsyncIterator[Stage]:
    """On every broker."""
    async for each in new_stage(broker):
        yield each


@pytest.fixture
def stage(durable_stage: Stage) -> Stage:
    """What does not depend on the broker."""
    return durable_stage


def numbered(stage: Stage, count: int) -> list[Record]:
    return [
        Record(
            topic=stage.source,
            partition=number % PARTITIONS,
            offset=number,
            key=b"k%d" % number,
            value=b"%d" % number,
            headers=(("mine", b"%d" % number),),
            timestamp_ms=WHEN_MS + number,
        )
        for number in range(count)
    ]


async def values(stage: Stage, topic: str | None = None) -> list[int]:
    return [int(record.value) for record in await read_topic(stage.bootstrap, topic or stage.source, quiet_s=1.0)]


async def test_a_redriven_record_comes_out_with_the_ids_it_would_have_had(
    stage: Stage, make_worker: Callable[..., Worker]
) -> None:
    """From a worker's dead letters, once its fault is mended, through the worker again; one has no id of its own."""
    bad = [
        Sent(b'{"text": "this will explode, without an id"}', partition=1),
        Sent(b'{"id": "t-1", "text": "this will explode too"}', b"key", headers=[("mine", b"1"), ("mine", b"2")]),
        Sent(b"no json at all", b"other"),
    ]
    places = await produce(stage.bootstrap, stage.source, bad)
    worker = make_worker(stage)
    worker.start()
    await read_topic(stage.bootstrap, stage.dead_letters, count=3, deadline_s=60)
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    origin = [f"{stage.source}/{places[0][0]}/{places[0][1]}", f"{stage.source} t-1"]
    letters = await listed(stage, "--code", "inference_error")
    assert {letter["origin"] for letter in letters} == set(origin)
    first = await read_topic(stage.bootstrap, stage.source, count=3)

    sent = await dlq(stage, "redrive", stage.dead_letters, "--code", "inference_error", "--yes")
    assert sent.returncode == 0, sent.stderr
    mended = make_worker(stage, TEST_POISON="never")
    mended.start()
    enriched = await read_topic(stage.bootstrap, stage.sink, count=2, deadline_s=60)
    mended.terminate()
    assert await mended.exited() == 0, mended.log_tail()
    assert {headers(record)["ce_id"] for record in enriched} == {
        str(output_id(each, "test", "enriched")) for each in origin
    }
    back = await read_topic(stage.bootstrap, stage.source)
    assert len(back) == 5
    was = {record.value: record for record in first}
    for record in [each for each in back if "x-stream-slm-redrive-count" in dict(each.headers)]:
        old = was[record.value]
        assert (record.key, record.partition, record.timestamp) == (old.key, old.partition, old.timestamp)
        assert record.headers[:-2] == old.headers
        assert dict(record.headers)["x-stream-slm-redrive-count"] == b"1"
    assert len(await listed(stage)) == 3  # it is a log


async def test_a_list_counts_by_code_and_shows_no_text(any_stage: Stage) -> None:
    """For people a table, for scripts a line each; a filter takes its part; foreign records are told as they are."""
    stage = any_stage
    await bury(stage, [Record(topic=stage.source, partition=1, offset=7, key=b"k", value=SECRET.encode(), headers=())])
    connect = [("__connect.errors.topic", b"orders"), ("__connect.errors.offset", b"x")]
    await produce(stage.bootstrap, stage.dead_letters, [Sent(b"\xff", partition=0, headers=connect), Sent(b"?")])
    table = await dlq(stage, "list", stage.dead_letters)
    assert table.returncode == 0, table.stderr
    for told in ("schema_invalid", "unknown", "0/0"):
        assert told in table.stdout.decode()
    lines = await listed(stage)
    assert Counter(line["code"] for line in lines) == {"schema_invalid": 1, "unknown": 2}
    assert {line["source"] for line in lines} == {f"{stage.source}/1/7", "orders/?/?", None}
    assert SECRET not in json.dumps(lines)
    assert [line["code"] for line in await listed(stage, "--pipeline", "test")] == ["schema_invalid"]
    assert len(await listed(stage, "--limit", "2")) == 2
    assert await listed(stage, "--until", "1h") == []
    assert len(await listed(stage, "--since", "1h")) == 3
    assert (await listed(stage, "--offset", "0", "--partition", "0"))[0]["bytes"] == len(SECRET)


async def test_a_list_without_a_topic_is_of_the_applications(stage: Stage) -> None:
    """Of those that are there; a hint where none is."""
    nothing = await dlq(stage, "list")
    assert nothing.returncode == 1
    assert b"Error: none of the topics transactions.v1.dlq, " in nothing.stderr
    await create_topic(stage.bootstrap, "clinical-notes.v1.dlq")
    try:
        await produce(stage.bootstrap, "clinical-notes.v1.dlq", [b"1"])
        found = await dlq(stage, "list", "--json")
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)["topic"] == "clinical-notes.v1.dlq"
    finally:
        await delete_topics(stage.bootstrap, ["clinical-notes.v1.dlq"])


async def test_a_value_is_shown_only_where_it_is_asked_for(stage: Stage) -> None:
    """And by --raw byte for byte."""
    value = f"{SECRET}\n\x1b[31m\r".encode() + b"\xff\n"
    await bury(stage, [Record(topic=stage.source, partition=1, offset=7, value=value, headers=(("mine", b"h-1"),))])
    place = f"{stage.dead_letters}/0/0"
    page, full, raw, lines = await asyncio.gather(
        dlq(stage, "show", place),
        dlq(stage, "show", place, "--value"),
        dlq(stage, "show", stage.dead_letters, "--raw"),
        dlq(stage, "show", place, "--json"),
    )
    for told in ("schema_invalid", f"{stage.source}/1/7", "rule", "mine: h-1", "attempts"):
        assert told in page.stdout.decode()
    assert SECRET.encode() not in page.stdout + lines.stdout
    assert b"base64" in full.stdout
    assert raw.stdout == value
    assert json.loads(lines.stdout)["headers"]["mine"] == "h-1"
    nothing = await dlq(stage, "show", f"{stage.dead_letters}/0/99")
    assert nothing.returncode == 1
    assert nothing.stderr.startswith(b"Error: no such dead letter")


async def test_a_dry_run_and_a_no_send_nothing(stage: Stage) -> None:
    """What would be sent is told, and who does not answer has not agreed."""
    await bury(stage, numbered(stage, 3))
    dry = await dlq(stage, "redrive", stage.dead_letters, "--dry-run")
    assert dry.returncode == 0
    assert stage.source in dry.stdout.decode()
    for typed in (b"n\n", b""):
        refused = await dlq(stage, "redrive", stage.dead_letters, typed=typed)
        assert refused.returncode == 1
        assert b"not confirmed: nothing was sent" in refused.stderr
    assert await values(stage) == []
    agreed = await dlq(stage, "redrive", stage.dead_letters, typed=b"y\n")
    assert agreed.returncode == 0, agreed.stderr
    assert not agreed.stdout.startswith(b" ")  # the question stands on standard error alone
    assert sorted(await values(stage)) == [0, 1, 2]


async def test_a_redrive_sends_nothing_twice_unless_it_is_told_to(any_stage: Stage) -> None:
    """Order within a partition, place, key, headers and time are the original ones."""
    stage = any_stage
    await bury(stage, numbered(stage, 40))
    for _ in range(2):
        done = await dlq(stage, "redrive", stage.dead_letters, "--yes")
        assert done.returncode == 0, done.stderr
    back = await read_topic(stage.bootstrap, stage.source)
    assert sorted(int(record.value) for record in back) == list(range(40))
    for partition in range(PARTITIONS):
        mine = [int(record.value) for record in back if record.partition == partition]
        assert mine == list(range(partition, 40, PARTITIONS))
    for record in back:
        number = int(record.value)
        assert (record.key, record.timestamp) == (b"k%d" % number, WHEN_MS + number)
        assert record.headers[0] == ("mine", b"%d" % number)
    group = f"stream-slm-redrive-{stage.dead_letters}"
    assert await committed_offsets(stage.bootstrap, group, stage.dead_letters, 1) == {0: 40}
    again = await dlq(stage, "redrive", stage.dead_letters, "--yes", "--again", "--offset", "5-6")
    assert again.returncode == 0, again.stderr
    assert Counter(await values(stage))[5] == 2
    assert await committed_offsets(stage.bootstrap, group, stage.dead_letters, 1) == {0: 40}


async def test_what_cannot_go_back_is_left_and_told(stage: Stage) -> None:
    """An unknown source, one that is gone, one that went too often: exit 1; the others go; --to helps."""
    thrice = (("x-stream-slm-redrive-count", b"3"),)
    often = Record(topic=stage.source, partition=0, offset=9, value=b"3", headers=thrice)
    gone = Record(topic="gone.v1", partition=0, offset=9, value=b"4")
    await bury(stage, [often, gone, *numbered(stage, 2)])
    await produce(stage.bootstrap, stage.dead_letters, [Sent(b"5", partition=0)])
    done = await dlq(stage, "redrive", stage.dead_letters, "--yes")
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1] == f"Error: dead letters left in {stage.dead_letters}: 3"
    for told in ("sent too often", "no such topic", "source unknown"):
        assert told in done.stdout.decode()
    assert sorted(await values(stage)) == [0, 1]
    elsewhere = f"{stage.source}.repaired"
    await create_topic(stage.bootstrap, elsewhere)
    left = await dlq(stage, "redrive", stage.dead_letters, "--to", elsewhere, "--max-redrives", "4", "--yes")
    assert left.returncode == 0, left.stderr
    sent = await read_topic(stage.bootstrap, elsewhere, quiet_s=1.0)
    counts = {record.value: headers(record)["x-stream-slm-redrive-count"] for record in sent}
    assert {value: counts[value] for value in (b"3", b"4", b"5")} == {b"3": "4", b"4": "1", b"5": "1"}


async def test_a_killed_redrive_goes_on_where_it_stopped(stage: Stage) -> None:
    """Kill -9 in the middle: none is lost, and at most those of a second come twice."""
    await bury(stage, numbered(stage, 500))
    arguments = ("redrive", stage.dead_letters, "--yes", "--rate", "20")
    with started(stage, *arguments) as process:
        await read_topic(stage.bootstrap, stage.source, count=50)
        process.send_signal(signal.SIGKILL)
    before = len(await values(stage))
    assert 50 <= before < 500
    done = await dlq(stage, "redrive", stage.dead_letters, "--yes")
    assert done.returncode == 0, done.stderr
    sent = Counter(await values(stage))
    assert set(sent) == set(range(500))
    assert sum(sent.values()) - 500 <= 21
    assert (await dlq(stage, "redrive", stage.dead_letters, "--yes")).stdout == b"no dead letters to send\n"


async def test_an_interrupted_redrive_keeps_what_it_sent(stage: Stage) -> None:
    """Ctrl-C: what the broker has is kept, so that nothing comes twice."""
    await bury(stage, numbered(stage, 500))
    arguments = ("redrive", stage.dead_letters, "--yes", "--rate", "20")
    with started(stage, *arguments) as process:
        await read_topic(stage.bootstrap, stage.source, count=30)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    done = await dlq(stage, "redrive", stage.dead_letters, "--yes")
    assert done.returncode == 0, done.stderr
    assert sorted(await values(stage)) == list(range(500))


async def test_a_record_of_neither_key_nor_value_goes_back_as_an_empty_one(stage: Stage) -> None:
    """Kafka's clients send no record of neither; a tombstone stays one."""
    bare = Record(topic=stage.source, partition=2, offset=3, value=None)
    tombstone = Record(topic=stage.source, partition=2, offset=4, value=None, key=b"k")
    await bury(stage, [bare, tombstone])
    done = await dlq(stage, "redrive", stage.dead_letters, "--yes")
    assert done.returncode == 0, done.stderr
    back = await read_topic(stage.bootstrap, stage.source, count=2)
    assert [(record.partition, record.key, record.value) for record in back] == [(2, None, b""), (2, b"k", None)]


async def test_a_wrong_topic_is_told_in_one_line(stage: Stage) -> None:
    """Nothing is created by a mistyped name."""
    for arguments in (("list", "no.dlq"), ("show", "no.dlq/0/1"), ("redrive", "no.dlq"), ("purge", "no.dlq", "--all")):
        done = await dlq(stage, *arguments)
        assert done.returncode == 1
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith("Error: no topic no.dlq")


async def test_a_broker_that_cannot_delete_is_told_of(any_stage: Stage, broker: Broker) -> None:
    """One line, and the records are there."""
    stage = any_stage
    if broker.transactions:
        pytest.skip("this broker can")
    await bury(stage, numbered(stage, 2))
    done = await dlq(stage, "purge", stage.dead_letters, "--all", "--yes")
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1].startswith("Error: the broker did not delete records")
    assert len(await listed(stage)) == 2


class TestOnApacheKafka:
    """What the embedded broker cannot: notes beside offsets, transactions, deletion."""

    @pytest.fixture
    def real(self, transactional_stage: Stage) -> Stage:
        return transactional_stage

    async def test_a_filter_keeps_open_what_it_leaves_out(self, real: Stage) -> None:
        """Each goes once, whatever the order of the filters."""
        await bury(real, numbered(real, 12))
        origin = ("--origin", f"{real.source}/1/9")
        for filters in (("--offset", "4-6"), origin, ("--offset", "5-7"), ("--limit", "2"), ()):
            done = await dlq(real, "redrive", real.dead_letters, "--yes", *filters)
            assert done.returncode == 0, done.stderr
        assert sorted(await values(real)) == list(range(12))

    async def test_dead_letters_of_transactions_end_where_their_marks_do(self, real: Stage) -> None:
        """Those of an aborted one are not there, and no mark holds reading or progress up."""
        await bury(real, numbered(real, 1))
        async with producer_client(real.bootstrap, transactional_id=real.group) as producer:
            for value, ends in ((b"1", True), (b"2", False)):
                await producer.begin_transaction()
                source = [("__connect.errors.topic", real.source.encode())]
                await (await producer.send(real.dead_letters, value, partition=0, headers=source))
                await (producer.commit_transaction() if ends else producer.abort_transaction())
        assert len(await listed(real)) == 2
        for _ in range(2):
            assert (await dlq(real, "redrive", real.dead_letters, "--yes")).returncode == 0
        assert sorted(await values(real)) == [0, 1]

    async def test_a_purge_deletes_what_it_said(self, real: Stage) -> None:
        """Up to an offset, what was sent back, all: after the topic's name was typed."""
        await bury(real, numbered(real, 10))
        topic = real.dead_letters
        dry = await dlq(real, "purge", topic, "--all", "--dry-run")
        assert b"10" in dry.stdout
        refused = await dlq(real, "purge", topic, "--all", typed=b"yes\n")
        assert (refused.returncode, len(await listed(real))) == (1, 10)
        done = await dlq(real, "purge", topic, "--partition", "0", "--before", "3", typed=f"{topic}\n".encode())
        assert done.returncode == 0, done.stderr
        assert [each["offset"] for each in await listed(real)] == list(range(3, 10))
        assert (await dlq(real, "redrive", topic, "--yes", "--limit", "2")).returncode == 0
        assert (await dlq(real, "purge", topic, "--redriven", "--yes")).returncode == 0
        assert [each["offset"] for each in await listed(real)] == list(range(5, 10))
        old = await dlq(real, "purge", topic, "--until", "1h", "--yes")
        assert old.stdout.decode() == f"nothing to delete in {topic}\n"
        assert (await dlq(real, "purge", topic, "--all", "--yes")).returncode == 0
        assert await listed(real) == []

    async def test_a_large_record_is_listed_and_sent_back(self, real: Stage) -> None:
        """As large as the largest that we read."""
        value = b"x" * 4_000_000
        source, topic = f"{real.source}.large", f"{real.source}.large.dlq"
        for each in (source, topic):
            await create_topic(real.bootstrap, each, config={"max.message.bytes": "5000000"})
        async with producer_client(real.bootstrap, max_request_size=5_000_000) as producer:
            for number in range(3):
                told = [("__connect.errors.topic", source.encode())]
                await producer.send_and_wait(topic, value + b"%d" % number, headers=told)
        lines = await dlq(real, "list", topic, "--json")
        assert [json.loads(line)["bytes"] for line in lines.stdout.splitlines()] == [4_000_001] * 3
        done = await dlq(real, "redrive", topic, "--yes")
        assert done.returncode == 0, done.stderr
        back = await read_topic(real.bootstrap, source, count=3)
        assert [record.value[-1:] for record in back] == [b"0", b"1", b"2"]

    async def test_a_source_is_not_purged(self, real: Stage) -> None:
        """A mistyped name must not empty it."""
        await produce(real.bootstrap, real.source, [b"1", b"2"])
        done = await dlq(real, "purge", real.source, "--all", "--yes")
        assert done.returncode == 1
        assert b"does not look like a topic of dead letters" in done.stderr
        assert len(await values(real)) == 2
