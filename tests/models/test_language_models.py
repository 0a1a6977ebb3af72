"""Rules of a pulled language model: its probabilities and what it writes are those of transformers, weight for weight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stream_slm.engine.language_model import Decoding, Instruction, Question
from tests.models.compared import pulled
from tests.models.language import CHECKPOINTS, greedy, log_probabilities, save
from tests.models.published import TEXTS

LABELS = ("no pain", "payment", "paid late", "crash")
ASKED = Instruction(system="Be brief.", before="Text: ", after="\nWhat is it?", cue="It is")


def asked(bundle: Any) -> Instruction:
    """With languages, where the model has a place for them."""
    codes = list(bundle.manifest.language_model.language_codes)
    if not codes:
        return ASKED
    return Instruction(source_language=codes[0], target_language=codes[-1])


def questions(bundle: Any, model: Any) -> list[Question]:
    form = model.form(asked(bundle), reserve=16)
    labels = tuple(map(model.continuation, LABELS))
    return [Question(prompt=form.around(text), continuations=labels) for text in model.tokenize(TEXTS)]


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_same_as_transformers(name: str, tmp_path: Path) -> None:
    """Token for token: the log-probabilities of continuations, and what is written greedily; and eight bits run."""
    theirs = save(name, tmp_path / "source")
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    ours = bundle.language_model(inter_threads=1)
    batch = questions(bundle, ours)
    scores = ours.score(batch)
    for question, rows in zip(batch, scores, strict=True):
        for continuation, row in zip(question.continuations, rows, strict=True):
            np.testing.assert_allclose(row, log_probabilities(theirs, question.prompt, continuation), atol=1e-3)
    prompts = [question.prompt for question in batch]
    ends = bundle.manifest.language_model.end
    for prompt, written in zip(prompts, ours.generate(prompts, Decoding(max_length=12)), strict=True):
        expected = greedy(theirs, prompt, 12, ends)
        assert written.tokens == len(expected)
        assert written.text == ours._spelling.written(expected)
        mean = np.mean(log_probabilities(theirs, prompt, expected))
        assert written.log_probability == pytest.approx(mean, abs=1e-3)
        assert written.finish_reason == ("stop" if expected[-1] in ends else "length")
    small = pulled(tmp_path / "source", tmp_path / "models", "int8").language_model(inter_threads=1)
    differences = np.abs(
        np.concatenate([np.concatenate(a) for a in small.score(batch)])
        - np.concatenate([np.concatenate(a) for a in scores])
    )
    assert 0 < differences.mean() < 0.5
    assert len(small.generate(prompts, Decoding(max_length=12))) == len(prompts)
