"""How a worker is: started, ready, alive; each answer names the checks it rests on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Probe = Literal["startup", "ready", "live"]

#: Between two beats; a thirtieth of the shortest time after which a loop usually counts as hung.
_BEAT_S = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was seen."""

    name: str
    ok: bool
    says: str

    def as_json(self) -> dict[str, Any]:
        """As a probe's answer spells it."""
        return {"name": self.name, "ok": self.ok, "says": self.says}


class Heart:
    """Beats as long as its event loop runs; any thread may feel the pulse."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Beat in the running loop, from now on."""
        self.stop()
        self._beat()

    def stop(self) -> None:
        """Beat no more."""
        if self._timer is not None:
            self._timer.cancel()

    @property
    def age_s(self) -> float:
        """Seconds since the last beat; 0 before the first."""
        return 0.0 if self._last is None else self._clock() - self._last

    def _beat(self) -> None:
        self._last = self._clock()
        self._timer = asyncio.get_running_loop().call_later(_BEAT_S, self._beat)


class Health:
    """What the probes ask; the worker notes its progress here.

    A broker that is away never makes a worker dead: restarting it would not bring the broker back.

    Args:
        loop_timeout_s: seconds without a beat after which the event loop counts as hung.
        call_timeout_s: seconds after which a call into the engine does; 0: never.
    """

    def __init__(self, *, loop_timeout_s: float, call_timeout_s: float, heart: Heart | None = None) -> None:
        self.heart = heart or Heart()
        self._loop_timeout_s = loop_timeout_s
        self._call_timeout_s = call_timeout_s
        #: No broker has answered yet: nothing else is waited for.
        self.waits_for_broker = False
        #: The models are loaded and warm; the topics are checked and the producer is connected.
        self.loaded = self.connected = False
        self.longest_call_s: Callable[[], float] = lambda: 0.0
        #: The first join of the group is over, whether it brought partitions or not.
        self.joined: Callable[[], bool] = lambda: False
        #: It finishes what is in flight, or has given it up.
        self.leaving: Callable[[], bool] = lambda: False

    def checks(self, probe: Probe) -> list[Check]:
        """What a probe rests on."""
        return {"startup": self._startup, "ready": self._ready, "live": self._live}[probe]()

    def _startup(self) -> list[Check]:
        # A model is loaded once a broker has answered; until then it is `live` that says whether we are well.
        waits = self.waits_for_broker
        return [Check("model", self.loaded or waits, "not loaded: waits for a broker" if waits else self._loading())]

    def _ready(self) -> list[Check]:
        joined, leaving = self.joined(), self.leaving()
        return [
            Check("model", self.loaded, self._loading()),
            Check("topics", self.connected, "checked" if self.connected else "not checked yet"),
            # Not "has partitions": one worker more than there are partitions must not hold up a rollout.
            Check("group", joined, "joined" if joined else "not joined yet"),
            Check("stays", not leaving, "is leaving" if leaving else "takes records"),
        ]

    def _live(self) -> list[Check]:
        silent_s, call_s = self.heart.age_s, self.longest_call_s()
        hangs = bool(self._call_timeout_s) and call_s > self._call_timeout_s
        return [
            Check("event_loop", silent_s <= self._loop_timeout_s, f"last beat {silent_s:.1f} s ago"),
            Check("engine", not hangs, f"longest call {call_s:.1f} s"),
        ]

    def _loading(self) -> str:
        return "loaded" if self.loaded else "not loaded yet"
