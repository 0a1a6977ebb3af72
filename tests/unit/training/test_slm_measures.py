"""Measures of summaries, against values worked out by hand."""

from __future__ import annotations

import pytest

from training.slm_measures import numbers, repeats, rouge_l, rouge_n, stated


def test_numbers_are_taken_whole() -> None:
    assert numbers("Paid 1,204.50 at 19:42 on 3/4, M25") == ["1,204.50", "19:42", "3/4", "25"]


def test_rouge_l_is_the_f1_of_the_longest_common_subsequence() -> None:
    assert rouge_l("the cat sat", "The cat sat") == 1.0
    assert rouge_l("a b c d", "a x c y") == pytest.approx(2 * 2 / 8)
    assert rouge_l("", "a") == 0.0


def test_rouge_n_counts_each_ngram_as_often_as_both_hold_it() -> None:
    assert rouge_n("a a b", "a b b", 1) == pytest.approx(4 / 6)
    assert rouge_n("a b c", "b c d", 2) == pytest.approx(2 / 4)
    assert rouge_n("a", "a", 2) == 0.0


def test_three_words_that_come_again_are_a_repeat() -> None:
    assert repeats("one lane shut, one lane shut")
    assert not repeats("one lane shut, one lane open")


def test_a_fact_counts_in_any_of_its_wordings_but_not_inside_a_word() -> None:
    assert stated("Paid 48.20 USD to Tesco", [["48.20"], ["Tesco", "TESCO STORES"], ["groceries"]]) == 2
    assert stated("Paid 148.20", [["48.20"]]) == 0
