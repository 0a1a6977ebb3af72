"""Name-like words: capitalised inside a sentence, acronyms; and ids, which mix letters and digits."""

from __future__ import annotations

import re

from stream_slm.tasks.facts.fact import Fact, Found, Token, after, glued, word_set

#: Letters and digits in one run. Bounded: it is tried from each of its pieces on.
_ID = re.compile(r"[A-Za-z0-9]{1,40}+(?:[-_/][A-Za-z0-9]{1,40}+){0,4}+(?:@[A-Za-z0-9.-]{1,80}+)?", re.ASCII)
_PHONE = re.compile(r"\d{3}\)?[ .-]\d{3}[.-]\d{4}(?![\d-])", re.ASCII)
#: Written in capitals for no name: openers of clauses, titles, forms of address.
COMMON = word_set("""
    a all also although an and any are as at because both but by can could did do does each either for from had has
    have he her hers him his how however i if in into is it its itself may me might more most mr mrs ms my no nor not
    of on once one or our per please she should since so some than that the their them then there these they this
    those though to under until us was we were what when where which while who whom why will with would yes you your
    am pm ok okay dr doctor patient patients mother father family history
    """)
_CLOSERS = frozenset(".!?:;…\n。！？")
_OPENING = frozenset("\"'“‘([•-–*|>")
#: From this part of its words in capitals on, a text says nothing by them.
_SHOUTED = 0.75
_FEWEST_WORDS = 4


def shouted(tokens: tuple[Token, ...]) -> bool:
    """Whether a text is written in capitals, or each of its words is capitalised: then no capital makes a name."""
    words = [token for token in tokens if token.kind == "word" and len(token.text) > 1]
    capitals = sum(token.text[0].isupper() for token in words)
    return len(words) >= _FEWEST_WORDS and capitals >= _SHOUTED * len(words)


def phone_at(text: str, tokens: tuple[Token, ...], index: int) -> Found | None:
    """A telephone number as North America writes it."""
    match = _PHONE.match(text, tokens[index].start)
    if match is None or glued(tokens, index):
        return None
    fact = Fact(kind="id", start=match.start(), end=match.end(), value=compact(match.group()))
    return Found((fact,), after(tokens, index, match.end()))


def id_at(text: str, tokens: tuple[Token, ...], index: int) -> Found | None:
    """A run of letters and digits such as DBC-52446, or an address of electronic mail."""
    token = tokens[index]
    if glued(tokens, index) and tokens[index - 1].kind in ("word", "number"):
        return None
    match = _ID.match(text, token.start)
    if match is None:
        return None
    run = match.group().rstrip(".-")
    mixed = any(each.isdigit() for each in run) and any(each.isalpha() for each in run)
    if not (mixed and len(run) >= 3) and "@" not in run:
        return None
    fact = Fact(kind="id", start=token.start, end=token.start + len(run), value=compact(run))
    return Found((fact,), after(tokens, index, fact.end))


def compact(run: str) -> str:
    """An id without its separators, in capitals."""
    return "".join(each for each in run if each.isalnum() or each == "@").upper()


def name_at(text: str, tokens: tuple[Token, ...], index: int) -> Found | None:
    """A capitalised word that opens no sentence and is no common one; an acronym stands anywhere."""
    token = tokens[index]
    if not token.text[0].isupper() or token.lower in COMMON or len(token.text) < 2:
        return None
    inner = token.text[1:] != token.lower[1:]
    # A sentence opens with a capital whatever its word; followed by another capital it is a name again.
    following = tokens[index + 1]
    named = following.kind == "word" and following.text[0].isupper() and following.lower not in COMMON
    if not inner and _opens(text, tokens, index) and not (named and following.text[1:].islower()):
        return None
    fact = Fact(kind="name", start=token.start, end=token.end, value=token.text.casefold())
    return Found((fact,), index + 1)


def _opens(text: str, tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a sentence, a line or a quotation begins with a token."""
    while index > 0:
        before = tokens[index - 1]
        if "\n" in text[before.end : tokens[index].start]:
            return True
        if before.text not in _OPENING:
            return before.text in _CLOSERS
        index -= 1
        if index and tokens[index].text == "-" and glued(tokens, index):
            return False
    return True
