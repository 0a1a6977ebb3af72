"""Sends what a candidate bundle says, by a producer of its own: nothing of it waits in the way of an outcome."""

from __future__ import annotations

import asyncio

import faust
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from stream_slm.config.settings import ProducerConfig
from stream_slm.errors import BrokerUnavailable
from stream_slm.log import get_logger
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.sink import connected, hand_over, stop
from stream_slm.types import Output

log = get_logger(__name__)


class ShadowTopic:
    """Connects with the first output; what cannot be sent is told and forgotten."""

    def __init__(self, config: ProducerConfig, app: faust.App) -> None:
        self._config = config
        self._app = app
        self._producer: AIOKafkaProducer | None = None

    async def send(self, output: Output) -> bool:
        """Whether the broker has acknowledged an output; one at a time."""
        try:
            if self._producer is None:
                self._producer = await connected(self._config, connection_of_app(self._app))
            acknowledgement = await hand_over(self._producer, output)
            if isinstance(acknowledgement, asyncio.Future):
                await acknowledgement
                return True
            raise acknowledgement
        except (BrokerUnavailable, KafkaError, TimeoutError) as error:
            log.warning("shadow_not_sent", topic=output.topic, reason=type(error).__name__)
            return False

    async def stop(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await stop(producer)
