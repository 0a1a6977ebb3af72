"""Rules of the window: every entry leaves exactly once, batches keep their limits and are of one length."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from stream_slm.batching.window import Limits, Window, exactly, within_an_eighth

lengths = st.lists(st.integers(1, 600), max_size=120)
nearness = st.sampled_from([exactly, within_an_eighth])
limits = st.builds(Limits, st.integers(1, 800), st.integers(1, 40))


@given(lengths, limits, nearness)
def test_every_entry_leaves_exactly_once_within_the_limits(
    sizes: list[int], limit: Limits, near: Callable[[int], int]
) -> None:
    """No entry is lost or doubled; a batch of more than one keeps both limits; tokens that wait are counted."""
    window: Window[int] = Window(limit, near)
    for index, size in enumerate(sizes):
        window.add(index, size, float(index))
    left: list[int] = []
    while len(window):
        batch = window.take()
        assert batch
        assert window.tokens == sum(sizes) - sum(sizes[i] for i in left + batch)
        if len(batch) > 1:
            assert len(batch) <= limit.max_batch_size
            assert sum(sizes[i] for i in batch) <= limit.max_batch_tokens
        left += batch
    assert sorted(left) == list(range(len(sizes)))
    assert window.take() == []


@given(st.lists(st.integers(1, 600), min_size=1, max_size=120), limits)
def test_the_oldest_is_always_in_the_next_batch(sizes: list[int], limit: Limits) -> None:
    """Nothing starves: whatever its length, the entry that waits longest goes next."""
    window: Window[int] = Window(limit)
    for index, size in enumerate(sizes):
        window.add(index, size, float(index))
    waiting = set(range(len(sizes)))
    while waiting:
        assert window.oldest_since() == float(min(waiting))
        batch = window.take()
        assert min(waiting) in batch
        waiting -= set(batch)


def test_an_entry_larger_than_the_budget_is_its_own_batch() -> None:
    """A text of more tokens than a batch may hold still runs, alone."""
    window: Window[str] = Window(Limits(100, 8))
    window.add("giant", 5_000, 0.0)
    window.add("small", 10, 1.0)
    assert window.take() == ["giant"]
    assert window.take() == ["small"]


@given(lengths, limits)
def test_a_batch_is_of_one_length(sizes: list[int], limit: Limits) -> None:
    """Padding moves int8 vectors: a score must not depend on what is in flight beside its text."""
    window: Window[int] = Window(limit)
    for index, size in enumerate(sizes):
        window.add(index, size, float(index))
    while len(window):
        assert len({sizes[index] for index in window.take()}) == 1


@given(lengths, limits)
def test_neighbours_go_together_where_nothing_depends_on_it(sizes: list[int], limit: Limits) -> None:
    """None is padded by more than an eighth."""
    window: Window[int] = Window(limit, within_an_eighth)
    for index, size in enumerate(sizes):
        window.add(index, size, float(index))
    while batch := window.take():
        together = [sizes[i] for i in batch]
        assert max(together) - min(together) <= max(together) / 8


def test_equal_lengths_go_together_as_far_as_they_fit() -> None:
    """Whatever the order they came in."""
    window: Window[int] = Window(Limits(2_000, 64))
    for index in range(40):
        window.add(index, 200 if index % 2 else 12, float(index))
    assert window.take() == list(range(0, 40, 2))
    assert window.take() == list(range(1, 20, 2))
    assert window.take() == list(range(21, 40, 2))


def test_full_says_whether_the_next_batch_reaches_its_limits() -> None:
    """A batch is full when no other of its length would fit."""
    window: Window[int] = Window(Limits(100, 64))
    assert not window.full()
    for index in range(9):
        window.add(index, 10, 0.0)
    assert not window.full()
    window.add(9, 10, 0.0)
    assert window.full()
