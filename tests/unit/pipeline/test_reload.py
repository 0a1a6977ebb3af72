"""Rules of a reload: what begins with old models ends with them, and what is not good does not get in."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from prometheus_client import REGISTRY

from stream_slm.batching.batcher import Work
from stream_slm.config.settings import LimitsConfig, Settings
from stream_slm.pipeline import reload
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.reload import Reloader
from stream_slm.pipeline.serving import Serving
from stream_slm.pipeline.spec import AlertRule
from stream_slm.tasks.classify import Classify
from tests.unit.pipeline.fakes import WORKER, FakeModels, json_of, record, spec
from tests.workers import bundles

SPEC = spec(
    tasks=(Classify("risk"), Classify("urgency")),
    alerts=(AlertRule(task="risk", labels=["suspicious"], threshold=0.5, severity="Severe"),),
)
BOTH_LOOKS = 2


class HeldModels(FakeModels):
    """Models whose readings end when they are let go; they know whether they were retired."""

    def __init__(self, digest: str) -> None:
        super().__init__()
        self.as_json = {"tiny": {**self.as_json["tiny"], "digest": digest}}
        self.digest = digest
        self.work = Work(queued=0, queued_tokens=0, running=0, tokens=10, busy_s=1.0)
        self.go, self.retired = asyncio.Event(), False
        self._read = self.reader.read
        self.reader.read = self._held  # type: ignore[method-assign]

    async def _held(self, *parts: Any, **asked: Any) -> Any:
        await self.go.wait()
        return await self._read(*parts, **asked)

    def serves(self, _tasks: Any) -> None:
        pass

    def serves_no_more(self) -> None:
        pass

    async def retire(self) -> None:
        self.retired = True

    close = retire


def bound(models: Any) -> dict[str, Pipeline]:
    return {SPEC.name: Pipeline(SPEC, models, WORKER, LimitsConfig())}


def digest_of(outcome: Any, model: str = "tiny") -> str:
    digest: str = json_of(outcome.outputs[0])["models"][model]["digest"]
    return digest


async def test_records_end_with_the_models_they_began_with() -> None:
    """The old ones are closed behind the last of them, and not before; what they did stays counted."""
    old, new = HeldModels("sha256:old"), HeldModels("sha256:new")
    serving = Serving(old, bound(old))  # type: ignore[arg-type]
    served = serving.pipelines[SPEC.name]
    before = [asyncio.create_task(served.process(record({"text": f"Road {n} closed."}))) for n in range(3)]
    await asyncio.sleep(0)
    serving.swap(new, bound(new))  # type: ignore[arg-type]
    after = asyncio.create_task(served.process(record({"text": "Road 9 closed."})))
    before.pop().cancel()  # its partition was given up
    new.go.set()
    assert digest_of(await after) == "sha256:new"
    assert not old.retired
    assert serving.work.tokens == 20
    old.go.set()
    assert [digest_of(await each) for each in before] == ["sha256:old"] * 2
    for _ in range(5):
        await asyncio.sleep(0)
    assert old.retired
    assert serving.work.tokens == 20
    assert not new.retired
    await serving.close()
    assert new.retired


async def test_the_flood_limit_outlives_the_models() -> None:
    """It is the worker's: settlements of before the swap and of after it share one."""
    old, new = HeldModels("sha256:old"), HeldModels("sha256:new")
    serving = Serving(old, bound(old))  # type: ignore[arg-type]
    served = serving.pipelines[SPEC.name]
    first = served.settlement()
    serving.swap(new, bound(new))  # type: ignore[arg-type]
    assert served.settlement()._gate is first._gate
    await serving.close()


@pytest.fixture
def settings(tmp_path: Path, default_bundle: Path) -> Settings:
    """A folder of bundles with version 1 in use."""
    bundles.version_of(default_bundle, tmp_path / "models" / "used", "1")
    return Settings(models={"dir": tmp_path / "models", "bundle": "used"}, batching={"inter_threads": 1})  # type: ignore[arg-type]


@pytest.fixture
async def serving(settings: Settings) -> AsyncIterator[Serving]:
    """What serves version 1."""
    made = await first_serving(settings)
    yield made
    await made.close()


async def first_serving(settings: Settings) -> Serving:
    """Nobody else holds its models."""
    models = await asyncio.to_thread(Models.load, settings)
    models.start()
    return Serving(models, bound(models))


async def look_until_settled(reloader: Reloader) -> None:
    for _ in range(BOTH_LOOKS):
        await reloader.look()


def reloads(outcome: str) -> float:
    return REGISTRY.get_sample_value("stream_slm_model_reloads_total", {"model": "used", "outcome": outcome}) or 0.0


async def test_a_new_version_serves_once_it_has_come_to_rest(settings: Settings, serving: Serving) -> None:
    """One look sees the change, the next that it is whole; a third finds nothing to do."""
    folder = settings.models.dir or Path()
    reloader = Reloader(settings, serving, bound)
    await look_until_settled(reloader)
    first = serving.models
    old, old_digest = ref(first), first.digest
    digest = bundles.version_of(folder / "used", folder / ".new", "2")
    bundles.replace(folder / "used", folder / ".new")
    loaded = reloads("loaded")
    await reloader.look()
    assert serving.models is first
    await reloader.look()
    assert serving.models.digest == digest != old_digest
    outcome = await serving.pipelines[SPEC.name].process(record({"text": "The road is closed."}))
    assert digest_of(outcome, "minilm-l6-v2-int8") == digest
    second = serving.models
    await look_until_settled(reloader)
    assert serving.models is second
    assert reloads("loaded") == loaded + 1
    info = "stream_slm_model_info"
    told = [each.labels["digest"] for metric in REGISTRY.collect() if metric.name == info for each in metric.samples]
    assert digest in told
    assert old_digest not in told
    del first
    gc.collect()
    assert old() is None  # their memory is free again


def damaged(folder: Path) -> None:
    bundles.version_of(folder / "used", folder / ".new", "2")
    bundles.damage(folder / ".new")


def damaged_under_the_same_manifest(folder: Path) -> None:
    bundles.version_of(folder / "used", folder / ".new", "1")
    bundles.damage(folder / ".new")


def without_an_alert_rules_label(folder: Path) -> None:
    bundles.version_of(folder / "used", folder / ".new", "2", {"risk": ["review", "routine", "strange"]})


def with_other_labels(folder: Path) -> None:
    """No alert rule names them, but subscribers know those there were."""
    bundles.version_of(folder / "used", folder / ".new", "2", {"urgency": ["now", "soon", "later", "never"]})


def without_the_head(folder: Path) -> None:
    bundles.version_of(folder / "used", folder / ".new", "2")
    manifest = folder / ".new" / "bundle.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"risk": {', '"mood": {'), encoding="utf-8")


def without_a_manifest(folder: Path) -> None:
    bundles.version_of(folder / "used", folder / ".new", "2")
    (folder / ".new" / "bundle.json").write_text("{", encoding="utf-8")


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (damaged, "model.bin"),
    (damaged_under_the_same_manifest, "model.bin"),
    (without_an_alert_rules_label, "suspicious"),
    (with_other_labels, "labels of urgency"),
    (without_the_head, "no head 'risk'"),
    (without_a_manifest, "bundle.json"),
]


@pytest.mark.parametrize(("make", "says"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
async def test_what_is_not_good_is_refused_once(
    settings: Settings,
    serving: Serving,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], None],
    says: str,
) -> None:
    """In one line that says why; the old one serves on, and the next good one gets in."""
    folder = settings.models.dir or Path()
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(reload.log, "warning", lambda event, **fields: told.append({"event": event, **fields}))
    reloader = Reloader(settings, serving, bound)
    await look_until_settled(reloader)
    first, refused = serving.models, reloads("refused")
    make(folder)
    bundles.replace(folder / "used", folder / ".new")
    for _ in range(4):
        await reloader.look()
    assert serving.models is first
    assert [each["event"] for each in told] == ["model_reload_refused"]
    assert says in told[0]["reason"]
    assert reloads("refused") == refused + 1
    outcome = await serving.pipelines[SPEC.name].process(record({"text": "The road is closed."}))
    assert digest_of(outcome, "minilm-l6-v2-int8") == first.digest
