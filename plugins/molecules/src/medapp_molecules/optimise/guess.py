"""A guess of scores by what alike molecules got: a Gaussian process with Tanimoto's kernel.

The kernel of counted Morgan environments is positive definite (Ralaivola et al. 2005); of molecules for
molecular optimisation: Tripp et al. 2021.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BITS: Final = 2048
_RADIUS: Final = 2
_MOST: Final = 16
"""Of the same environment that are told apart."""
_NOISE: Final = 1e-3


def bits_of(mol: Any) -> NDArray[np.uint8]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """(BITS,) of 0 and 1: a bit for the first of an environment, another for the second, and so on.

    Shares of common bits are then shares of common counts.
    """
    found = np.zeros(BITS, np.uint8)
    for environment, count in _generator().GetSparseCountFingerprint(mol).GetNonzeroElements().items():
        for number in range(min(count, _MOST)):
            found[zlib.crc32(f"{environment} {number}".encode()) % BITS] = 1
    return found


_kept: list[Any] = []


def _generator() -> Any:  # noqa: ANN401
    from rdkit.Chem import rdFingerprintGenerator

    if not _kept:
        _kept.append(rdFingerprintGenerator.GetMorganGenerator(radius=_RADIUS))
    return _kept[0]


@dataclass(frozen=True)
class Guess:
    """Fitted to molecules that were scored."""

    bits: NDArray[np.float32]
    factor: NDArray[np.float64]
    weights: NDArray[np.float64]
    middle: float
    spread: float

    def of(self, bits: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of the score of each."""
        from scipy.linalg import solve_triangular

        near = _alike(np.asarray(bits, np.float32), self.bits)
        mean = self.middle + self.spread * (near @ self.weights)
        inner = solve_triangular(self.factor, near.T, lower=True)
        left = np.clip(1 - np.square(inner).sum(axis=0), 1e-9, None)
        return mean, self.spread * np.sqrt(left)


def fit(bits: Sequence[NDArray[np.uint8]], scores: Sequence[float]) -> Guess:
    """Fit to at least two molecules."""
    from scipy.linalg import cho_solve, cholesky

    seen = np.asarray(bits, np.float32)
    values = np.asarray(scores, float)
    middle, spread = float(values.mean()), float(values.std()) or 1.0
    factor = cholesky(_alike(seen, seen) + _NOISE * np.eye(len(seen)), lower=True)
    weights = cho_solve((factor, True), (values - middle) / spread)
    return Guess(seen, factor, weights, middle, spread)


def _alike(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64]:
    both = (first @ second.T).astype(float)
    either = first.sum(axis=1)[:, None] + second.sum(axis=1)[None] - both
    found: NDArray[np.float64] = both / np.maximum(either, 1)
    return found
