"""Rules of alerts for whoever subscribes, with real workers and readers on every broker that can be had."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.tasks.classify import Classify
from tests.brokers.clients import Sent, committed_offsets, create_topic, delete_topics, produce, read_topic, unique
from tests.brokers.ladder import Broker
from tests.unit.examples.receiver import Receiver
from tests.workers.audit import headers
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SUSPICIOUS = "the bank's investigator said move it now to the safe account and tell nobody in the branch"
ROUTINE = "Card payment at a grocery store on Main Street."
COOLDOWN_S = 3


def about(subject: str, number: int, text: str) -> Sent:
    value = {"id": f"{subject}-{number}", "about": subject, "text": text}
    return Sent(json.dumps(value).encode(), key=subject.encode())


async def test_an_alert_has_a_life_that_its_subscribers_can_follow(
    broker: Broker, tmp_path: Path, default_bundle: Path
) -> None:
    """Alert, silence, Update after the cool-down, Cancel: in order, for each subject, and told in its records."""
    del default_bundle
    await _follow_alerts(broker, tmp_path)


async def test_an_alert_has_the_same_life_with_exactly_once(
    transactional_broker: Broker, tmp_path: Path, default_bundle: Path
) -> None:
    """Alerts and what they rest on are in one transaction, or in an earlier one."""
    del default_bundle
    await _follow_alerts(transactional_broker, tmp_path, STREAM_SLM_DELIVERY__PROCESSING_GUARANTEE="exactly_once")


async def _follow_alerts(broker: Broker, tmp_path: Path, **settings: str) -> None:
    name = unique("alerts")
    rule = AlertRule(task="risk", labels=["suspicious"], threshold=0.5, severity="Severe")
    spec = PipelineSpec(name="test", source=f"{name}.v1", tasks=[Classify("risk")], alerts=[rule])
    for topic in spec.topics:
        await create_topic(broker.bootstrap, topic, partitions=2)
    log = tmp_path / "worker.log"
    worker = Worker(broker.bootstrap, name, spec.source, log, TEST_COOLDOWN_S=str(COOLDOWN_S), **settings)
    subjects = [f"s{number}" for number in range(6)]
    try:
        worker.start()
        burst = [about(subject, number, SUSPICIOUS) for number in range(3) for subject in subjects]
        await produce(broker.bootstrap, spec.source, burst)
        await read_topic(broker.bootstrap, spec.sink, count=len(burst), deadline_s=60)
        await asyncio.sleep(COOLDOWN_S + 1)
        rest = [about(subject, 3, SUSPICIOUS) for subject in subjects] + [about(each, 4, ROUTINE) for each in subjects]
        await produce(broker.bootstrap, spec.source, rest)
        enriched = await read_topic(broker.bootstrap, spec.sink, count=len(burst) + len(rest), deadline_s=60)
        sent = await read_topic(broker.bootstrap, spec.alerts_topic, count=3 * len(subjects), deadline_s=30)
    finally:
        worker.terminate()
        await worker.exited()
        worker.close()
    every = await read_topic(broker.bootstrap, spec.alerts_topic, quiet_s=1, isolation_level="read_committed")
    assert len(every) == len(sent)
    for subject in subjects:
        key = f"{spec.source}/{subject}/suspicious"
        alerts = [json.loads(record.value) for record in sent if record.key == key.encode()]
        assert [each["msgType"] for each in alerts] == ["Alert", "Update", "Cancel"]
        references = [f"{each['sender']},{each['identifier']},{each['sent']}" for each in alerts]
        assert [each["references"] for each in alerts] == [None, references[0], " ".join(references[:2])]
        records = [json.loads(record.value) for record in enriched if record.key == subject.encode()]
        said = [[each["msgType"] or each["suppressed"] for each in record["alerts"]] for record in records]
        assert said == [["Alert"], ["cooldown"], ["cooldown"], ["Update"], ["Cancel"]]
        assert {each["record_id"] for each in alerts} <= {
            headers(record)["ce_id"] for record in enriched if record.key == subject.encode()
        }
    await delete_topics(broker.bootstrap, spec.topics)


def tail(broker: Broker, *arguments: str) -> tuple[list[Any], str]:
    """Values that `stream-slm tail` showed, and what it told besides."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAM_SLM_")}
    done = subprocess.run(
        [sys.executable, "-m", "stream_slm.cli.main", "tail", "--json", *arguments],
        cwd=ROOT,
        env={**clean, "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": broker.bootstrap},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line)["value"]["n"] for line in done.stdout.splitlines()], done.stderr


async def test_a_group_of_tail_goes_on_where_it_stopped_and_shows_an_id_once(
    durable_broker: Broker, topic_factory: Callable[..., Awaitable[str]]
) -> None:
    """After a restart neither lost nor repeated; a duplicate is counted in place of shown."""
    broker = durable_broker
    topic, group = await topic_factory("tailed"), unique("desk")

    def numbered(*numbers: int) -> list[Sent]:
        return [Sent(b'{"n": %d}' % n, headers=[("ce_id", b"id-%d" % n)]) for n in numbers]

    await produce(broker.bootstrap, topic, numbered(0, 1, 1, 2, 3))
    options = (topic, "--group", group, "--from-beginning", "--timeout", "15")
    assert await asyncio.to_thread(tail, broker, *options, "--max", "3") == (
        [0, 1, 2],
        "duplicates not shown: 1\n",
    )
    assert await committed_offsets(broker.bootstrap, group, topic) == {0: 4}
    await produce(broker.bootstrap, topic, numbered(4))
    assert await asyncio.to_thread(tail, broker, *options, "--max", "2") == ([3, 4], "")


async def test_a_new_group_of_tail_that_begins_at_the_end_has_its_place(
    durable_broker: Broker, topic_factory: Callable[..., Awaitable[str]]
) -> None:
    """What comes between its first start and its next is not lost, though it had nothing to commit yet."""
    broker = durable_broker
    topic, group = await topic_factory("tailed"), unique("desk")
    await produce(broker.bootstrap, topic, [b'{"n": 0}'])
    assert await asyncio.to_thread(tail, broker, topic, "--group", group, "--timeout", "8") == ([], "")
    await produce(broker.bootstrap, topic, [b'{"n": 1}'])
    shown = await asyncio.to_thread(tail, broker, topic, "--group", group, "--timeout", "15", "--max", "1")
    assert shown == ([1], "")


async def test_the_example_hands_each_alert_on_once_though_it_is_killed(
    durable_broker: Broker, topic_factory: Callable[..., Awaitable[str]], tmp_path: Path
) -> None:
    """Killed while the receiver fails, it tries again after its restart; what was accepted is not sent again."""
    broker = durable_broker
    topic, group = await topic_factory("alerts"), unique("example")
    alerts = [Sent(b'{"n": %d}' % n, key=b"k", headers=[("ce_id", b"id-%d" % n)]) for n in (0, 1, 1, 2)]
    await produce(broker.bootstrap, topic, alerts)
    state = tmp_path / "accepted.db"

    def start(url: str) -> subprocess.Popen[bytes]:
        options = ["--bootstrap", broker.bootstrap, "--topic", topic, "--group", group, "--state", str(state)]
        command = [sys.executable, "-m", "examples.alert_subscriber", *options, "--url", url]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)

    with Receiver([202, 500, 500, 500]) as receiver:
        for wanted in (2, 6):
            process = start(receiver.url)
            try:
                await _until(lambda wanted=wanted: len(receiver.posted) >= wanted)  # type: ignore[misc]
                if wanted > 2:
                    await _until_committed(broker, group, topic, len(alerts))
            finally:
                process.kill()
                process.wait(10)
        assert [each["n"] for each in receiver.accepted] == [0, 1, 2]
        assert {each.headers["ce-id"] for each in receiver.posted} == {"id-0", "id-1", "id-2"}


async def _until(holds: Callable[[], bool], timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def _until_committed(broker: Broker, group: str, topic: str, offset: int, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while await committed_offsets(broker.bootstrap, group, topic) != {0: offset}:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
