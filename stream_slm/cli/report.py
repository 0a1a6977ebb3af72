"""The report on a head, as a terminal shows it: figures, confusion, reliability, error against coverage."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from stream_slm.learning.measures import Figures, LabelFigures

#: A wider table fits no terminal; beyond, the worst confusions are listed.
_MOST_COLUMNS = 12
_WORST = 12
_BAR = 30
_WIDTH = 160
_SHADES = " ░▒▓█"
#: With fewer rows a bin of a tenth holds too few for its share to mean much.
_ENOUGH_FOR_BINS = 500


def show(figures: Figures, measured_on: str) -> None:
    """Print the report on standard output."""
    console = wide_console()
    for part in _parts(figures, measured_on):
        console.print(part)


def wide_console() -> Console:
    """Standard output; in a file or a pipe no column is cut."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)


def _parts(figures: Figures, measured_on: str) -> Iterator[RenderableType]:
    low, high = figures.macro_f1_interval
    yield f"\nMeasured on {measured_on}."
    yield f"macro-F1  {figures.macro_f1:.3f}  (95 % of resamples: {low:.3f} to {high:.3f})"
    yield _acceptance(figures)
    yield _labels(figures)
    yield from _confusion(figures)
    yield from _reliability(figures)
    yield from _curve(figures)


def _acceptance(figures: Figures) -> str:
    what = "labels given" if figures.multi_label else "rows"
    accepted = "nothing is accepted" if figures.accepted_error is None else f"{figures.accepted_error:.1%} of those"
    strange = f"; {1 - figures.eligible:.1%} of texts are strange to the head" if figures.eligible < 1 else ""
    return (
        f"error     {figures.error:.1%} of {what}; accepted {figures.coverage:.1%} of rows, error {accepted}{strange}"
    )


def _labels(figures: Figures) -> Table:
    table = Table("label", *("rows", "precision", "recall", "F1", "threshold", "accepted", "of these right"), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for each in figures.labels:
        quality = (f"{number:.3f}" for number in (each.precision, each.recall, each.f1, each.threshold))
        table.add_row(Text(each.label), str(each.rows), *quality, str(each.accepted), _accepted_right(each))
    return table


def _accepted_right(figures: LabelFigures) -> str:
    if figures.accepted_precision is None or figures.accepted_precision_interval is None:
        return "-"
    low, high = figures.accepted_precision_interval
    return f"{figures.accepted_precision:.3f} ({low:.2f} to {high:.2f})"


def _confusion(figures: Figures) -> Iterator[RenderableType]:
    names = [each.label for each in figures.labels]
    if not figures.confusion:
        return
    if len(names) <= _MOST_COLUMNS:
        yield "\nTrue label by row, guess by column"
        table = Table("", *(str(number) for number in range(1, len(names) + 1)), box=None)
        for number, (name, row) in enumerate(zip(names, figures.confusion, strict=True), 1):
            table.add_row(Text(f"{number} {name}"), *(_shaded(count, sum(row)) for count in row))
        yield table
        return
    wrong = [
        (count, true, guess)
        for true, row in enumerate(figures.confusion)
        for guess, count in enumerate(row)
        if count and guess != true
    ]
    yield f"\nMost frequent confusions, {len(wrong)} in all"
    table = Table("rows", "true label", "guess", box=None)
    for count, true, guess in sorted(wrong, reverse=True)[:_WORST]:
        table.add_row(str(count), Text(names[true]), Text(names[guess]))
    yield table


def _shaded(count: int, of: int) -> str:
    shade = _SHADES[min(len(_SHADES) - 1, -(-count * (len(_SHADES) - 1) // of))] if of else " "
    return f"{shade}{count}" if count else " ·"


def _reliability(figures: Figures) -> Iterator[RenderableType]:
    rough = f" (rough: fewer than {_ENOUGH_FOR_BINS} rows)" if figures.rows < _ENOUGH_FOR_BINS else ""
    error, brier = figures.expected_calibration_error, figures.brier
    yield f"\nReliability: calibration error {error:.3f}{rough}, Brier score {brier:.3f}"
    table = Table("score", "right", "", box=None)
    for each in figures.reliability:
        table.add_row(f"{each.score:.2f}", f"{each.right:.2f}", _bar(each.right, mark=each.score))
    yield table


def _curve(figures: Figures) -> Iterator[RenderableType]:
    yield "\nError among the surest"
    highest = max(0.01, *(point.error for point in figures.curve))
    table = Table("coverage", "error", "", box=None)
    for point in figures.curve:
        table.add_row(f"{point.coverage:.0%}", f"{point.error:.1%}", _bar(point.error / highest))
    yield table


def _bar(share: float, mark: float | None = None) -> Text:
    """A bar; the mark shows where it would end if scores were right."""
    cells = ["█"] * round(share * _BAR) + [" "] * (_BAR - round(share * _BAR))
    if mark is not None:
        cells[min(_BAR - 1, round(mark * _BAR))] = "│"
    return Text("".join(cells))
