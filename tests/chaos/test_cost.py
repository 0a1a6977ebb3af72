"""11. What exactly-once costs: the same backlog and the same trickle with each guarantee, in turn."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime
from statistics import median, quantiles

import pytest
from aiokafka import ConsumerRecord

from tests.chaos.conftest import GUARANTEES, SceneFactory
from tests.chaos.scale import SEED, scaled, seconds
from tests.chaos.scene import Scene
from tests.chaos.traffic import Plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

_ROUNDS = 3
_TRICKLE_PER_S = 50.0


@pytest.mark.parametrize("engine", ["quick", "default"])
async def test_cost_of_exactly_once(scene: SceneFactory, engine: str) -> None:
    """Records a second from a backlog, and the time from a record's arrival until a subscriber has its outcome."""
    count = scaled(20_000 if engine == "quick" else 6_000, 1_000)
    records = Plain(SEED, texts=5_000)
    rates: dict[str, list[float]] = {each: [] for each in GUARANTEES}
    for number in range(_ROUNDS):
        for guarantee in GUARANTEES:
            async with scene("11. pace", guarantee, engine, records=records, count=count + 10_000) as at:
                at.row.faults = "none"
                rates[guarantee].append(await _rate(at, count))
                if number == _ROUNDS - 1:
                    at.note(_told(rates[guarantee], "records/s") + "; " + await _delays(at))
                    if guarantee == "exactly_once":
                        ratio = median(rates["exactly_once"]) / median(rates["at_least_once"])
                        at.note(f"{ratio:.2f} of at-least-once, medians of {_ROUNDS} rounds in turn")
                await at.finished()


async def _rate(at: Scene, count: int) -> float:
    """How fast a worker reads what is there, once it has begun."""
    at.load.start(count=count)
    await at.load.finished()
    at.fleet.add()
    await at.progress(count // 10)
    before, began = at.audit.distinct, time.monotonic()
    await at.progress(count)
    return (count - before) / (time.monotonic() - began)


async def _delays(at: Scene) -> str:
    """Of a trickle: from the time of a record until its outcome was read, as its subscriber may read it."""
    delays: list[float] = []
    hear = at.audit.hear

    def timed(record: ConsumerRecord) -> None:
        came = datetime.fromisoformat(json.loads(record.value)["source"]["timestamp"]).timestamp()
        delays.append(time.time() - came)
        hear(record)

    at.ear.listener = timed
    at.load.start(per_s=_TRICKLE_PER_S)
    await asyncio.sleep(seconds(30))
    at.load.stop()
    await at.drained()
    at.ear.listener = hear
    cuts = quantiles(delays, n=100)
    return (
        f"at {_TRICKLE_PER_S:g} records/s an outcome comes after {cuts[49] * 1000:.0f} ms (p99 {cuts[98] * 1000:.0f})"
    )


def _told(values: list[float], unit: str) -> str:
    return f"{median(values):,.0f} {unit} ({min(values):,.0f} to {max(values):,.0f})"
