"""Rules of the encoder: whole texts, vectors that no neighbour changes, and no input that ends the process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from stream_slm.engine.bundle import Bundle
from stream_slm.engine.encoder import Encoder, TokenizedText
from stream_slm.errors import InferenceError
from tests.unit.engine.tiny import converted, cosines, hidden_states, random_tensors

SENTENCES = [
    "Card payment 42.10 GBP at a grocery store, contactless.",
    "ok",
    "Patient is a 67-year-old male with chest pain radiating to the left arm and ST elevation in the inferior leads.",
    "I-5 northbound at milepost 164: collision blocking two right lanes, expect delays.",
    "Zahlung für Müller GmbH",
    "",
]


@pytest.fixture
def tiny(checkpoint: Path, tmp_path: Path) -> Encoder:
    converted(checkpoint, tmp_path / "model")
    return Encoder.load(tmp_path / "model", checkpoint / "tokenizer.json", dimension=32, max_tokens=22, inter_threads=2)


@pytest.fixture(scope="module")
def encoder(bundle_folder: Path) -> Iterator[Encoder]:
    encoder = Bundle.load(bundle_folder).encoder(inter_threads=2)
    yield encoder
    encoder.close()


def test_texts_are_neither_cut_nor_padded(tiny: Encoder) -> None:
    """The truncation and the padding that stand in the tokenizer's file are off."""
    short, long = tiny.tokenize(["ok", "card " * 20])
    assert short == TokenizedText(chunks=((2, 13, 3),))
    assert long.chunks == ((2, *[9] * 20, 3),)


@pytest.mark.parametrize(("words", "sizes"), [(22, [22]), (23, [11, 12]), (44, [22, 22]), (45, [15, 15, 15])])
def test_long_text_is_cut_into_near_equal_chunks(tiny: Encoder, words: int, sizes: list[int]) -> None:
    """Each chunk fits, has its own [CLS] and [SEP], and none is a mere remainder."""
    text = tiny.tokenize(["card " * words])[0]
    assert [len(chunk) - 2 for chunk in text.chunks] == sizes
    assert all(chunk[0] == 2 and chunk[-1] == 3 for chunk in text.chunks)
    assert text.token_count == words + 2 * len(sizes)


def test_empty_text_has_a_vector(tiny: Encoder) -> None:
    """Nothing to read is two tokens, no failure; no texts are no chunks."""
    assert tiny.tokenize([""])[0].chunks == ((2, 3),)
    assert tiny.tokenize([]) == []
    assert tiny.encode([]).shape == (0, 32)


def test_control_tokens_in_a_text_are_text(tiny: Encoder) -> None:
    """A message cannot write [CLS] or [MASK] into the model's input."""
    assert tiny.tokenize(["[MASK] [CLS]"])[0].chunks == ((2, 5, 8, 6, 5, 7, 6, 3),)


def test_lone_surrogate_is_unknown(tiny: Encoder) -> None:
    """Half of an emoji, as a careless producer cuts it, hurts neither the text nor its neighbours."""
    damaged, sound = tiny.tokenize(["\ud83d card", "card"])
    assert damaged.chunks[0][-2] == 9
    assert sound.chunks == ((2, 9, 3),)


def test_unknown_tokens_are_counted(tiny: Encoder) -> None:
    """The share is of a text's own tokens, over all its chunks."""
    mixed, empty, long = tiny.tokenize(["card xyzzy ok qwx", "", "xyzzy " * 30])
    assert tiny.count_unknown(mixed.chunks[0]) == 2
    assert tiny.unknown_share(mixed) == 0.5
    assert tiny.unknown_share(empty) == 0.0
    assert tiny.unknown_share(long) == 1.0


@pytest.mark.parametrize(
    ("chunk", "complaint"),
    [
        ((), "without tokens"),
        ((9,) * 25, "a chunk of 25 tokens"),
        ((2, 14, 3), "outside the vocabulary"),
        ((2, -1, 3), "outside the vocabulary"),
    ],
)
def test_chunk_that_would_harm_the_process_is_refused(tiny: Encoder, chunk: tuple[int, ...], complaint: str) -> None:
    """CTranslate2 dies of an empty sequence and reads foreign memory for a foreign id: neither reaches it."""
    with pytest.raises(InferenceError, match=complaint):
        tiny.encode([(2, 9, 3), chunk])


def test_failure_of_the_model_is_an_inference_error(tiny: Encoder) -> None:
    """CTranslate2's own error does not leave the engine."""
    tiny.close()
    with pytest.raises(InferenceError, match="failed on a batch of 1"):
        tiny.encode([(2, 9, 3)])


def test_three_thousand_tokens_are_read_whole(encoder: Encoder) -> None:
    """A note of 3,000 words is six chunks whose weighted mean tells its two halves apart."""
    text = encoder.tokenize(["pain " * 1500 + "payment " * 1500])[0]
    assert [len(chunk) - 2 for chunk in text.chunks] == [500] * 6
    vectors = encoder.encode(text.chunks)
    assert vectors.shape == (6, 384)
    assert cosines(vectors[0], vectors[5]) < 0.9
    assert np.isfinite(vectors).all()


def test_vector_does_not_depend_on_the_batch(encoder: Encoder) -> None:
    """Alone, padded beside longer ones, or in another order: int8 quantizes each token by itself, so only the
    order of float32 sums may differ.
    """
    chunks = [text.chunks[0] for text in encoder.tokenize([*SENTENCES, "fraud " * 400])]
    together = encoder.encode(chunks)
    alone = np.concatenate([encoder.encode([chunk]) for chunk in chunks])
    backwards = encoder.encode(chunks[::-1])[::-1]
    np.testing.assert_allclose(together, alone, atol=1e-4)
    np.testing.assert_allclose(together, backwards, atol=1e-4)


def test_vectors_carry_meaning(encoder: Encoder) -> None:
    """The weights are the real ones: a paraphrase lies nearer than another subject, and nothing is normalised."""
    texts = encoder.tokenize(["My card was stolen.", "Someone took my bank card.", "Rain is expected on the motorway."])
    card, paraphrase, rain = encoder.encode([text.chunks[0] for text in texts])
    assert cosines(card, paraphrase) > cosines(card, rain) + 0.3
    assert np.linalg.norm(card) > 2


def test_threads_do_not_disturb_each_other(encoder: Encoder) -> None:
    """Eight threads on two replicas get what one thread gets, each its own."""
    encoder.warm_up()
    batches = [[SENTENCES[index % 6], f"record {index}"] for index in range(32)]

    def vectors_of(texts: list[str]) -> np.ndarray:
        return encoder.encode([text.chunks[0] for text in encoder.tokenize(texts)])

    expected = [vectors_of(texts) for texts in batches]
    with ThreadPoolExecutor(8) as threads:
        for vectors, wanted in zip(threads.map(vectors_of, batches), expected, strict=True):
            np.testing.assert_allclose(vectors, wanted, atol=1e-5)


@pytest.mark.parametrize("pooling", ["mean", "max", "cls"])
def test_pooling_looks_at_each_rows_own_tokens(checkpoint: Path, tmp_path: Path, pooling: str) -> None:
    """In a padded batch as well as alone, with what BERT gives each token."""
    converted(checkpoint, tmp_path / "exact", "float32")
    tokenizer = checkpoint / "tokenizer.json"
    encoder = Encoder.load(tmp_path / "exact", tokenizer, dimension=32, max_tokens=22, pooling=pooling)
    chunks = [(2, 9, 3), (2, 9, 10, 11, 13, 12, 3), (2, 3)]
    pools = {"mean": lambda rows: rows.mean(0), "max": lambda rows: rows.max(0), "cls": lambda rows: rows[0]}
    expected = np.stack([pools[pooling](hidden_states(random_tensors(), chunk)) for chunk in chunks])
    vectors = encoder.encode(chunks)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
