"""Rules of pieces: nothing is lost, each fits, cuts lie between sentences where they can."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stream_slm.tasks.pieces import Piece, too_long_cut
from stream_slm.tasks.sentences import split
from stream_slm.types import TextPart

texts = st.lists(st.text("ab \n.", max_size=80), min_size=1, max_size=4).filter(lambda each: any(map(str.split, each)))


def fitted(piece: Piece, room: int) -> tuple[Piece, ...]:
    """With a character a token."""
    pieces: tuple[Piece, ...] = (piece,)
    while any(len(each.text) > room for each in pieces):
        pieces = too_long_cut(pieces, [len(each.text) for each in pieces], room)
    return pieces


def piece_of(*texts: str) -> Piece:
    return Piece(split([TextPart(text=text, pointer=f"/{index}") for index, text in enumerate(texts)]))


@given(texts, st.integers(1, 60))
def test_pieces_hold_all_that_the_sentences_hold_and_fit(parts: list[str], room: int) -> None:
    """In order, and each says truly where it stands."""
    whole = piece_of(*parts)
    pieces = fitted(whole, room)
    assert all(len(piece.text) <= room for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(whole.text.split())
    for piece in pieces:
        assert all(each.part.text[each.start : each.end] == each.text for each in piece.sentences)


def test_cuts_lie_between_sentences() -> None:
    """And pieces are of near-equal length: no remainder of one short sentence."""
    whole = piece_of(" ".join(f"The road {index} is closed." for index in range(8)))
    pieces = fitted(whole, 100)
    assert [len(piece.sentences) for piece in pieces] == [4, 4]
    assert all(piece.text.endswith("closed.") for piece in pieces)


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    """Inside a word only where there is nothing else."""
    words = fitted(piece_of(" ".join(["word"] * 30)), 40)
    assert all(set(piece.text.split()) == {"word"} for piece in words)
    assert "".join(piece.text for piece in fitted(piece_of("x" * 95), 40)) == "x" * 95


def test_strings_of_several_places_stand_on_lines_of_their_own() -> None:
    """What stands between two sentences of one string stays as it is."""
    assert piece_of("One.  Two.", "Three.").text == "One.  Two.\nThree."
