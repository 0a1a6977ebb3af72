"""Rules of the Kafka sink: durable means acknowledged, errors are ours, and none quotes a record."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotEnoughReplicasError,
    RecordListTooLargeError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,
)

from stream_slm.config.settings import ProducerConfig
from stream_slm.errors import BrokerUnavailable, OutputTooLarge, ProduceRejected, StreamSLMError
from stream_slm.streaming import sink as sink_module
from stream_slm.streaming.sink import KafkaSink, producer_options
from stream_slm.types import Outcome, Output, Record


class FakeProducer:
    """Remembers what it is handed; a value that names an error fails when sent or when acknowledged."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.fails_at_send: dict[bytes, BaseException] = {}
        self.fails_later: dict[bytes, BaseException] = {}

    async def send(self, topic: str, *, value: bytes, **_: Any) -> asyncio.Future[None]:
        self.sent.append(value)
        if value in self.fails_at_send:
            raise self.fails_at_send[value]
        acknowledgement: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        error = self.fails_later.get(value)
        if error is None:
            acknowledgement.set_result(None)
        else:
            acknowledgement.set_exception(error)
        return acknowledgement


def outcome(*values: bytes) -> Outcome:
    source = Record(topic="in", partition=0, offset=0, value=b"")
    outputs = tuple(Output(topic="out", value=value) for value in values)
    return Outcome(record=source, pipeline="p", outputs=outputs, status="ok")


def sink_with(producer: FakeProducer | None, limits: dict[str, int] | None = None) -> KafkaSink:
    sink = KafkaSink(ProducerConfig(), {"bootstrap_servers": "nowhere:9092"})
    sink._producer = producer  # type: ignore[assignment]
    sink._topic_limits = limits or {}
    return sink


@pytest.mark.parametrize(
    ("error", "translated"),
    [
        (MessageSizeTooLargeError("secret"), OutputTooLarge),
        (RecordListTooLargeError("secret"), OutputTooLarge),
        (TopicAuthorizationFailedError("secret"), ProduceRejected),
        (RequestTimedOutError("secret"), BrokerUnavailable),
        (KafkaTimeoutError("secret"), BrokerUnavailable),
        (NotEnoughReplicasError("secret"), BrokerUnavailable),
        (KafkaConnectionError("secret"), BrokerUnavailable),
        (KafkaError("secret"), BrokerUnavailable),
        (TimeoutError("secret"), BrokerUnavailable),
    ],
)
@pytest.mark.parametrize("when", ["fails_at_send", "fails_later"])
async def test_errors_become_ours_and_quote_nothing(
    error: Exception, translated: type[StreamSLMError], when: str
) -> None:
    """What the broker will say again tomorrow is permanent; all else is tried again. The class alone is told."""
    producer = FakeProducer()
    getattr(producer, when)[b"b"] = error
    before, failed, after = await sink_with(producer).send([outcome(b"a"), outcome(b"b"), outcome(b"c")])
    assert (before, after) == (None, None)
    assert type(failed) is translated
    assert "secret" not in str(failed)
    assert type(error).__name__ in str(failed)


async def test_outputs_are_handed_over_in_order_and_an_outcome_needs_all_of_them() -> None:
    """One output that fails makes its outcome fail, with the first error; every acknowledgement is looked at."""
    producer = FakeProducer()
    producer.fails_later = {b"b": RequestTimedOutError(), b"c": MessageSizeTooLargeError()}
    failed, fine = await sink_with(producer).send([outcome(b"a", b"b", b"c"), outcome(b"d")])
    assert producer.sent == [b"a", b"b", b"c", b"d"]
    assert isinstance(failed, BrokerUnavailable)
    assert fine is None


async def test_a_stopped_producer_takes_nothing() -> None:
    """And says so in a way that is tried again."""
    sink = sink_with(None)
    await sink.stop()
    (error,) = await sink.send([outcome(b"a")])
    assert isinstance(error, BrokerUnavailable)


def test_the_size_limit_is_the_smaller_of_the_topics_and_ours() -> None:
    """An unknown topic has ours."""
    sink = sink_with(None, {"small": 1_000, "huge": 10**9})
    assert [sink.size_limit(topic) for topic in ("small", "huge", "unknown")] == [1_000, 8_388_608, 8_388_608]


def test_the_size_of_an_output_is_never_below_what_it_holds() -> None:
    """Key, value and headers count."""
    output = Output(topic="t", key=b"k" * 10, value=b"v" * 100, headers=(("name", b"x" * 50), ("none", None)))
    assert 168 <= output.size_bytes <= 168 + 96 + 20
    assert Output(topic="t", value=None).size_bytes > 0


async def test_a_batch_is_no_larger_than_any_topic_takes() -> None:
    """A broker refuses the whole batch, and the records of it would be sent alone, behind those of the next."""
    options = producer_options(ProducerConfig(max_batch_bytes=131_072), {}, {"out": 1_000_000, "alerts": 60_000})
    assert options["max_batch_size"] == 60_000
    assert producer_options(ProducerConfig(max_batch_bytes=1_000), {}, {})["max_batch_size"] == 1_000


async def test_a_producer_that_cannot_send_what_it_holds_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends first, in a transaction for as long as the broker is away; a worker that leaves must not wait."""

    class Stuck(FakeProducer):
        async def stop(self) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(sink_module, "_STOP_S", 0.01)
    sink = sink_with(Stuck())
    await asyncio.wait_for(sink.stop(), 5)
    assert [type(error) for error in await sink.send([outcome(b"a")])] == [BrokerUnavailable]


class Producers:
    """Makes producers, as aiokafka does, and remembers them."""

    def __init__(self) -> None:
        self.made: list[FakeProducer] = []
        self.fails_later: list[dict[bytes, BaseException]] = []
        self.unreachable = False
        self.options: dict[str, Any] = {}

    def __call__(self, **options: Any) -> FakeProducer:
        producers = self
        self.options = options

        class Connecting(FakeProducer):
            stopped = False

            async def start(self) -> None:
                if producers.unreachable:
                    raise KafkaConnectionError("away")

            async def stop(self) -> None:
                self.stopped = True

        producer = Connecting()
        if self.fails_later:
            producer.fails_later = self.fails_later.pop(0)
        self.made.append(producer)
        return producer


@pytest.fixture
def producers(monkeypatch: pytest.MonkeyPatch) -> Producers:
    """What the sink connects by."""
    made = Producers()
    monkeypatch.setattr(sink_module, "AIOKafkaProducer", made)
    return made


@pytest.mark.parametrize("idempotent", [True, False])
async def test_a_batch_that_failed_has_used_up_its_numbers(producers: Producers, idempotent: bool) -> None:
    """The broker would wait for them for ever, so a numbering producer is left; any other goes on."""
    producers.fails_later = [{b"b": NotEnoughReplicasError()}]
    sink = KafkaSink(ProducerConfig(), {"bootstrap_servers": "nowhere:9092"})
    await sink.start({}, idempotent=idempotent)
    assert producers.options["enable_idempotence"] is idempotent
    assert [error is None for error in await sink.send([outcome(b"a"), outcome(b"b")])] == [True, False]
    await sink.send([outcome(b"b")])
    assert [each.sent for each in producers.made] == ([[b"a", b"b"], [b"b"]] if idempotent else [[b"a", b"b", b"b"]])
    await sink.stop()
    assert [each.stopped for each in producers.made] == [True] * len(producers.made)  # type: ignore[attr-defined]


async def test_what_a_producer_does_not_take_uses_up_no_number(producers: Producers) -> None:
    """A record too large for the client never reached a batch."""
    sink = KafkaSink(ProducerConfig(), {"bootstrap_servers": "nowhere:9092"})
    await sink.start({}, idempotent=True)
    producers.made[0].fails_at_send = {b"b": MessageSizeTooLargeError()}
    await sink.send([outcome(b"b"), outcome(b"c")])
    await sink.send([outcome(b"d")])
    assert len(producers.made) == 1
    await sink.stop()


async def test_a_producer_that_cannot_be_replaced_yet_is_replaced_later(producers: Producers) -> None:
    """While the broker is away a send fails and may be repeated."""
    producers.fails_later = [{b"a": NotEnoughReplicasError()}]
    sink = KafkaSink(ProducerConfig(), {"bootstrap_servers": "nowhere:9092"})
    await sink.start({}, idempotent=True)
    await sink.send([outcome(b"a")])
    producers.unreachable = True
    (error,) = await sink.send([outcome(b"a")])
    assert error is not None
    assert error.retriable
    producers.unreachable = False
    assert await sink.send([outcome(b"a")]) == [None]
    await sink.stop()
