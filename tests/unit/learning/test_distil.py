"""Rules of distilling: the teacher's answers are kept, a broken run goes on, the head learns probabilities."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stream_slm.errors import ConfigurationError, DataError
from stream_slm.learning.distil import distil, lessons_of
from stream_slm.learning.rows import Fields, LabelledRows, PlainRow, read_texts
from stream_slm.learning.teacher import AnswerBook, teach
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.tasks.classify import Classify
from tests.unit.learning.synthetic import LABELS, encoded_of, texts_of
from tests.unit.pipeline.fakes import FakeModels, pipeline
from tests.unit.pipeline.language_models import POISON, FakeLanguageModel, writer_of

ABOUT = {"teacher": "big", "digest": "sha256:1", "labels": {"fire": "it burns"}}


def rows_of(rows: LabelledRows) -> list[PlainRow]:
    return [
        PlainRow(text, line, labels) for text, line, labels in zip(rows.texts, rows.lines, rows.labels, strict=True)
    ]


def answers_of(rows: LabelledRows, sure: float, seed: int = 1) -> list[dict[str, float]]:
    """A teacher that is nearly always right, and never quite sure."""
    rng = np.random.default_rng(seed)
    found = []
    for labels in rows.labels:
        rest = rng.dirichlet(np.ones(len(LABELS))) * (1 - sure)
        scores = {label: float(part) for label, part in zip(LABELS, rest, strict=True)}
        scores[labels[0]] += sure
        found.append(scores)
    return found


def test_a_book_remembers_and_holds_no_text(tmp_path: Path) -> None:
    """A second run finds what the first was told."""
    file = tmp_path / "answers.jsonl"
    with AnswerBook(file, ABOUT) as book:
        book.add("my secret text", {"fire": 0.75})
        book.add("unreadable \ud800", None)
    assert b"secret" not in file.read_bytes()
    with AnswerBook(file, ABOUT) as again:
        assert "my secret text" in again
        assert again["my secret text"] == {"fire": 0.75}
        assert again["unreadable \ud800"] is None
        assert "another" not in again


def test_a_line_that_a_kill_cut_off_is_asked_again(tmp_path: Path) -> None:
    """Whatever stood in the file before it is kept, and what comes after it is whole."""
    file = tmp_path / "answers.jsonl"
    with AnswerBook(file, ABOUT) as book:
        for text in ("one", "two", "three"):
            book.add(text, {"fire": 0.5})
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole[:-cut])
        with AnswerBook(file, ABOUT) as book:
            for text in ("one", "two", "three"):
                if text not in book:
                    book.add(text, {"fire": 0.5})
        assert file.read_bytes() == whole


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not json\n", "no file of a teacher"), (b'{"other": 1}\n', "another teacher"), (b"{}\n[1]\n", "no file of")],
)
def test_answers_of_another_teacher_are_not_taken(tmp_path: Path, content: bytes, said: str) -> None:
    """Nor anything else that has the file's name; it is left as it is."""
    file = tmp_path / "answers.jsonl"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said), AnswerBook(file, ABOUT):
        pass
    assert file.read_bytes() == content


def test_a_teacher_that_answered_nothing_holds_up_no_other(tmp_path: Path) -> None:
    """One that did not even start leaves a file without answers; whoever chooses another goes on at once."""
    file = tmp_path / "answers.jsonl"
    with AnswerBook(file, {**ABOUT, "digest": "sha256:2"}):
        pass
    with AnswerBook(file, ABOUT) as book:
        book.add("one", {"fire": 0.5})
    with AnswerBook(file, ABOUT) as again:
        assert again["one"] == {"fire": 0.5}
    with pytest.raises(ConfigurationError, match="another teacher"), AnswerBook(file, {**ABOUT, "digest": "sha256:2"}):
        pass


@pytest.fixture
async def teacher() -> AsyncIterator[Callable[[FakeLanguageModel], Pipeline]]:
    """A pipeline with one scoring task."""
    made = []

    def make(model: FakeLanguageModel) -> Pipeline:
        writer = writer_of(model)
        writer.start()
        made.append(writer)
        task = Classify("event", labels={"fire": "", "flood": ""}, by="scoring", bundle="tiny-writer")
        return pipeline(FakeModels(writers={"tiny-writer": writer}), tasks=(task,), alerts=())

    yield make
    for each in made:
        await each.close()


async def test_each_text_is_asked_once_and_none_that_was_answered(
    teacher: Callable[[FakeLanguageModel], Pipeline], tmp_path: Path
) -> None:
    """A second run asks about what is new; a text on which the teacher fails is answered by nothing, for good."""
    model, told = FakeLanguageModel(), list[int]()
    asked = teacher(model)
    texts = ["a fire", "a flood", "a fire", f"please {POISON}"]
    with AnswerBook(tmp_path / "book.jsonl", ABOUT) as book:
        await teach(asked, texts, book, told.append)
        assert told == [1, 2, 3]
        assert (book["a fire"] or {})["fire"] > 0.5 > (book["a flood"] or {})["fire"]
        assert book[texts[3]] is None
    model.prompts.clear()
    with AnswerBook(tmp_path / "book.jsonl", ABOUT) as book:
        await teach(asked, [*texts, "no news"], book, told.append)
    assert [prompt.partition(" Which")[0] for prompt in model.prompts] == ["no news"]


def test_a_head_learns_what_its_teacher_says() -> None:
    """It agrees on held-out rows, within the interval that it tells; the truth is measured apart."""
    rows, encoded = texts_of(100, noise=1.1)
    taught = lessons_of(rows_of(rows), answers_of(rows, sure=0.6), multi_label=False, threshold=0.5)
    made = distil(taught, encoded_of(encoded), seed=3)
    low, high = made.agreement_interval
    assert 0.5 < low < made.agreement < high
    assert made.against_truth is not None
    assert made.against_truth.rows == made.agreement_rows
    assert made.against_truth.teacher_macro_f1 == 1
    assert made.trained.entry["calibration"]["rows"] == "a teacher's labels, out of fold"


def test_probabilities_teach_more_than_labels_alone() -> None:
    """Where the teacher wavers the head does: its weights are not those of hard labels."""
    rows, encoded = texts_of(40, noise=0.5)
    heads = []
    for sure in (0.6, 0.999):
        taught = lessons_of(rows_of(rows), answers_of(rows, sure), multi_label=False, threshold=0.5)
        assert taught.rows.labels == rows.labels
        heads.append(distil(taught, encoded_of(encoded)).trained.head)
    assert not np.allclose(heads[0].encoder_weights, heads[1].encoder_weights, atol=1e-2)


def test_several_labels_of_a_text_are_each_learnt(tmp_path: Path) -> None:
    """From the threshold on a label is the teacher's; agreement counts every label of every text."""
    rows, encoded = texts_of(80, noise=0.4, multi_label=True)
    answers = [{label: 0.9 if label in labels else 0.2 for label in LABELS} for labels in rows.labels]
    taught = lessons_of(rows_of(rows), answers, multi_label=True, threshold=0.75)
    assert taught.rows.labels == rows.labels
    made = distil(taught, encoded_of(encoded))
    assert made.agreement > 0.8
    assert made.against_truth is not None
    assert made.against_truth.teacher_macro_f1 == 1


def test_what_the_teacher_could_not_judge_and_what_it_seldom_said_is_told() -> None:
    """Such texts are left out, such labels are not learnt; their probability goes to the others."""
    rows = [PlainRow(f"text {number}", number, None) for number in range(6)]
    answers: list[Any] = [{"a": 0.6, "b": 0.3, "c": 0.1}, {"a": 0.2, "b": 0.7, "c": 0.1}] * 2
    answers += [{"a": 0.1, "b": 0.2, "c": 0.7}, None]
    taught = lessons_of(rows, answers, multi_label=False, threshold=0.5)
    assert taught.rows.labels == (("a",), ("b",), ("a",), ("b",), ("b",))
    assert np.allclose(taught.probabilities.sum(axis=1), 1)
    assert [remark.partition(":")[0] for remark in taught.remarks] == [
        "1 texts are left out",
        "the teacher gave 'c' to fewer than 2 texts",
    ]


@pytest.mark.parametrize(
    ("answers", "said"),
    [([None, None], "none of the texts"), ([{"a": 0.9, "b": 0.1}] * 2, "gave 1 of its 2 labels")],
)
def test_what_teaches_nothing_is_refused(answers: list[Any], said: str) -> None:
    """Before anything is fitted."""
    rows = [PlainRow("one", 1, None), PlainRow("two", 2, None)]
    with pytest.raises(DataError, match=said):
        lessons_of(rows, answers, multi_label=False, threshold=0.5)


def test_texts_need_no_label() -> None:
    """One that is there is kept, to measure with; bad lines are named."""
    lines = [
        b'{"text": "a"}',
        b"",
        b'{"text": "b", "label": "x"}',
        b'{"text": 5}',
        b"{",
        b'{"text": "c", "label": ["x"]}',
    ]
    rows, bad = read_texts(lines, Fields())
    assert [(row.text, row.line, row.labels) for row in rows] == [("a", 1, None), ("b", 3, ("x",)), ("c", 6, ("x",))]
    assert [each.line for each in bad] == [4, 5]
    assert json.loads(lines[0]) == {"text": "a"}


@pytest.mark.parametrize(("share", "measured"), [(1.0, False), (0.5, True)])
def test_true_labels_that_the_head_does_not_know_are_told(share: float, measured: bool) -> None:
    """Where it knows none of them, no score is: 0 would look like a measurement."""
    rows, encoded = texts_of(100, noise=1.1)
    known = rows_of(rows)
    foreign = int(len(known) * share)
    step = len(known) // foreign
    texts = [replace(row, labels=(f"x{i % 7}",)) if i % step == 0 else row for i, row in enumerate(known)]
    taught = lessons_of(texts, answers_of(rows, sure=0.6), multi_label=False, threshold=0.5)
    made = distil(taught, encoded_of(encoded), seed=3)
    assert (made.against_truth is not None) == measured
    (remark,) = [each for each in made.remarks if "spelt otherwise" in each]
    assert "'x0', 'x1', 'x2', 'x3', 'x4' and 2 more" in remark
