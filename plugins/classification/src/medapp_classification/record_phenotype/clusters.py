"""k-means and Gaussian mixtures on principal components, as plain numbers; how many by stability and BIC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp_classification.records.preparing import Preparation, fit_preparation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

MOST: Final = 8
_STABLE: Final = 0.8
"""Adjusted Rand index between runs on different people, from which groups count as stable."""
_RUNS: Final = 5
_EXPLAINED: Final = 0.9
_SAMPLE: Final = 4000
_FLOOR: Final = 0.05
"""Added to variances: columns of yes and no have none within a group."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Prepared columns, and their principal components.

    Attributes:
        axes: (prepared columns, components).
        explained: Share of the variance of each.
    """

    preparation: Preparation
    axes: NDArray[np.float64]
    explained: NDArray[np.float64]

    def placed(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, components); nothing is fitted."""
        found: NDArray[np.float64] = self.prepared(rows) @ self.axes
        return found

    def prepared(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, kept columns): without the indicators of gaps."""
        found: NDArray[np.float64] = self.preparation.apply(rows)[:, : len(self.preparation.kept)]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Gaussians with a variance an axis.

    Attributes:
        shares: Of each.
        means, variances: (groups, components).
    """

    shares: NDArray[np.float64]
    means: NDArray[np.float64]
    variances: NDArray[np.float64]

    def responsibilities(self, placed: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of each group, (N, groups)."""
        far = ((placed[:, None] - self.means[None]) ** 2 / self.variances[None]).sum(axis=2)
        log = np.log(self.shares) - 0.5 * (far + np.log(self.variances).sum(axis=1))
        log = np.exp(log - log.max(axis=1, keepdims=True))
        found: NDArray[np.float64] = log / log.sum(axis=1, keepdims=True)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Both ways of grouping, in one space."""

    space: Space
    mixture: Mixture
    centres: NDArray[np.float64]

    def nearest(self, placed: NDArray[np.float64]) -> NDArray[np.int64]:
        """Group of k-means, (N,)."""
        far = ((placed[:, None] - self.centres[None]) ** 2).sum(axis=2)
        return np.asarray(far.argmin(axis=1), dtype=np.int64)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        own: dict[str, NDArray[np.generic]] = {
            "axes": self.space.axes,
            "explained": self.space.explained,
            "shares": self.mixture.shares,
            "mixture_means": self.mixture.means,
            "variances": self.mixture.variances,
            "centres": self.centres,
        }
        return own | self.space.preparation.to_arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Clusters:
        """What `to_arrays` made.

        Raises:
            KeyError: Where a part is missing.
        """
        numbers = {name: np.asarray(one, dtype=float) for name, one in arrays.items()}
        space = Space(Preparation.from_arrays(arrays), numbers["axes"], numbers["explained"])
        mixture = Mixture(numbers["shares"], numbers["mixture_means"], numbers["variances"])
        return cls(space, mixture, numbers["centres"])


def fit_space(rows: NDArray[np.float64]) -> Space:
    """Prepare columns and find components that explain nine tenths, at least two."""
    from sklearn.decomposition import PCA

    preparation = fit_preparation(rows)
    prepared = preparation.apply(rows)[:, : len(preparation.kept)]
    found = PCA().fit(prepared)
    count = max(2, int(np.searchsorted(np.cumsum(found.explained_variance_ratio_), _EXPLAINED) + 1))
    axes = np.asarray(found.components_[:count].T, float)
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(count)])
    return Space(preparation, axes * signs, np.asarray(found.explained_variance_ratio_[:count], float))


def fit_clusters(
    rows: NDArray[np.float64], seed: int, tell: Callable[[float, str], None]
) -> tuple[Clusters, dict[str, Any]]:
    """Fit both, with how many groups there were to choose from.

    Returns:
        Groups; ``kmeans`` and ``mixture``, lists of what was tried with its stability; and ``chosen``.
    """
    space = fit_space(rows)
    placed = space.placed(rows)
    random = np.random.default_rng(seed)
    some = placed[np.sort(random.permutation(len(placed))[:_SAMPLE])]
    tried: dict[str, list[dict[str, float]]] = {"kmeans": [], "mixture": []}
    for number, count in enumerate(range(2, MOST + 1)):
        tell(number / MOST, f"{count} groups")
        tried["kmeans"].append({"groups": count, "stability": _stability(some, count, "kmeans", seed)})
        bic = _mixture(some, count, seed).bic(some)
        stable = _stability(some, count, "mixture", seed)
        tried["mixture"].append({"groups": count, "stability": stable, "bic": float(bic)})
    kmeans, mixture = _most_stable(tried["kmeans"]), _best_bic(tried["mixture"])
    centres = _kmeans(placed, kmeans, seed).cluster_centers_
    fitted = _mixture(placed, mixture, seed)
    own = Mixture(fitted.weights_, fitted.means_, fitted.covariances_)
    told: dict[str, Any] = {**tried, "chosen": {"kmeans": kmeans, "mixture": mixture}}
    return Clusters(space, own, np.asarray(centres, float)), told


def _most_stable(tried: list[dict[str, float]]) -> int:
    """The most groups that are stable; where none are, the most stable."""
    stable = [one for one in tried if one["stability"] >= _STABLE]
    best = stable[-1] if stable else max(tried, key=lambda one: one["stability"])
    return int(best["groups"])


def _best_bic(tried: list[dict[str, float]]) -> int:
    """Of those that are stable, or the most stable, the one with the least BIC."""
    stable = [one for one in tried if one["stability"] >= _STABLE]
    best = min(stable, key=lambda one: one["bic"]) if stable else max(tried, key=lambda one: one["stability"])
    return int(best["groups"])


def _stability(placed: NDArray[np.float64], count: int, kind: str, seed: int) -> float:
    """Mean adjusted Rand index of runs from different starts on different halves, on everybody."""
    from sklearn.metrics import adjusted_rand_score

    random = np.random.default_rng(seed)
    fit = _kmeans if kind == "kmeans" else _mixture
    said = []
    for run in range(_RUNS):
        half = random.permutation(len(placed))[: len(placed) // 2]
        said.append(fit(placed[half], count, seed + run).predict(placed))
    pairs = [adjusted_rand_score(said[one], said[other]) for one in range(_RUNS) for other in range(one)]
    return float(np.mean(pairs))


def _kmeans(placed: NDArray[np.float64], count: int, seed: int) -> Any:  # noqa: ANN401 - of scikit-learn
    from sklearn.cluster import KMeans

    return KMeans(count, n_init=4, random_state=seed).fit(placed)


def _mixture(placed: NDArray[np.float64], count: int, seed: int) -> Any:  # noqa: ANN401 - of scikit-learn
    from sklearn.mixture import GaussianMixture

    mixture = GaussianMixture(
        count, covariance_type="diag", reg_covar=_FLOOR, n_init=2, max_iter=200, tol=1e-2, random_state=seed
    )
    return mixture.fit(placed)
