"""Rules of the way back: only what the broker has acknowledged is kept as done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka.errors import InvalidTimestampError, KafkaConnectionError, MessageSizeTooLargeError

from stream_slm.cli.dlq_sending import Tally, Window
from stream_slm.errors import BrokerUnavailable
from stream_slm.pipeline.redrive import DeadLetter
from stream_slm.types import Record


def letter(offset: int) -> DeadLetter:
    source = (("__connect.errors.topic", b"t.v1"),)
    return DeadLetter(record=Record(topic="t.dlq", partition=0, offset=offset, value=b"?", headers=source))


def answered(error: Exception | None = None) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
    return future


class Kept:
    """What was kept as done, by offset."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.offsets: list[int] = []
        self.window = Window(self._keep, self.tally, lambda each: each.source_topic)

    async def _keep(self, letters: list[DeadLetter]) -> None:
        self.offsets += [each.record.offset for each in letters]


async def test_what_the_broker_refuses_for_good_is_left_and_the_others_go_on() -> None:
    """A record too large or too old for its topic hurts only itself."""
    kept = Kept()
    for offset, error in enumerate((None, MessageSizeTooLargeError(), None, InvalidTimestampError())):
        kept.window.add(letter(offset), answered(error))
    kept.window.add(letter(4), MessageSizeTooLargeError())  # as the client says before it sends
    await kept.window.close()
    assert kept.offsets == [0, 2]
    assert (kept.tally.sent, kept.tally.left) == (2, 3)
    assert kept.tally.counts == {("t.v1", "sent"): 2, ("t.v1", "refused"): 3}


async def test_a_broker_that_goes_away_ends_it_and_what_it_had_acknowledged_is_kept() -> None:
    """Also what was acknowledged after the first that was not."""
    kept = Kept()
    for offset, error in enumerate((None, KafkaConnectionError(), None)):
        kept.window.add(letter(offset), answered(error))
    with pytest.raises(BrokerUnavailable):
        await kept.window.close()
    assert kept.offsets == [0, 2]
    await kept.window.close()  # as when the block is left: nothing is kept twice
    assert kept.offsets == [0, 2]
