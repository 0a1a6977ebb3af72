"""What the language model is fed: a tokenizer that copies, batches within their budget, pointers to what is copied."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from training import slm_tokenizer
from training.slm_data import MAX_SOURCE, batches, copied_from, rows_in
from training.slm_plot import loss_plot

SPECIALS = ("<pad>", "</s>", "<unk>", "<mask>")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return slm_tokenizer.train(300, 1)


@pytest.mark.parametrize("text", ["Paid 1,204.50 USD to Café Ørsted.", "I-405 NB: crash at MP 12", "雪 on A9 ½ mile"])
def test_a_text_comes_back_as_it_was(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_figures_and_marks_are_pieces_of_their_own(tokenizer: Tokenizer) -> None:
    pieces = tokenizer.encode("I-405, 1,204.50", add_special_tokens=False).tokens
    assert pieces == ["ĠI", "-", "4", "0", "5", ",", "Ġ1", ",", "2", "0", "4", ".", "5", "0"]


def test_a_word_is_the_same_piece_wherever_it_stands(tokenizer: Tokenizer) -> None:
    first, inner, line = (
        tokenizer.encode(text, add_special_tokens=False).ids for text in ("Road", "a Road", "a\nRoad")
    )
    assert inner[-len(first) :] == first
    assert line[-len(first) :] == first


def test_special_pieces_come_first(tokenizer: Tokenizer) -> None:
    assert [tokenizer.token_to_id(name) for name in SPECIALS] == [0, 1, 2, 3]


def test_batches_are_the_same_each_time_and_keep_to_their_budget(tokenizer: Tokenizer) -> None:
    first, again = (batches(tokenizer, 1, 0, 0.5, 6000) for _ in range(2))
    assert all((a.source == b.source).all() and (a.target == b.target).all() for a, b in zip(first, again, strict=True))
    assert sum(len(batch.source) for batch in first) > 1900
    for batch in first:
        assert batch.source.shape[1] <= MAX_SOURCE
        assert len(batch.source) == 1 or len(batch.source) * batch.source.shape[1] <= 6000
        assert batch.copied.shape == (*batch.target.shape, batch.source.shape[1])


def test_a_copied_piece_points_at_the_longest_run_it_is_of() -> None:
    source = np.array([[7, 8, 9, 5, 8, 6, 1]])
    target = np.array([[8, 6, 9, 4, 1, 0]])
    pointed = copied_from(source, target)
    assert pointed[0, 0].nonzero()[0].tolist() == [4]  # 8 6, and not 8 9
    assert pointed[0, 1].nonzero()[0].tolist() == [5]
    assert pointed[0, 2].nonzero()[0].tolist() == [2]  # alone, but the source has it once
    assert not pointed[0, 3:].any()  # not in the source; the end; padding


def test_the_plot_is_an_svg_with_a_line_for_each_measure() -> None:
    rows = [{"step": 10, "piece": 5.0, "right": 0.2}, {"step": 20, "piece": 1.0, "right": 0.9}]
    plot = loss_plot(rows)
    assert plot.startswith("<svg")
    assert plot.count("<polyline") == 2
    assert "steps (0 to 20)" in plot


def test_rows_from_elsewhere_are_read_and_drawn(tokenizer: Tokenizer, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    rows = [{"text": f"text {number}", "summary": "a summary"} for number in range(40)] + [{"text": "no summary"}]
    (folder / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = rows_in(tmp_path)
    assert 20 < len(found) < 40  # the others are kept for testing
    wanted = tokenizer.encode("a summary").ids
    drawn = batches(tokenizer, 1, 0, 0.9, 6000, found)
    written = [row[row != 0].tolist() for batch in drawn for row in batch.target]
    assert written.count(wanted) == pytest.approx(20, abs=8)
