"""The baseline: logistic regression on descriptors that nothing was trained for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_PARTS = 120
_STRENGTH = 0.003
NAME = "logistic regression on frozen descriptors (oriented gradients, 16 x 16 picture, grey values)"


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A plane a finding over the descriptors: standardising, principal components and regression in one."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    def scores(self, described: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds (N, findings) of descriptors (N, numbers), before any calibration."""
        found: NDArray[np.float64] = described.astype(np.float64) @ self.weights + self.offsets
        return found

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """For safetensors."""
        return {"baseline.weights": self.weights, "baseline.offsets": self.offsets}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32]]) -> Baseline:
        """What `to_arrays` wrote."""
        return cls(arrays["baseline.weights"], arrays["baseline.offsets"])


def fit_baseline(described: NDArray[np.float32], labels: NDArray[np.int64], seed: int = 0) -> Baseline:
    """Fit on training pictures alone.

    Args:
        described: (N, numbers).
        labels: (N, findings), both kinds of each.
        seed: Of the principal components.
    """
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(described.astype(np.float64))
    parts = min(_PARTS, len(described) - 1)
    pca = PCA(parts, whiten=True, random_state=seed).fit(scaler.transform(described))
    seen = pca.transform(scaler.transform(described))
    back = (pca.components_ / np.sqrt(pca.explained_variance_)[:, None]).T / scaler.scale_[:, None]
    weights, offsets = [], []
    for column in labels.T:
        model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1000).fit(seen, column)
        plane = back @ model.coef_[0]
        weights.append(plane)
        offsets.append(float(model.intercept_[0]) - float((scaler.mean_ + pca.mean_ * scaler.scale_) @ plane))
    return Baseline(np.array(weights, np.float32).T.copy(), np.array(offsets, np.float32))
