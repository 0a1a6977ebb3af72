"""Language models in the stream: every task that asks them, on tiny bundles of both shapes, with real workers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import jsonschema_rs
import pytest

from stream_slm.engine.bundle import Bundle
from tests.brokers.clients import produce, read_topic
from tests.conftest import Brokers
from tests.integration.conftest import Stage, new_stage
from tests.workers import writing
from tests.workers.audit import assert_complete_and_ordered, duplicates, numbered
from tests.workers.process import Worker

pytestmark = pytest.mark.integration

SCHEMA = Path(__file__).parents[2] / "stream_slm" / "schemas" / "enriched.v1.schema.json"


@pytest.fixture
async def embedded_stage(brokers: Brokers) -> AsyncIterator[Stage]:
    """One broker is enough: what a model answers does not depend on it."""
    async for each in new_stage(brokers.get("embedded")):
        yield each


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
