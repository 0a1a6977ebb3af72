"""The card of `slm-tiny`: what it was trained on and how, what it can do as measured, and what it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = """\
# slm-tiny

An encoder-decoder that writes a summary of one sentence, 20 words at most, of a transaction, a traffic event or, on
request, a clinical note. T5 shape, {parameters:,} parameters (4 encoder and 2 decoder layers of width 192), int8 in
CTranslate2. English.

- **Trained on** items that this project's own generators wrote (`training/generate/summaries`, seed {seed}): facts
  first, then a record, its text as the pipeline renders it, and summaries. No third party's data and no real person's.
  {items:,} items in {steps:,} steps, in the first {copy_steps:,} of which they are only copied (`losses.svg`); half of the
  heads of the last layer were told where in the source each copied piece stands.
- **Tokenizer** of its own: cased byte-level BPE, {vocabulary:,} pieces, every digit and every mark a piece of its own.
- **It copies**: names, numbers and phrases are taken from the text as they stand there. It does not reason, convert,
  add up or translate, and of a long text it says one thing.
- **Guarded**: a summary that states what its source does not is to be replaced by the extractive one.
- **Not** a medical device, **not** a fraud verdict.

Made by `make train`; `python -m training.evaluate_slm` gives the figures below.
"""

_TITLES = {
    "generated": "Generated items from patterns that training never showed",
    "written": "Records written by hand, in styles that the generators lack, with a fact sheet each",
    "real": "Public sets with summaries, not trained on, at the model's word budget",
    "speed": "Speed",
}
_NOTES = {
    "generated": (
        "*all facts right*: every number is one that a reference has, and amount, payee, road and place stand in the "
        "summary. ROUGE-L is against the nearest reference."
    ),
    "written": (
        "*facts stated*: share of the fact sheets. *guarded*: with the extract where the guard refuses, which is what "
        "a consumer gets. The extract has as many words as the summary. Written while the training ran, before anybody "
        "saw what the model makes of them, and after the last change to the generators. An earlier hundred of transactions "
        "and of traffic events gave the generators ideas, and so is for development only (training/development)."
    ),
    "real": "clin_mts_dialog_sum and clin_meqsum are CC BY 4.0. Long dialogues are nothing this model was made for.",
    "speed": "Summaries of the hand-written records in length-sorted batches of 32, two replicas of one thread.",
}


def card(training: Mapping[str, int], note: str, figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """The whole card, in Markdown; `note` is what is to be said of this very training."""
    parts = [_HEAD.format(**training)]
    if note:
        parts.append(f"## This training\n\n{note}")
    for section, rows in figures.items():
        parts.append(f"## {_TITLES[section]}\n\n{table(rows)}\n\n{_NOTES[section]}\n")
    return "\n".join(parts)


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Rows of figures as a Markdown table."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [_line(["", *names]), _line(["---"] * (len(names) + 1))]
    lines += [_line([title, *(_figure(row.get(name)) for name in names)]) for title, row in rows.items()]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(value: Any) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"
