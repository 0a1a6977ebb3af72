"""Rules of the tasks on real language models, tiny ones of random weights: both shapes, through bundle and batcher."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from stream_slm.config.settings import GenerationConfig
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.language_model import Decoding, Instruction
from stream_slm.errors import ConfigurationError
from stream_slm.pipeline.writer import Writer
from stream_slm.pipeline.writers import load_writer
from stream_slm.tasks.answer import Answer
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.translate import Translate
from stream_slm.types import Classification, Outcome
from tests.unit.engine.tiny_language_model import tiny_decoder, tiny_seq2seq
from tests.unit.pipeline.fakes import FakeModels, json_of, pipeline, record
from tests.unit.pipeline.hostile import HOSTILE, LABELS

Check = Callable[[Any], None]
TEXT = "The road is closed at mile 12. Two cars paid for it. The card is at the bridge. It opens at 18:30."
#: The tiny models read 512 characters: questions must be short.
SHORT = Instruction(before="Label it:\n", after="\nLabel?", cue="Label:")
SHORT_EACH = Instruction(before="Read:\n", after="\nIs it {label}?", cue="Answer:")


@pytest.fixture(params=[tiny_decoder, tiny_seq2seq], ids=["decoder", "encoder-decoder"])
async def writer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Writer]:
    """A writer of a real model of each shape."""
    made = load_writer(Bundle.load(request.param(tmp_path / "tiny-writer")), GenerationConfig())
    made.start()
    yield made
    await made.close()


async def asked(writer: Writer, task: Any, *texts: str) -> list[Outcome]:
    ours = pipeline(FakeModels(writers={"tiny-writer": writer}), tasks=(task,), alerts=())
    return await asyncio.gather(*(ours.process(record({"text": text})) for text in texts))


@pytest.mark.parametrize("multi_label", [False, True])
async def test_no_text_leads_a_real_model_out_of_the_label_set(
    writer: Writer, enriched_schema: Check, multi_label: bool
) -> None:
    """Whatever a text says, each label has a finite score, and there is no other label."""
    prompt = SHORT_EACH if multi_label else SHORT
    task = Classify("event", labels=LABELS, by="scoring", bundle="tiny-writer", multi_label=multi_label, prompt=prompt)
    for outcome in await asked(writer, task, *HOSTILE):
        assert outcome.status in ("ok", "partial"), outcome.error
        enriched_schema(json_of(outcome.outputs[0]))
        found = outcome.results["event"]
        assert isinstance(found, Classification)
        assert {label for label, _ in found.labels} == set(LABELS)
        assert all(math.isfinite(score) and 0 <= score <= 1 for _, score in found.labels)


async def test_a_score_does_not_depend_on_what_is_in_flight_beside_it(writer: Writer) -> None:
    """Alone or among two hundred, the same text has the same scores."""
    task = Classify("event", labels=LABELS, by="scoring", bundle="tiny-writer", prompt=SHORT)
    alone = [(await asked(writer, task, text))[0] for text in HOSTILE[:12]]
    together = await asked(writer, task, *HOSTILE)
    for one, among in zip(alone, together, strict=False):
        first, second = one.results["event"], among.results["event"]
        assert isinstance(first, Classification)
        assert isinstance(second, Classification)
        assert dict(first.labels) == pytest.approx(dict(second.labels), abs=1e-5)


@pytest.mark.parametrize(
    "task",
    [
        Summarize(max_words=8, bundle="tiny-writer", instruction="Shorten:"),
        Summarize(max_words=8, bundle="tiny-writer", instruction="Shorten:", guard=False),
        Translate(
            "german",
            target_language="de",
            bundle="tiny-writer",
            instruction="In German:",
            decoding=Decoding(max_length=40),
        ),
        Answer(
            "when", question="When does it open?", bundle="tiny-writer", threshold=0.0, decoding=Decoding(max_length=20)
        ),
    ],
    ids=["summary", "summary unguarded", "translation", "answer"],
)
async def test_whatever_a_model_writes_the_record_keeps_the_schema(
    writer: Writer, enriched_schema: Check, task: Any
) -> None:
    """Weights drawn at random write nonsense of any kind; long texts go in pieces."""
    for outcome in await asked(writer, task, TEXT, TEXT * 12, *HOSTILE[:20]):
        assert outcome.status in ("ok", "partial"), outcome.error
        assert outcome.enriched is not None
        enriched_schema(json_of(outcome.outputs[0]))
        assert set(outcome.enriched["models"]) == {"tiny", "tiny-writer"}


async def test_the_same_text_gives_the_same_words_whatever_is_in_flight(writer: Writer) -> None:
    """Greedy decoding, prompts of one length together: a record can be made again."""
    task = Summarize(max_words=8, bundle="tiny-writer", instruction="Shorten:", guard=False)
    alone = [(await asked(writer, task, text))[0] for text in (TEXT, HOSTILE[40])]
    together = await asked(writer, task, TEXT, HOSTILE[40], *(f"{TEXT} {text}" for text in HOSTILE[:30]))
    for one, among in zip(alone, together, strict=False):
        assert one.results["summary"].text == among.results["summary"].text  # type: ignore[union-attr]


async def test_options_that_the_library_refuses_are_told_at_start(writer: Writer) -> None:
    """Not as a dead letter for each record: a vocabulary has fewer tokens than that."""
    wrong = Decoding(max_length=20, sampling_topk=10_000)
    task = Summarize(max_words=8, bundle="tiny-writer", instruction="Shorten:", decoding=wrong)
    with pytest.raises(ConfigurationError, match="tiny-writer does not write with this decoding"):
        await asked(writer, task, TEXT)
