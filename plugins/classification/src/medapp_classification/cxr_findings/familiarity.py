"""How like the training pictures an image is: how far it lies from them in two descriptions of it.

One is the layout of its edges, which a network's features could miss; the other what the trunk makes of it.
Both are Mahalanobis distances with a shrunken covariance (Ledoit and Wolf, 2004), each divided by what most
held-back chest X-rays stay below; the larger of the two counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

METHOD = "distance from the training pictures in layout and in the network's features; 1 is the limit"
_PARTS = 32
_KEPT = 0.98
"""Share of held-back chest X-rays that each of the two shall accept."""


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Where training pictures lie in one description.

    Attributes:
        middle: (numbers,).
        whitening: (numbers, k): takes what is off the middle to a space in which distance is Mahalanobis'.
    """

    middle: NDArray[np.float32]
    whitening: NDArray[np.float32]

    def placed(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, k)."""
        return (rows.astype(np.float64) - self.middle) @ self.whitening

    def distances(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N,)."""
        return np.asarray(np.linalg.norm(self.placed(rows), axis=1))


def fit_cloud(rows: NDArray[np.float32], parts: int | None = None) -> Cloud:
    """Fit on training pictures (N, numbers); `parts` principal components, or all numbers."""
    from sklearn.covariance import LedoitWolf

    middle, spread = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-6)
    scaled = ((rows - middle) / spread).astype(np.float64)
    basis = np.eye(scaled.shape[1])
    if parts is not None:
        basis = np.linalg.svd(scaled, full_matrices=False)[2][:parts].T
    covariance = LedoitWolf(assume_centered=True).fit(scaled @ basis).covariance_
    values, vectors = np.linalg.eigh(covariance)
    whitening = basis @ (vectors / np.sqrt(np.maximum(values, 1e-9))) / spread[:, None]
    return Cloud(middle.astype(np.float32), whitening.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Familiar:
    """Both clouds and their limits."""

    layouts: Cloud
    features: Cloud
    limits: tuple[float, float]

    def scores(self, layouts: NDArray[np.float32], features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N,): above 1 the picture is strange."""
        return scaled(self.layouts.distances(layouts), self.features.distances(features), self.limits)

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """For safetensors."""
        return {
            "layouts.middle": self.layouts.middle,
            "layouts.whitening": self.layouts.whitening,
            "features.middle": self.features.middle,
            "features.whitening": self.features.whitening,
            "familiar.limits": np.array(self.limits, np.float32),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32]]) -> Familiar:
        """What `to_arrays` wrote."""
        clouds = [
            Cloud(arrays[f"{name}.middle"], arrays[f"{name}.whitening"]) for name in ("layouts", "features")
        ]
        first, second = map(float, arrays["familiar.limits"])
        return cls(clouds[0], clouds[1], (first, second))


def fit_clouds(layouts: NDArray[np.float32], features: NDArray[np.float32]) -> tuple[Cloud, Cloud]:
    """Both clouds of training pictures."""
    return fit_cloud(layouts), fit_cloud(features, _PARTS)


def limits_of(layouts: NDArray[np.float64], features: NDArray[np.float64]) -> tuple[float, float]:
    """From the distances of held-back chest X-rays, what most stay below."""
    return float(np.quantile(layouts, _KEPT)), float(np.quantile(features, _KEPT))


def scaled(
    layouts: NDArray[np.float64], features: NDArray[np.float64], limits: tuple[float, float]
) -> NDArray[np.float64]:
    """The larger of both distances, each over its limit."""
    return np.maximum(layouts / limits[0], features / limits[1])
