"""Labelled rows as users bring them: JSON lines of a text and its label, each bad one named by its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from stream_slm.errors import DataError
from stream_slm.pipeline.text import check_pointer, is_text, resolve

#: Bad rows named in one error; the rest are counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that holds no labelled text, and why; never what stood there."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRows:
    """Texts with their labels, and the lines they came from.

    `multi_label` where any row gives a list: a text may then have several labels, or none.
    """

    texts: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    multi_label: bool

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each label, labels in alphabetical order."""
        counted = Counter(label for labels in self.labels for label in labels)
        return {label: counted[label] for label in sorted(counted)}

    def targets(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """(rows, names): which labels each row has."""
        column = {name: index for index, name in enumerate(names)}
        targets = np.zeros((len(self), len(names)), np.bool_)
        for row, labels in enumerate(self.labels):
            targets[row, [column[label] for label in labels if label in column]] = True
        return targets

    def chosen(self, rows: Iterable[int]) -> LabelledRows:
        """Some of the rows."""
        kept = list(rows)
        return LabelledRows(
            texts=tuple(self.texts[row] for row in kept),
            labels=tuple(self.labels[row] for row in kept),
            lines=tuple(self.lines[row] for row in kept),
            multi_label=self.multi_label,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Where a row's text and label stand: a field's name, or a JSON pointer such as /note/text."""

    text: str = "text"
    label: str = "label"

    def pointers(self) -> tuple[str, str]:
        """Both as JSON pointers; raises ConfigurationError for one that is none."""
        return _pointer(self.text), _pointer(self.label)


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A text, the line it came from, and its labels where somebody has given any."""

    text: str
    line: int
    labels: tuple[str, ...] | None


def read_texts(lines: Iterable[bytes], fields: Fields) -> tuple[list[PlainRow], list[BadRow]]:
    """Read JSON lines that need no label; blank ones are passed over, bad ones are given back beside the rows."""
    text_at, label_at = fields.pointers()
    rows, bad = list[PlainRow](), list[BadRow]()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = _json(line)
                given = resolve(row, label_at)
                labels = None if given is None else _labels(given, label_at)
                rows.append(PlainRow(_text(resolve(row, text_at), text_at), number, labels))
            except ValueError as error:
                bad.append(BadRow(number, str(error)))
    return rows, bad


def read_rows(lines: Iterable[bytes], fields: Fields) -> tuple[LabelledRows, list[BadRow]]:
    """Read JSON lines; blank ones are passed over, bad ones are given back beside the rows."""
    text_at, label_at = fields.pointers()
    texts, labels, numbers, bad = list[str](), list[tuple[str, ...]](), list[int](), list[BadRow]()
    multi_label = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _json(line)
            text, given = _text(resolve(row, text_at), text_at), resolve(row, label_at)
            found = _labels(given, label_at)
        except ValueError as error:
            bad.append(BadRow(number, str(error)))
            continue
        texts.append(text)
        labels.append(found)
        numbers.append(number)
        multi_label = multi_label or isinstance(given, list)
    rows = LabelledRows(texts=tuple(texts), labels=tuple(labels), lines=tuple(numbers), multi_label=multi_label)
    return rows, bad


def refuse_bad(bad: Sequence[BadRow]) -> None:
    """Raise DataError where there are bad rows; the first few are named."""
    if bad:
        named = "; ".join(f"line {row.line}: {row.reason}" for row in bad[:_NAMED])
        more = f"; and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
        raise DataError(f"{len(bad)} bad {'rows' if len(bad) > 1 else 'row'}: {named}{more} (--skip-bad goes without)")


def _pointer(field: str) -> str:
    if field.startswith("/"):
        return check_pointer(field)
    return "/" + field.replace("~", "~0").replace("/", "~1")


def _json(line: bytes) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not valid JSON (column {error.colno})") from None
    if not isinstance(row, dict):
        raise ValueError("valid JSON, but no object")  # noqa: TRY004  (told of a row, not of a program)
    return row


def _text(value: Any, pointer: str) -> str:
    if value is None:
        raise ValueError(f"no text at {pointer}")
    if not isinstance(value, str):
        raise ValueError(f"the text at {pointer} is no string")  # noqa: TRY004
    if not is_text(value):
        raise ValueError(f"the text at {pointer} is empty")
    return value


def _labels(value: Any, pointer: str) -> tuple[str, ...]:
    if value is None:
        raise ValueError(f"no label at {pointer}")
    if isinstance(value, list):
        return tuple(sorted({_label(each, pointer) for each in value}))
    return (_label(value, pointer),)


def _label(value: Any, pointer: str) -> str:
    # A whole number is a label as well as a word is: stars, codes.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"the label at {pointer} is neither a string nor a list of strings")  # noqa: TRY004
    if not is_text(value):
        raise ValueError(f"the label at {pointer} is empty")
    return value
