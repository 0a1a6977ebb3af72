"""Rules of settling: what a record's alerts become after what was said before, in the order of the partition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from stream_slm.pipeline import clock
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.settlement import Settlement
from stream_slm.pipeline.spec import AlertRule
from stream_slm.types import Outcome
from tests.unit.pipeline.fakes import FakeModels, headers_of, json_of, log_of, pipeline, record

Check = Callable[[Any], None]
RULE = AlertRule(
    name="urgent",
    task="urgency",
    labels=["asap", "stat"],
    threshold=0.7,
    severity="Severe",
    category="Health",
    urgency={"stat": "Immediate", "asap": "Expected"},
    response_type="Assess",
)
STAT, ASAP, CALM = (0.01, 0.01, 0.01, 0.97), (0.01, 0.01, 0.97, 0.01), (0.97, 0.01, 0.01, 0.01)


class Desk:
    """A partition's settlement, its clock in the test's hand, and a feed about one subject."""

    def __init__(self, rule: AlertRule = RULE, limit: int = 0, **spec: Any) -> None:
        self.now = clock.now()
        self.gate = FloodGate(limit, 60.0)
        self.settlement = Settlement(self.gate, now=lambda: self.now)
        self._spec = {"alerts": (rule,), "flood_limit": limit, "subject_pointer": "/about", **spec}
        self._offset = 0

    async def judged(self, scores: tuple[float, ...], number: int, about: str = "s", **changes: Any) -> Outcome:
        """An outcome before it is settled."""
        models = FakeModels({"urgency": log_of(*scores)})
        self._offset += 1
        value = {"id": number, "about": about, "text": "Pain.", **changes.pop("value", {})}
        ours = pipeline(models, **{**self._spec, **changes})
        return await ours.process(record(value, offset=self._offset))

    async def settled(self, scores: tuple[float, ...], number: int, about: str = "s", **changes: Any) -> Outcome:
        """One that is settled and durable."""
        outcome = self.settlement.settle(await self.judged(scores, number, about, **changes))
        self.settlement.confirm()
        return outcome


def alerts_of(outcome: Outcome) -> list[dict[str, Any]]:
    return [json_of(output) for output in outcome.outputs if output.kind == "alert"]


async def test_an_alert_then_silence_then_update_then_cancel(enriched_schema: Check, alert_schema: Check) -> None:
    """Each message refers to those before it, under one key; the enriched record says what became of it."""
    desk = Desk()
    first, again = await desk.settled(STAT, 1), await desk.settled(STAT, 2)
    changed, over, calm = await desk.settled(ASAP, 3), await desk.settled(CALM, 4), await desk.settled(CALM, 5)
    (alert,), (update,), (cancel,) = alerts_of(first), alerts_of(changed), alerts_of(over)
    for each in (alert, update, cancel):
        alert_schema(each)
    assert [each["msgType"] for each in (alert, update, cancel)] == ["Alert", "Update", "Cancel"]
    reference = f"{alert['sender']},{alert['identifier']},{alert['sent']}"
    assert update["references"] == reference
    assert cancel["references"] == f"{reference} {update['sender']},{update['identifier']},{update['sent']}"
    assert {each["dedup_key"] for each in (alert, update, cancel)} == {"things.v1/s/urgent"}
    assert len({each["identifier"] for each in (alert, update, cancel)}) == 3
    assert (update["urgency"], cancel["urgency"], cancel["responseType"]) == ("Expected", "Past", ["AllClear"])
    assert (alerts_of(again), again.suppressed) == ([], ("cooldown",))
    assert (alerts_of(calm), calm.suppressed) == ([], ())
    entries = [each.enriched["alerts"] for each in (first, again, changed, over, calm)]  # type: ignore[index]
    assert [[(one["msgType"], one["identifier"], one["suppressed"]) for one in each] for each in entries] == [
        [("Alert", alert["identifier"], None)],
        [(None, alert["identifier"], "cooldown")],
        [("Update", update["identifier"], None)],
        [("Cancel", cancel["identifier"], None)],
        [],
    ]
    for outcome in (first, again, changed, over, calm):
        enriched_schema(json_of(outcome.outputs[0]))
        assert json_of(outcome.outputs[0]) == outcome.enriched


async def test_a_firing_that_outlasts_its_cool_down_is_an_update() -> None:
    """So that a subscriber knows that it goes on; after its life it is a new alert."""
    desk = Desk()
    await desk.settled(STAT, 1)
    desk.now += timedelta(seconds=RULE.cooldown_s + 1)
    (update,) = alerts_of(await desk.settled(STAT, 2))
    assert update["msgType"] == "Update"
    desk.now += timedelta(seconds=RULE.expires_s + 1)
    (alert,) = alerts_of(await desk.settled(STAT, 3))
    assert (alert["msgType"], alert["references"]) == ("Alert", None)


async def test_a_record_read_again_repeats_its_message() -> None:
    """The same bytes but for the place it lies in: a subscriber drops it by its id."""
    desk = Desk()
    (alert,) = alerts_of(await desk.settled(STAT, 1))
    (update,) = alerts_of(await desk.settled(ASAP, 2))
    desk.now += timedelta(seconds=5)
    for before, scores, number in ((alert, STAT, 1), (update, ASAP, 2)):
        (after,) = alerts_of(await desk.settled(scores, number))
        for name in ("identifier", "msgType", "references", "sent", "expires", "dedup_key"):
            assert after[name] == before[name]


async def test_after_a_restart_a_replay_has_the_ids_it_had() -> None:
    """Whatever kind of message it was: another settlement knows nothing of the first."""
    ids = []
    for _ in range(2):
        desk = Desk()
        await desk.settled(STAT, 1)
        ids.append([each["identifier"] for number in (2, 3) for each in alerts_of(await desk.settled(ASAP, number))])
    assert ids[0] == ids[1]
    fresh = Desk()
    (alert,) = alerts_of(await fresh.settled(ASAP, 2))
    assert (alert["msgType"], alert["identifier"]) == ("Alert", ids[0][0])


async def test_subjects_and_rules_do_not_touch_each_other() -> None:
    """The key of an alert is topic, subject and rule."""
    other = AlertRule(name="other", task="urgency", labels=["stat"], threshold=0.7, severity="Minor")
    desk = Desk(alerts=(RULE, other))
    assert len(alerts_of(await desk.settled(STAT, 1))) == 2
    assert len(alerts_of(await desk.settled(STAT, 2, about="t"))) == 2
    changed = alerts_of(await desk.settled(ASAP, 3))
    assert [(each["rule"], each["msgType"]) for each in changed] == [("urgent", "Update"), ("other", "Cancel")]


async def test_what_abstains_cancels_nothing() -> None:
    """A text that cannot be judged says nothing about its subject; nor does a record that is skipped."""
    desk = Desk()
    await desk.settled(STAT, 1)
    german = {"text": "Der Patient klagt über Schmerzen und wurde mit einem Verband nach Hause entlassen."}
    assert alerts_of(await desk.settled(CALM, 2, value=german)) == []
    assert alerts_of(await desk.settled(CALM, 3, skip=lambda _: "not today")) == []
    (cancel,) = alerts_of(await desk.settled(CALM, 4))
    assert cancel["msgType"] == "Cancel"


@pytest.mark.parametrize("skip", [lambda _: None, lambda _: "over"])
async def test_a_record_that_takes_its_subject_back_cancels(skip: Any, alert_schema: Check) -> None:
    """Whether it is read or not, and whatever its text says; and raises nothing."""
    desk = Desk()
    await desk.settled(STAT, 1)
    outcome = await desk.settled(STAT, 2, withdrawn=lambda _: "over", skip=skip)
    (cancel,) = alerts_of(outcome)
    alert_schema(cancel)
    assert cancel["msgType"] == "Cancel"
    assert {"valueName": "reason", "value": "withdrawn"} in cancel["parameter"]
    assert outcome.status == ("skipped" if skip({}) else "ok")
    assert alerts_of(await desk.settled(STAT, 3, withdrawn=lambda _: "over")) == []


async def test_a_tombstone_cancels_where_it_says_whose_it_is() -> None:
    """By the event's subject; without one it has no subject to cancel."""
    desk = Desk()
    await desk.settled(STAT, 1)
    ours = pipeline(alerts=(RULE,))
    nobody = desk.settlement.settle(await ours.process(record(None, offset=80)))
    assert alerts_of(nobody) == []
    (cancel,) = alerts_of(desk.settlement.settle(await ours.process(record(None, {"ce_subject": "s"}, offset=81))))
    assert cancel["msgType"] == "Cancel"


async def test_without_a_cool_down_every_firing_is_an_alert() -> None:
    """0 switches the lifecycle off; nothing is remembered, and nothing cancelled."""
    desk = Desk(replace(RULE, cooldown_s=0))
    for number in (1, 2):
        (alert,) = alerts_of(await desk.settled(STAT, number))
        assert alert["msgType"] == "Alert"
    assert alerts_of(await desk.settled(CALM, 3)) == []


async def test_what_is_retracted_was_not_said() -> None:
    """An alert whose record became a dead letter silences nobody, and nothing may rest on it before."""
    desk = Desk()
    lost = desk.settlement.settle(await desk.judged(STAT, 1))
    next_one, other = await desk.judged(STAT, 2), await desk.judged(STAT, 3, about="t")
    assert desk.settlement.waits(next_one)
    assert not desk.settlement.waits(other)
    desk.settlement.retract(lost)
    assert not desk.settlement.waits(next_one)
    (alert,) = alerts_of(desk.settlement.settle(next_one))
    assert alert["msgType"] == "Alert"


async def test_a_flood_is_held_back_told_of_and_called_off(alert_schema: Check, enriched_schema: Check) -> None:
    """One alert says that others are missing; cancels always pass; the end of the flood says how many there were."""
    desk = Desk(limit=2)
    outcomes = [await desk.settled(STAT, number, about=str(number)) for number in range(5)]
    assert [[each["rule"] for each in alerts_of(outcome)] for outcome in outcomes] == [
        ["urgent"],
        ["urgent"],
        ["flood"],
        [],
        [],
    ]
    assert [outcome.suppressed for outcome in outcomes] == [(), (), ("flood",), ("flood",), ("flood",)]
    (told,) = alerts_of(outcomes[2])
    alert_schema(told)
    assert (told["msgType"], told["severity"], told["dedup_key"]) == ("Alert", "Severe", "things.v1/flood")
    assert {"valueName": "suppressed", "value": "1"} in told["parameter"]
    assert "Pain" not in str(told)
    for outcome in outcomes:
        enriched_schema(json_of(outcome.outputs[0]))
    assert [each["identifier"] for each in outcomes[4].enriched["alerts"]] == [told["identifier"]]  # type: ignore[index]
    (cancel,) = alerts_of(await desk.settled(CALM, 9, about="0"))
    assert (cancel["msgType"], cancel["rule"]) == ("Cancel", "urgent")
    # What was held back is not open: it fires again once there is room.
    desk.now += timedelta(seconds=60)
    late = alerts_of(await desk.settled(STAT, 10, about="3"))
    assert [(each["rule"], each["msgType"]) for each in late] == [("urgent", "Alert"), ("flood", "Cancel")]
    alert_schema(late[1])
    assert late[1]["references"] == f"{told['sender']},{told['identifier']},{told['sent']}"
    assert {"valueName": "suppressed", "value": "3"} in late[1]["parameter"]


async def test_a_flood_is_logged_once_and_without_text() -> None:
    """Where it began and where it was over; no silence is silent."""
    desk = Desk(limit=1)
    with capture_logs() as logs:
        for number in range(4):
            await desk.settled(STAT, number, about="Jane Doe")
            await desk.settled(STAT, number + 10, about=f"secret-{number}")
        desk.now += timedelta(seconds=60)
        await desk.settled(CALM, 99)
    assert [(each["event"], each["topic"], each["offset"], each["suppressed"]) for each in logs] == [
        ("alert_flood", "things.v1", 2, 1),
        ("alert_flood_over", "things.v1", 9, 4),
    ]
    assert not any(word in str(logs) for word in ("Jane", "secret", "Pain"))


async def test_a_flood_alert_that_was_not_sent_is_due_again() -> None:
    """Its record became a dead letter, or its partition was given up before."""
    desk = Desk(limit=1)
    await desk.settled(STAT, 1, about="1")
    lost = desk.settlement.settle(await desk.judged(STAT, 2, about="2"))
    desk.settlement.retract(lost)
    desk.settlement.settle(await desk.judged(STAT, 3, about="3"))
    desk.settlement.abandon()
    told = alerts_of(await desk.settled(STAT, 4, about="4"))
    assert [(each["rule"], each["msgType"]) for each in told] == [("flood", "Alert")]


async def test_an_outcome_that_needs_no_change_is_the_one_that_was_made() -> None:
    """Nearly all are: nothing is written twice."""
    desk = Desk()
    for scores, number in ((CALM, 1), (STAT, 2)):
        judged = await desk.judged(scores, number)
        assert desk.settlement.settle(judged) is judged


async def test_a_record_for_review_is_the_enriched_record_and_says_why(enriched_schema: Check) -> None:
    """Below the threshold of a task that an alert rule reads: a silence there says nothing."""
    unsure = (0.3, 0.3, 0.3, 0.1)
    outcome = await Desk().settled(unsure, 1)
    enriched, review = outcome.outputs
    enriched_schema(json_of(review))
    assert json_of(review) == {**json_of(enriched), "review": [{"task": "urgency", "reason": "below_threshold"}]}
    assert (review.topic, review.key, review.kind) == ("things.review.v1", enriched.key, "review")
    headers = headers_of(review)
    assert headers["ce_type"] == "io.streamslm.things.review.v1"
    assert headers["ce_id"] != headers_of(enriched)["ce_id"]
    assert [output.kind for output in (await Desk(review_topic=None).settled(unsure, 1)).outputs] == ["enriched"]
    withdrawn = await Desk(withdrawn=lambda _: "over").settled(unsure, 1)
    assert [output.kind for output in withdrawn.outputs] == ["enriched"]
    # The other task is not accepted, either; no rule reads it.
    assert not outcome.results["risk"].accepted  # type: ignore[union-attr]
    assert [output.kind for output in (await Desk().settled(CALM, 1)).outputs] == ["enriched"]
