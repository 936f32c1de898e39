"""How like the training cases a case is: its distance in what was measured, and how much was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.finding import Familiarity
from medapp_classification.records.preparing import Preparation, fit_preparation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

METHOD: Final = (
    "distance from the training cases (Mahalanobis, gaps filled with medians) or share of what is not "
    "measured, each over what 99 of 100 held-back cases stay below; 1 is the limit"
)
_KEPT: Final = 0.99
_EDGE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Familiar:
    """Where training cases lie.

    Attributes:
        preparation: Of the columns that are looked at.
        whitening: From prepared columns to a space in which distance is Mahalanobis'.
        limits: Distance and share of gaps that 99 of 100 held-back cases stay below.
    """

    preparation: Preparation
    whitening: NDArray[np.float64]
    limits: NDArray[np.float64]

    def placed(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, k): where rows lie."""
        count = len(self.preparation.kept)
        found: NDArray[np.float64] = self.preparation.apply(rows)[:, :count] @ self.whitening
        return found

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,): above 1 a case is strange."""
        parts = np.stack([_distances(self.placed(rows)), _gaps(rows)]) / np.maximum(
            self.limits[:, None], _EDGE
        )
        found: NDArray[np.float64] = parts.max(axis=0)
        return found

    def judged(self, row: NDArray[np.float64]) -> Familiarity:
        """One case, (columns,)."""
        return Familiarity(float(self.scores(row[None])[0]), 1.0, METHOD)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        own: dict[str, NDArray[np.generic]] = {"whitening": self.whitening, "limits": self.limits}
        return own | self.preparation.to_arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Familiar:
        """What `to_arrays` made.

        Raises:
            KeyError: Where a part is missing.
        """
        return cls(
            Preparation.from_arrays(arrays),
            np.asarray(arrays["whitening"], float),
            np.asarray(arrays["limits"], float),
        )


def fit_familiar(
    rows: NDArray[np.float64], folds: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]]
) -> Familiar:
    """Fit on training cases; the limits by folds of them, so that no case is held against itself."""
    distances = np.full(len(rows), np.nan)
    for train, test in folds:
        preparation, whitening = _space(rows[train])
        count = len(preparation.kept)
        distances[test] = _distances(preparation.apply(rows[test])[:, :count] @ whitening)
    limits = [np.nanquantile(distances, _KEPT), np.quantile(_gaps(rows), _KEPT)]
    preparation, whitening = _space(rows)
    return Familiar(preparation, whitening, np.array(limits))


def _space(rows: NDArray[np.float64]) -> tuple[Preparation, NDArray[np.float64]]:
    from sklearn.covariance import LedoitWolf

    preparation = fit_preparation(rows)
    prepared = preparation.apply(rows)[:, : len(preparation.kept)]
    values, vectors = np.linalg.eigh(LedoitWolf(assume_centered=True).fit(prepared).covariance_)
    return preparation, vectors / np.sqrt(np.maximum(values, _EDGE))


def _distances(placed: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(placed, axis=1), dtype=float)


def _gaps(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (~np.isfinite(rows)).mean(axis=1)
    return found
