"""Generated records with summaries: reproducible, true to their text, and no held-out pattern in training."""

from __future__ import annotations

from collections import Counter

import pytest

from stream_slm.tasks.guard import check
from training.generate.summaries import mixture
from training.generate.summaries.item import BUDGET, Item, clip, closed, is_heldout, said, words
from training.generate.summaries.transactions import spelt


@pytest.fixture(scope="module", params=mixture.DOMAINS)
def shown(request: pytest.FixtureRequest) -> list[Item]:
    return list(mixture.DOMAINS[request.param][0](120, 3, heldout=False))


def test_the_same_seed_gives_the_same_items(shown: list[Item]) -> None:
    generate = mixture.DOMAINS[shown[0].domain][0]
    assert list(generate(20, 3, heldout=False)) == shown[:20]
    assert next(generate(1, 4, heldout=False)) != shown[0]


def test_training_shows_no_pattern_that_is_held_out(shown: list[Item]) -> None:
    assert not any(is_heldout(pattern) for item in shown for pattern in item.patterns)
    kept = list(mixture.DOMAINS[shown[0].domain][0](40, 3, heldout=True))
    assert all(item.unseen for item in kept)
    assert not {item.patterns for item in kept} & {item.patterns for item in shown}


def test_a_fact_stands_in_the_text_as_it_is_given(shown: list[Item]) -> None:
    for item in shown:
        for kind, literal in item.facts.items():
            # Two parts of a fact may stand apart, and an opener has lost its capital.
            assert literal.casefold() in item.text.casefold() or kind == "cause", (kind, literal, item.text)


def test_a_reference_is_one_short_true_sentence(shown: list[Item]) -> None:
    for item in shown:
        assert 2 <= words(item.references[0]) <= BUDGET
        assert "\n" not in item.references[0]
        assert item.references[0][-1] in ".!?"
    refused = sum(not check(item.references[0], item.text).passed for item in shown)
    assert refused <= 0.02 * len(shown)
    assert Counter(len(item.references) > 1 for item in shown)[True] > 0.8 * len(shown)


def test_patterns_and_names_do_not_repeat_themselves(shown: list[Item]) -> None:
    assert len({item.text for item in shown}) == len(shown)
    assert len({item.references[0] for item in shown}) > 0.95 * len(shown)


@pytest.mark.parametrize(
    ("text", "value", "literal"),
    [
        ("Crash on I-5.", "crash", "crash"),
        ("CRASH ON I-5.", "crash", "CRASH"),
        ("Two cars collided.", "two cars collided", "two cars collided"),
        ("ESB works at night.", "ESB works", "ESB works"),
        ("Crashes on I-5.", "crash", None),
        ("Paid to Ann.", "Annie", None),
    ],
)
def test_a_value_is_found_as_the_text_has_it(text: str, value: str, literal: str | None) -> None:
    assert said(text, value) == literal


def test_a_phrase_is_cut_where_it_may_end() -> None:
    assert clip("air bags deployed and a tow truck came", 6) == "air bags deployed"
    assert clip("one lane closed, the other open until noon", 5) == "one lane closed"
    assert clip("delays of up to ninety minutes", 4) == "delays of up"
    assert clip("short", 4) == "short"
    assert closed("road  shut,") == "Road shut."


@pytest.mark.parametrize(
    ("number", "spelling"),
    [
        (0, "nought"),
        (7, "seven"),
        (40, "forty"),
        (99, "ninety-nine"),
        (210, "two hundred and ten"),
        (800, "eight hundred"),
    ],
)
def test_amounts_are_spelt_out(number: int, spelling: str) -> None:
    assert spelt(number) == spelling
