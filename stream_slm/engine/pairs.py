"""Two texts in one chunk, as models of natural language inference read them: what stands around, which is which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairForm:
    """The special tokens of a pair: `before` A `between` B `after`.

    `opens_second` is the token after whose first place the tokens are of type 1; None where all are of one type.
    """

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]
    opens_second: int | None

    @property
    def special_count(self) -> int:
        """Special tokens of a pair."""
        return len(self.before) + len(self.between) + len(self.after)

    def join(self, first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
        """Both texts' own tokens in one chunk."""
        return (*self.before, *first, *self.between, *second, *self.after)

    def types(self, ids: Ids, lengths: Ids) -> list[list[int]] | None:
        """The type of each token of a padded batch; None where all are of type 0, as in texts that are no pairs."""
        if self.opens_second is None:
            return None
        opening = ids == self.opens_second
        second = (opening.cumsum(axis=1) > opening) & (np.arange(ids.shape[1]) < lengths[:, None])
        found: list[list[int]] = second.astype(int).tolist()
        return found if second.any() else None


def pair_form_of(tokenizer: Tokenizer) -> PairForm | None:
    """Return how `tokenizer` joins two texts; None where it puts nothing between them."""
    encoding = tokenizer.encode("a", "a")
    which: list[int | None] = encoding.sequence_ids
    first, second = ([place for place, text in enumerate(which) if text == number] for number in (0, 1))
    if not first or not second or first[-1] + 1 == second[0]:
        return None
    ids, types = encoding.ids, encoding.type_ids
    between = tuple(ids[first[-1] + 1 : second[0]])
    return PairForm(
        before=tuple(ids[: first[0]]),
        between=between,
        after=tuple(ids[second[-1] + 1 :]),
        opens_second=between[-1] if types[second[0]] != types[first[0]] else None,
    )
