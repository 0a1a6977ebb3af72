"""The flood limit of a pipeline in one worker: how many alerts may go out, and what is said when more are due."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stream_slm.pipeline.alert_book import MessageType, Said
from stream_slm.pipeline.judgement import Judgement

#: CAP's severities, the mildest first.
_SEVERITIES = ("Unknown", "Minor", "Moderate", "Severe", "Extreme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """A flood that goes on: how many alerts it has held back, the worst of them, the last, and what was said of it."""

    count: int
    worst: Judgement
    latest: datetime
    said: tuple[Said, ...] = ()
    told: str = ""


class FloodGate:
    """Counts alerts in a sliding window, over all partitions of the worker. Pure; no clock."""

    def __init__(self, limit: int, window_s: float) -> None:
        self._limit = limit
        self._window = timedelta(seconds=window_s)
        self._passed: deque[datetime] = deque(maxlen=limit or 1)
        self._flood: Flood | None = None
        #: The flood that was called off last: if that was not sent after all, it goes on.
        self._over: Flood | None = None

    @property
    def flood(self) -> Flood | None:
        """The flood that goes on."""
        return self._flood

    def passes(self, now: datetime) -> bool:
        """Whether one more alert may go out, which is counted then."""
        if not self._limit:
            return True
        if len(self._passed) == self._limit and now - self._passed[0] < self._window:
            return False
        self._passed.append(now)
        return True

    def hold_back(self, judgement: Judgement, now: datetime) -> MessageType | None:
        """Count an alert that may not go out; says what to tell: an Alert at first, an Update once it is worse."""
        flood = self._flood or Flood(count=0, worst=judgement, latest=now)
        worst = max(flood.worst, judgement, key=_rank)
        self._flood = replace(flood, count=flood.count + 1, worst=worst, latest=now)
        if not flood.said:
            return "Alert"
        return "Update" if worst.rule.severity != flood.told else None

    def told(self, said: Said) -> None:
        """Note a message about the flood that goes out."""
        if self._flood is not None:
            severity = self._flood.worst.rule.severity
            self._flood = replace(self._flood, said=(*self._flood.said, said), told=severity)

    def is_over(self, now: datetime) -> bool:
        """Whether there was a flood, and nothing was held back for a whole window."""
        return self._flood is not None and now - self._flood.latest >= self._window

    def close(self) -> None:
        """Note that the flood is called off."""
        self._flood, self._over = None, self._flood

    def retract(self, msg_type: str, identifier: str) -> None:
        """A message about the flood was not sent: it is due again."""
        if msg_type == "Cancel":
            self._flood = self._flood or self._over
        elif self._flood is not None:
            said = tuple(each for each in self._flood.said if each.identifier != identifier)
            self._flood = replace(self._flood, said=said, told="" if said != self._flood.said else self._flood.told)


def _rank(judgement: Judgement) -> int:
    return _SEVERITIES.index(judgement.rule.severity)
