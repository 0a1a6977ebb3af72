"""Rules of a shadow: nothing of it reaches an outcome, and what it says of a record holds no text."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import get_native_id
from typing import Any

import orjson
import pytest
from prometheus_client import REGISTRY

from stream_slm.batching.batcher import Batcher, BatcherConfig
from stream_slm.config.settings import LimitsConfig, Settings, ShadowConfig
from stream_slm.errors import ConfigurationError, InferenceError
from stream_slm.pipeline import shadow as module
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.serving import Serving
from stream_slm.pipeline.shadow import Shadow, chosen, load_candidate, same_labels, shadowing
from stream_slm.pipeline.writers import lower_this_thread
from stream_slm.tasks.classify import Classify
from stream_slm.types import Classification, Outcome, Output, Record
from tests.unit.pipeline.fakes import SUSPICION, WORKER, FakeModels, headers_of, json_of, log_of, record, spec

SPEC = spec(shadow_topic="things.shadow.v1")
#: What the bundle in use and the candidate say of any text: they differ in `risk`, and agree in `urgency`.
IN_USE = {"risk": log_of(0.1, 0.1, 0.8), "urgency": log_of(0.7, 0.1, 0.1, 0.1)}
CANDIDATE = {"risk": log_of(0.6, 0.2, 0.2), "urgency": log_of(0.4, 0.3, 0.2, 0.1)}
SECRET = "canary7f3a"


class Served(FakeModels):
    """Models with what serving asks of them besides."""

    def __init__(self, digest: str, bias: Any) -> None:
        super().__init__(bias)
        self.digest = digest
        self.started_by: list[Any] = []

    def start(self, initializer: Any = None) -> None:
        self.started_by.append(initializer)

    def serves(self, _tasks: Any) -> None:
        pass

    async def retire(self) -> None:
        pass

    close = retire


class Scene:
    """A bundle in use, a candidate beside it that reads `share` of the records, and the topic it writes to."""

    def __init__(self, share: float = 1.0) -> None:
        self.sent: list[Output] = []
        self.acknowledges: bool | Exception = True
        self.in_use, self.candidate = Served("sha256:used", IN_USE), Served("sha256:new", CANDIDATE)
        limits = LimitsConfig()
        pipelines = shadowing({SPEC.name: SPEC}, self.candidate, WORKER, limits)  # type: ignore[arg-type]
        config = ShadowConfig(bundle="new", share=share)
        self.shadow = Shadow(self.candidate, pipelines, config, self._send)  # type: ignore[arg-type]
        self.shadow.start()
        bound = {SPEC.name: Pipeline(SPEC, self.in_use, WORKER, limits)}  # type: ignore[arg-type]
        self.serving = Serving(self.in_use, bound, self.shadow)  # type: ignore[arg-type]
        self._counted = self._counts()

    async def process(self, *records: Record) -> list[Outcome]:
        """What they become, a moment later: the candidate had time to read them."""
        outcomes = []
        for each in records:
            outcomes.append(await self.serving.pipelines[SPEC.name].process(each))
            for _ in range(20):
                await asyncio.sleep(0)
        return outcomes

    @property
    def counted(self) -> dict[str, float]:
        """Records of this test, by what the candidate made of them."""
        now = self._counts()
        return {name: now[name] - self._counted[name] for name in now if now[name] != self._counted[name]}

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What was sent of one kind."""
        values = [orjson.loads(each.value or b"") for each in self.sent]
        return [each for each in values if each["kind"] == kind]

    async def _send(self, output: Output) -> bool:
        if isinstance(self.acknowledges, Exception):
            raise self.acknowledges
        self.sent.append(output)
        return self.acknowledges

    @staticmethod
    def _counts() -> dict[str, float]:
        name = "stream_slm_shadow_records_total"
        return {
            outcome: REGISTRY.get_sample_value(name, {"pipeline": SPEC.name, "outcome": outcome}) or 0.0
            for outcome in ("compared", "dropped", "failed", "untold")
        }


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.serving.close()


def text(number: int = 0, says: str = f"{SECRET} went away.") -> Record:
    return record({"id": f"{SECRET}-{number}", "text": says}, offset=number)


def without_times(outcome: Outcome) -> list[Any]:
    documents = [json_of(each) for each in outcome.outputs]
    for each in documents:
        for name in ("processing", "sent", "expires", "onset", "effective", "info"):
            each.pop(name, None)
    return documents


async def test_outcomes_are_what_they_are_without_a_candidate(scene: Scene) -> None:
    """Labels, alerts and the copy for review are those of the bundle in use."""
    plain = Pipeline(spec(), FakeModels(IN_USE), WORKER, LimitsConfig())  # type: ignore[arg-type]
    (outcome,) = await scene.process(text())
    assert without_times(outcome) == without_times(await plain.process(text()))
    assert [each.kind for each in outcome.outputs][:2] == ["enriched", "alert"]


async def test_a_disagreement_names_the_record_and_holds_nothing_of_it(scene: Scene) -> None:
    """Both labels, scores and digests; agreement is told as a number, at the end at the latest."""
    (outcome,) = await scene.process(text())
    (output,) = scene.sent
    (told,) = scene.told("disagreement")
    assert output.topic == "things.shadow.v1"
    assert SECRET.encode() not in (output.value or b"") + (output.key or b"") + repr(output.headers).encode()
    assert told["record_id"] == headers_of(outcome.outputs[0])["ce_id"]
    assert told["source"] == {"topic": "things.v1", "partition": 2, "offset": 0}
    assert (told["pipeline"], told["task"]) == ("things", "risk")
    assert told["serving"] == {
        "label": "suspicious",
        "score": pytest.approx(0.8, abs=1e-4),
        "accepted": True,
        "digest": "sha256:used",
    }
    assert (told["candidate"]["label"], told["candidate"]["digest"]) == ("routine", "sha256:new")
    await scene.serving.close()
    tallies = {each["task"]: (each["compared"], each["agreed"]) for each in scene.told("tally")}
    assert tallies == {"risk": (1, 0), "urgency": (1, 1)}


async def test_what_the_candidate_fails_on_is_counted_and_nothing_else(scene: Scene) -> None:
    """An engine that raises, and one that raises what nobody expects."""
    for error in (InferenceError("no"), RuntimeError("never seen")):
        scene.candidate.reader.error = error
        (outcome,) = await scene.process(text())
        assert outcome.status == "ok"
    scene.candidate.reader.error = None
    await scene.process(text())
    assert scene.counted == {"failed": 2, "compared": 1}


async def test_a_candidate_that_lags_loses_records_and_delays_none(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few are read, some wait, the rest is dropped; once it goes on, so does the comparison."""
    monkeypatch.setattr(module, "_WAITING", 8)
    going = asyncio.Event()
    read = scene.candidate.reader.read

    async def held(*parts: Any, **asked: Any) -> Any:
        await going.wait()
        return await read(*parts, **asked)

    scene.candidate.reader.read = held  # type: ignore[method-assign]
    await scene.process(*[text(number) for number in range(module._AT_ONCE)])
    outcomes = await scene.process(*[text(number) for number in range(20)])
    assert {outcome.status for outcome in outcomes} == {"ok"}
    assert scene.counted == {"dropped": 12}
    going.set()
    await asyncio.sleep(0.01)
    await scene.process(text(99))
    assert scene.counted == {"dropped": 12, "compared": module._AT_ONCE + 8 + 1}
    assert scene.shadow._waiting_bytes == 0


async def test_a_fault_in_what_takes_records_is_none_of_theirs(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens between an outcome and the candidate, the outcome is delivered."""

    def fails(*_: Any) -> bool:
        raise RuntimeError("never seen")

    monkeypatch.setattr(module, "chosen", fails)
    (outcome,) = await scene.process(text())
    assert outcome.status == "ok"
    assert scene.counted == {"failed": 1}


async def test_large_records_do_not_pile_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is bounded in bytes, too."""
    monkeypatch.setattr(module, "_WAITING_BYTES", 100)
    await scene.process(text(says="Road closed. " * 50))
    await scene.process(text())
    assert scene.counted == {"dropped": 1, "compared": 1}


@pytest.mark.parametrize("answer", [False, RuntimeError("never seen")])
async def test_a_topic_that_takes_nothing_is_counted(scene: Scene, answer: bool | Exception) -> None:
    scene.acknowledges = answer
    (outcome,) = await scene.process(text())
    assert outcome.status == "ok"
    assert scene.counted == {"compared": 1, "untold": 1}


async def test_what_was_not_read_is_not_compared(scene: Scene) -> None:
    """Tombstones and dead letters have no label."""
    await scene.process(record(None), record(b"no json"))
    assert scene.counted == {}


def test_a_share_is_chosen_by_identity() -> None:
    """The same records each time; of a larger share, those of a smaller one and others."""
    origins = [f"things.v1 {number}" for number in range(4000)]
    tenth = {each for each in origins if chosen(each, 0.1)}
    half = {each for each in origins if chosen(each, 0.5)}
    assert 330 < len(tenth) < 470
    assert 1850 < len(half) < 2150
    assert tenth < half
    assert all(chosen(each, 1.0) for each in origins)
    assert not any(chosen(each, 0.0) for each in origins)


def test_what_a_candidate_can_be_asked() -> None:
    """Classifications that need no language model; without any, a pipeline has no shadow and no topic for one."""
    candidate = FakeModels(CANDIDATE)
    (bound,) = shadowing({SPEC.name: SPEC}, candidate, WORKER, LimitsConfig()).values()  # type: ignore[arg-type]
    assert [task.name for task in bound.spec.tasks] == ["risk", "urgency"]
    unread = spec(tasks=[task for task in SPEC.tasks if not isinstance(task, Classify)], alerts=(), shadow_topic="")
    assert unread.shadowed is None
    assert shadowing({"unread": unread}, candidate, WORKER, LimitsConfig()) == {}  # type: ignore[arg-type]
    assert spec(shadow_topic="").shadowed == "things.shadow.v1"
    assert "things.shadow.v1" in spec(shadow_topic="").topics
    assert "things.shadow.v1" not in spec().topics


def test_a_candidate_that_cannot_serve_is_told_at_start(tmp_path: Path) -> None:
    """By the setting that names it."""
    mood = spec(tasks=(Classify("mood"),), alerts=(), shadow_topic="")
    with pytest.raises(ConfigurationError, match=r"shadow\.bundle: .*no head 'mood'"):
        shadowing({"mood": mood}, FakeModels(), WORKER, LimitsConfig())  # type: ignore[arg-type]
    settings = Settings(models={"dir": tmp_path}, shadow={"bundle": "nowhere"})  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=r"shadow\.bundle: no model bundle at .*nowhere"):
        load_candidate(settings)


def classification(label: str, accepted: Sequence[str] = (), *, multi_label: bool = False) -> Classification:
    return Classification(
        label=label,
        score=0.5,
        threshold=0.5,
        accepted=bool(accepted),
        labels=[(label, 0.5)],
        evidence=[],
        model="tiny",
        multi_label=multi_label,
        accepted_labels=tuple(accepted),
    )


def test_of_several_labels_all_accepted_ones_count() -> None:
    assert same_labels(classification("a"), classification("a", ["a"]))
    assert not same_labels(classification("a"), classification("b"))
    one = classification("a", ["a", "b"], multi_label=True)
    assert same_labels(one, classification("b", ["b", "a"], multi_label=True))
    assert not same_labels(one, classification("a", ["a"], multi_label=True))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no niceness of its own")
async def test_the_candidates_threads_give_way(scene: Scene) -> None:
    """It is started so that each of its threads lowers itself."""
    assert scene.candidate.started_by == [lower_this_thread]
    batcher: Batcher[int, int] = Batcher(
        "nice",
        lambda batch: [os.getpriority(os.PRIO_PROCESS, get_native_id()) for _ in batch],
        BatcherConfig(replicas=1, max_batch_tokens=1, max_batch_size=1, max_queue_delay_s=0.0),
        length=lambda _: 1,
        key=lambda number: number,
    )
    batcher.start(lower_this_thread)
    here = os.getpriority(os.PRIO_PROCESS, get_native_id())
    assert set((await batcher.submit([1, 2])).results) == {min(19, here + 10)}
    await batcher.close()


def test_alert_rules_do_not_bind_a_candidate() -> None:
    """Its labels may be others: that is what is to be found out."""
    assert SPEC.alerts == (SUSPICION,)
    other = FakeModels()
    other.classifier = lambda task: FakeModels().classifier(Classify("urgency"))  # type: ignore[method-assign,misc]
    assert shadowing({SPEC.name: SPEC}, other, WORKER, LimitsConfig())  # type: ignore[arg-type]
