"""Rules of the books, against a model that remembers everything: a commit never passes an unfinished record."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, precondition, rule

from stream_slm.streaming.ledger import Ledger, Partition, Slot

PARTITIONS = [("a", 0), ("a", 1), ("b", 0)]
partitions = st.sampled_from(PARTITIONS)


@dataclass
class Books:
    """What is true of one partition in one generation: offsets read, in order, and which are finished."""

    generation: int
    read: list[int] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)
    stored: int | None = None

    @property
    def position(self) -> int | None:
        at = None
        for offset in self.read:
            if offset not in self.finished:
                break
            at = offset + 1
        return at

    @property
    def held(self) -> list[int]:
        """Records that are not yet behind the position."""
        return [offset for offset in self.read if self.position is None or offset >= self.position]


class Delivering(RuleBasedStateMachine):
    """Admissions with gaps, finishes in any order, commits, revocations, new generations, late finishes."""

    slots = Bundle("slots")

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.books: dict[Partition, Books] = {}
        self.next_offset = dict.fromkeys(PARTITIONS, 0)
        self.generation = 1
        self.stored: dict[Partition, int] = {}
        self.best: dict[tuple[Partition, int], int] = {}

    @rule(
        target=slots,
        partition=partitions,
        reads=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5000)), min_size=1, max_size=8),
    )
    def admit(self, partition: Partition, reads: list[tuple[int, int]]) -> object:
        """Read some records of some sizes; offsets between may hold none (compaction, transaction markers)."""
        admitted = []
        for gap, size in reads:
            offset = self.next_offset[partition] + gap
            self.next_offset[partition] = offset + 1
            books = self.books.get(partition)
            if books is None or books.generation != self.generation:
                books = self.books[partition] = Books(self.generation)
            books.read.append(offset)
            books.sizes[offset] = size
            admitted.append((self.ledger.admit(partition, self.generation, offset, size), books))
        return multiple(*admitted)

    @rule(slot=consumes(slots))
    def finish(self, slot: tuple[Slot, Books]) -> None:
        """In any order; perhaps long after its partition was given up."""
        ours, books = slot
        books.finished.add(ours.offset)  # of forgotten books nobody asks any more
        self.ledger.finish(ours)

    @rule(slot=slots)
    def finish_twice(self, slot: tuple[Slot, Books]) -> None:
        """A slot finished again changes nothing: it stays in the bundle."""
        ours, books = slot
        for _ in range(2):
            books.finished.add(ours.offset)
            self.ledger.finish(ours)

    @rule(slot=consumes(slots))
    def never_finish(self, slot: tuple[Slot, Books]) -> None:
        """Its delivery failed, or its task was cancelled: nobody speaks of it again, and no commit may pass it."""

    @rule()
    def commit(self) -> None:
        """The broker stores all that is committable."""
        offsets = self.ledger.committable()
        self.ledger.committed(offsets)
        for partition, offset in offsets.items():
            self.books[partition].stored = self.stored[partition] = offset
        assert self.ledger.committable() == {}

    @rule(given_up=st.lists(partitions, max_size=3))
    def forget(self, given_up: list[Partition]) -> None:
        """Partitions are revoked; reading goes on from what was stored or was never finished."""
        unfinished = {
            (partition, offset)
            for partition in given_up
            if partition in self.books
            for offset in self.books[partition].read
            if offset not in self.books[partition].finished
        }
        assert self.ledger.forget(given_up) == len(unfinished)
        for partition in given_up:
            self.books.pop(partition, None)
            self.best.pop((partition, self.generation), None)

    @precondition(lambda self: self.generation < 6)
    @rule()
    def die_and_start_again(self) -> None:
        """The books are gone; reading goes on from what the broker has stored. Slots of the old life change nothing."""
        self.ledger = Ledger()
        self.books = {}
        self.best = {}
        self.generation += 1
        self.next_offset = {partition: self.stored.get(partition, 0) for partition in PARTITIONS}

    @precondition(lambda self: self.generation < 6)
    @rule(rewind=st.integers(0, 5))
    def rebalance(self, rewind: int) -> None:
        """A new generation reads some records again."""
        self.generation += 1
        for partition in PARTITIONS:
            self.next_offset[partition] = max(0, self.next_offset[partition] - rewind)

    @invariant()
    def what_may_be_committed_is_the_finished_head(self) -> None:
        """Exactly the model's position, where it was not stored yet; so everything finished gives the last plus one."""
        expected = {
            partition: books.position
            for partition, books in self.books.items()
            if books.position is not None and books.position != books.stored
        }
        assert self.ledger.committable() == expected

    @invariant()
    def a_commit_never_passes_an_unfinished_record(self) -> None:
        for partition, offset in self.ledger.committable().items():
            books = self.books[partition]
            assert not [each for each in books.read if each < offset and each not in books.finished]

    @invariant()
    def positions_never_go_back_within_a_generation(self) -> None:
        for partition, offset in self.ledger.committable().items():
            key = (partition, self.books[partition].generation)
            assert offset >= self.best.get(key, 0)
            self.best[key] = offset

    @invariant()
    def what_is_in_flight_is_exact(self) -> None:
        """Records and bytes, of each partition and together."""
        held = {partition: len(books.held) for partition, books in self.books.items()}
        assert {partition: self.ledger.held(partition) for partition in PARTITIONS} == {
            partition: held.get(partition, 0) for partition in PARTITIONS
        }
        assert self.ledger.in_flight == sum(held.values())
        assert self.ledger.in_flight_bytes == sum(
            books.sizes[offset] for books in self.books.values() for offset in books.held
        )
        assert set(self.ledger.partitions) == set(self.books)


TestDelivering = Delivering.TestCase
TestDelivering.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_slot_is_owned_until_its_generation_is_forgotten() -> None:
    """What was revoked, or read in an older generation, is not ours to deliver."""
    ledger = Ledger()
    old = ledger.admit(("a", 0), 1, 5)
    assert ledger.owns(old)
    new = ledger.admit(("a", 0), 2, 5)
    assert (ledger.owns(old), ledger.owns(new), ledger.in_flight) == (False, True, 1)
    ledger.finish(old)
    assert ledger.committable() == {}
    ledger.forget([("a", 0)])
    assert not ledger.owns(new)


def test_a_failed_commit_is_offered_again() -> None:
    """Only what the broker has stored is struck off."""
    ledger = Ledger()
    ledger.finish(ledger.admit(("a", 0), 1, 5))
    assert ledger.committable() == ledger.committable() == {("a", 0): 6}
    ledger.committed({("other", 3): 9})
    assert ledger.committable() == {("a", 0): 6}
