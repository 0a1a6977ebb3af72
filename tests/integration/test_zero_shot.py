"""Labels that are only described, and extracted dates, with real workers on every broker that can be had."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.brokers.clients import Sent, produce, read_topic
from tests.integration.conftest import Stage
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

LABELS = {
    "billing": "a question about an invoice or a charge",
    "delivery": "a parcel that is late, lost or damaged",
    "login": "trouble signing in, passwords, locked accounts",
}
TEXTS = {
    "billing": "Good morning. You have charged my card twice for the same invoice.",
    "delivery": "My parcel should have been here on Monday and still is not.",
    "login": "I forgot my password and now my account is locked.",
}


async def test_a_worker_labels_by_descriptions_alone(stage: Stage, make_worker: Callable[..., Worker]) -> None:
    """No head, no training: the label, marked as uncalibrated, with the sentence that decided it; dates too."""
    sent = [Sent(json.dumps({"id": label, "text": text}).encode(), key=label.encode()) for label, text in TEXTS.items()]
    await produce(stage.bootstrap, stage.source, sent)
    worker = make_worker(stage, TEST_LABELS=json.dumps(LABELS))
    worker.start()
    try:
        records = await read_topic(stage.bootstrap, stage.sink, count=len(sent), deadline_s=60)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{worker.log_tail()}") from None
    results = {record["subject"]["id"]: record["results"] for record in (json.loads(each.value) for each in records)}
    assert {subject: found["topic"]["label"] for subject, found in results.items()} == dict(
        zip(TEXTS, TEXTS, strict=True)
    )
    assert all(found["topic"]["calibrated"] is False for found in results.values())
    strongest = results["billing"]["topic"]["evidence"][0]
    assert strongest["method"] == "occlusion"
    assert TEXTS["billing"][strongest["start"] : strongest["end"]].startswith("You have charged")
    (monday,) = results["delivery"]["dates"]["spans"]
    assert (monday["value"], TEXTS["delivery"][monday["start"] : monday["end"]]) == ("monday", "Monday")
    assert results["login"]["dates"]["spans"] == []
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
