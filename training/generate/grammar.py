"""A small expansion grammar: tables of phrases, `[a|b]` choices and `{slot}` look-ups drawn from one random source."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

Table = dict[str, list[str]]
Value = str | Sequence[str]

_KEY = re.compile(r"^([\w+/ ]{1,40}): ?(.*)$")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([A-Za-z_0-9]+)\}")


def table(text: str) -> Table:
    """Parse `key: item; item` lines; a line that starts with two spaces continues the key before it."""
    parsed: dict[str, list[str]] = {}
    key = ""
    for line in text.splitlines():
        if not line.strip():
            continue
        match = None if line.startswith("  ") else _KEY.match(line)
        if match:
            key, rest = match.group(1), match.group(2)
            parsed.setdefault(key, [])
        else:
            rest = line
        parsed[key].append(rest)
    return {name: items(" ".join(parts)) for name, parts in parsed.items()}


def items(text: str) -> list[str]:
    """Split a `;`-separated list, dropping blanks."""
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def count_entries(tables: Mapping[str, object] | Sequence[object] | str) -> int:
    """How many phrases a nested table holds."""
    if isinstance(tables, str):
        return 1
    if isinstance(tables, Mapping):
        return sum(count_entries(value) for value in tables.values())
    return sum(count_entries(value) for value in tables)


def choices(rng: random.Random, text: str) -> str:
    """Resolve `[a|b|c]` choices, innermost first."""
    while True:
        resolved = _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)
        if resolved == text:
            return resolved
        text = resolved


def expand(rng: random.Random, text: str, slots: Mapping[str, Value], depth: int = 8) -> str:
    """Resolve choices and fill slots, recursively; a list-valued slot is drawn from."""

    def fill(match: re.Match[str]) -> str:
        value = slots[match.group(1)]
        return value if isinstance(value, str) else rng.choice(value)

    text = choices(rng, text)
    while depth and _SLOT.search(text):
        text = choices(rng, _SLOT.sub(fill, text))
        depth -= 1
    return tidy(text)


def tidy(text: str) -> str:
    """Close up the blanks that empty choices leave, line by line."""
    lines = (re.sub(r" +([,.;:!?)])", r"\1", re.sub(r"[ \t]{2,}", " ", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def sentence(text: str) -> str:
    """Give a phrase a capital and a full stop."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:" else text + "."


def typos(rng: random.Random, text: str, rate: float) -> str:
    """Swap, drop or double letters in some of the longer words."""
    words = text.split(" ")
    for index, word in enumerate(words):
        if len(word) < 5 or not word.isalpha() or rng.random() > rate:
            continue
        at = rng.randrange(1, len(word) - 2)
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        dropped = word[:at] + word[at + 1 :]
        doubled = word[:at] + word[at] + word[at:]
        words[index] = (swapped, dropped, doubled)[rng.randrange(3)]
    return " ".join(words)


def weighted(rng: random.Random, weights: Mapping[str, float]) -> str:
    """Draw a key by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]
