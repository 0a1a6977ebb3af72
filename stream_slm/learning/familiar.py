"""Which texts a head knows: the kinds it was fitted on, and how near to one of them a text must be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Kinds of text kept; fewer where there are few rows, for a kind is no single text.
_CENTRES = 64
_ROWS_A_CENTRE = 8
_STEPS = 12
#: Rows looked at: kinds show in some thousands.
_MOST_ROWS = 10_000
#: One text in so many of the user's own kind may be called unfamiliar.
_STRANGE = 0.02


def familiarity(means: Floats, held: NDArray[np.bool_], seed: int) -> tuple[Floats, float]:
    """Centres of all rows, and the least cosine to the nearest, such that nearly all of the rows `held` back reach it.

    What is near enough is found with centres of the other rows, as a text in use is none of those fitted on.
    """
    rng = np.random.default_rng(seed)
    units = unit(means)
    others = centres_of(units[~held], rng)
    floor = float(np.quantile(near(units[held], others), _STRANGE))
    return centres_of(units, rng), round(floor - 0.005, 3)


def centres_of(units: Floats, rng: np.random.Generator) -> Floats:
    """(k, d) unit vectors, by k-means on the sphere."""
    rows = units[rng.permutation(len(units))[:_MOST_ROWS]]
    centres = rows[: max(1, min(_CENTRES, len(rows) // _ROWS_A_CENTRE))]
    for _ in range(_STEPS):
        nearest = (rows @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, rows)
        empty = np.bincount(nearest, minlength=len(centres)) == 0
        centres = np.where(empty[:, None], centres, unit(sums))
    return np.asarray(centres, dtype=np.float32)


def near(units: Floats, centres: Floats) -> Floats:
    """(n,): each text's cosine to its nearest centre."""
    return np.asarray((units @ centres.T).max(axis=1))


def unit(vectors: Floats) -> Floats:
    """Rows of length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)
