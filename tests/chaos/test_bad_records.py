"""5. Poison, malformed and oversized records among good ones."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import SceneFactory
from tests.chaos.scale import SEED, scaled
from tests.chaos.traffic import Mixed

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

_LIMITS = {"max.message.bytes": "7000000"}


@pytest.mark.parametrize("engine", ["quick", "default"])
async def test_poison(scene: SceneFactory, engine: str) -> None:
    """1 % crash the engine's call, 1 % are malformed, 0.2 % are of 5 MB: one dead letter each, no neighbour harmed."""
    count = scaled(50_000, 3_000)
    records = Mixed(SEED, texts=5_000)
    async with scene("5. bad records", engine=engine, records=records, count=count, topic_config=_LIMITS) as at:
        kinds = [records.kind(number) for number in range(count)]
        at.row.faults = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in ("poison", "malformed", "large"))
        at.load.start(count=count)
        at.fleet.add()
        at.fleet.add()
        await at.finished()
        assert at.row.dead_letters == count - kinds.count("plain")
