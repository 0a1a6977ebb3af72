"""What a text affirms and what it denies, word by word: a rough reading, made to raise a flag and not to judge."""

from __future__ import annotations

from typing import NamedTuple

from stream_slm.tasks.facts.fact import Token, glued, word_set

_DENIALS = word_set(
    "no not denies denied deny denying without never none negative neither nor cannot nobody nothing absent ruled"
)
#: "Denies chest pain, fever or cough" goes on over a comma; a full stop or a "but" ends what is denied.
_ENDS = frozenset(".;:!?\n")
_TURNS = frozenset({"but", "however", "except", "although", "though", "reports", "admits", "has", "had", "positive"})
#: Words that a denial reaches; further on it is about something else.
_REACH = 8
#: Words of a text that say what it is about, and not how.
_SHORTEST = 4
_EMPTY = word_set("""
    about after again also another because been before being both could does down during each even from have having
    here into just like made make many more most much need only other over same said says should since some such than
    that their them then there these they this those through time today under until very want were what when where
    which while will with would your patient doctor states history
    """)


class Said(NamedTuple):
    """A word that says something, its place, and whether it is denied there."""

    word: str
    start: int
    end: int
    denied: bool


def said_in(text: str, tokens: tuple[Token, ...]) -> tuple[Said, ...]:
    """The telling words of a text in order."""
    said: list[Said] = []
    left, end = 0, 0
    for index, token in enumerate(tokens):
        if token.text in _ENDS or "\n" in text[end : token.start]:
            left = 0
        end = token.end
        if token.kind != "word":
            continue
        if _denies(tokens, index):
            left = _REACH
        elif token.lower in _TURNS:
            left = 0
        elif tells(token):
            said.append(Said(stem(token.lower), token.start, token.end, left > 0))
        left = max(0, left - 1)
    return tuple(said)


def tells(token: Token) -> bool:
    """Whether a word says what a text is about."""
    return token.kind == "word" and len(token.text) >= _SHORTEST and token.lower not in _EMPTY


def stem(word: str) -> str:
    """A word without the endings that a summary changes most."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def _denies(tokens: tuple[Token, ...], index: int) -> bool:
    token = tokens[index]
    if token.lower in _DENIALS:
        return True
    # "isn't" is three tokens.
    return token.lower == "t" and index > 1 and tokens[index - 1].text in ("'", "’") and glued(tokens, index)
