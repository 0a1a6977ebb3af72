"""Rules of what a redrive keeps: nothing open is passed, nothing done is forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.cli.dlq_progress import Progress

offsets = st.sets(st.integers(0, 60))


def restarted(progress: Progress) -> Progress:
    return Progress(progress.head, progress.note)


@given(offsets, st.randoms())
def test_exactly_what_was_done_is_done_also_after_a_restart(done: set[int], random: object) -> None:
    """In whatever order, whatever a filter left out."""
    order = sorted(done)
    random.shuffle(order)  # type: ignore[attr-defined]
    progress = Progress()
    for offset in order:
        progress.done(offset)
    for each in (progress, restarted(progress)):
        assert {offset for offset in range(70) if offset in each} == done
        assert each.head == next(offset for offset in range(70) if offset not in done)


@given(offsets, st.sets(st.integers(0, 60)), st.integers(0, 30))
def test_two_runs_with_other_filters_finish_the_partition(exists: set[int], first: set[int], begin: int) -> None:
    """Offsets that hold no record, and those that retention took, hold nothing up."""
    exists = {offset for offset in exists if offset >= begin}
    progress = Progress()
    for taken in (first, exists):
        progress = restarted(progress)
        progress.gone(begin)
        start = progress.head
        progress.reads_from(start)
        for offset in sorted(each for each in exists if each >= start):
            progress.reached(offset)
            assert (offset in progress) <= (offset in first)
            if offset in taken and offset not in progress:
                progress.done(offset)
    assert all(offset in progress for offset in exists)
    assert progress.note == ""
    assert progress.head == max([begin, *(offset + 1 for offset in exists)])


def test_a_note_never_outgrows_what_kafka_keeps() -> None:
    """What cannot be noted is not sent; what touches a noted one always can be."""
    progress, sent = Progress(), 0
    for offset in range(10**12, 10**12 + 20_000, 2):
        if progress.has_room_for(offset):
            progress.done(offset)
            sent += 1
    assert len(progress.note) <= 4096
    assert 500 < sent < 10_000
    assert progress.has_room_for(10**12 + 1)
    assert not progress.has_room_for(10**12 + 50_001)


def test_a_note_of_somebody_else_is_not_ours() -> None:
    """Any client may write one."""
    assert 7 not in Progress(3, "7.1 by hand")
    assert Progress(3, "7.1").note == ""


@pytest.mark.parametrize(("apart", "sent"), [(20, 100), (2, 117), (1_000_000, 60)])
def test_a_note_with_room_for_a_window_holds_it(apart: int, sent: int) -> None:
    """Letters that are on their way may each take an entry; Kafka refuses a note of more than 4,096 bytes."""
    progress, offset, rounds = Progress(), 1, 0
    while progress.has_room_for(offset) and rounds < 100:
        waiting = []
        while progress.has_room_for(offset):
            waiting.append(offset)
            offset += apart
            if not progress.has_room_for(offset, len(waiting)):
                break
        for each in waiting:
            progress.done(each)
        rounds += 1
        assert len(progress.note.encode()) <= 4096
    assert rounds > 1
    assert sum(each in progress for each in range(1, offset, apart)) >= sent
