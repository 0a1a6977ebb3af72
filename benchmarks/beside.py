"""Latency of label-only records alone, and beside a pipeline that keeps a language model busy, in one process.

    python -m benchmarks.beside --seconds 20 --rate 100

The encoder is the default bundle; the language model has random weights of a real size (its words mean nothing, its
work is that of a trained one) and writes 64 tokens a record without a pause. Figures: alone, beside the model,
beside the same model without its lower priority; last, beside a model that takes two seconds and no CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from pathlib import Path
from time import monotonic
from unittest.mock import patch

import numpy as np

from stream_slm.config.settings import LimitsConfig, Settings, load
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.language_model import Decoding
from stream_slm.pipeline import writers
from stream_slm.pipeline.context import Worker
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.pipeline.spec import PipelineSpec, Task
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Record
from tests.unit.engine import tiny_language_model as tiny
from tests.unit.pipeline.language_models import FakeLanguageModel, writer_of

WORDS = ("the", "road", "bridge", "lane", "crash", "closed", "open", "north", "card", "paid", "account", "wire", "pain")


def text_of(rng: random.Random, words: int) -> bytes:
    """A record of so many words."""
    said = " ".join(rng.choice(WORDS) for _ in range(words))
    return b'{"text": "%s."}' % said.encode()


def models_of(settings: Settings, folder: Path | None, gives_way: bool) -> Models:
    """The default encoder, and the language model as a worker loads it; without a folder one that only waits."""
    models = Models.load(settings)
    if folder is None:
        models._writers["big"] = writer_of(FakeLanguageModel(max_tokens=1000, delay_s=2.0), "big")
        models.as_json["big"] = models.as_json[models.name]
        return models
    with patch.object(writers, "_GIVE_WAY", writers._GIVE_WAY if gives_way else 0):
        writer = writers.load_writer(Bundle.load(folder), settings.generation)
    models._writers["big"] = writer
    models.as_json["big"] = models.as_json[models.name]
    return models


def pipeline(models: Models, name: str, *tasks: Task) -> Pipeline:
    """A pipeline of its own topic."""
    worker = Worker(app_id="bench", worker="bench", group=None, version="0")
    return Pipeline(PipelineSpec(name=name, source=f"{name}.v1", tasks=tasks), models, worker, LimitsConfig())


async def measure(models: Models, seconds: float, rate: float, writing: int) -> tuple[float, float, int, int]:
    """p50 and p99 (ms) of label-only records at a rate, how many there were, and how many summaries beside them."""
    models.start()
    labels = pipeline(models, "labels", Classify("risk"))
    decoding = Decoding(max_length=64, min_length=64)
    slow = pipeline(models, "slow", Summarize(max_words=20, bundle="big", guard=False, decoding=decoding))
    rng, stop, written = random.Random(7), asyncio.Event(), 0

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            await slow.process(Record(topic="slow.v1", partition=0, offset=written, value=text_of(rng, 60)))
            written += 1

    writers_running = [asyncio.create_task(write()) for _ in range(writing)]
    await asyncio.sleep(2)
    took: list[float] = []

    async def label(number: int) -> None:
        began = monotonic()
        await labels.process(Record(topic="labels.v1", partition=0, offset=number, value=text_of(rng, 25)))
        took.append(monotonic() - began)

    began, running = monotonic(), []
    for number in range(round(seconds * rate)):
        await asyncio.sleep(max(0.0, began + number / rate - monotonic()))
        running.append(asyncio.create_task(label(number)))
    await asyncio.gather(*running)
    stop.set()
    for each in writers_running:
        each.cancel()
    await asyncio.gather(*writers_running, return_exceptions=True)
    await models.close()
    p50, p99 = (np.quantile(took, [0.5, 0.99]) * 1000).tolist()
    return p50, p99, len(took), written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--rate", type=float, default=100.0, help="label-only records a second")
    parser.add_argument("--writing", type=int, default=16, help="summaries in flight all the time")
    parser.add_argument("--hidden", type=int, default=768, help="width of the language model; 12 layers")
    asked = parser.parse_args()
    tiny.HIDDEN, tiny.INNER, tiny.LAYERS, tiny.HEADS, tiny.POSITIONS = asked.hidden, 4 * asked.hidden, 12, 12, 1024
    settings = load()
    with tempfile.TemporaryDirectory() as folder:
        bundle = tiny.tiny_decoder(Path(folder) / "big", max_tokens=1024)
        print(f"{'':34}{'p50 ms':>9}{'p99 ms':>9}{'records':>9}{'summaries':>11}")
        for name, writing, gives_way, model in (
            ("alone", 0, True, bundle),
            ("beside the language model", asked.writing, True, bundle),
            ("the same, without lower priority", asked.writing, False, bundle),
            ("beside one that only waits", asked.writing, True, None),
        ):
            models = models_of(settings, model, gives_way)
            p50, p99, records, written = asyncio.run(measure(models, asked.seconds, asked.rate, writing))
            print(f"{name:34}{p50:9.1f}{p99:9.1f}{records:9d}{written:11d}", flush=True)


if __name__ == "__main__":
    main()
