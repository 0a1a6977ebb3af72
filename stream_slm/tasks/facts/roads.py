"""Roads: numbered ones, exits and mileposts, and named streets."""

from __future__ import annotations

from stream_slm.tasks.facts.fact import Fact, Found, Token, glued, table, word_set

#: What stands before a road's number, in one form.
_PREFIXES = {
    ("i",): "I",
    ("interstate",): "I",
    ("us",): "US",
    ("u", ".", "s", "."): "US",
    ("us", "route"): "US",
    ("us", "highway"): "US",
    ("us", "hwy"): "US",
    ("u", ".", "s", ".", "highway"): "US",
    ("u", ".", "s", ".", "route"): "US",
    ("sr",): "SR",
    ("state", "route"): "SR",
    ("state", "road"): "SR",
    ("state", "highway"): "SR",
    ("highway",): "HWY",
    ("hwy",): "HWY",
    ("route",): "RT",
    ("rte",): "RT",
    ("rt",): "RT",
    ("exit",): "EXIT",
    ("exits",): "EXIT",
    ("junction",): "JCT",
    ("milepost",): "MP",
    ("mileposts",): "MP",
    ("mp",): "MP",
    ("mile", "marker"): "MP",
    ("mile", "post"): "MP",
}
ROAD_WORDS = frozenset(prefix[0] for prefix in _PREFIXES)
_LONGEST_FIRST = sorted(_PREFIXES.items(), key=lambda item: -len(item[0]))
#: Only in capitals: "I 5", "US 12", "MP 167", "Rt 9".
_CAPITALS = frozenset({"I", "US", "SR", "MP"})
_STATES = word_set(
    "AL AK AZ AR CA CO CT DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA "
    "RI SC SD TN TX UT VA VT WA WI WV WY"
)
#: British and European classes with the digits their numbers have; B12 is a vitamin.
_CLASSES = {"M": (1, 2), "A": (1, 4), "B": (3, 4)}
_STREETS = table(
    [
        ("street", "street st"),
        ("avenue", "avenue ave"),
        ("road", "road rd"),
        ("boulevard", "boulevard blvd"),
        ("drive", "drive dr"),
        ("lane", "lane ln"),
        ("parkway", "parkway pkwy"),
        ("way", "way"),
        ("place", "place pl"),
        ("court", "court ct"),
        ("highway", "highway hwy"),
        ("freeway", "freeway fwy"),
    ]
)
_DIRECTIONS = table(
    [
        ("n", "n north"),
        ("s", "s south"),
        ("e", "e east"),
        ("w", "w west"),
        ("ne", "ne northeast"),
        ("nw", "nw northwest"),
        ("se", "se southeast"),
        ("sw", "sw southwest"),
    ]
)
#: Words of a street's name before its kind.
_NAME_WORDS = 3
_NO_STREET = word_set("the a an of in on at to and or this that one left right center express bus")


def road_at(tokens: tuple[Token, ...], index: int) -> Found | None:
    """The road that starts with a token."""
    return _numbered(tokens, index) or _classed(tokens, index) or _street(tokens, index)


def _numbered(tokens: tuple[Token, ...], index: int) -> Found | None:
    if tokens[index].lower not in ROAD_WORDS:
        return _of_state(tokens, index)
    for words, form in _LONGEST_FIRST:
        if any(tokens[index + step].lower != word for step, word in enumerate(words)):
            continue
        if form in _CAPITALS and len(words) == 1 and len(words[0]) <= 2 and not tokens[index].text.isupper():
            continue
        at = index + len(words)
        at += tokens[at].text in ("-", "#", "‑")
        if tokens[at].kind == "number" and ("," not in tokens[at].text):
            return _road(tokens, index, at, form)
    return None


def _of_state(tokens: tuple[Token, ...], index: int) -> Found | None:
    token, mark, number = tokens[index : index + 3]
    if token.text not in _STATES or mark.text != "-" or not number.text.isdigit() or len(number.text) > 3:
        return None
    whole = glued(tokens, index + 1) and glued(tokens, index + 2) and not _continues(tokens, index + 3)
    return _road(tokens, index, index + 2, token.text) if whole else None


def _classed(tokens: tuple[Token, ...], index: int) -> Found | None:
    """M25, A1, A1(M), B4009."""
    token, number = tokens[index], tokens[index + 1]
    if token.text not in _CLASSES or not number.text.isdigit() or not glued(tokens, index + 1) or glued(tokens, index):
        return None
    fewest, most = _CLASSES[token.text]
    if not fewest <= len(number.text) <= most or _continues(tokens, index + 2):
        return None
    end = index + 2
    motorway = [each.text for each in tokens[end : end + 3]] == ["(", "M", ")"] and glued(tokens, end)
    value = f"{token.text}{number.text}" + ("(M)" if motorway else "")
    return _fact(tokens, index, end + 3 * motorway, value)


def _continues(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a letter or digit is glued to a road's number: then it is an id."""
    if not glued(tokens, index):
        return False
    inner = tokens[index].text in ("-", "/") and glued(tokens, index + 1) and tokens[index + 1].kind == "number"
    return tokens[index].kind in ("word", "number") or inner


def _road(tokens: tuple[Token, ...], index: int, number: int, form: str) -> Found:
    end = number + 1
    letter = ""
    if glued(tokens, end) and len(tokens[end].text) == 1 and tokens[end].text.isalpha():
        letter, end = tokens[end].text.upper(), end + 1
    return _fact(tokens, index, end, f"{form}-{tokens[number].text.lstrip('0') or '0'}{letter}")


def _street(tokens: tuple[Token, ...], index: int) -> Found | None:
    """Mercer St, 60th Avenue Southeast, Martin Luther King Way."""
    at, words = index, []
    if tokens[at].kind == "number":
        if tokens[at + 1].lower not in ("st", "nd", "rd", "th") or not glued(tokens, at + 1):
            return None
        words, at = [tokens[at].text + tokens[at + 1].lower], at + 2
    else:
        while len(words) < _NAME_WORDS and _names_a_street(tokens[at], words):
            words.append(_DIRECTIONS.get(tokens[at].lower, tokens[at].lower))
            at += 1
    if not words or not tokens[at].text[:1].isupper() or tokens[at].lower not in _STREETS:
        return None
    words.append(_STREETS[tokens[at].lower])
    at += 1
    stop = tokens[at].text == "." and glued(tokens, at)
    direction = at + stop
    if tokens[direction].lower in _DIRECTIONS and tokens[direction].text[0].isupper():
        words.append(_DIRECTIONS[tokens[direction].lower])
        at = direction + 1
    return _fact(tokens, index, at, " ".join(words))


def _names_a_street(token: Token, before: list[str]) -> bool:
    if token.kind != "word" or not token.text[0].isupper() or token.lower in _NO_STREET:
        return False
    return not before or token.lower not in _STREETS


def _fact(tokens: tuple[Token, ...], index: int, end: int, value: str) -> Found:
    return Found((Fact(kind="road", start=tokens[index].start, end=tokens[end - 1].end, value=value),), end)
