"""Rules of the writer: what shares a batch, what fails alone, what is counted, and whom it must not hold up."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from time import monotonic

import pytest

from stream_slm.config.settings import BatchingConfig
from stream_slm.engine.language_model import Decoding, Instruction, Question
from stream_slm.errors import InferenceError, WorkerStopped
from stream_slm.pipeline.reader import Reader
from stream_slm.pipeline.writer import Writer
from stream_slm.pipeline.writers import giving_way, names_of
from stream_slm.tasks.classify import Classify
from tests.unit.pipeline.language_models import POISON, FakeLanguageModel, writer_of
from tests.unit.pipeline.test_reader import WordEngine, parts_of

GREEDY = Decoding(max_length=8)
SHORT = Instruction(before="Say it shortly:")
OTHER = Instruction(before="Say it in French:")

StartWriter = Callable[..., Writer]


@pytest.fixture
async def start() -> AsyncIterator[StartWriter]:
    """Writers that are closed after the test."""
    made: list[Writer] = []

    def make(model: FakeLanguageModel, **config: float) -> Writer:
        writer = writer_of(model, **config)
        writer.start()
        made.append(writer)
        return writer

    yield make
    for each in made:
        await each.close()


async def prompts(writer: Writer, instruction: Instruction, *texts: str) -> list[object]:
    form = writer.form(instruction, reserve=8)
    return [form.around(tokens) for tokens in await writer.tokenize(texts)]


async def test_each_gets_what_was_written_for_it_in_order(start: StartWriter) -> None:
    """However many wait beside it."""
    writer = start(FakeLanguageModel(write=str.upper))
    reply = await writer.write(await prompts(writer, SHORT, "a b", "c d", "e"), GREEDY)
    assert [each.text for each in reply.results] == ["A B", "C D", "E"]


async def test_only_prompts_of_one_instruction_and_one_decoding_share_a_batch(start: StartWriter) -> None:
    """A decoder computes the static part once; options are of a whole call."""
    model = FakeLanguageModel(delay_s=0.02)
    writer = start(model, max_queue_delay_s=10)
    short, other = await prompts(writer, SHORT, *"abcdef"), await prompts(writer, OTHER, *"abcdef")
    warm = writer.write(await prompts(writer, SHORT, "first of all"), GREEDY)
    await asyncio.gather(
        warm, writer.write(short, GREEDY), writer.write(other, GREEDY), writer.write(short, Decoding(max_length=9))
    )
    assert sorted(model.batches) == [("generate", 1), ("generate", 6), ("generate", 6), ("generate", 6)]


async def test_questions_with_other_answers_do_not_share_a_batch(start: StartWriter) -> None:
    """The probabilities of one set of answers are computed together."""
    model = FakeLanguageModel(delay_s=0.02)
    writer = start(model, max_queue_delay_s=10)
    (prompt,) = await prompts(writer, SHORT, "is it big")
    yes_no, sizes = (tuple(map(writer.continuation, answers)) for answers in (("yes", "no"), ("big", "small")))
    scores = await asyncio.gather(
        writer.score([Question(prompt=prompt, continuations=yes_no)]),
        writer.score([Question(prompt=prompt, continuations=sizes)]),
    )
    assert [each.results for each in scores] == [[[(-3.0,), (-3.0,)]], [[(-1.0,), (-3.0,)]]]
    assert model.batches == [("score", 1), ("score", 1)]


async def test_a_prompt_that_fails_the_call_fails_alone(start: StartWriter) -> None:
    """Its neighbours are written."""
    writer = start(FakeLanguageModel())
    texts = ["one", "two", POISON, "four"]
    asked = [writer.write([prompt], GREEDY) for prompt in await prompts(writer, SHORT, *texts)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) is InferenceError for each in answers] == [text == POISON for text in texts]


async def test_a_call_that_does_not_return_is_counted(start: StartWriter) -> None:
    """The watchdog asks for it from a thread of its own."""
    writer = start(FakeLanguageModel(delay_s=0.3))
    assert writer.longest_call_s() == 0
    running = asyncio.ensure_future(writer.write(await prompts(writer, SHORT, "a"), GREEDY))
    await asyncio.sleep(0.15)
    assert 0.1 < await asyncio.to_thread(writer.longest_call_s) < 0.3
    await running
    assert writer.longest_call_s() == 0


async def test_closing_drops_what_waits_and_frees_the_weights_last(start: StartWriter) -> None:
    """What was not written says nothing about the record: it is read again."""
    model = FakeLanguageModel(delay_s=0.1)
    writer = start(model, max_queue_delay_s=10, max_batch_size=1)
    asked = [asyncio.ensure_future(writer.write([each], GREEDY)) for each in await prompts(writer, SHORT, *"abcde")]
    await asyncio.sleep(0.02)
    await writer.close()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(each) for each in answers[2:]} == {WorkerStopped}
    assert not any(isinstance(each, InferenceError) for each in answers)
    assert model.closed


async def test_a_long_decode_holds_up_no_reading(start: StartWriter) -> None:
    """The reader has queues and threads of its own: it never waits for a writer's."""
    writer = start(FakeLanguageModel(delay_s=0.5))
    reader = Reader(WordEngine(), BatchingConfig(), 1, frozenset({"en"}))
    reader.start()
    writing = [asyncio.ensure_future(writer.write([each], GREEDY)) for each in await prompts(writer, SHORT, *"abcd")]
    took = []
    for index in range(20):
        began = monotonic()
        await reader.read(parts_of(f"The road {index} is closed."))
        took.append(monotonic() - began)
    assert not any(each.done() for each in writing)
    assert max(took) < 0.25
    await asyncio.gather(*writing)
    await reader.close()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux only")
def test_threads_of_a_language_model_give_way() -> None:
    """Those that it starts while it is loaded, as CTranslate2 does; ours stay as they are."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    found: list[int] = []

    def load() -> str:
        def look() -> None:
            found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

        worker = threading.Thread(target=look)
        worker.start()
        worker.join()
        return "model"

    assert giving_way(load) == "model"
    assert found == [min(19, ours + 10)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours


def test_bundles_are_those_that_tasks_name() -> None:
    """Each once; most tasks name none."""

    class Named:
        bundle = "a"

    assert names_of([Classify("risk"), Named(), Named()]) == ("a",)
