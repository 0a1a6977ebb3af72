"""10. Records that nobody should send, to the reference pipelines."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.conftest import SceneFactory
from tests.chaos.fuzz import DOMAINS, Fuzzed
from tests.chaos.scale import SEED, scaled

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


#: Most of it becomes dead letters, as it should.
NO_BREAKER = {"STREAM_SLM_DEAD_LETTERS__MAX_CONSECUTIVE": "0", "STREAM_SLM_DEAD_LETTERS__MAX_SHARE": "1"}


@pytest.mark.parametrize("domain", DOMAINS)
async def test_fuzz(scene: SceneFactory, domain: str) -> None:
    """A third of 100,000 to each domain: the worker stays up, each has one outcome, and none is a fault of ours."""
    count = scaled(33_334, 1_000)
    records = Fuzzed(SEED, domain)
    async with scene(f"10. fuzz of {domain}", records=records, count=count, domain=domain, **NO_BREAKER) as at:
        outcomes = Counter(at.expected(number).code or at.expected(number).status for number in range(count))
        at.note(", ".join(f"{each:,} {name}" for name, each in outcomes.most_common()))
        at.row.faults = f"{count:,} odd records"
        at.load.start(count=count)
        at.fleet.add()
        await at.finished()
        assert at.fleet.restarts == 0, "the worker went down"
        assert outcomes["inference_error"] == 0, "an exception that nobody foresaw"
        assert len(outcomes) >= 4, "so one-sided a fuzz shows little"
