"""Labels by a language model: how it is asked, and scores from the probabilities of the answers; no text is parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from stream_slm.engine.language_model import Instruction
from stream_slm.tasks.text import Floats
from stream_slm.tasks.zero_shot import described, in_words

#: From this score on a label is accepted, unless the task says otherwise: more likely than all others together.
THRESHOLD = 0.5
#: The same where each label is judged by itself: there 0.5 is what a text gets that says no more of it than none does.
THRESHOLD_EACH = 0.75
#: The answers where each label is judged by itself.
YES_NO = ("yes", "no")

_PROMPT = "Read the text and choose the label that fits it best."
_PROMPT_EACH = "Read the text and say whether a statement about it holds."


def instruction(labels: Mapping[str, str], prompt: str | Instruction | None) -> Instruction:
    """How one label of a set is asked for; what stands before the text is the same for every text."""
    if isinstance(prompt, Instruction):
        return prompt
    listed = "\n".join(f"- {each}" for each in described(labels))
    return Instruction(
        before=f"{prompt or _PROMPT}\n\nLabels:\n{listed}\n\nText:\n", after="\n\nWhich label fits?", cue="Label:"
    )


def instructions(labels: Mapping[str, str], prompt: str | Instruction | None) -> tuple[Instruction, ...]:
    """How each label of a set is asked for by itself; the label comes after the text, so all begin alike."""
    pairs = zip(labels, described(labels), strict=True)
    if isinstance(prompt, Instruction):
        return tuple(
            replace(prompt, after=prompt.after.replace("{label}", in_words(name)).replace("{description}", text))
            for name, text in pairs
        )
    return tuple(
        Instruction(
            before=f"{prompt or _PROMPT_EACH}\n\nText:\n",
            after=f"\n\nDoes this label apply to the text?\n{text}\nAnswer yes or no.",
            cue="Answer:",
        )
        for _, text in pairs
    )


def normalised(scores: Sequence[tuple[float, ...]]) -> Floats:
    """(C,): the mean log-probability of each continuation's tokens, so that a long label is not a poor one."""
    return np.array([sum(each) / len(each) for each in scores], dtype=np.float32)


def pooled(logits: Sequence[Floats], tokens: Sequence[int]) -> Floats:
    """(L,): one text's logits from those of its pieces, weighted by tokens.

    Each token then counts alike wherever the text was cut: a remainder of one sentence does not outvote a page.
    """
    return np.asarray(np.average(np.stack(logits), axis=0, weights=[max(1, each) for each in tokens]), np.float32)
