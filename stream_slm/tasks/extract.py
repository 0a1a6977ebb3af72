"""The extraction task: spans of a text with what they say in one form, by our grammars and the user's patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.facts.doses import parted
from stream_slm.tasks.facts.fact import KINDS, Fact
from stream_slm.tasks.facts.find import find
from stream_slm.types import Extracted, Extraction, Sentence, Span, TextPart

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Extract:
    """Ask for the amounts, dates, doses, roads, ... of a text, each with its place.

    Attributes:
        name: the task's name in the results.
        kinds: what is looked for, see `KINDS`; may be empty where there are patterns.
        patterns: regular expressions of your own by the kind their spans get. The value is what a group named `value`
            matched, else the whole match. They run in the event loop: write none that backtracks without bounds.
        day_first: 03/04/2015 is a day of April; else of March.
        text: let the words themselves stand in the record beside their places and values.
        max_spans: spans reported of one record, first come first; bounds the record.

    Raises:
        ConfigurationError: a kind is unknown, or a pattern's name or expression is none.
    """

    name: str = "facts"
    kinds: Sequence[str] = ("amount", "date", "drug_dose", "road")
    patterns: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False
    text: bool = True
    max_spans: int = 100
    _compiled: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.kinds, str) or (unknown := set(self.kinds) - set(KINDS)):
            wrong = self.kinds if isinstance(self.kinds, str) else min(unknown)
            raise ConfigurationError(f"task {self.name}: kinds must be a list of {', '.join(KINDS)}; not {wrong!r}")
        if not self.kinds and not self.patterns:
            raise ConfigurationError(f"task {self.name}: name at least one of kinds or give patterns")
        if self.max_spans < 1:
            raise ConfigurationError(f"task {self.name}: max_spans must be at least 1")
        compiled = tuple((kind, self._pattern(kind, pattern)) for kind, pattern in self.patterns.items())
        object.__setattr__(self, "_compiled", compiled)

    def extract(self, parts: Sequence[TextPart]) -> Extraction:
        """The spans of some text parts, in source order; time grows as the text does, but for the user's patterns."""
        began = perf_counter()
        spans = [each for part in parts for each in self._spans(part)]
        return Extraction(
            spans=tuple(spans[: self.max_spans]),
            truncated=len(spans) > self.max_spans,
            run_s=perf_counter() - began,
        )

    def _spans(self, part: TextPart) -> list[Extracted]:
        facts = find(part.text, day_first=self.day_first) if self.kinds else ()
        found = [self._of_fact(part, fact) for fact in facts if fact.kind in self.kinds]
        for kind, pattern in self._compiled:
            found += [self._of_match(part, kind, match) for match in pattern.finditer(part.text) if match.group()]
        return [each for _, each in sorted(found, key=lambda placed: placed[0])]

    def _of_fact(self, part: TextPart, fact: Fact) -> tuple[int, Extracted]:
        value, unit, drug, often = _values(fact)
        return fact.start, Extracted(
            span=_span(part, fact.start, fact.end),
            kind=fact.kind,
            value=value,
            unit=unit,
            drug=drug,
            frequency=often,
            text=part.text[fact.start : fact.end] if self.text else None,
        )

    def _of_match(self, part: TextPart, kind: str, match: re.Match[str]) -> tuple[int, Extracted]:
        return match.start(), Extracted(
            span=_span(part, match.start(), match.end()),
            kind=kind,
            value=match.groupdict().get("value") or match.group(),
            text=match.group() if self.text else None,
        )

    def _pattern(self, kind: str, pattern: str) -> re.Pattern[str]:
        if not _NAME.fullmatch(kind) or kind in KINDS:
            raise ConfigurationError(
                f"task {self.name}: a pattern cannot be named {kind!r}; use a name of its own in lower-case letters, "
                "digits and underscores, for example case_id"
            )
        try:
            compiled = re.compile(pattern)
        except (re.error, TypeError, RecursionError, OverflowError) as error:
            raise ConfigurationError(
                f"task {self.name}: the pattern {kind!r} is no regular expression ({error}); test it with Python's re"
            ) from None
        if compiled.match(""):
            raise ConfigurationError(
                f"task {self.name}: the pattern {kind!r} matches nothing at all; let it need at least one character"
            )
        return compiled


def _span(part: TextPart, start: int, end: int) -> Span:
    """Where it stands; what was rendered from fields stands nowhere."""
    return Sentence(part=part, start=start, end=end, text=part.text[start:end]).span


def _values(fact: Fact) -> tuple[str, str | None, str | None, str | None]:
    """A fact's value, unit, drug and frequency, each as the record spells it."""
    if fact.kind == "drug_dose":
        drug, quantity, often = parted(fact.value)
        return quantity.partition(" ")[0], fact.unit, drug, often or None
    if fact.kind in ("amount", "quantity"):
        return fact.value.partition(" ")[0], fact.unit, None, None
    return fact.value, None, None, None
