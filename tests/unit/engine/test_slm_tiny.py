"""The language model in the box: whole, small, and true to what it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import stream_slm
from agents import transactions
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.language_model import Decoding, Instruction, LanguageModel
from stream_slm.pipeline.text import at
from stream_slm.tasks.guard import check

FOLDER = Path(stream_slm.__file__).parent / "bundles" / "slm-tiny"
SAMPLES = Path(__file__).parents[3] / "agents" / "samples"


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return Bundle.load(FOLDER).language_model(inter_threads=1)


def written(model: LanguageModel, texts: list[str]) -> list[str]:
    form = model.form(Instruction(before="Summarize: "), reserve=64)
    prompts = [form.around(tokens[: form.room]) for tokens in model.tokenize(texts)]
    return [answer.text for answer in model.generate(prompts, Decoding(max_length=64))]


def sampled(path: Path) -> Iterator[dict[str, object]]:
    """The samples without those that are broken on purpose."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        with suppress(ValueError):
            row = json.loads(line)
            if isinstance(row, dict):
                yield row


def test_it_is_small_and_says_what_it_is() -> None:
    bundle = Bundle.load(FOLDER)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= 20_000_000
    card = bundle.path(bundle.manifest.card).read_text(encoding="utf-8")
    assert "**Not** a medical device" in card
    assert "facts stated by extract" in card


def test_it_writes_what_a_payment_says(model: LanguageModel) -> None:
    record = {"name": "VISA QUARNELL BAKERY 0412", "merchant_name": "Quarnell Bakery", "amount": 12.4}
    record |= {"iso_currency_code": "GBP", "payment_meta": {"reason": "birthday cake"}}
    text = "\n".join(part.text for part in transactions.text_of(record))
    summary = written(model, [text])[0]
    assert summary.startswith("Paid 12.40 GBP to ")
    assert "birthday cake" in summary


@pytest.mark.parametrize(
    ("name", "text_of"),
    [("transactions", transactions.text_of), ("traffic-events", at("/headline", "/description", "/text"))],
)
def test_most_summaries_of_the_samples_pass_the_guard(model: LanguageModel, name: str, text_of: object) -> None:
    records = list(sampled(SAMPLES / f"{name}.jsonl"))
    texts = ["\n".join(part.text for part in text_of(record)) for record in records]  # type: ignore[operator]
    texts = [text for text in texts if text]
    assert len(texts) > 40
    summaries = written(model, texts)
    passed = [check(summary, text).passed for summary, text in zip(summaries, texts, strict=True)]
    assert sum(passed) >= 0.75 * len(texts)
    assert sum(len(summary.split()) <= 22 for summary in summaries) >= 0.9 * len(texts)
