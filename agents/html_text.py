"""Text of an HTML fragment, in time linear in its length whatever it holds.

Python's own `HTMLParser` takes the square of a run of unclosed tags, and raises on some marked sections.
"""

from __future__ import annotations

import html
import re

#: A tag, its attributes' quotes respected: `<a title="a > b">`. Possessive, so that a failure costs one look.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_TAG_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")
_OPENS_MARKUP = re.compile(r"</?[a-zA-Z]|<[!?]")
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section"})
#: What stands between their tags is no text.
_HIDDEN = {name: re.compile(rf"</{name}\b[^>]*+>?", re.IGNORECASE) for name in ("script", "style")}


def text_of_html(source: str) -> str:
    """The text without tags and comments; a block tag ends a line, so that two paragraphs stay apart."""
    pieces: list[str] = []
    at, quotes_close = 0, True
    while opening := _OPENS_MARKUP.search(source, at):
        start = opening.start()
        if start > at:
            pieces.append(html.unescape(source[at:start]))
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4) + 3
            if end < 3:  # a comment that is never closed is shown, as HTMLParser does
                at = start
                break
            at = end
            continue
        tag = _TAG.match(source, start) if quotes_close else None
        # Once a quote was left open, quotes mean nothing more: to look for its end at every tag would cost the square.
        quotes_close = quotes_close and (tag is not None or not opening.group()[-1].isalpha())
        at = tag.end() if tag else source.find(">", start) + 1
        if not at:
            at = start
            break
        name = _TAG_NAME.match(source, start)
        at = _after_tag(source, name.group(1).lower() if name else "", source[start + 1] == "/", at, pieces)
    pieces.append(html.unescape(source[at:]))
    return "".join(pieces).strip()


def _after_tag(source: str, name: str, closes: bool, at: int, pieces: list[str]) -> int:
    """Where text goes on after a tag that ends at `at`."""
    if name in _BLOCKS and pieces and pieces[-1] != "\n":
        pieces.append("\n")
    if name in _HIDDEN and not closes:
        end = _HIDDEN[name].search(source, at)
        return end.end() if end else len(source)
    return at
