"""Rules of the example subscriber: what it posts, what it tries again, and what it remembers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from examples.alert_subscriber import Accepted, Refused, deliver, pagerduty, request_of
from stream_slm.pipeline.flood import FloodGate
from stream_slm.pipeline.settlement import Settlement
from stream_slm.types import Output
from tests.unit.examples.receiver import Receiver
from tests.unit.pipeline.fakes import SUSPICION, FakeModels, json_of, log_of, pipeline, record


async def life(about: str = "s") -> list[Output]:
    """An Alert, an Update and a Cancel, as a pipeline makes them."""
    settlement = Settlement(FloodGate(0, 1.0))
    rule = replace(SUSPICION, name="r", labels=("review", "suspicious"))
    said = []
    for number, masses in enumerate([(0.1, 0.1, 0.8), (0.1, 0.8, 0.1), (0.8, 0.1, 0.1)]):
        ours = pipeline(FakeModels({"risk": log_of(*masses)}), alerts=(rule,), subject_pointer="/about")
        value = {"id": number, "about": about, "text": "Ten wires in an hour."}
        outcome = settlement.settle(await ours.process(record(value, offset=number)))
        settlement.confirm()
        said += [output for output in outcome.outputs if output.kind == "alert"]
    return said


def headers(output: Output) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in output.headers}


async def test_pagerduty_opens_one_incident_and_resolves_it() -> None:
    """By the alert's own key; an Update triggers the same incident."""
    events = [pagerduty(json_of(output), "key") for output in await life()]
    assert [event["event_action"] for event in events] == ["trigger", "trigger", "resolve"]
    assert {event["dedup_key"] for event in events} == {"things.v1/s/r"}
    for event in events:
        assert set(event) == {"routing_key", "event_action", "dedup_key", "payload"}
        payload: dict[str, Any] = event["payload"]
        assert payload["severity"] == "error"
        assert all(payload[name] for name in ("summary", "source", "timestamp", "component", "group", "class"))
        assert payload["custom_details"]["rule"] == "r"


@pytest.mark.parametrize(
    ("cap", "theirs"),
    [("Extreme", "critical"), ("Severe", "error"), ("Moderate", "warning"), ("Minor", "info"), ("Unknown", "info")],
)
async def test_severities_are_pagerdutys(cap: str, theirs: str) -> None:
    """Of CAP's five it knows four."""
    alert = json_of((await life())[0])
    assert pagerduty({**alert, "severity": cap}, "key")["payload"]["severity"] == theirs


async def test_a_webhook_gets_the_alert_as_it_is_with_the_headers_of_its_event() -> None:
    """CloudEvents over HTTP, binary mode; a subject of any letters cannot break a header."""
    (output, *_) = await life(about='Zürich "A"\r\nx: y')
    with Receiver() as receiver:
        await deliver(request_of(output.value or b"", headers(output), "webhook", receiver.url, ""))
    (posted,) = receiver.posted
    assert posted.body == json.loads(output.value or b"")
    assert posted.headers["ce-id"] == headers(output)["ce_id"]
    assert posted.headers["ce-type"] == "io.streamslm.alert.v1"
    assert posted.headers["ce-subject"] == "Z%C3%BCrich%20%22A%22%0D%0Ax:%20y"
    assert "x" not in posted.headers
    assert posted.headers["content-type"] == "application/json"


async def test_what_may_pass_is_tried_again_and_what_will_not_ends_the_program() -> None:
    """Too many requests and faults of a server are waited for."""
    (output, *_) = await life()
    with Receiver([500, 429, 408, 503]) as receiver:
        request = request_of(output.value or b"", headers(output), "pagerduty", receiver.url, "key")
        await deliver(request, first_wait_s=0.001)
        assert [each.status for each in receiver.posted] == [500, 429, 408, 503, 202]
        receiver.statuses = [400]
        with pytest.raises(Refused, match="400"):
            await deliver(request, first_wait_s=0.001)


def test_what_was_accepted_is_remembered_after_a_restart(tmp_path: Path) -> None:
    """In a file, for a week."""
    file = str(tmp_path / "accepted.db")
    for expected in (False, True):
        accepted = Accepted(file)
        assert accepted.has("a") is expected
        accepted.add("a")
        assert not accepted.has("b")
        accepted.close()
