"""Rules of labelled rows: what is read is right, what is bad is named by its line and never quoted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.errors import ConfigurationError, DataError
from stream_slm.learning.rows import Fields, LabelledRows, read_rows, refuse_bad

words = st.text(min_size=1, max_size=20).filter(lambda text: not text.isspace())


def read(*lines: Any, **fields: str) -> tuple[LabelledRows, list[Any]]:
    return read_rows(
        [json.dumps(each).encode() if not isinstance(each, bytes) else each for each in lines], Fields(**fields)
    )


@given(st.lists(st.tuples(words, words)))
def test_good_rows_come_back_as_they_were(pairs: list[tuple[str, str]]) -> None:
    rows, bad = read(*({"text": text, "label": label} for text, label in pairs))
    assert not bad
    assert list(zip(rows.texts, rows.labels, strict=True)) == [(text, (label,)) for text, label in pairs]
    assert rows.lines == tuple(range(1, len(pairs) + 1))
    assert not rows.multi_label


@given(st.lists(st.one_of(st.binary(max_size=40).map(lambda each: each.replace(b"\n", b"")), words.map(str.encode))))
def test_any_bytes_are_a_row_or_a_named_line(lines: list[bytes]) -> None:
    rows, bad = read_rows(lines, Fields())
    numbers = [*rows.lines, *(each.line for each in bad)]
    assert sorted(numbers) == [number for number, line in enumerate(lines, 1) if line.strip()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{secret", "not valid JSON (column"),
        (["secret"], "no object"),
        ({"label": "a"}, "no text at /text"),
        ({"text": 7, "label": "a"}, "the text at /text is no string"),
        ({"text": " \n", "label": "a"}, "the text at /text is empty"),
        ({"text": "secret"}, "no label at /label"),
        ({"text": "secret", "label": " "}, "the label at /label is empty"),
        ({"text": "secret", "label": {"secret": 1}}, "neither a string nor a list"),
        ({"text": "secret", "label": True}, "neither a string nor a list"),
        ({"text": "secret", "label": ["a", None]}, "neither a string nor a list"),
    ],
)
def test_a_bad_row_is_named_by_its_line(line: Any, said: str) -> None:
    rows, bad = read({"text": "good", "label": "a"}, b"", line)
    assert rows.texts == ("good",)
    (found,) = bad
    assert found.line == 3
    assert said in found.reason
    with pytest.raises(DataError, match="line 3") as refused:
        refuse_bad(bad)
    assert "secret" not in str(refused.value)


def test_many_bad_rows_are_counted_not_all_named() -> None:
    _, bad = read(*[{"text": ""}] * 9)
    with pytest.raises(DataError, match=r"^9 bad rows: line 1: .*; line 5: .*; and 4 more"):
        refuse_bad(bad)


def test_a_list_makes_the_rows_multi_label_and_may_be_empty() -> None:
    rows, bad = read({"text": "x", "label": ["b", "a", "b"]}, {"text": "y", "label": []}, {"text": "z", "label": "c"})
    assert not bad
    assert rows.multi_label
    assert rows.labels == (("a", "b"), (), ("c",))
    assert rows.targets(["a", "b", "c"]).tolist() == [[True, True, False], [False] * 3, [False, False, True]]
    assert rows.counts == {"a": 1, "b": 1, "c": 1}


def test_fields_are_names_or_pointers() -> None:
    row = {"note": {"text": ["x", "deep"]}, "a/b": 4}
    rows, bad = read(row, text="/note/text/1", label="a/b")
    assert not bad
    assert (rows.texts, rows.labels) == (("deep",), (("4",),))
    with pytest.raises(ConfigurationError, match="tilde"):
        read(row, text="/a~b")
