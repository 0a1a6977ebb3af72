"""Rules of what other packages bring: the example in docs/ is installed, found by name, and does its job."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faust
import numpy as np
import pytest

from stream_slm import Classify, StreamSLM, Summarize
from stream_slm.config.settings import BatchingConfig, LimitsConfig, Settings
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.manifest import EncoderEntry, Manifest, Source
from stream_slm.errors import BundleError, ConfigurationError
from stream_slm.pipeline.engines import load_engine, runtime_version
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.reader import Reader
from stream_slm.tasks.custom import installed_task
from tests.unit.pipeline.fakes import WORKER, json_of, record, spec
from tests.unit.tasks.heads import save_head

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "stream-slm-wordcount"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as pip installs it."""
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run([*pip, *options, str(EXAMPLE)], check=True, timeout=120)
    return target


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example's package can be imported, and its entry points are found."""
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    yield
    for name in [name for name in sys.modules if name.startswith("stream_slm_wordcount")]:
        del sys.modules[name]


def bundle_of(runtime: str, folder: Path, heads: dict[str, Any] | None = None, reading: str = "sentences") -> Bundle:
    """A bundle for some runtime."""
    encoder = EncoderEntry(
        path="model",
        tokenizer="tokenizer.json",
        pooling="mean",
        dimension=64,
        max_tokens=32,
        languages=["en"],
        compute_type="float32",
        recipe=1,
        source=Source(repo="tests/words", revision="1", files={}),
        runtime=runtime,
        family="words",
        reading=reading,
    )
    manifest = Manifest(
        name="words", version="1", licence="Apache-2.0", card="README.md", model=encoder, heads=heads or {}, files={}
    )
    return Bundle(folder=folder, manifest=manifest, digest="sha256:" + "0" * 64)


@pytest.mark.usefixtures("installed")
async def test_a_pipeline_runs_on_an_engine_and_a_task_from_elsewhere(tmp_path: Path) -> None:
    """The runtime names the engine; labels are compared by its vectors; the task's answer stands in the record."""
    bundle = bundle_of("hashed-words", tmp_path)
    engine = load_engine(bundle, inter_threads=1, intra_threads=1)
    models = Models(bundle, Reader(engine, BatchingConfig(), 1, frozenset({"en"})))
    models.start()
    labels = {"road": "lane closed crash", "card": "payment card fee", "app": "login password screen"}
    tasks = (Classify("topic", labels=labels, threshold=0.5), installed_task("wordcount", shortest=4), Summarize())
    try:
        ours = Pipeline(spec(tasks=tasks, alerts=()), models, WORKER, LimitsConfig())
        outcome = await ours.process(record({"text": "Two lane closed crash. A car hit it."}))
    finally:
        await models.close()
    enriched = json_of(outcome.outputs[0])
    assert enriched["results"]["wordcount"]["value"] == {"words": 3, "sentences": 2}
    topic = enriched["results"]["topic"]
    assert (topic["label"], topic["calibrated"], topic["model"]) == ("road", False, "words")
    assert enriched["models"]["words"]["runtime"] == "hashed-words"
    assert enriched["models"]["words"]["runtime_version"] == "0.1.0"


@pytest.mark.usefixtures("installed")
async def test_a_published_head_reads_texts_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One unit a text; evidence and summary go by sentences all the same."""
    engine = load_engine(bundle_of("hashed-words", tmp_path), inter_threads=1, intra_threads=1)
    good, bad = (engine.encode(engine.tokenize([word])[0].chunks)[0] for word in ("splendid.", "dreadful."))
    arrays = {"w0": np.stack([bad, good], axis=1), "b0": np.zeros(2, np.float32)}
    entry = save_head(tmp_path, "published", arrays, activations=["none"])
    bundle = bundle_of("hashed-words", tmp_path, {"tone": entry}, reading="whole")
    monkeypatch.setattr(Bundle, "load", lambda _folder: bundle)
    models = Models.load(Settings(models={"dir": tmp_path.parent, "bundle": tmp_path.name}))  # type: ignore[arg-type]
    models.start()
    tasks = (Classify("tone", evidence="occlusion"), Summarize(max_words=6), installed_task("wordcount", needs="units"))
    text = "We came by train. The food was splendid. It rained."
    try:
        ours = Pipeline(spec(tasks=tasks, alerts=()), models, WORKER, LimitsConfig())
        results = json_of((await ours.process(record({"text": text}))).outputs[0])["results"]
    finally:
        await models.close()
    assert (results["tone"]["label"], results["tone"]["accepted"]) == ("b", True)
    strongest = results["tone"]["evidence"][0]
    assert text[strongest["start"] : strongest["end"]] == "The food was splendid."
    assert strongest["method"] == "occlusion"
    assert results["wordcount"]["value"]["sentences"] == 1
    assert results["summary"]["method"] == "extractive"
    assert len(results["summary"]["text"].split()) <= 6


@pytest.mark.usefixtures("installed")
def test_a_pipeline_may_name_an_installed_task() -> None:
    """As it may hold one."""
    slm = StreamSLM(faust.App("unit-wordcount", broker="kafka://nowhere:1"), Settings())
    handle = slm.pipeline(name="t", source="t.v1", tasks=["wordcount"], agent=False)
    assert [task.name for task in handle.spec.tasks] == ["wordcount"]


def test_what_no_package_offers_is_told_with_what_is_there(tmp_path: Path) -> None:
    """A forgotten installation is the likely cause."""
    with pytest.raises(ConfigurationError, match=r"'wordcount'; known: none"):
        installed_task("wordcount")
    for ask in (lambda bundle: load_engine(bundle, inter_threads=1, intra_threads=1), runtime_version):
        with pytest.raises(BundleError, match=r"words needs the runtime 'hashed-words'; known are ctranslate2, onnx"):
            ask(bundle_of("hashed-words", tmp_path))


def test_our_own_runtime_is_loaded_by_the_bundle(default_bundle: Path) -> None:
    """With the version of CTranslate2."""
    bundle = Bundle.load(default_bundle)
    assert load_engine(bundle, inter_threads=1, intra_threads=1).dimension == 384
    assert runtime_version(bundle) == bundle.runtime_version


async def test_described_labels_need_no_head(default_bundle: Path) -> None:
    """With the default encoder; a description is encoded once, however many pipelines share it."""
    bundle = Bundle.load(default_bundle)
    reader = Reader(load_engine(bundle, inter_threads=1, intra_threads=1), BatchingConfig(), 1, frozenset({"en"}))
    models = Models(bundle, reader)
    labels = {
        "billing": "a question about an invoice or a charge",
        "delivery": "a parcel that is late, lost or damaged",
        "login": "trouble signing in, passwords, locked accounts",
    }
    tasks = (Classify("topic", labels=labels), Classify("topics", labels=labels, multi_label=True))
    models.start()
    try:
        ours = Pipeline(spec(tasks=tasks, alerts=()), models, WORKER, LimitsConfig())
        encoded: list[str] = []
        reader.vectors = encoded.extend  # type: ignore[assignment,method-assign,return-value]
        models.classifier(tasks[0])
        assert encoded == []
        for text, label in (
            ("You have charged my card twice for the same invoice.", "billing"),
            ("My parcel should have been here on Monday and still is not.", "delivery"),
            ("I forgot my password and now my account is locked.", "login"),
        ):
            results = json_of((await ours.process(record({"text": text}))).outputs[0])["results"]
            assert (results["topic"]["label"], results["topic"]["accepted"]) == (label, True)
            assert results["topic"]["calibrated"] is False
            assert results["topics"]["labels"][0]["label"] == label
        vague = json_of((await ours.process(record({"text": "Hello there."}))).outputs[0])["results"]
        assert not vague["topic"]["accepted"]
        assert not vague["topics"]["accepted"]
    finally:
        await models.close()


async def test_a_head_for_another_encoder_is_refused(default_bundle: Path) -> None:
    """By its dimension, whatever its kind; a missing head says that labels may be described instead."""
    bundle = Bundle.load(default_bundle)
    small = bundle_of("ctranslate2", bundle.folder)
    heads = {"risk": bundle.manifest.heads["risk"]}
    reader = Reader(load_engine(bundle, inter_threads=1, intra_threads=1), BatchingConfig(), 1, frozenset())
    models = Models(bundle, reader)
    with pytest.raises(ConfigurationError, match="describe the labels"):
        models.classifier(Classify("mood"))
    small.manifest.heads.update(heads)
    with pytest.raises(ConfigurationError, match=r"made for vectors of 384 dimensions.*gives 64"):
        Models(small, reader).classifier(Classify("risk"))
