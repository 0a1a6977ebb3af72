"""A sink whose outputs carry the context of a span each."""

from __future__ import annotations

from collections.abc import Sequence

from stream_slm.errors import StreamSLMError
from stream_slm.streaming.sink import Sink
from stream_slm.tracing import HEADER_BYTES, Tracing
from stream_slm.types import Outcome


class TracedSink:
    """Around the sink that sends; not there at all where nothing is traced."""

    def __init__(self, sink: Sink, tracing: Tracing) -> None:
        self._sink = sink
        self._tracing = tracing

    async def send(self, outcomes: Sequence[Outcome]) -> list[StreamSLMError | None]:
        """As the sink does; each output's span lasts until its outcome is acknowledged."""
        traced = [self._tracing.sending(outcome) for outcome in outcomes]
        errors: list[StreamSLMError | None] = [None] * len(outcomes)
        try:
            errors = await self._sink.send([outcome for outcome, _ in traced])
        finally:
            for (_, spans), error in zip(traced, errors, strict=True):
                self._tracing.sent(spans, error)
        return errors

    def size_limit(self, topic: str) -> int:
        """The sink's, less what our headers take."""
        return self._sink.size_limit(topic) - HEADER_BYTES
