"""Rules of a domain without Python: its YAML alone makes topics, a worker, enriched records and alerts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.brokers.clients import Sent, produce, read_topic
from tests.conftest import Brokers
from tests.integration.test_cli import _wait_for, _worker

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

FOLDER = Path(__file__).parents[2] / "examples" / "support-tickets"


async def test_support_tickets_go_from_topic_to_topic(brokers: Brokers, default_bundle: Path) -> None:
    """As docs/pipelines.md shows: a worker that makes its topics, the samples, and what comes of them."""
    del default_bundle
    bootstrap = brokers.get("embedded").bootstrap
    samples = (FOLDER / "samples.jsonl").read_bytes().splitlines()
    pipelines = {"STREAM_SLM_PIPELINES": str(FOLDER / "pipelines.yaml"), "STREAM_SLM_TOPICS__CREATE": "true"}
    with _worker(bootstrap, STREAM_SLM_APP__ID="support", **pipelines) as worker:
        await asyncio.to_thread(_wait_for, worker, "partitions_assigned")
        await produce(bootstrap, "support-tickets.v1", [Sent(line, key=line[:15]) for line in samples])
        records = await read_topic(bootstrap, "support-tickets.enriched.v1", count=len(samples), deadline_s=60)
        alerts = await read_topic(bootstrap, "support-tickets.alerts.v1", count=1, deadline_s=60)
    enriched = [json.loads(record.value) for record in records]
    assert {each["subject"]["id"]: each["results"]["topic"]["label"] for each in enriched if each["subject"]["id"]} == {
        "c-17": "billing",
        "c-03": "login",
        "c-22": "delivery",
        "c-08": "outage",
        "c-31": "billing",
    }
    (alert,) = [json.loads(record.value) for record in alerts]
    assert "Customer reports an outage" in json.dumps(alert)
