"""Rules of rights: one that is missing is named, and a broker that tells none is taken at its word."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, GroupCoordinatorNotAvailableError, IncompatibleBrokerVersion

from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.spec import PipelineSpec
from stream_slm.streaming.rights import Right, check_rights
from stream_slm.tasks.summarize import Summarize

SPEC = PipelineSpec(name="a", source="a.v1", tasks=(Summarize(),))
READ, WRITE, UNTOLD = 1 << Right.READ, 1 << Right.WRITE, -(2**31)
DESCRIBE = 1 << 8
TOPIC_DENIED, GROUP_DENIED, UNKNOWN_TOPIC = 29, 30, 3


class FakeAdmin:
    """Answers with rights by topic, or (code, rights), and those on any group."""

    def __init__(self, topics: Any, group: Any = READ) -> None:
        self._topics, self._group = topics, group

    async def find_coordinator(self, _group: str) -> int:
        if isinstance(self._group, Exception):
            raise self._group
        return 1

    async def _send_request(self, request: Any, node: int | None = None) -> Any:
        if node is not None:
            code, rights = self._group if isinstance(self._group, tuple) else (0, self._group)
            return SimpleNamespace(groups=[(code, "g", "", "", "", [], rights)])
        if isinstance(self._topics, Exception):
            raise self._topics
        told = {name: each if isinstance(each, tuple) else (0, each) for name, each in self._topics.items()}
        return SimpleNamespace(topics=[(code, name, False, [], rights) for name, (code, rights) in told.items()])


ENOUGH = {"a.v1": READ | DESCRIBE, "a.enriched.v1": WRITE | DESCRIBE, "a.v1.dlq": WRITE | DESCRIBE}


@pytest.mark.parametrize(
    ("topics", "group"),
    [
        (ENOUGH, READ),
        (ENOUGH, UNTOLD),
        (ENOUGH, 0),
        (ENOUGH, (15, 0)),
        (ENOUGH, GroupCoordinatorNotAvailableError()),
        (dict.fromkeys(ENOUGH, UNTOLD), READ),
        (dict.fromkeys(ENOUGH, 0), READ),
        ({**ENOUGH, "a.v1": (UNKNOWN_TOPIC, 0)}, READ),
        ({}, READ),
        (IncompatibleBrokerVersion(), READ),
        (NotImplementedError(), READ),
    ],
)
async def test_whoever_has_them_or_is_told_nothing_passes(topics: Any, group: Any) -> None:
    """An old broker, one without an authorizer, one of another make: none is a reason to stop."""
    await check_rights(FakeAdmin(topics, group), [SPEC], "g", "us")


@pytest.mark.parametrize(
    ("topics", "group", "told"),
    [
        ({**ENOUGH, "a.v1": DESCRIBE}, READ, "READ on topic a.v1"),
        ({**ENOUGH, "a.v1": (TOPIC_DENIED, UNTOLD)}, READ, "READ on topic a.v1"),
        ({**ENOUGH, "a.enriched.v1": READ}, READ, "WRITE on topic a.enriched.v1"),
        (ENOUGH, DESCRIBE, "READ on group g"),
        (ENOUGH, (GROUP_DENIED, UNTOLD), "READ on group g"),
        (ENOUGH, GroupAuthorizationFailedError(), "READ on group g"),
        (dict.fromkeys(ENOUGH, DESCRIBE), DESCRIBE, "READ on topic a.v1, WRITE on topic a.enriched.v1, WRITE on topic"),
    ],
)
async def test_each_right_that_is_missing_is_named(topics: Any, group: Any, told: str) -> None:
    """All at once, as one would grant them."""
    with pytest.raises(ConfigurationError) as caught:
        await check_rights(FakeAdmin(topics, group), [SPEC], "g", "user 'x'")
    assert str(caught.value).startswith(f"the broker does not let user 'x' in: grant {told}")
