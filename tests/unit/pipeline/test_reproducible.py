"""A decision can be reproduced: the default model says the same of a text whatever is in flight beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from stream_slm.config.settings import load
from stream_slm.pipeline.models import started
from training import domains


async def test_scores_do_not_depend_on_what_is_read_at_the_same_time(default_bundle: Path) -> None:
    """To the last bit; padding beside longer texts would move int8 vectors by up to 0.06."""
    rows = [domain.text_of(row["record"]) for domain in domains.DOMAINS for row in domain.heldout()[:40]]
    models = await started(load())
    try:
        together = await asyncio.gather(*(models.reader.read(parts) for parts in rows))
        for parts, beside_others in zip(rows, together, strict=True):
            alone = await models.reader.read(parts)
            assert (alone.text.vectors == beside_others.text.vectors).all()
    finally:
        await models.close()
