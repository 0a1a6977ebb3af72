"""Settling: in the order of a partition, what of an outcome's alerts is said, repeated, called off or held back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stream_slm.log import get_logger
from stream_slm.pipeline import clock
from stream_slm.pipeline.alert_book import AlertBook, Decision, Said
from stream_slm.pipeline.alerts import alert, alert_output, cancel, dedup_key, firing, flood_message, identifier
from stream_slm.pipeline.context import Context
from stream_slm.pipeline.envelope import enriched_output, review_output
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.judgement import Judgement
from stream_slm.pipeline.place import place_of
from stream_slm.pipeline.spec import FLOOD
from stream_slm.types import Outcome, Output

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Outcome):
    """An outcome before it is settled: its outputs are right where nothing was said before, as without Kafka."""

    context: Context
    judgements: tuple[Judgement, ...]
    judged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the enriched record says of an alert, and the alert, unless it is suppressed."""

    entry: Mapping[str, Any]
    cap: Mapping[str, Any] | None = None


class Settlement:
    """One per partition, for as long as a worker owns it: what it knows must not outlive that.

    After `settle`, an outcome's alerts count as sent from `confirm` on; `retract` says that they were not.
    """

    def __init__(self, gate: FloodGate, book: AlertBook | None = None, now: Callable[[], datetime] = clock.now) -> None:
        self._gate = gate
        self._book = AlertBook() if book is None else book
        self._now = now
        #: By offset: keys of the book and messages about a flood that rest on an outcome that is not durable yet.
        self._keys: dict[int, list[str]] = {}
        self._flood_messages: dict[int, Said] = {}

    def waits(self, outcome: Outcome) -> bool:
        """Whether an outcome rests on an alert that is not durable yet."""
        if not self._keys or not isinstance(outcome, Judged):
            return False
        return any(self._book.is_unsure(dedup_key(outcome.context, each.rule)) for each in outcome.judgements)

    def settle(self, outcome: Outcome) -> Outcome:
        """The outcome as it is to be sent; asked once for each, in the order of the partition."""
        if not isinstance(outcome, Judged):
            return outcome
        fires = any(each.verdict == "fires" for each in outcome.judgements)
        if not fires and not self._book and self._gate.flood is None:
            return outcome  # as nearly all are
        now = self._now()
        told: list[Told] = []
        held_back: list[Judgement] = []
        for judgement in outcome.judgements:
            told += self._told(outcome, judgement, now, held_back)
        told += self._flood_told(outcome, held_back, now)
        return _as_told(outcome, told)

    def confirm(self) -> None:
        """All that was settled is durable."""
        self._book.confirm()
        self._keys.clear()
        self._flood_messages.clear()

    def retract(self, outcome: Outcome) -> None:
        """The outputs of a settled outcome are not sent."""
        offset = outcome.record.offset
        for key in self._keys.pop(offset, ()):
            self._book.retract(key)
        flood = self._flood_messages.pop(offset, None)
        if flood is not None:
            self._gate.retract(flood.msg_type, flood.identifier)

    def abandon(self) -> None:
        """The partition is given up. The flood limit is the worker's: what is unsent of a flood is due again."""
        for flood in self._flood_messages.values():
            self._gate.retract(flood.msg_type, flood.identifier)
        self._flood_messages.clear()

    def _told(self, outcome: Judged, judgement: Judgement, now: datetime, held_back: list[Judgement]) -> Iterator[Told]:
        context, rule = outcome.context, judgement.rule
        decision = self._decision(outcome, judgement, now)
        if decision is None:
            return
        if decision.message is None:
            yield Told(entry=_entry(rule.name, None, decision.standing, "cooldown"))
        elif decision.message.msg_type == "Cancel":
            assert decision.last is not None
            self._note(outcome, judgement, decision, now)
            yield _sent(cancel(context, judgement, decision.message, decision.references, decision.last))
        elif self._gate.passes(now):
            self._note(outcome, judgement, decision, now)
            yield _sent(alert(context, judgement, decision.message, decision.references))
        else:
            held_back.append(judgement)

    def _decision(self, outcome: Judged, judgement: Judgement, now: datetime) -> Decision | None:
        context, rule = outcome.context, judgement.rule
        if judgement.verdict != "fires":
            key = dedup_key(context, rule)
            if key not in self._book:  # as nearly always; an id costs more than all the rest
                return None
            return self._book.clears(key, context.origin, identifier(context, f"cancel:{rule.name}"), now)
        fired = firing(context, judgement, outcome.judged_at)
        if not rule.cooldown_s:
            return Decision(message=fired.as_alert())
        key = dedup_key(context, rule)
        return self._book.fires(key, fired, now, cooldown_s=rule.cooldown_s, expires_s=rule.expires_s)

    def _note(self, outcome: Judged, judgement: Judgement, decision: Decision, now: datetime) -> None:
        if judgement.rule.cooldown_s:
            key = dedup_key(outcome.context, judgement.rule)
            self._book.note(key, decision, now)
            self._keys.setdefault(outcome.record.offset, []).append(key)

    def _flood_told(self, outcome: Judged, held_back: Sequence[Judgement], now: datetime) -> Iterator[Told]:
        """What was held back, and what is to be said of the flood: its begin, that it got worse, its end."""
        due = [self._gate.hold_back(judgement, now) for judgement in held_back]
        msg_type = next((each for each in due if each is not None), None)
        flood = self._gate.flood
        if flood is None:
            return
        if msg_type is None and self._gate.is_over(now):
            msg_type = "Cancel"
        if msg_type is not None:
            kind = "cancel" if msg_type == "Cancel" else "alert"
            message = Said(
                origin=outcome.context.origin,
                msg_type=msg_type,
                identifier=identifier(outcome.context, f"{kind}:{FLOOD}"),
                sent=now,
            )
            yield _sent(flood_message(outcome.context, flood, message))
            self._note_flood(outcome, message, flood.count)
        standing = self._gate.flood.said[0].identifier if self._gate.flood else None
        for judgement in held_back:
            yield Told(entry=_entry(judgement.rule.name, None, standing, "flood"))

    def _note_flood(self, outcome: Judged, message: Said, count: int) -> None:
        self._flood_messages[outcome.record.offset] = message
        if message.msg_type == "Cancel":
            self._gate.close()
        else:
            self._gate.told(message)
        if message.msg_type != "Update":
            log.warning(
                "alert_flood_over" if message.msg_type == "Cancel" else "alert_flood",
                **place_of(outcome.record, outcome.pipeline, outcome.context.record_id),
                suppressed=count,
            )


def first_alerts(context: Context, judgements: Sequence[Judgement], judged_at: datetime) -> list[Told]:
    """What a record alerts to where nothing was said before."""
    return [
        _sent(alert(context, judgement, firing(context, judgement, judged_at).as_alert()))
        for judgement in judgements
        if judgement.verdict == "fires"
    ]


def outputs(
    context: Context, enriched: Mapping[str, Any], judged: Sequence[Judgement], told: Sequence[Told]
) -> tuple[Output, ...]:
    """All that a record becomes: the enriched record, its alerts, and a copy for review where one is due."""
    alerts = [alert_output(context, each.cap) for each in told if each.cap is not None]
    withdrawn = any(each.verdict == "withdrawn" for each in judged)  # what nobody upholds, nobody needs to judge
    review = None if withdrawn else review_output(context, enriched)
    return (enriched_output(context, enriched), *alerts, *([review] if review else ()))


def _as_told(outcome: Judged, told: Sequence[Told]) -> Outcome:
    """The outcome with these alerts; as it is, where they are the ones it has."""
    enriched = outcome.enriched or {}
    entries = [each.entry for each in told]
    sent = clock.cap_time(outcome.judged_at)
    if entries == enriched["alerts"] and all(each.cap is None or each.cap["sent"] == sent for each in told):
        return outcome
    settled = {**enriched, "alerts": entries}
    return Outcome(
        record=outcome.record,
        pipeline=outcome.pipeline,
        outputs=outputs(outcome.context, settled, outcome.judgements, told),
        status=outcome.status,
        results=outcome.results,
        enriched=settled,
        suppressed=tuple(each.entry["suppressed"] for each in told if each.cap is None),
    )


def _sent(cap: Mapping[str, Any]) -> Told:
    return Told(entry=_entry(cap["rule"], cap["msgType"], cap["identifier"], None), cap=cap)


def _entry(rule: str, msg_type: str | None, identifier: str | None, suppressed: str | None) -> dict[str, Any]:
    return {"rule": rule, "msgType": msg_type, "identifier": identifier, "suppressed": suppressed}
