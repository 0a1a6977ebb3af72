"""The envelope's schemas, compiled once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from stream_slm.pipeline.writer import Writer
from tests.unit.pipeline.language_models import FakeLanguageModel, writer_of

SCHEMAS = Path(__file__).parents[3] / "stream_slm" / "schemas"


def _checker(name: str) -> Callable[[Any], None]:
    document = orjson.loads((SCHEMAS / f"{name}.v1.schema.json").read_bytes())
    compiled = jsonschema_rs.validator_for(document, validate_formats=True)

    def check(value: Any) -> None:
        problems = [f"{list(error.instance_path)}: {error.message}" for error in compiled.iter_errors(value)]
        assert not problems, problems

    return check


@pytest.fixture(scope="session")
def enriched_schema() -> Callable[[Any], None]:
    """Fails where a value is no enriched record."""
    return _checker("enriched")


@pytest.fixture(scope="session")
def alert_schema() -> Callable[[Any], None]:
    """Fails where a value is no alert."""
    return _checker("alert")


@pytest.fixture
async def writing() -> AsyncIterator[Callable[[FakeLanguageModel], Writer]]:
    """`writing(model)` gives a writer of it that has started; all are closed in the end."""
    writers: list[Writer] = []

    def make(model: FakeLanguageModel) -> Writer:
        writers.append(writer_of(model))
        writers[-1].start()
        return writers[-1]

    yield make
    for each in writers:
        await each.close()
