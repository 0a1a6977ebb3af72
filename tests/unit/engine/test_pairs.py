"""Rules of pairs: joined as the tokenizer joins them, with the types it gives, and never longer than the encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, processors

from stream_slm.engine.encoder import Encoder, TokenizedText
from stream_slm.engine.pairs import pair_form_of
from stream_slm.errors import InferenceError
from tests.unit.engine.tiny import converted

SPECIALS = [("[CLS]", 2), ("[SEP]", 3)]
PAIRS = {
    "bert": processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2)),
    "roberta": processors.RobertaProcessing(("[SEP]", 3), ("[CLS]", 2)),
    "xlnet": processors.TemplateProcessing(
        single="$A [SEP] [CLS]:2", pair="$A [SEP] $B:1 [SEP]:1 [CLS]:2", special_tokens=SPECIALS
    ),
}


def tokenizer_of(checkpoint: Path, kind: str) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.post_processor = PAIRS[kind]
    return tokenizer


@pytest.fixture
def pairing(checkpoint: Path, tmp_path: Path) -> Encoder:
    """A tiny BERT, which reads 22 tokens and two special ones."""
    converted(checkpoint, tmp_path / "model")
    tokenizer_of(checkpoint, "bert").save(str(checkpoint / "tokenizer.json"))
    return Encoder.load(
        tmp_path / "model", checkpoint / "tokenizer.json", dimension=32, max_tokens=22, token_types=True
    )


@pytest.mark.parametrize("kind", PAIRS)
def test_two_texts_are_joined_as_the_tokenizer_joins_them(kind: str, checkpoint: Path) -> None:
    """Its ids, and its types up to the token of a type of its own that closes an XLNet's text."""
    tokenizer = tokenizer_of(checkpoint, kind)
    form = pair_form_of(tokenizer)
    assert form is not None
    whole = tokenizer.encode("card paid road", "pain ok")
    ids = form.join((9, 10, 11), (12, 13))
    assert list(ids) == whole.ids
    assert len(ids) == 5 + form.special_count
    types = form.types(np.array([ids], np.int32), np.array([len(ids)], np.int32))
    expected = [min(kind, 1) for kind in whole.type_ids]
    assert types == ([expected] if any(expected) else None)


def test_texts_that_are_no_pairs_have_no_types(checkpoint: Path) -> None:
    """Nor has the padding beside a longer text; where one is a pair, only that has."""
    form = pair_form_of(tokenizer_of(checkpoint, "bert"))
    assert form is not None
    ids = np.array([[2, 9, 9, 3, 0, 0], [2, 9, 3, 0, 0, 0]], np.int32)
    assert form.types(ids, np.array([4, 3], np.int32)) is None
    ids[1] = [2, 9, 3, 9, 3, 0]
    assert form.types(ids, np.array([4, 5], np.int32)) == [[0] * 6, [0, 0, 0, 1, 1, 0]]


def test_without_a_separator_there_is_no_form(checkpoint: Path) -> None:
    """Where one text would run into the other."""
    tokenizer = tokenizer_of(checkpoint, "bert")
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=SPECIALS)
    assert pair_form_of(tokenizer) is None


def test_a_long_text_is_cut_to_fit_beside_the_statement(pairing: Encoder) -> None:
    """In near-equal parts, each with the whole statement and all special tokens; each can be encoded."""
    text, statement = pairing.tokenize(["card " * 40, "road ok"])
    assert pairing.room_beside(statement) == 19
    chunks = pairing.pair(text, statement).chunks
    assert [chunk.count(9) for chunk in chunks] == [13, 13, 14]
    assert all(chunk[0] == 2 and chunk[-4:] == (3, 11, 13, 3) for chunk in chunks)
    assert pairing.encode(chunks).shape == (3, 32)
    empty = pairing.tokenize([""])[0]
    assert pairing.pair(empty, statement) == TokenizedText(chunks=((2, 3, 11, 13, 3),))


def test_the_second_text_is_read_as_of_its_own_type(pairing: Encoder, checkpoint: Path, tmp_path: Path) -> None:
    """Whatever shares the batch; an encoder that is not told of types reads both alike."""
    text, statement = pairing.tokenize(["card paid", "road ok"])
    (pair,) = pairing.pair(text, statement).chunks
    alone = pairing.encode([pair])[0]
    beside = pairing.encode([text.chunks[0], pair, (2, *[9] * 20, 3)])
    np.testing.assert_allclose(beside[1], alone, atol=1e-4)
    np.testing.assert_allclose(beside[0], pairing.encode(text.chunks)[0], atol=1e-4)
    untold = Encoder.load(tmp_path / "model", checkpoint / "tokenizer.json", dimension=32, max_tokens=22)
    assert np.abs(untold.encode([pair])[0] - alone).max() > 0.01


def test_without_room_a_pair_is_refused(pairing: Encoder, checkpoint: Path, tmp_path: Path) -> None:
    """Beside too long a statement, or where the tokenizer has no form for pairs."""
    text, long = pairing.tokenize(["card", "road " * 21])
    assert pairing.room_beside(long) == 0
    with pytest.raises(InferenceError, match="no room"):
        pairing.pair(text, long)
    tokenizer = tokenizer_of(checkpoint, "bert")
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=SPECIALS)
    tokenizer.save(str(checkpoint / "tokenizer.json"))
    alone = Encoder.load(tmp_path / "model", checkpoint / "tokenizer.json", dimension=32, max_tokens=22)
    assert alone.room_beside(text) == 0
    with pytest.raises(InferenceError, match="no room"):
        alone.pair(text, text)
