"""Rules of the topics: what is missing is told at start, with the way to make it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming import topics
from stream_slm.streaming.topics import TopicInfo
from stream_slm.tasks.summarize import Summarize

SPEC = PipelineSpec(name="things", source="things.v1", tasks=(Summarize(),))


def test_missing_topics_are_named_with_the_command_that_makes_them() -> None:
    """All at once, in order, none twice."""
    there = {"things.v1": TopicInfo("things.v1", 3)}
    with pytest.raises(ConfigurationError) as caught:
        topics.check([SPEC, SPEC], there)
    assert str(caught.value).startswith("missing topics: things.enriched.v1, things.v1.dlq; ")
    assert "stream-slm topics create" in str(caught.value)
    assert "STREAM_SLM_TOPICS__CREATE" in str(caught.value)
    topics.check([SPEC], {name: TopicInfo(name, 1) for name in SPEC.topics})


def test_a_dead_letter_topic_takes_any_record_of_its_source() -> None:
    """A record of the largest size, with our headers around it, must fit."""
    assert int(topics._topic_config(2_000_000)["max.message.bytes"]) >= 2_000_000 + 4_096
    assert topics._topic_config(None) == {}


def test_a_refusal_to_create_is_told_and_an_existing_topic_is_none() -> None:
    """Two workers that start together both succeed."""
    topics._raise_refused(SimpleNamespace(topic_errors=[("a", 0, None), ("b", 36, "exists")]))
    with pytest.raises(ConfigurationError, match=r"topic c .*29.*not allowed"):
        topics._raise_refused(SimpleNamespace(topic_errors=[("c", 29, "not allowed")]))


def test_limits_under_which_a_dead_letter_may_not_fit_are_told() -> None:
    """Each with the setting and the number it needs; what a broker does not tell is not complained of."""
    spec = PipelineSpec(name="p", source="in.v1", tasks=[Summarize()])
    limits = {"in.v1": 2_000_000, "in.v1.dlq": 2_000_000}
    theirs, ours = topics.too_small_for_dead_letters([spec], limits, 2_000_000)
    assert "in.v1.dlq takes 2000000" in theirs
    assert f"max.message.bytes to {2_000_000 + topics.DEAD_LETTER_HEADROOM_BYTES}" in theirs
    assert "producer.max_request_bytes" in ours
    enough = 2_000_000 + topics.DEAD_LETTER_HEADROOM_BYTES
    assert topics.too_small_for_dead_letters([spec], {**limits, "in.v1.dlq": enough}, enough) == []
    assert topics.too_small_for_dead_letters([spec], {}, 1_000) == []
