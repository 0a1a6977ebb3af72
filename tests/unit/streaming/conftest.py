"""A worker whose lanes end with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.unit.streaming.fakes import Worker, settle


@pytest.fixture
async def make() -> AsyncIterator[Callable[..., Worker]]:
    """Make workers; afterwards no task of theirs is left."""
    made: list[Worker] = []

    def worker(**config: Any) -> Worker:
        made.append(Worker(**config))
        return made[-1]

    yield worker
    for each in made:
        each.delivery.forget()
    await settle(5)
