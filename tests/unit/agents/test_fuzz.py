"""Rule of the reference pipelines: any record at all has one outcome, and none is a fault of ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.fuzz import DOMAINS, Fuzzed
from tests.chaos.offline import offline

_COUNT = 1_000


@pytest.mark.parametrize("domain", DOMAINS)
async def test_odd_records_are_read_or_refused(default_bundle: Path, domain: str) -> None:
    """Random bytes, broken JSON, odd values in every field, odd headers; `make chaos` sends many more through Kafka."""
    del default_bundle  # it only has to be there
    records = Fuzzed(1, domain)
    async with offline("quick", domain) as pipeline:
        answers = await pipeline.answers(records, _COUNT)
    outcomes = Counter(answers(number).code or answers(number).status for number in range(_COUNT))
    assert outcomes["inference_error"] == 0
    assert {"ok", "skipped", "decode_error"} <= outcomes.keys()
