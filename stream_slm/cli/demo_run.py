"""One run of a demo: records go out, what becomes of them is read, until each has its outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

import orjson
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from stream_slm.cli.because import SentTexts
from stream_slm.cli.demo_books import Books
from stream_slm.cli.demo_feed import Feed
from stream_slm.cli.demo_worker import DemoWorker
from stream_slm.cli.sender import Sender
from stream_slm.cli.subscriber import Seen, Subscriber, partitions_of
from stream_slm.config.settings import TopicsConfig
from stream_slm.errors import DeliveryStopped
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.connections import connection_of_app
from stream_slm.streaming.topics import DEAD_LETTER_HEADROOM_BYTES, TopicInfo, Topics

#: Without a single new outcome for so long, the demo has failed.
_NO_PROGRESS_S = 60.0
#: Reading to the end of topics that nobody writes to any more takes far less.
_READ_REST_S = 30.0


class View(Protocol):
    """Shows what a subscriber reads."""

    def note(self, seen: Seen) -> None:
        """One record that was read."""

    def say(self, what: str) -> None:
        """What is going on; nothing while records run."""

    def refresh(self, books: Books) -> None:
        """The counts, a few times a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The broker and the topics that a demo uses."""

    where: Mapping[str, Any]
    group: str
    specs: Sequence[PipelineSpec]
    topics: TopicsConfig
    max_line_bytes: int
    embedded: bool

    @classmethod
    def of(cls, slm: StreamSLM, *, embedded: bool) -> Stage:
        """The stage of an application."""
        return cls(
            where=connection_of_app(slm.app),
            group=slm.app.conf.id,
            specs=[handle.spec for handle in slm.pipelines.values()],
            topics=slm.settings.topics,
            # What is too large to be read must reach the worker, too, and its dead letter must leave it.
            max_line_bytes=slm.settings.producer.max_request_bytes - DEAD_LETTER_HEADROOM_BYTES,
            embedded=embedded,
        )

    @property
    def outputs(self) -> list[str]:
        """Every topic but the sources."""
        return [topic for spec in self.specs for topic in spec.topics[1:]]

    async def set_up(self) -> None:
        """Make the topics that are missing; on a broker that is not ours, leave alone what its topics hold."""
        if self.embedded:
            await self._make_dead_letter_topics()
        async with Topics(self.where) as admin:
            await admin.create(self.specs, self.topics)
            existing = await admin.existing()
        if not self.embedded:
            await self._begin_at_the_end(existing)

    async def _make_dead_letter_topics(self) -> None:
        """Without a limit of their own: the embedded broker takes records of any size, Kafka none above 1 MB."""
        names = {spec.dead_letter_topic for spec in self.specs}
        admin = AIOKafkaAdminClient(**self.where)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(name, self.topics.partitions, 1) for name in sorted(names)])
        finally:
            await admin.close()

    async def _begin_at_the_end(self, existing: Mapping[str, TopicInfo]) -> None:
        """Commit, for our new group, the ends of the sources: a demo does not read the history of a topic again."""
        consumer = AIOKafkaConsumer(**self.where, group_id=self.group, enable_auto_commit=False)
        await consumer.start()
        try:
            sources = partitions_of(existing, [spec.source for spec in self.specs])
            consumer.assign(sources)
            await consumer.commit(await consumer.end_offsets(sources))
        finally:
            await consumer.stop()


class Run:
    """Plays a feed on a stage; `play` says whether it was broken off."""

    def __init__(
        self,
        stage: Stage,
        worker: DemoWorker,
        feed: Feed,
        books: Books,
        texts: SentTexts,
        view: View,
        sink: IO[bytes] | None,
    ) -> None:
        self._stage = stage
        self._worker = worker
        self._feed = feed
        self._books = books
        self._texts = texts
        self._view = view
        self._sink = sink

    async def play(self) -> bool:
        """Send, read until every record has its outcome, stop the worker, read what it still wrote.

        Raises:
            DeliveryStopped: the worker ended, or nothing came for a minute.
        """
        # On a broker of our own the topics begin with us; on another, what was there is not for this demo.
        async with Subscriber(
            self._stage.where, self._stage.outputs, from_beginning=self._stage.embedded
        ) as subscriber:
            interrupted = False
            try:
                self._view.say("the worker loads its model and joins its group")
                self._view.refresh(self._books)
                await self._worker.reads()
                self._view.say("")
                await self._until_all_have_their_outcome(subscriber)
            except asyncio.CancelledError:  # Ctrl-C: whoever wants to leave at once presses it again
                interrupted = True
                _forget_cancellation()
            self._view.say("the worker finishes what it has begun, commits, and leaves its group")
            await self._end(subscriber)
        return interrupted

    async def _until_all_have_their_outcome(self, subscriber: Subscriber) -> None:
        sending = asyncio.create_task(self._send())
        try:
            while not sending.done() or self._books.missing:
                await self._look(subscriber)
                self._worker.check()
                self._check_progress()
            await sending
        finally:
            sending.cancel()

    async def _send(self) -> None:
        async with Sender(self._stage.where, self._stage.max_line_bytes) as sender:
            await self._feed.send(sender, self._books, self._texts)

    async def _end(self, subscriber: Subscriber) -> None:
        """An alert lies in another topic than its record: only when the worker has ended, all of them are there."""
        stopping = asyncio.create_task(self._worker.stop())
        while not stopping.done():
            await self._look(subscriber)
        await stopping
        deadline = time.monotonic() + _READ_REST_S
        while not await subscriber.at_end() and time.monotonic() < deadline:
            await self._look(subscriber)

    async def _look(self, subscriber: Subscriber) -> None:
        for seen in await subscriber.fetch():
            self._books.note(seen)
            self._view.note(seen)
            if self._sink is not None:
                self._sink.write(orjson.dumps(seen.as_json()) + b"\n")
        self._view.refresh(self._books)

    def _check_progress(self) -> None:
        if self._books.missing and self._books.idle_s > _NO_PROGRESS_S:
            raise DeliveryStopped(
                f"{self._books.missing} of {self._books.sent} records have no outcome, and none came for "
                f"{_NO_PROGRESS_S:.0f} s; the end of the worker's log:\n{self._worker.log_tail()}"
            )


def _forget_cancellation() -> None:
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
