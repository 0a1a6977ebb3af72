"""Rules of the filters: what is typed is what is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest
from click.testing import CliRunner

from stream_slm.cli.dlq_select import Selection, selection_options, when_of
from stream_slm.pipeline.redrive import DeadLetter
from stream_slm.types import Record

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2h", NOW - timedelta(hours=2)),
        ("15m", NOW - timedelta(minutes=15)),
        ("1d12h", NOW - timedelta(hours=36)),
        ("0s", NOW),
        ("2w", NOW - timedelta(days=14)),
        ("2026-11-24T08:00:00Z", NOW - timedelta(hours=4)),
        ("2026-11-24T09:00:00+01:00", NOW - timedelta(hours=4)),
        ("999999w", None),
        ("yesterday", None),
        ("h", None),
        ("-2h", None),
        ("2 h", None),
        ("", None),
    ],
)
def test_a_time_is_written_out_or_so_long_ago(text: str, when: datetime | None) -> None:
    """What is neither is refused, not guessed."""
    assert when_of(text, NOW) == when


LETTER = DeadLetter(
    record=Record(
        topic="t.dlq",
        partition=1,
        offset=12,
        value=b"?",
        timestamp_ms=5_000,
        headers=(
            ("x-stream-slm-error-code", b"decode_error"),
            ("x-stream-slm-pipeline", b"traffic"),
            ("x-stream-slm-origin-id", b"t/0/3"),
        ),
    )
)


@pytest.mark.parametrize(
    ("filters", "taken"),
    [
        ({}, True),
        ({"codes": frozenset({"decode_error", "too_long"})}, True),
        ({"codes": frozenset({"too_long"})}, False),
        ({"since_ms": 5_000}, True),
        ({"since_ms": 5_001}, False),
        ({"until_ms": 5_001}, True),
        ({"until_ms": 5_000}, False),
        ({"partitions": frozenset({1, 2})}, True),
        ({"partitions": frozenset({0})}, False),
        ({"offsets": (12, 12)}, True),
        ({"offsets": (13, None)}, False),
        ({"offsets": (0, 11)}, False),
        ({"pipeline": "traffic"}, True),
        ({"pipeline": "other"}, False),
        ({"origin": "t/0/3"}, True),
        ({"origin": "t/0"}, False),
    ],
)
def test_a_filter_takes_what_it_names(filters: dict[str, Any], taken: bool) -> None:
    """Since is included, until is not, offsets are at both ends."""
    assert Selection(**filters).takes(LETTER) is taken


def typed(*arguments: str) -> tuple[int, str, Selection | None]:
    got: list[Selection] = []

    @click.command()
    @selection_options
    def command(selection: Selection) -> None:
        got.append(selection)

    done = CliRunner().invoke(command, arguments)
    return done.exit_code, done.output, got[0] if got else None


@pytest.mark.parametrize(("text", "offsets"), [("12", (12, 12)), ("12-40", (12, 40)), ("12-", (12, None))])
def test_offsets_are_one_or_a_range(text: str, offsets: tuple[int, int | None]) -> None:
    """Both ends are meant."""
    _, _, selection = typed("--offset", text)
    assert selection is not None
    assert selection.offsets == offsets


def test_filters_are_read_together() -> None:
    """Repeatable ones add up."""
    _, _, selection = typed("--code", "a", "--code", "b", "--until", "1970-01-01T00:00:01Z", "--limit", "3")
    assert selection == Selection(codes=frozenset({"a", "b"}), until_ms=1000, limit=3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--offset", "40-12"), "write 12, 12-40 or 12-"),
        (("--offset", "a"), "write 12, 12-40 or 12-"),
        (("--since", "noon"), "'noon' is neither a time"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_fix(arguments: tuple[str, str], said: str) -> None:
    """A usage error."""
    status, output, _ = typed(*arguments)
    assert status == 2
    assert said in output
