"""Features of the matrices that textures are read from (IBSI 3.6 to 3.11); each takes one matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array = "NDArray[np.float64]"
_NAMES: Final = {
    "rlm": ("sre", "lre", "lgre", "hgre", "srlge", "srhge", "lrlge", "lrhge", "rlnu", "r_perc", "rl"),
    "szm": ("sze", "lze", "lgze", "hgze", "szlge", "szhge", "lzlge", "lzhge", "zsnu", "z_perc", "zs"),
    "dzm": ("sde", "lde", "lgze", "hgze", "sdlge", "sdhge", "ldlge", "ldhge", "zdnu", "z_perc", "zd"),
    "ngl": ("lde", "hde", "lgce", "hgce", "ldlge", "ldhge", "hdlge", "hdhge", "dcnu", "dc_perc", "dc"),
}
"""What the families call the same twelve sums."""


def cooccurrence(counts: NDArray[Any]) -> dict[str, float]:
    """Features of a grey level co-occurrence matrix: (levels, levels), symmetric."""
    p = counts / counts.sum()
    size = len(p)
    levels = np.arange(1, size + 1, dtype=np.float64)
    apart, together = _diagonals(p)
    k_apart = np.arange(size, dtype=np.float64)
    k_together = np.arange(2, 2 * size + 1, dtype=np.float64)
    edge = p.sum(axis=1)
    mean = float(levels @ edge)
    variance = float((levels - mean) ** 2 @ edge)
    apart_mean, together_mean = float(k_apart @ apart), float(k_together @ together)
    auto = float(levels @ p @ levels)
    found = {
        "joint_max": p.max(),
        "joint_avg": mean,
        "joint_var": variance,
        "joint_entr": _entropy(p),
        "diff_avg": apart_mean,
        "diff_var": (k_apart - apart_mean) ** 2 @ apart,
        "diff_entr": _entropy(apart),
        "sum_avg": together_mean,
        "sum_var": (k_together - together_mean) ** 2 @ together,
        "sum_entr": _entropy(together),
        "energy": (p**2).sum(),
        "contrast": k_apart**2 @ apart,
        "dissimilarity": apart_mean,
        "inv_diff": (apart / (1 + k_apart)).sum(),
        "inv_diff_norm": (apart / (1 + k_apart / size)).sum(),
        "inv_diff_mom": (apart / (1 + k_apart**2)).sum(),
        "inv_diff_mom_norm": (apart / (1 + (k_apart / size) ** 2)).sum(),
        "inv_var": (apart[1:] / k_apart[1:] ** 2).sum(),
        # Of one level only the correlation is defined as 1.
        "corr": (auto - mean**2) / variance if variance > 0 else 1.0,
        "auto_corr": auto,
        "clust_tend": (k_together - 2 * mean) ** 2 @ together,
        "clust_shade": (k_together - 2 * mean) ** 3 @ together,
        "clust_prom": (k_together - 2 * mean) ** 4 @ together,
    }
    found["info_corr1"], found["info_corr2"] = _information(p, edge)
    return {f"cm_{name}": float(value) for name, value in found.items()}


def _diagonals(p: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of p over all pairs that are n levels apart, from 0, and whose levels sum to n, from 2."""
    size = len(p)
    i, j = np.indices(p.shape)
    apart = np.bincount(np.abs(i - j).ravel(), weights=p.ravel(), minlength=size)
    together = np.bincount((i + j).ravel(), weights=p.ravel(), minlength=2 * size - 1)
    return np.asarray(apart, dtype=np.float64), np.asarray(together, dtype=np.float64)


def _information(p: NDArray[np.float64], edge: NDArray[np.float64]) -> tuple[float, float]:
    independent = np.outer(edge, edge)
    joint, single = _entropy(p), _entropy(edge)
    held = p > 0
    first = float(-(p[held] * np.log2(independent[held])).sum())
    second = _entropy(independent)
    one = (joint - first) / single if single > 0 else 0.0
    return one, float(np.sqrt(max(1 - np.exp(-2 * (second - joint)), 0.0)))


def emphasis(family: str, counts: NDArray[Any], lengths: NDArray[Any], voxels: int) -> dict[str, float]:
    """Features of a matrix of runs, zones or dependences.

    Args:
        family: ``rlm``, ``szm``, ``dzm`` or ``ngl``.
        counts: (levels, lengths).
        lengths: What the columns stand for, from 1.
        voxels: That could have begun one, in every direction that the matrix holds.
    """
    small, large, dark, bright, *corners, uneven, share, short = _NAMES[family]
    total = float(counts.sum())
    i = np.arange(1, counts.shape[0] + 1, dtype=np.float64) ** 2
    j = lengths.astype(np.float64) ** 2
    p = counts / total
    by_level, by_length = p.sum(axis=1), p.sum(axis=0)
    found = {
        small: by_length @ (1 / j),
        large: by_length @ j,
        dark: by_level @ (1 / i),
        bright: by_level @ i,
        corners[0]: (1 / i) @ p @ (1 / j),
        corners[1]: i @ p @ (1 / j),
        corners[2]: (1 / i) @ p @ j,
        corners[3]: i @ p @ j,
        "glnu": total * (by_level**2).sum(),
        "glnu_norm": (by_level**2).sum(),
        uneven: total * (by_length**2).sum(),
        f"{uneven}_norm": (by_length**2).sum(),
        share: total / voxels,
        "gl_var": _variance(np.sqrt(i), by_level),
        f"{short}_var": _variance(np.sqrt(j), by_length),
        f"{short}_entr": _entropy(p),
    }
    if family == "ngl":
        found["dc_energy"] = (p**2).sum()
    return {f"{family}_{name}": float(value) for name, value in found.items()}


def tones(counts: NDArray[Any], differences: NDArray[np.float64]) -> dict[str, float]:
    """Features of a neighbourhood grey tone difference matrix: voxels and summed differences by level."""
    held = np.flatnonzero(counts)
    levels = held + 1.0
    total = float(counts.sum())
    p, s = counts[held] / total, differences[held]
    weighted = float(p @ s)
    gaps = levels[:, None] - levels
    count = len(held)
    uneven = float(np.abs((levels * p)[:, None] - levels * p).sum())
    ps = p * s
    pairs = p[:, None] + p
    contrast = 0.0
    if count > 1:
        contrast = float((p[:, None] * p * gaps**2).sum()) / (count * (count - 1)) * float(s.sum()) / total
    found = {
        # Without any difference the texture is as coarse as can be told.
        "coarseness": min(1 / weighted, 1e6) if weighted > 0 else 1e6,
        "contrast": contrast,
        "busyness": weighted / uneven if uneven > 0 else 0.0,
        "complexity": float((np.abs(gaps) * (ps[:, None] + ps) / pairs).sum()) / total,
        "strength": float((pairs * gaps**2).sum() / s.sum()) if s.sum() > 0 else 0.0,
    }
    return {f"ngt_{name}": float(value) for name, value in found.items()}


def _variance(values: NDArray[np.float64], shares: NDArray[np.float64]) -> float:
    mean = float(values @ shares)
    return float((values - mean) ** 2 @ shares)


def _entropy(p: NDArray[np.float64]) -> float:
    held = p[p > 0]
    return float(-(held * np.log2(held)).sum()) + 0.0
