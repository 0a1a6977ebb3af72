"""The encoder: text to token chunks, token chunks to one vector each, on a pool of CTranslate2 replicas."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any, Self

import ctranslate2
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from stream_slm.engine.pairs import PairForm, pair_form_of
from stream_slm.engine.vocabulary import specials_of
from stream_slm.errors import BundleError, InferenceError

Vectors = npt.NDArray[np.float32]
Lengths = npt.NDArray[np.int32]

# Long enough that every kernel a sentence meets is chosen and its scratch memory allocated before the first record.
_WARM_UP_WORDS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedText:
    """One text as token ids: each chunk has the special tokens around it ([CLS], [SEP]) and fits the encoder alone.

    A text has one chunk, or several of near-equal length when it has more tokens than the encoder's `max_tokens`.
    """

    chunks: tuple[tuple[int, ...], ...]

    @property
    def token_count(self) -> int:
        """Tokens of all chunks, special ones included: what encoding the text costs."""
        return sum(map(len, self.chunks))


class Encoder:
    """Turns texts into vectors; every method may be called from several threads at once.

    The vector of a chunk is pooled from its last hidden states: their mean over all tokens, special ones included, as
    sentence-transformers does, or their greatest in each dimension, or the first or the last token's (`mean`, `max`,
    `cls`, `last`). It is *not* normalised: the mean of a longer text is then the mean of its chunks weighted by
    `len(chunk)`, and a linear head's logit splits exactly into the shares of the chunks.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Tokenizer,
        *,
        dimension: int,
        max_tokens: int,
        replicas: int,
        pooling: str = "mean",
        token_types: bool = False,
    ) -> None:
        """Take a loaded model and a tokenizer that neither truncates nor pads; `Encoder.load` makes both."""
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.replicas = replicas
        self._model = model
        self._tokenizer = tokenizer
        self._vocabulary_size = tokenizer.get_vocab_size(with_added_tokens=True)
        self._specials = specials_of(tokenizer)
        self._special_count = len(self._specials.before) + len(self._specials.after)
        self._pair_form: PairForm | None = pair_form_of(tokenizer)
        self._token_types = token_types
        self._pool = _POOLS[pooling]

    @classmethod
    def load(
        cls,
        model: Path,
        tokenizer: Path,
        *,
        dimension: int,
        max_tokens: int,
        pooling: str = "mean",
        token_types: bool = False,
        compute_type: str = "default",
        inter_threads: int = 1,
        intra_threads: int = 1,
    ) -> Self:
        """Load a CTranslate2 model folder and a `tokenizer.json`; the replicas share one copy of the weights.

        `max_tokens` is the most a chunk may hold without its special tokens; `token_types` says whether the model tells
        the two texts of a pair apart by types that it must be given.

        `inter_threads` is the number of replicas, each run by its own thread of `intra_threads` OpenMP threads. One
        thread a replica is fastest for sentences, and needs no OMP_NUM_THREADS. Raises BundleError when either does
        not load.
        """
        try:
            opened = cls._open(model, compute_type, inter_threads, intra_threads)
            text_splitter = load_tokenizer(tokenizer)
        except Exception as error:  # tokenizers raises bare Exception, CTranslate2 RuntimeError or ValueError.
            raise BundleError(f"the encoder in {model} does not load: {error}") from error
        return cls(
            opened,
            text_splitter,
            dimension=dimension,
            max_tokens=max_tokens,
            replicas=inter_threads,
            pooling=pooling,
            token_types=token_types,
        )

    @classmethod
    def _open(cls, model: Path, compute_type: str, inter_threads: int, intra_threads: int) -> Any:
        return ctranslate2.Encoder(
            str(model),
            device="cpu",
            compute_type=compute_type,
            inter_threads=inter_threads,
            intra_threads=intra_threads,
            # The batcher decides how much waits; a bounded queue here would block its threads instead.
            max_queued_batches=-1,
        )

    def tokenize(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Return the chunks of each text, in order; an empty text is one chunk of special tokens alone.

        Releases the GIL. Lone surrogates, which no UTF-8 text holds, are read as unknown characters.
        """
        encodings = self._tokenizer.encode_batch_fast([_without_surrogates(text) for text in texts])
        return [TokenizedText(chunks=self._split(encoding.ids)) for encoding in encodings]

    def count_unknown(self, ids: Sequence[int]) -> int:
        """Return how many of `ids` are [UNK], the token for what the vocabulary cannot spell; some can spell all."""
        return 0 if self._specials.unknown is None else ids.count(self._specials.unknown)

    def unknown_share(self, text: TokenizedText) -> float:
        """Return the share, 0 to 1, of a text's own tokens (without special ones) that are [UNK]; 0 when empty."""
        own_tokens = text.token_count - self._special_count * len(text.chunks)
        return sum(map(self.count_unknown, text.chunks)) / own_tokens if own_tokens else 0.0

    def room_beside(self, statement: TokenizedText) -> int:
        """Return how many tokens of a text fit beside a statement in one chunk; below 1 where a pair has no form."""
        if self._pair_form is None:
            return 0
        most = self.max_tokens + self._special_count - self._pair_form.special_count
        return most - len(self._own_ids(statement))

    def pair(self, text: TokenizedText, statement: TokenizedText) -> TokenizedText:
        """Return the chunks of a text with the statement beside each, as the model was trained to read pairs.

        A text longer than `room_beside` is cut as `tokenize` cuts one. Raises InferenceError where there is no room.
        """
        room = self.room_beside(statement)
        if self._pair_form is None or room < 1:
            raise InferenceError("the encoder has no room for a text beside this statement")
        own, stated = self._own_ids(text), self._own_ids(statement)
        return TokenizedText(chunks=tuple(self._pair_form.join(part, stated) for part in _near_equal(own, room)))

    def encode(self, batch: Sequence[Sequence[int]]) -> Vectors:
        """Return the vector of each chunk: float32, shape (len(batch), dimension), in the order given.

        The call waits for a free replica and runs without the GIL. Raises InferenceError, and reads nothing, for an
        empty chunk, one too long, or an id outside the vocabulary; also when the model itself fails.
        """
        if not batch:
            return np.empty((0, self.dimension), np.float32)
        lengths = np.fromiter(map(len, batch), np.int32, len(batch))
        self._refuse_lengths(lengths)
        ids = _pad(batch, int(lengths.max()))
        self._refuse_ids(ids)
        return self._pool(self._forward(ids, lengths), lengths)

    def warm_up(self) -> None:
        """Run every replica once, so that the first record does not pay for the choice of kernels."""
        chunk = self.tokenize(["word " * _WARM_UP_WORDS])[0].chunks[0]
        with ThreadPoolExecutor(self.replicas) as threads:
            list(threads.map(self.encode, repeat([chunk] * 4, self.replicas)))

    def close(self) -> None:
        """Free the weights; no method may be called afterwards."""
        self._model.unload_model()

    def _split(self, ids: list[int]) -> tuple[tuple[int, ...], ...]:
        if len(ids) <= self.max_tokens + self._special_count:
            return (tuple(ids),)
        before, after = self._specials.before, self._specials.after
        own_ids = ids[len(before) : len(ids) - len(after)]
        return tuple((*before, *part, *after) for part in _near_equal(own_ids, self.max_tokens))

    def _own_ids(self, text: TokenizedText) -> list[int]:
        start, end = len(self._specials.before), len(self._specials.after)
        return [token for chunk in text.chunks for token in chunk[start : len(chunk) - end]]

    def _refuse_lengths(self, lengths: Lengths) -> None:
        # CTranslate2 4.8 ends the process with SIGFPE on an empty sequence.
        if lengths.min() < 1:
            raise InferenceError("a chunk without tokens cannot be encoded")
        if lengths.max() > self.max_tokens + self._special_count:
            raise InferenceError(
                f"a chunk of {lengths.max()} tokens is longer than {self.max_tokens} and {self._special_count} special"
            )

    def _refuse_ids(self, ids: npt.NDArray[np.int32]) -> None:
        # CTranslate2 4.8 reads beyond the embedding table for such an id and reports nothing.
        if ids.min() < 0 or ids.max() >= self._vocabulary_size:
            raise InferenceError(f"a token id lies outside the vocabulary of {self._vocabulary_size}")

    def _forward(self, ids: npt.NDArray[np.int32], lengths: Lengths) -> Vectors:
        storage = ctranslate2.StorageView.from_array
        # Where a model has but one type, CTranslate2 4.8 reads beyond its embeddings for another.
        types = self._pair_form.types(ids, lengths) if self._pair_form and self._token_types else None
        try:
            output = self._model.forward_batch(storage(ids), storage(lengths), types)
        except (RuntimeError, ValueError) as error:
            raise InferenceError(f"the encoder failed on a batch of {len(lengths)}: {error}") from error
        return np.asarray(output.last_hidden_state)


def runnable(compute_type: str) -> str:
    """Return what to compute weights of this type in: float32 for half precision that the processor has not."""
    half = compute_type in {"float16", "bfloat16"}
    return "float32" if half and compute_type not in ctranslate2.get_supported_compute_types("cpu") else compute_type


def load_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer of a bundle as an encoder wants it; raises bare Exception where it is none."""
    tokenizer = Tokenizer.from_file(str(path))
    # The file as published cuts every text to 128 tokens and pads it to 128.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    # A "[MASK]" inside a message is six characters of text, not a control token.
    tokenizer.encode_special_tokens = True
    return tokenizer


def _without_surrogates(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _near_equal(ids: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    """Yield parts of at most `most` tokens: a remainder of a few would be a vector made mostly of special ones."""
    parts = max(1, -(-len(ids) // most))
    bounds = [len(ids) * part // parts for part in range(parts + 1)]
    for start, end in pairwise(bounds):
        yield ids[start:end]


def _pad(batch: Sequence[Sequence[int]], width: int) -> npt.NDArray[np.int32]:
    padded = np.zeros((len(batch), width), np.int32)
    for row, ids in zip(padded, batch, strict=True):
        row[: len(ids)] = ids
    return padded


def _mean_over_tokens(hidden: Vectors, lengths: Lengths) -> Vectors:
    """Return the mean of hidden states (batch, tokens, dimension) over each row's first `lengths` tokens."""
    real = np.arange(hidden.shape[1]) < lengths[:, None]
    weights = (real / lengths[:, None]).astype(np.float32)
    # One product; np.add.reduceat takes 19 times as long and einsum twice, though all are below 0.2 % of a forward.
    means: Vectors = np.matmul(weights[:, None, :], hidden)[:, 0]
    return means


def _greatest_over_tokens(hidden: Vectors, lengths: Lengths) -> Vectors:
    """Return, in each dimension, the greatest hidden state of each row's first `lengths` tokens."""
    real = np.arange(hidden.shape[1]) < lengths[:, None]
    greatest: Vectors = np.where(real[:, :, None], hidden, -np.inf).max(axis=1).astype(np.float32)
    return greatest


def _first_token(hidden: Vectors, _lengths: Lengths) -> Vectors:
    """Return a copy of the first token's hidden state in each row: a view would keep all others in memory."""
    return hidden[:, 0].copy()


def _last_token(hidden: Vectors, lengths: Lengths) -> Vectors:
    """Return the hidden state of the last of each row's first `lengths` tokens."""
    return hidden[np.arange(len(hidden)), lengths - 1]


_POOLS: dict[str, Callable[[Vectors, Lengths], Vectors]] = {
    "mean": _mean_over_tokens,
    "max": _greatest_over_tokens,
    "cls": _first_token,
    "last": _last_token,
}
