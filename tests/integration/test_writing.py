"""Language models in the stream: every task that asks them, on tiny bundles of both shapes, with real workers."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from stream_slm.engine.bundle import Bundle
from tests.brokers.clients import Sent, produce, read_topic
from tests.integration.conftest import Stage
from tests.workers import writing
from tests.workers.audit import assert_complete_and_ordered, duplicates, numbered
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

SCHEMA = Path(__file__).parents[2] / "stream_slm" / "schemas" / "enriched.v1.schema.json"


async def test_what_language_models_answer_comes_out_in_the_records(
    embedded_stage: Stage, make_worker: Callable[..., Worker], default_bundle: Path, tmp_path: Path
) -> None:
    """Labels, summary, translation and answers of each record, after its schema, with the digest of every bundle."""
    stage = embedded_stage
    folder = writing.models_dir(tmp_path / "models", default_bundle)
    sent = numbered(60)
    await produce(stage.bootstrap, stage.source, sent)
    worker = make_worker(stage, TEST_WRITING="1", STREAM_SLM_MODELS__DIR=str(folder))
    worker.start()
    try:
        records = await read_topic(stage.bootstrap, stage.sink, count=len(sent), deadline_s=90)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{worker.log_tail()}") from None
    worker.terminate()
    assert await worker.exited() == 0, worker.log_tail()
    assert_complete_and_ordered(sent, records)
    assert duplicates(records) == 0
    check = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
    names = (default_bundle.name, writing.DECODER, writing.TRANSLATOR)
    digests = {name: Bundle.load(folder / name).digest for name in names}
    for each in records:
        record = json.loads(each.value)
        assert not [error.message for error in check.iter_errors(record)]
        assert {name: model["digest"] for name, model in record["models"].items()} == digests
        results = record["results"]
        assert set(results) == {"risk", "topic", "summary", "german", "who", "when"}
        assert {label["label"] for label in results["topic"]["labels"]} == set(writing.LABELS)
        assert results["summary"]["method"] in ("verbatim", "extractive", "generative")
        assert len(results["summary"]["text"].split()) <= 6
        assert results["german"]["text"]


async def test_a_head_learns_from_what_a_language_model_says_of_a_topic(
    embedded_stage: Stage, default_bundle: Path, tmp_path: Path
) -> None:
    """Read once, up to its end; tombstones hold no text, and the topic's group knows nothing of it."""
    folder = writing.models_dir(tmp_path / "models", default_bundle)
    (tmp_path / "labels.yaml").write_text("money: a payment\ncard: a lost card\n")
    said = [f"{who} {what}" for who in ("I paid", "We lost") for what in ("it", "a card")]
    # Of a random model's labels both must come: it minds how long a word is.
    texts = [f"{'x' * number} {each}" for number in range(12) for each in said]
    await produce(embedded_stage.bootstrap, embedded_stage.source, [*map(sent_of, texts), Sent(None, key=b"gone")])
    asked = (
        "distil", "--topic", embedded_stage.source, "--teacher", writing.TRANSLATOR, "--task", "topic",
        "--labels", str(tmp_path / "labels.yaml"), "--bundle", default_bundle.name, "--out", "student",
        "--models-dir", str(folder), "--json",
    )  # fmt: skip
    where = {**os.environ, "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS": embedded_stage.bootstrap}
    command = (sys.executable, "-m", "stream_slm.cli.main", *asked)
    process = await asyncio.create_subprocess_exec(*command, env=where, stdout=PIPE, stderr=PIPE)
    printed, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    report = json.loads(printed)
    assert report["teacher"]["digest"] == Bundle.load(folder / writing.TRANSLATOR).digest
    assert len((folder / "student.teacher.jsonl").read_bytes().splitlines()) == 1 + len(texts)
    assert set(Bundle.load(folder / "student").manifest.heads["topic"]["labels"]) == {"money", "card"}


def sent_of(text: str) -> Sent:
    return Sent(json.dumps({"text": text}).encode())
