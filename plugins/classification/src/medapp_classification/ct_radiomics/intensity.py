"""Intensities of a segment: local peaks, statistics and histograms (IBSI 3.2 to 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp_classification.ct_radiomics.discretise import fixed_number
from medapp_classification.ct_radiomics.roi import NotComputable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_classification.ct_radiomics.morphology import Values
    from medapp_classification.ct_radiomics.roi import Roi
    from medapp_classification.ct_radiomics.settings import Settings

_PEAK_MM = (3 / (4 * np.pi)) ** (1 / 3) * 10
"""Radius of a sphere of 1 ml."""
_IVH_BINS = 1000
_MOST_STEPS = 1 << 22
_LOW_SHARE, _HIGH_SHARE = 0.10, 0.90


@dataclass(frozen=True, eq=False)
class Tally:
    """Values that occur, in order, and how often: what statistics need of millions of voxels.

    Attributes:
        values, counts: float64 of the same length.
        size: Number of voxels.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.float64]
    size: int

    @classmethod
    def of(cls, voxels: NDArray[Any], *, whole: bool = True) -> Tally:
        """Count voxels; `whole` says that all are whole numbers, which need no sorting."""
        if whole and float(voxels.max()) - float(voxels.min()) < _MOST_STEPS:
            low = int(voxels.min())
            counts = np.bincount(np.asarray(voxels - low, dtype=np.int64))
            held = np.flatnonzero(counts)
            return cls(held.astype(np.float64) + low, counts[held].astype(np.float64), len(voxels))
        values, counts = np.unique(voxels, return_counts=True)
        return cls(values.astype(np.float64), counts.astype(np.float64), len(voxels))

    def percentile(self, percent: float) -> float:
        """Between the two voxels in order that lie around it, by their distance."""
        place = percent / 100 * (self.size - 1)
        ends = np.searchsorted(np.cumsum(self.counts), (np.floor(place), np.ceil(place)), side="right")
        low, high = self.values[ends]
        return float(low + (high - low) * (place - np.floor(place)))

    def between(self, low: float, high: float) -> Tally:
        """Those from one value to another."""
        held = (self.values >= low) & (self.values <= high)
        return Tally(self.values[held], self.counts[held], int(self.counts[held].sum()))


def local_peaks(roi: Roi) -> Values:
    """Mean of a sphere of 1 ml around the brightest voxel, and the highest of such means (IBSI 3.2)."""
    from medapp_classification.ct_radiomics import kernels

    image = np.ascontiguousarray(roi.image)
    chords = _chords(roi.spacing)
    margin = int(chords[:, 2].max())
    columns = image.shape[2]
    sums = np.zeros((*image.shape[:2], columns + 1 + 2 * margin))
    np.cumsum(image, axis=2, dtype=np.float64, out=sums[:, :, margin + 1 : margin + 1 + columns])
    sums[:, :, margin + 1 + columns :] = sums[:, :, margin + columns, None]
    highest = image[roi.inside].max()
    counts = np.clip(np.arange(columns + 1 + 2 * margin) - margin, 0, columns).astype(np.float64)
    local, anywhere = kernels.peaks(image, roi.inside, sums, counts, chords, margin, highest)
    return {"loc_peak_loc": float(local), "loc_peak_glob": float(anywhere)}


def _chords(spacing: tuple[float, float, float]) -> NDArray[np.int64]:
    """Lines of voxels along columns whose centres lie in the sphere: slice, row, half length."""
    reach = [int(_PEAK_MM / step) for step in spacing]
    found = []
    for k in range(-reach[0], reach[0] + 1):
        for j in range(-reach[1], reach[1] + 1):
            left = _PEAK_MM**2 - (k * spacing[0]) ** 2 - (j * spacing[1]) ** 2
            if left >= 0:
                found.append((k, j, int(np.sqrt(left) / spacing[2])))
    return np.array(found, dtype=np.int64)


def statistics(tally: Tally) -> Values:
    """First-order statistics of intensities (IBSI 3.3)."""
    found = _common(tally)
    squares = float(tally.values**2 @ tally.counts)
    found["energy"] = squares
    found["rms"] = float(np.sqrt(squares / tally.size))
    return {f"stat_{name}": value for name, value in found.items()}


def histogram(levels: NDArray[np.int32], most: int) -> Values:
    """The same of grey levels, and what their histogram shows (IBSI 3.4).

    Args:
        levels: From 1.
        most: Number of grey levels.
    """
    tally = Tally.of(levels)
    found = _common(tally)
    counts = np.bincount(levels, minlength=most + 1)[1:].astype(np.float64)
    share = tally.counts / tally.size
    found["mode"] = _mode(counts, float(levels.mean()))
    found["entropy"] = float(-(share * np.log2(share)).sum()) + 0.0
    found["uniformity"] = float((share**2).sum())
    if len(counts) > 1:
        slope = np.gradient(counts)
        found |= {
            "max_grad": float(slope.max()),
            "max_grad_g": float(slope.argmax() + 1),
            "min_grad": float(slope.min()),
            "min_grad_g": float(slope.argmin() + 1),
        }
    else:
        names = ("max_grad", "max_grad_g", "min_grad", "min_grad_g")
        found |= dict.fromkeys(names, "it has one grey level only")
    return {f"ih_{name}": value for name, value in found.items()}


def volume_histogram(values: NDArray[np.float64], settings: Settings) -> Values:
    """How much of the segment has at least an intensity (IBSI 3.5).

    Whole numbers are taken one by one, over the re-segmentation range where there is one; other intensities
    in 1000 bins, whose numbers then stand for intensities.
    """
    if settings.whole_numbers or settings.discretisation == "none":
        steps = values
        low = steps.min() if settings.low is None else np.ceil(settings.low)
        high = steps.max() if settings.high is None else np.floor(settings.high)
    else:
        steps, low, high = fixed_number(values, _IVH_BINS), 1.0, float(_IVH_BINS)
    if high - low > _MOST_STEPS:
        reason = "its intensities go too far apart for a histogram: set a re-segmentation range"
        raise NotComputable(reason)
    if high <= low or values.min() == values.max():
        reason = "all its intensities are the same"
        names = ("v10", "v90", "i10", "i90", "diff_v10_v90", "diff_i10_i90")
        return {f"ivh_{name}": reason for name in names}
    counts = np.bincount(np.rint(steps - low).astype(np.int64), minlength=int(high - low) + 1)
    # Share of the voxels with at least the intensity low + n.
    volume = 1 - np.concatenate(([0], np.cumsum(counts)[:-1])) / len(values)
    fraction = np.arange(len(counts)) / (len(counts) - 1)
    at = {share: float(volume[np.argmax(fraction >= share - 1e-12)]) for share in (_LOW_SHARE, _HIGH_SHARE)}
    least = {share: _least(volume, share) + float(low) for share in (_LOW_SHARE, _HIGH_SHARE)}
    return {
        "ivh_v10": at[_LOW_SHARE],
        "ivh_v90": at[_HIGH_SHARE],
        "ivh_i10": least[_LOW_SHARE],
        "ivh_i90": least[_HIGH_SHARE],
        "ivh_diff_v10_v90": at[_LOW_SHARE] - at[_HIGH_SHARE],
        "ivh_diff_i10_i90": least[_LOW_SHARE] - least[_HIGH_SHARE],
    }


def _least(volume: NDArray[np.float64], share: float) -> int:
    """The first step that at most a share of the voxels reaches; one past the last where none is so rare."""
    rare = volume <= share + 1e-12
    return int(np.argmax(rare)) if rare.any() else len(volume)


def _mode(counts: NDArray[np.float64], mean: float) -> float:
    """The most frequent level; of several, the one nearest to the mean."""
    most = np.flatnonzero(counts == counts.max()) + 1
    return float(most[np.argmin(np.abs(most - mean))])


def _common(tally: Tally) -> dict[str, float | str]:
    values, share = tally.values, tally.counts / tally.size
    mean = float(values @ share)
    away = values - mean
    variance = float(away**2 @ share)
    p10, p25, median, p75, p90 = (tally.percentile(one) for one in (10, 25, 50, 75, 90))
    robust = tally.between(p10, p90)
    robust_mean = float(robust.values @ robust.counts) / robust.size
    found: dict[str, Any] = {
        "mean": mean,
        "var": variance,
        # Of one intensity only both are defined as 0.
        "skew": float(away**3 @ share / variance**1.5) if variance > 0 else 0.0,
        "kurt": float(away**4 @ share / variance**2 - 3) if variance > 0 else 0.0,
        "median": median,
        "min": float(values[0]),
        "p10": p10,
        "p90": p90,
        "max": float(values[-1]),
        "iqr": p75 - p25,
        "range": float(values[-1] - values[0]),
        "mad": float(np.abs(away) @ share),
        "rmad": float(np.abs(robust.values - robust_mean) @ robust.counts) / robust.size,
        "medad": float(np.abs(values - median) @ share),
        "cov": np.sqrt(variance) / mean if mean else "its mean is zero",
        "qcod": (p75 - p25) / (p75 + p25) if p75 + p25 else "its quartiles sum to zero",
    }
    return found
