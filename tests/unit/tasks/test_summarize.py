"""Rules of the extractive summary: within the budget, in source order, and nothing that the source does not say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Sentence, Summary, TextPart
from tests.unit.tasks.texts import hostile_texts, random_text, sentence_lists, sentences_of, text_of

budgets = st.integers(1, 60)


def summary_of(texts: list[str], budget: int, seed: int) -> tuple[str, Summary]:
    text = random_text(sentences_of(texts), seed)
    salience = np.random.default_rng(seed).normal(0, 3, len(texts)).astype(np.float32)
    return text.sentences[0].part.text, Summarize(max_words=budget).summarize(text, salience, "model")


@given(sentence_lists, budgets, st.integers(0, 10_000))
def test_a_summary_keeps_its_budget_and_quotes_the_source_in_order(texts: list[str], budget: int, seed: int) -> None:
    """Never more words than allowed; the text is its spans, joined, and they stand in source order without repeats."""
    source, summary = summary_of(texts, budget, seed)
    assert 0 < len(summary.text.split()) <= budget
    quoted = " ".join(source[span.start : span.end] for span in summary.spans)
    assert without_closing(summary.text) == without_closing(quoted)
    places = [(span.start, span.end) for span in summary.spans]
    assert places == sorted(set(places))
    assert all(span.pointer == "/text" for span in summary.spans)


@given(sentence_lists, budgets, st.integers(0, 10_000))
def test_what_fits_is_returned_as_it_is(texts: list[str], budget: int, seed: int) -> None:
    """Verbatim exactly when the whole text is within the budget, and then no model is named."""
    source, summary = summary_of(texts, budget, seed)
    fits = len(source.split()) <= budget
    assert summary.method == ("verbatim" if fits else "extractive")
    assert summary.model == (None if fits else "model")
    if fits:
        assert summary.text == source
        assert len(summary.spans) == len(texts)


@given(sentence_lists, budgets, st.integers(0, 10_000))
def test_a_sentence_is_cut_only_where_none_fits(texts: list[str], budget: int, seed: int) -> None:
    """`truncated` says that the one sentence given was cut, and that happens only if each is longer than the budget."""
    source, summary = summary_of(texts, budget, seed)
    none_fits = all(len(text.split()) > budget for text in texts)
    assert summary.truncated == none_fits
    if none_fits:
        (span,) = summary.spans
        assert len(source[span.start : span.end].split()) == budget
    else:
        ends = {sentence.end for sentence in sentences_of(texts)}
        assert all(span.end in ends for span in summary.spans)


@given(hostile_texts.filter(lambda text: text.strip() != ""), budgets)
def test_hostile_text_is_summarized_by_the_same_rules(source: str, budget: int) -> None:
    """Whatever counts as white space: exact spans, within the budget."""
    text = text_of(source)
    summary = Summarize(max_words=budget).summarize(text, np.zeros(len(text.sentences), np.float32), "model")
    assert 0 < len(summary.text.split()) <= budget
    quoted = " ".join(source[span.start : span.end] for span in summary.spans)
    assert without_closing(summary.text) == without_closing(quoted)


def test_sentences_that_say_the_same_are_given_once() -> None:
    """A feed that repeats itself does not fill the budget with one fact."""
    sentences = sentences_of(["same words here"] * 5 + ["other facts there"])
    text = random_text(sentences)
    text = replace(text, vectors=np.concatenate([text.vectors[[0] * 5], text.vectors[5:]]))
    summary = Summarize(max_words=7).summarize(text, np.zeros(6, np.float32), "model")
    assert summary.text == "same words here. other facts there"


def test_the_most_telling_sentence_is_preferred() -> None:
    """Of sentences equally central, the one that decided the label is taken."""
    text = random_text(sentences_of(["one two three", "four five six", "seven eight nine"]))
    text = replace(text, vectors=np.eye(3, 8, dtype=np.float32), token_counts=np.full(3, 5))
    told = Summarize(max_words=3).summarize(text, np.array([0, 0, 9], np.float32), "model")
    assert told.text == "seven eight nine"
    assert Summarize(max_words=3).summarize(text, np.zeros(3, np.float32), "model").text == "one two three"


def test_sentences_rendered_from_the_same_fields_name_them_once() -> None:
    """Rendered text points to its fields, not to a place."""
    part = TextPart(text="Money out. In Paris.", pointer="", fields=("/amount",))
    sentences = (
        Sentence(part=part, start=0, end=10, text="Money out."),
        Sentence(part=part, start=11, end=20, text="In Paris."),
    )
    summary = Summarize().summarize(random_text(sentences), np.zeros(2, np.float32), "m")
    assert [span.as_json() for span in summary.spans] == [{"pointer": "", "start": 0, "end": 0, "fields": ["/amount"]}]


def test_zero_vectors_are_no_error() -> None:
    """An encoder that says nothing still leaves the lead sentence."""
    text = random_text(sentences_of(["one two", "three four"]))
    text.vectors[:] = 0
    assert Summarize(max_words=2).summarize(text, np.zeros(2, np.float32), "m").text == "one two"


@pytest.mark.parametrize("budget", [0, -3])
def test_a_budget_without_a_word_is_refused(budget: int) -> None:
    """Zero would otherwise mean "no limit"."""
    with pytest.raises(ConfigurationError, match="max_words"):
        Summarize(max_words=budget)


def without_closing(text: str) -> str:
    """A text without white space and full stops: how pieces are joined is not what is told of them."""
    return "".join(text.replace(".", "").split())


def test_a_piece_without_a_mark_is_closed_before_the_next() -> None:
    """A headline and what follows it read as two sentences."""
    texts = ("I-5 closed at milepost 142", "Five have collided.")
    parts = [TextPart(text=text, pointer=f"/{text[:4]}") for text in texts]
    sentences = [Sentence(part=part, start=0, end=len(part.text), text=part.text) for part in parts]
    summary = Summarize().summarize(random_text(sentences), np.zeros(2, np.float32), "model")
    assert summary.text == "I-5 closed at milepost 142. Five have collided."
