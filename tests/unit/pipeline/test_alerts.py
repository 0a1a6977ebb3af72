"""Rules of alerts: when one is due, what it says, and what it keeps to itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.pipeline.spec import AlertRule
from stream_slm.types import Outcome
from tests.unit.pipeline.fakes import FakeModels, headers_of, json_of, log_of, pipeline, record

Check = Callable[[Any], None]
NOTE = {"id": "n-1", "text": "Crushing chest pain since noon. Sent to the ward.", "when": "2026-01-02T03:04:05Z"}
URGENT = AlertRule(
    name="urgent",
    task="urgency",
    labels=["asap", "stat"],
    threshold=0.7,
    severity="Severe",
    category="Health",
    urgency={"stat": "Immediate", "asap": "Expected"},
    event="Note asks for action",
    include_text=False,
)


def alerts_of(outcome: Outcome) -> list[dict[str, Any]]:
    return [json_of(output) for output in outcome.outputs if output.kind == "alert"]


async def urgent(*scores: float, rule: AlertRule = URGENT, value: Any = None, **headers: str) -> Outcome:
    models = FakeModels({"urgency": log_of(*scores)})
    return await pipeline(models, alerts=(rule,)).process(record(value or NOTE, headers))


async def test_two_labels_that_share_the_mass_alert_though_neither_would_alone() -> None:
    """0.36 + 0.36 passes 0.7; the label itself need not be one of the rule's."""
    (alert,) = alerts_of(await urgent(0.27, 0.01, 0.36, 0.36))
    assert alert["score"] == pytest.approx(0.72, abs=1e-4)
    for label in ("asap", "stat"):
        alone = AlertRule(task="urgency", labels=[label], threshold=0.7, severity="Severe")
        assert alerts_of(await urgent(0.27, 0.01, 0.36, 0.36, rule=alone)) == []


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.floats(0.01, 1))
async def test_an_alert_is_due_exactly_from_the_threshold_on(masses: list[float], threshold: float) -> None:
    """The summed probability of the rule's labels decides, and nothing else."""
    rule = AlertRule(task="urgency", labels=["asap", "stat"], threshold=threshold, severity="Minor")
    outcome = await urgent(*(mass / sum(masses) for mass in masses), rule=rule)
    result = outcome.results["urgency"]
    summed = sum(score for label, score in result.labels if label in rule.labels)  # type: ignore[union-attr]
    assert len(alerts_of(outcome)) == (summed >= threshold)


async def test_each_rule_alerts_for_itself() -> None:
    """Two rules met: two alerts with different ids and keys, the enriched record first."""
    rules = (URGENT, AlertRule(task="risk", labels=["suspicious"], threshold=0.5, severity="Extreme"))
    models = FakeModels({"urgency": log_of(0.1, 0.1, 0.1, 0.7), "risk": log_of(0.1, 0.1, 0.8)})
    outcome = await pipeline(models, alerts=rules).process(record(NOTE))
    assert [output.kind for output in outcome.outputs] == ["enriched", "alert", "alert"]
    one, other = alerts_of(outcome)
    assert one["identifier"] != other["identifier"]
    assert one["dedup_key"] != other["dedup_key"]


async def test_an_unknown_language_raises_no_alert_and_accepts_no_label() -> None:
    """What cannot be read is not judged; the record says so."""
    foreign = {"id": "n", "text": "Der Patient klagt über Schmerzen und wurde mit einem Verband nach Hause entlassen."}
    outcome = await urgent(0.01, 0.01, 0.01, 0.97, value=foreign)
    assert [output.kind for output in outcome.outputs] == ["enriched", "review"]
    enriched = json_of(outcome.outputs[0])
    assert enriched["language"] == {"code": "de", "supported": False}
    assert enriched["warnings"] == ["language_unsupported:de"]
    assert (enriched["status"], enriched["reason"]) == ("partial", "language_unsupported:de")
    assert not enriched["results"]["urgency"]["accepted"]


async def test_an_unfamiliar_text_raises_no_alert_and_accepts_no_label(enriched_schema: Check) -> None:
    """Where a head meets a text unlike any it was made on, its score is told and nobody is woken by it."""
    models = FakeModels({"urgency": log_of(0.01, 0.01, 0.01, 0.97)}, familiar=False)
    outcome = await pipeline(models, alerts=(URGENT,)).process(record(NOTE))
    assert [output.kind for output in outcome.outputs] == ["enriched", "review"]
    enriched = json_of(outcome.outputs[0])
    enriched_schema(enriched)
    assert "unfamiliar_text:urgency" in enriched["warnings"]
    assert not enriched["results"]["urgency"]["accepted"]


async def test_an_alert_without_text_holds_none_of_it(alert_schema: Check) -> None:
    """No word of a clinical note stands in its alert: neither value nor headers nor key."""
    outcome = await urgent(0.01, 0.01, 0.01, 0.97)
    (output,) = [each for each in outcome.outputs if each.kind == "alert"]
    alert = json_of(output)
    alert_schema(alert)
    assert alert["description"] is None
    assert alert["headline"] == "Note asks for action"
    everything = b"".join([output.value or b"", output.key or b"", *(value or b"" for _, value in output.headers)])
    assert not any(word.encode() in everything for word in ("Crushing", "chest", "pain", "noon", "ward"))


async def test_an_alert_says_what_subscribers_route_by(alert_schema: Check) -> None:
    """CAP's terms, keyed by what it is about, pointing to its record; `Likely`, never `Observed`."""
    outcome = await urgent(0.02, 0.03, 0.65, 0.30, rule=AlertRule(**{**_fields(URGENT), "include_text": True}))
    (output,) = [each for each in outcome.outputs if each.kind == "alert"]
    alert, headers = json_of(output), headers_of(output)
    alert_schema(alert)
    assert output.topic == "things.alerts.v1"
    assert output.key == b"things.v1/n-1/urgent" == alert["dedup_key"].encode()
    assert (alert["msgType"], alert["scope"], alert["severity"], alert["category"]) == (
        "Alert",
        "Private",
        "Severe",
        ["Health"],
    )
    assert alert["urgency"] == "Expected"  # asap leads
    assert alert["certainty"] == "Likely"
    assert alert["description"] == alert["headline"] == outcome.results["summary"].text  # type: ignore[union-attr]
    assert alert["record_id"] == headers_of(outcome.outputs[0])["ce_id"]
    assert headers["ce_id"] == alert["identifier"].removeprefix("urn:uuid:")
    assert (headers["ce_severitytext"], headers["ce_severitynumber"]) == ("ERROR", "17")
    assert headers["ce_expirytime"] == alert["expires"] > alert["sent"]
    assert {each["label"] for each in alert["labels"]} == {"asap", "stat"}


async def test_an_even_chance_is_possible_and_not_likely() -> None:
    """CAP: likely is more than 0.5."""
    rule = AlertRule(task="urgency", labels=["stat"], threshold=0.2, severity="Minor")
    (alert,) = alerts_of(await urgent(0.5, 0.1, 0.1, 0.3, rule=rule))
    assert alert["certainty"] == "Possible"


@given(
    st.lists(st.sampled_from(["word", "wörd", "é" * 40, "a" * 200, "x\ty"]), min_size=1, max_size=12),
    st.sampled_from(["e", "e" * 300]),
)
async def test_a_headline_is_one_line_of_160_characters_at_most(words: Sequence[str], event: str) -> None:
    """CAP's limit, whatever the summary or the event's name is."""
    rule = AlertRule(task="urgency", labels=["stat"], threshold=0.2, severity="Minor", event=event)
    (alert,) = alerts_of(await urgent(0.1, 0.1, 0.1, 0.7, rule=rule, value={"text": " ".join(words)}))
    assert 0 < len(alert["headline"]) <= 160
    assert "\n" not in alert["headline"]
    assert "\t" not in alert["headline"]


async def test_the_key_is_the_subject_and_without_one_the_record() -> None:
    """The same thing again is the same alert group; a thing without a name is its own group."""
    (by_event,) = alerts_of(await urgent(0.1, 0.1, 0.1, 0.7, ce_subject="s-1"))
    (by_place,) = alerts_of(await urgent(0.1, 0.1, 0.1, 0.7, value={"text": "Chest pain."}))
    assert by_event["dedup_key"] == "things.v1/s-1/urgent"
    assert by_place["dedup_key"] == "things.v1/things.v1/2/77/urgent"


def _fields(rule: AlertRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in AlertRule.__dataclass_fields__}
