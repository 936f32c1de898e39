"""A scale for distances from training cases: how far these lie from the nearest of their own kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS: Final = 512
"""Cases at a time."""


def nearest_pairs(places: NDArray[np.floating]) -> NDArray[np.float64]:
    """Distance of each training case from the one nearest to it, sorted, (N,).

    Args:
        places: Where the cases lie, (N, k); N at least 2.
    """
    rows = np.asarray(places, np.float64)
    squares = (rows**2).sum(axis=1)
    found = np.empty(len(rows))
    for start in range(0, len(rows), _ROWS):
        part = slice(start, start + _ROWS)
        apart = squares[part, None] + squares[None] - 2 * rows[part] @ rows.T
        apart[np.arange(len(apart)), np.arange(start, start + len(apart))] = np.inf
        found[part] = np.sqrt(np.maximum(apart.min(axis=1), 0))
    return np.sort(found)


def said_of(distance: float, pairs: NDArray[np.float64]) -> str:
    """How near that is: ``nearer than 97 % of nearest pairs``."""
    farther = len(pairs) - int(np.searchsorted(pairs, distance, side="right"))
    share = 100 * farther / len(pairs)
    words = "< 1" if 0 < share < 1 else "> 99" if 99 < share < 100 else f"{share:.0f}"  # noqa: PLR2004
    return f"nearer than {words} % of nearest pairs"


def scale_notice(kind: str) -> Notice:
    """What the words of `said_of` mean.

    Args:
        kind: What the training cases are, in the plural: ``pictures``.
    """
    message = (
        f"How near a training case is can be read by nearest pairs: each of the training {kind} with that "
        "nearest to it."
    )
    return Notice("near-scale", message, "info")
