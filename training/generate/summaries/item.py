"""What a generated item is, how its surface patterns are drawn and held out, and how a value stands in its text."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from training.generate.grammar import choices, expand, items

BUDGET = 20
_JOINTS = frozenset(items("and; but; or; so; when; while; with; because; after; before"))
_HANGING = _JOINTS | frozenset(
    items("a; an; the; of; in; at; for; to; by; on; from; is; was; are; as; its; his; her; their")
)
_BREAK = re.compile(r"[,;.:(]$")
#: Openers that a phrase loses its capital for; anything else that is capitalised may be a name.
_OPENERS = frozenset(
    items(
        "a; an; the; one; two; three; four; several; no; all; both; some; any; most; more; many; few; "
        "drivers; police; people; traffic; crews; every; half; expect; allow; add; delays; queues; vehicles; "
        "cars; there; it; she; he; they; her; his; please; only; about; around; at; in; on; as; use; until; "
        "since; no-one; nobody; everyone; minor; damage; contact; several; lanes; air; lane; left; right"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A record, its text, the facts in it as they stand there, its labels, and summaries of it.

    Attributes:
        facts: kind of fact to its literal form in the text.
        references: the first is what a model learns to write; the others say the same in other words.
        patterns: the surface patterns it is made of.
        unseen: whether one of them is held out of training.
    """

    domain: str
    record: Mapping[str, object]
    text: str
    facts: Mapping[str, str]
    labels: Mapping[str, str]
    references: tuple[str, ...]
    patterns: tuple[str, ...]
    unseen: bool


def drawn(
    draw: Callable[[random.Random, bool, str], Item | None],
    rng: random.Random,
    count: int,
    *,
    heldout: bool,
    prefix: str,
) -> Iterator[Item]:
    """Items of a domain; those held out hold a pattern that training never shows. What is None says too little."""
    made = 0
    while made < count:
        item = draw(rng, heldout, f"{prefix}-{made}")
        if item is not None and item.unseen == heldout:
            made += 1
            yield item


@dataclass(slots=True)
class Patterns:
    """Draws surface patterns: a template with its choices made and its slots open. One in twelve is kept for testing."""

    rng: random.Random
    heldout: bool
    used: list[str] = field(default_factory=list)
    unseen: bool = False

    def draw(self, templates: Sequence[str]) -> str:
        """One pattern; in training none that is held out, in testing such a one as often as not."""
        wanted = self.heldout and self.rng.random() < 0.6
        for _ in range(24):
            template = self.rng.choice(templates)
            pattern = choices(self.rng, template)
            unseen = is_heldout(template) or is_heldout(pattern)
            if unseen == wanted:
                break
        else:
            # A table of few has none that is held out.
            pattern, unseen = _seen(self.rng, templates), False
        self.used.append(pattern)
        self.unseen = self.unseen or unseen
        return pattern

    def fill(self, templates: Sequence[str], slots: Mapping[str, str]) -> str:
        """A pattern with its slots filled."""
        return expand(self.rng, self.draw(templates), slots)


def is_heldout(pattern: str) -> bool:
    """Whether a template or a pattern is never shown in training."""
    return int(hashlib.md5(pattern.encode()).hexdigest()[:4], 16) % 12 == 0


def _seen(rng: random.Random, templates: Sequence[str]) -> str:
    """A pattern for training out of a table of few."""
    while True:
        template = rng.choice(templates)
        pattern = choices(rng, template)
        if not is_heldout(pattern) and not (is_heldout(template) and len(templates) > 1):
            return pattern


def said(text: str, value: str) -> str | None:
    """A value as the text has it, or None; an opener at the start of a sentence loses its capital."""
    if not value:
        return None
    low = value[0].lower() + value[1:]
    up = value[0].upper() + value[1:]
    if re.search(_word(low), text):
        return low
    if re.search(_word(up), text):
        # A capital that only the start of a sentence gave is no part of the value.
        return value if value != low or value.split(" ", 1)[0].casefold() not in _OPENERS else low
    found = re.search(_word(value), text, re.IGNORECASE)
    return found.group(0) if found else None


def lowered(phrase: str) -> str:
    """A sentence as a part of another."""
    phrase = phrase.rstrip(".")
    first = phrase.split(" ", 1)[0]
    return phrase[0].lower() + phrase[1:] if first.casefold().rstrip(",") in _OPENERS else phrase


def _word(value: str) -> str:
    return rf"(?<!\w){re.escape(value)}(?!\w)"


def words(text: str) -> int:
    """How many words."""
    return len(text.split())


def clip(phrase: str, most: int) -> str:
    """A phrase of at most so many words, ended at a mark where there is one."""
    parts = phrase.split()
    if len(parts) <= most:
        return phrase.rstrip(" ,;:.")
    for end in range(most, 2, -1):
        if _BREAK.search(parts[end - 1]) or parts[end].casefold() in _JOINTS:
            return " ".join(parts[:end]).rstrip(" ,;:.(")
    while most > 1 and parts[most - 1].casefold() in _HANGING:
        most -= 1
    return " ".join(parts[:most]).rstrip(" ,;:.(")


def closed(text: str) -> str:
    """A summary with a capital and a full stop."""
    text = re.sub(r"\s+", " ", text).strip().rstrip(",;:")
    return f"{text[0].upper()}{text[1:]}" + ("" if text[-1] in ".!?" else ".")
