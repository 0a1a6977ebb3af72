"""The book of a partition's open alerts: whether a firing is an Alert, an Update, or nothing new. Pure; no clock."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

#: Open alerts that a partition's book holds; the one that was longest unheard of is forgotten for the next.
MOST_OPEN = 10_000
#: Messages that a book remembers of one alert, and so the most that an Update or a Cancel refers to.
_MOST_SAID = 8
#: A score that moved by less than this says the same.
SCORE_STEP = 0.1

MessageType = Literal["Alert", "Update", "Cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What a rule found in one record; `origin` is the record's identity, `sent` when its alert was written."""

    origin: str
    identifier: str
    sent: datetime
    label: str
    urgency: str
    score: float

    def as_alert(self) -> Said:
        """The message where nothing was said before."""
        return Said(origin=self.origin, msg_type="Alert", identifier=self.identifier, sent=self.sent)

    def repeats(self, other: Firing) -> bool:
        """Whether a subscriber would learn nothing from one after the other."""
        same = (self.label, self.urgency) == (other.label, other.urgency)
        return same and abs(self.score - other.score) < SCORE_STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that was sent about an open alert."""

    origin: str
    msg_type: MessageType
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open alert: what was said of it, the oldest first, and what the last message rests on."""

    said: tuple[Said, ...]
    last: Firing
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a firing, or of the end of one; `message` None: it is in its cool-down, and `standing` stands.

    `after` is the alert once the message is sent (None: it is over), which `AlertBook.note` writes down.
    """

    message: Said | None
    references: tuple[Said, ...] = ()
    after: Open | None = None
    standing: str | None = None
    last: Firing | None = None


class AlertBook:
    """The open alerts of one partition by `dedup_key`; asked in the order of the partition.

    A change is unsure until `confirm` says that its message is durable; `retract` takes it back. Between the two its
    key must not be asked again (`is_unsure`): nothing may rest on a message that perhaps never was.
    """

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        self._open: OrderedDict[str, Open] = OrderedDict()
        self._before: dict[str, Open | None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: str) -> bool:
        return key in self._open

    def is_unsure(self, key: str) -> bool:
        """Whether a message about this key is on its way."""
        return key in self._before

    def fires(self, key: str, firing: Firing, now: datetime, *, cooldown_s: float, expires_s: float) -> Decision:
        """What a firing is: an Alert, an Update, a repetition of what it was before, or nothing new."""
        found = self._alive(key, now)
        if found is None:
            return _decision(firing.as_alert(), firing, (), expires_s)
        for index, said in enumerate(found.said):
            if said.origin == firing.origin:  # read again: it says what it said then, and changes nothing
                return Decision(message=said, references=found.said[:index], after=found)
        latest = found.said[-1]
        if firing.repeats(found.last) and now - latest.sent < timedelta(seconds=cooldown_s):
            return Decision(message=None, standing=latest.identifier)
        update = Said(origin=firing.origin, msg_type="Update", identifier=firing.identifier, sent=now)
        return _decision(update, firing, found.said, expires_s)

    def clears(self, key: str, origin: str, identifier: str, now: datetime) -> Decision | None:
        """The Cancel of an open alert that a later record does not bear out; None where there is none to cancel."""
        found = self._alive(key, now)
        if found is None:
            return None
        cancel = Said(origin=origin, msg_type="Cancel", identifier=identifier, sent=now)
        return Decision(message=cancel, references=found.said, last=found.last)

    def note(self, key: str, decision: Decision, now: datetime) -> None:
        """Write down that a decision's message goes out; what has expired at the old end is forgotten."""
        while self._open and next(iter(self._open.values())).expires <= now:
            self._open.popitem(last=False)
        before = self._open.pop(key, None)
        self._before.setdefault(key, before)
        if decision.after is not None:
            self._open[key] = decision.after  # as the last, which is forgotten last
            while len(self._open) > self._most:
                self._open.popitem(last=False)

    def confirm(self) -> None:
        """All messages that were noted are durable."""
        self._before.clear()

    def retract(self, key: str) -> None:
        """The message about this key was not sent: what held before it holds."""
        before = self._before.pop(key, None)
        self._open.pop(key, None)
        if before is not None:
            self._open[key] = before

    def _alive(self, key: str, now: datetime) -> Open | None:
        found = self._open.get(key)
        if found is not None and found.expires <= now:
            del self._open[key]
            return None
        return found


def _decision(message: Said, firing: Firing, said: tuple[Said, ...], expires_s: float) -> Decision:
    after = Open(said=(*said, message)[-_MOST_SAID:], last=firing, expires=message.sent + timedelta(seconds=expires_s))
    return Decision(message=message, references=said, after=after)
