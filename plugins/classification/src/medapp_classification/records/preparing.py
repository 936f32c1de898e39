"""From columns with gaps to a matrix for linear models: clip, impute, indicate, standardise.

The steps are those of a scikit-learn pipeline (winsorising, `SimpleImputer` with the median and an indicator,
`StandardScaler`); what was fitted is kept as plain numbers and applied as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_EDGES: Final = (0.005, 0.995)
_LEAST: Final = 0.005
"""Columns and gaps that fewer rows than this share have are left out."""
_FAR: Final = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """Fitted steps.

    Attributes:
        lows, highs: Of each column: where values are clipped.
        medians: In place of gaps.
        kept: Columns that vary.
        indicated: Columns that have a further one for their gaps.
        means, scales: Of the kept columns and the indicators.
    """

    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    medians: NDArray[np.float64]
    kept: NDArray[np.int64]
    indicated: NDArray[np.int64]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]

    def apply(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, kept + indicated)."""
        scaled = (self._raw(rows) - self.means) / self.scales
        found: NDArray[np.float64] = np.clip(scaled, -_FAR, _FAR)
        return found

    @property
    def sources(self) -> NDArray[np.int64]:
        """Which column of the input each column of the output comes from."""
        return np.concatenate([self.kept, self.indicated])

    def _raw(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        gaps = ~np.isfinite(rows)
        filled = np.where(gaps, self.medians, np.clip(rows, self.lows, self.highs))
        return np.hstack([filled[:, self.kept], gaps[:, self.indicated].astype(float)])

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        return {name: np.asarray(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Preparation:
        """What `to_arrays` made.

        Raises:
            KeyError: Where a part is missing.
        """
        return cls(**{name: np.asarray(arrays[name]) for name in cls.__slots__})


def fit_preparation(rows: NDArray[np.float64]) -> Preparation:
    """Fit the steps on training rows, (N, columns), NaN where nothing is known."""
    known = np.isfinite(rows)
    empty = ~known.any(axis=0)
    lows, medians, highs = _quantiles(np.where(known, rows, np.nan), (_EDGES[0], 0.5, _EDGES[1]))
    # A yes-or-no column that few have would be clipped to nothing.
    rare = (lows == highs) & ~empty
    lows[rare] = np.nanmin(rows[:, rare], axis=0)
    highs[rare] = np.nanmax(rows[:, rare], axis=0)
    filled = np.where(known, np.clip(rows, lows, highs), medians)
    kept = np.flatnonzero(~empty & ((filled != medians).mean(axis=0) > _LEAST))
    gaps = ~known
    share = gaps.mean(axis=0)
    indicated = np.flatnonzero((share > _LEAST) & (share < 1 - _LEAST))
    indicated = _first_of_each(gaps, indicated)
    raw = np.hstack([filled[:, kept], gaps[:, indicated].astype(float)])
    scaler = StandardScaler().fit(raw)
    return Preparation(
        np.asarray(lows, float),
        np.asarray(highs, float),
        np.asarray(medians, float),
        kept.astype(np.int64),
        indicated.astype(np.int64),
        np.asarray(scaler.mean_, float),
        np.asarray(scaler.scale_, float),
    )


def _quantiles(rows: NDArray[np.float64], shares: Sequence[float]) -> list[NDArray[np.float64]]:
    """Of each column, gaps left out; 0 for a column of gaps. A library's goes column by column."""
    ordered = np.sort(rows, axis=0)
    last = np.maximum(np.isfinite(rows).sum(axis=0) - 1, 0)
    found = []
    for share in shares:
        place = share * last
        low = np.floor(place).astype(int)
        one, other = (
            np.take_along_axis(ordered, at[None], axis=0)[0] for at in (low, np.minimum(low + 1, last))
        )
        found.append(np.nan_to_num(one + (place - low) * (other - one)))
    return found


def _first_of_each(gaps: NDArray[np.bool_], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Columns that are missing together need one indicator."""
    seen: set[bytes] = set()
    kept = []
    for column in columns:
        pattern = np.packbits(gaps[:, column]).tobytes()
        if pattern not in seen:
            seen.add(pattern)
            kept.append(column)
    return np.array(kept, dtype=np.intp)
