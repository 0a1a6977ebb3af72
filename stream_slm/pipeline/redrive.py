"""What a dead letter says of itself, and the record that it was, to be sent again."""

from __future__ import annotations

from dataclasses import dataclass

from stream_slm.pipeline.dead_letters import CODE_HEADER, TIMESTAMP_HEADER
from stream_slm.pipeline.identity import ORIGIN_HEADER
from stream_slm.types import Headers, Record

#: How often a record was sent back; it grows with each time.
COUNT_HEADER = "x-stream-slm-redrive-count"
#: The code of what somebody else put there: it says nothing that we could group by.
UNKNOWN = "unknown"
CONNECT_PREFIX = "__connect.errors."
#: All that a dead letter of ours adds, but for its identity, which stays with the record.
_ADDED = frozenset(
    {
        *(
            f"{CONNECT_PREFIX}{name}"
            for name in (
                "topic",
                "partition",
                "offset",
                "connector.name",
                "task.id",
                "stage",
                "class.name",
                "exception.class.name",
                "exception.message",
            )
        ),
        CODE_HEADER,
        TIMESTAMP_HEADER,
        *(f"x-stream-slm-{name}" for name in ("retriable", "attempts", "failed-at", "group", "pipeline", "version")),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record of a dead-letter topic: ours, Kafka Connect's, or anything that somebody put there."""

    record: Record

    def header(self, name: str) -> str:
        """The last header of a name, or nothing: what a dead letter adds stands behind what the record had."""
        return next((_text(value) for each, value in reversed(self.record.headers) if each == name), "")

    @property
    def ours(self) -> bool:
        """Whether a worker of ours wrote it."""
        return any(name == CODE_HEADER for name, _ in self.record.headers)

    @property
    def code(self) -> str:
        """Why it is one."""
        return self.header(CODE_HEADER) or UNKNOWN

    @property
    def pipeline(self) -> str:
        """The pipeline that could not read it."""
        return self.header("x-stream-slm-pipeline")

    @property
    def origin(self) -> str:
        """The identity of the record that it was: the first that is not empty, as the pipelines read it."""
        return next((_text(value) for name, value in self.record.headers if name == ORIGIN_HEADER and value), "")

    @property
    def source_topic(self) -> str:
        """Where it came from, or nothing."""
        return self.header(f"{CONNECT_PREFIX}topic")

    @property
    def source_partition(self) -> int | None:
        """The partition it came from."""
        return _number(self.header(f"{CONNECT_PREFIX}partition"))

    @property
    def source_offset(self) -> int | None:
        """The offset it came from."""
        return _number(self.header(f"{CONNECT_PREFIX}offset"))

    @property
    def redrives(self) -> int:
        """How often it was sent back so far."""
        return _number(self.header(COUNT_HEADER)) or 0

    @property
    def original_timestamp_ms(self) -> int | None:
        """The time its source gave it; Kafka Connect's dead letters keep it as their own."""
        if self.ours:
            return _number(self.header(TIMESTAMP_HEADER))
        own = self.record.timestamp_ms
        return own if own is not None and own >= 0 else None

    @property
    def original_headers(self) -> Headers:
        """The headers that the record had, and its identity.

        Of each name that a dead letter adds, the last is the one that was added: a record may have had its own.
        """
        removed: set[str] = set()
        kept: list[tuple[str, bytes | None]] = []
        for name, value in reversed(self.record.headers):
            if self._adds(name) and name not in removed:
                removed.add(name)
            else:
                kept.append((name, value))
        return tuple(reversed(kept))

    @property
    def headers_to_send(self) -> Headers:
        """What the record is sent again with: its own headers, its identity, and how often that was done."""
        kept = tuple((name, value) for name, value in self.original_headers if name != COUNT_HEADER)
        return (*kept, (COUNT_HEADER, str(self.redrives + 1).encode()))

    def _adds(self, name: str) -> bool:
        return name in _ADDED if self.ours else name.startswith(CONNECT_PREFIX)


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _number(text: str) -> int | None:
    """A decimal number as Kafka could have written it (64 bits), or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
