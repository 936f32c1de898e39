"""Environments of atoms as bits, and how alike molecules are by them, a block at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

SIZE: Final = 2048
RADIUS: Final = 2
BLOCK: Final = 1024
"""Molecules that are unpacked and compared at once: 8 MB of each side."""


@lru_cache(maxsize=1)
def _generator() -> Any:  # noqa: ANN401 - rdkit's
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=SIZE)


def bits_of(mol: Any) -> NDArray[np.uint8]:  # noqa: ANN401
    """Morgan's environments up to two bonds away, folded to 2,048 bits, eight a byte."""
    found: NDArray[np.uint8] = np.packbits(_generator().GetFingerprintAsNumPy(mol))
    return found


def similarities(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Tanimoto's of each of the first (rows) with each of the second (columns), from 0 to 1."""
    left = np.unpackbits(first, axis=1).astype(np.float32)
    right = np.unpackbits(second, axis=1).astype(np.float32)
    both = left @ right.T
    either = left.sum(1)[:, None] + right.sum(1)[None, :] - both
    found: NDArray[np.float32] = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return found


def blocks(count: int, size: int = BLOCK) -> Iterator[slice]:
    """Parts of so many molecules."""
    return (slice(at, min(at + size, count)) for at in range(0, count, size))


def nearest(
    bits: NDArray[np.uint8], known: NDArray[np.uint8], check: Callable[[float], None]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Of each molecule the place of the most alike of `known`, and how alike it is.

    Args:
        bits: Of the molecules.
        known: Of at least one; the first of several that are equally alike is told.
        check: Told the share that is done; may raise to end it.
    """
    places, best = np.zeros(len(bits), np.int64), np.full(len(bits), -1, np.float32)
    for done, part in enumerate(blocks(len(known))):
        check(done * BLOCK / len(known))
        for own in blocks(len(bits)):
            alike = similarities(bits[own], known[part])
            at = alike.argmax(axis=1)
            value = alike[np.arange(len(at)), at]
            better = value > best[own]
            places[own] = np.where(better, at + part.start, places[own])
            best[own] = np.where(better, value, best[own])
    return places, best
