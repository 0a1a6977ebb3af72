"""Rules of a declaration: names follow from the source, and what contradicts itself is refused at start."""

from __future__ import annotations

from typing import Any

import pytest

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from tests.unit.pipeline.fakes import FakeModels, pipeline, spec


def rule(**changes: Any) -> AlertRule:
    return AlertRule(**{"task": "risk", "labels": ["review"], "threshold": 0.5, "severity": "Minor", **changes})


@pytest.mark.parametrize(
    ("source", "domain", "sink", "alerts", "review", "dead_letters"),
    [
        (
            "clinical-notes.v1",
            "clinical-notes",
            "clinical-notes.enriched.v1",
            "clinical-notes.alerts.v1",
            "clinical-notes.review.v1",
            "clinical-notes.v1.dlq",
        ),
        ("a.b.v12", "a.b", "a.b.enriched.v12", "a.b.alerts.v12", "a.b.review.v12", "a.b.v12.dlq"),
        ("plain", "plain", "plain.enriched.v1", "plain.alerts.v1", "plain.review.v1", "plain.dlq"),
        (
            "v1.things",
            "v1.things",
            "v1.things.enriched.v1",
            "v1.things.alerts.v1",
            "v1.things.review.v1",
            "v1.things.dlq",
        ),
    ],
)
def test_topics_and_domain_follow_from_the_source(
    source: str, domain: str, sink: str, alerts: str, review: str, dead_letters: str
) -> None:
    """`<domain>.vN` in; `<domain>.enriched.vN`, `.alerts.vN`, `.review.vN` and `<source>.dlq` out."""
    declared = spec(source=source)
    assert declared.domain == domain
    assert declared.topics == (source, sink, alerts, review, dead_letters)


def test_given_names_win() -> None:
    """Each can be chosen."""
    declared = spec(sink="s", alerts_topic="a", dead_letter_topic="d", domain="mine", subject_pointer="/who")
    assert (declared.sink, declared.alerts_topic, declared.dead_letter_topic) == ("s", "a", "d")
    assert (declared.domain, declared.subject_pointer, declared.id_pointer) == ("mine", "/who", "/id")


def test_without_alerts_there_is_no_alert_topic_to_have() -> None:
    """`topics create` makes what is used; nor is there a review where nobody would be alerted, or none is wanted."""
    assert spec(alerts=()).topics == ("things.v1", "things.enriched.v1", "things.v1.dlq")
    assert spec(review_topic=None).topics == ("things.v1", "things.enriched.v1", "things.alerts.v1", "things.v1.dlq")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "name"),
        ({"source": "no spaces"}, "topic name"),
        ({"source": ""}, "topic name"),
        ({"source": "x" * 250}, "topic name"),
        ({"sink": "öffentlich"}, "topic name"),
        ({"sink": "things.v1"}, "different topics"),
        ({"dead_letter_topic": "things.enriched.v1"}, "different topics"),
        ({"alerts_topic": "things.v1"}, "different topics"),
        ({"review_topic": "things.alerts.v1"}, "different topics"),
        ({"flood_limit": -1}, "flood_limit"),
        ({"flood_window_s": 0}, "flood_window_s"),
        ({"version_pointer": ("/a", "b")}, "slash"),
        ({"tasks": ()}, "at least one task"),
        ({"tasks": (Classify("risk"), Summarize(name="risk"))}, "different names"),
        ({"alerts": (rule(task="nope"),)}, "'nope'"),
        ({"alerts": (rule(task="summary"),)}, "'summary'"),
        ({"tasks": (Summarize(),)}, "no classification"),
        ({"alerts": (rule(name="r"), rule(name="r", labels=["routine"]))}, "different names"),
        ({"id_pointer": "id"}, "slash"),
        ({"subject_pointer": "id"}, "slash"),
        ({"time_pointer": "a/b"}, "slash"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(changes: dict[str, Any], told: str) -> None:
    """And the message says which pipeline, and what to change."""
    with pytest.raises(ConfigurationError, match=told) as caught:
        spec(**changes)
    assert "things" in str(caught.value) or "pointer" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"threshold": 0}, "threshold"),
        ({"threshold": 1.01}, "threshold"),
        ({"threshold": float("nan")}, "threshold"),
        ({"labels": []}, "labels"),
        ({"cooldown_s": -1}, "cooldown_s"),
        ({"expires_s": 0}, "expires_s"),
        ({"name": "flood"}, "flood"),
        ({"labels": "review"}, "labels"),
        ({"severity": "High"}, "severity"),
        ({"scope": "private"}, "scope"),
        ({"category": "Traffic"}, "category"),
        ({"response_type": "Run"}, "response_type"),
        ({"urgency": "now"}, "urgency"),
        ({"urgency": {"review": "Now"}}, "urgency"),
    ],
)
def test_a_rule_that_cannot_fire_a_valid_alert_is_refused(changes: dict[str, Any], told: str) -> None:
    """Told when declared: at the first alert it would be a dead letter at three in the morning."""
    with pytest.raises(ConfigurationError, match=told):
        rule(**changes)


def test_a_rule_without_a_name_is_named_by_task_and_labels() -> None:
    """Names are part of ids: they must not depend on the order of rules."""
    assert rule(labels=["review", "routine"]).name == "risk-review-routine"
    assert rule(labels=["review"]).event == "risk: review"


def test_a_rule_on_a_label_the_head_does_not_have_is_refused() -> None:
    """It would never fire, in silence."""
    with pytest.raises(ConfigurationError, match="reviw"):
        pipeline(alerts=(rule(labels=["reviw"]),))


def test_a_task_without_a_head_is_refused() -> None:
    """The bundle decides what can be asked."""
    with pytest.raises(ConfigurationError, match="mood"):
        pipeline(FakeModels(), tasks=(Classify("mood"),), alerts=())


def test_a_spec_is_frozen() -> None:
    """What travels does not change."""
    with pytest.raises(AttributeError):
        spec().name = "other"  # type: ignore[misc]
    assert isinstance(spec(), PipelineSpec)
