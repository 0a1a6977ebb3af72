"""1. kill -9 of workers, again and again, under load."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import GUARANTEES, SHORT_SESSION, SceneFactory
from tests.chaos.scale import SEED, scaled
from tests.chaos.scene import Scene
from tests.chaos.traffic import Plain

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


async def killed(at: Scene, kills: int, count: int, *, last: int) -> None:
    """Two workers under load; at random moments one dies and is started again, the last `last` gaps before the end."""
    at.row.faults = f"{kills} kill -9"
    at.load.start(count=count)
    workers = [at.fleet.add(), at.fleet.add()]
    for kill in range(kills):
        await at.progress(round((kill + at.rng.uniform(0.3, 1)) * count / (kills + last)))
        victim = at.rng.choice(workers)
        victim.kill()
        victim.start()
    await at.finished(faults=kills)


@pytest.mark.parametrize("engine", ["quick", "default"])
@pytest.mark.parametrize("guarantee", GUARANTEES)
async def test_kills(scene: SceneFactory, guarantee: str, engine: str) -> None:
    """Two workers with as much in flight as they may have; at random moments one dies and is started again."""
    kills, count = scaled(20, 2), scaled(50_000, 5_000)
    records = Plain(SEED, texts=5_000)
    env = {**SHORT_SESSION, "TEST_TEXTS_PER_S": "1500"}
    async with scene("1. kill -9 of a worker", guarantee, engine, records=records, count=count, **env) as at:
        await killed(at, kills, count, last=1)


@pytest.mark.parametrize("guarantee", GUARANTEES)
async def test_kills_in_the_middle_of_generative_batches(scene: SceneFactory, guarantee: str) -> None:
    """The same where each record waits for a language model to label, shorten, translate and answer."""
    kills, count = scaled(10, 2), scaled(4_000, 400)
    records = Plain(SEED, texts=400)
    async with scene(
        "12. kill -9 while language models write", guarantee, "writing", records=records, count=count, **SHORT_SESSION
    ) as at:
        # The last one early enough to have started again, which takes longer with three models, when all is done.
        await killed(at, kills, count, last=4)
