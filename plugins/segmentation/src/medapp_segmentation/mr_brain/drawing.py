"""From what was seen at 2 mm to labels on the voxels of the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp_segmentation.mr_brain import grid as grids
from medapp_segmentation.mr_brain.inference import brain_of, largest_part
from medapp_segmentation.mr_brain.labels import CSF

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_segmentation.mr_brain.inference import Found

_SLAB_VOXELS = 1_300_000
_NEAR = 0.02
_SPARSE = 3
_TRUST = 0.5
"""Share of the evidence of single voxels that is believed: neighbours are not independent."""
_MOST = 4.0
_LEAST_SPREAD = 1e-3


@dataclass(frozen=True, eq=False)
class Greys:
    """How bright each class is in this series.

    Attributes:
        mean, variance: (classes,), in the values of the series.
    """

    mean: torch.Tensor
    variance: torch.Tensor

    def evidence(self, fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
        """What voxels (n,) say beyond the 2 mm grid (n,): a factor (classes, n) on their probabilities.

        Only the difference between both counts, as the 2 mm grid was seen already. The background is of
        no one brightness, so that it gains and loses nothing.
        """
        log = self._log(fine) - self._log(coarse)
        log[0] = 0
        return (log.clamp(-_MOST, _MOST) * _TRUST).exp()

    def _log(self, values: torch.Tensor) -> torch.Tensor:
        return -0.5 * (values - self.mean[:, None]).square() / self.variance[:, None]


class _Slabs:
    """The voxels of a series that may be brain, slab by slab."""

    def __init__(self, seen: Found, image: torch.Tensor, volume: Volume) -> None:
        self._image, self._volume, self._grid = image, volume, seen.grid
        found = seen.probabilities * _connected(brain_of(seen.probabilities))
        found[:, CSF] = seen.probabilities[:, CSF] * _connected(1 - seen.probabilities[0, 0])
        self._something = found[:, 1:].sum(dim=1, keepdim=True)
        self._looked_at = torch.cat(
            [found, torch.from_numpy(grids.sample(image, volume, seen.grid))[None, None]], dim=1
        )

    def voxels(self, slices: tuple[int, int], *, every: int = 1) -> _Voxels:
        near = grids.slab_of(self._something, self._volume, self._grid, slices)[0] > _NEAR
        index = torch.nonzero(near)
        index = index[(index % every == 0).all(dim=1)] + torch.tensor([slices[0], 0, 0])
        values = grids.at(self._looked_at, self._volume, self._grid, index)
        fine = self._image[0, 0, index[:, 0], index[:, 1], index[:, 2]]
        return _Voxels(index, values[:-1], fine, values[-1])


@dataclass(frozen=True, eq=False)
class _Voxels:
    """Index (n, 3), class probabilities (classes, n), and values at the voxel and on the 2 mm grid (n,)."""

    index: torch.Tensor
    found: torch.Tensor
    fine: torch.Tensor
    coarse: torch.Tensor


def draw(
    seen: Found,
    image: torch.Tensor,
    volume: Volume,
    report: Callable[[float, str], None],
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Labels on the grid of the series, and the mean probability of every class inside it.

    Inside the brain the likeliest structure is drawn, so that structures and mask agree; around it the fluid.

    Args:
        seen: What was seen in the pose of the atlas.
        image: As `grid.real_values` gives it.
        volume: Its geometry.
        report: Told of the progress.
    """
    slices, rows, columns = volume.array.shape[:3]
    out = np.zeros((slices, rows, columns), np.uint8)
    classes = seen.probabilities.shape[1]
    sums, counts = np.zeros(classes), np.zeros(classes)
    step = max(1, _SLAB_VOXELS // (rows * columns))
    bounds = [(first, min(first + step, slices)) for first in range(0, slices, step)]
    slabs = _Slabs(seen, image, volume)
    greys = _greys([slabs.voxels(part, every=_SPARSE) for part in bounds])
    for part in bounds:
        report(0.6 + 0.4 * part[0] / slices, "drawing on the series")
        voxels = slabs.voxels(part)
        values, certain = _decide(voxels, greys)
        k, j, i = voxels.index.T.numpy()
        out[k, j, i] = values
        sums += np.bincount(values, certain, classes)
        counts += np.bincount(values, minlength=classes)
    return out, sums / np.maximum(counts, 1)


def _greys(parts: list[_Voxels]) -> Greys:
    """Mean and variance of every class over sparse voxels, weighted by how sure they are."""
    fine = torch.cat([part.fine for part in parts])
    weights = torch.cat([part.found for part in parts], dim=1).square()
    mass = weights.sum(dim=1) + 1e-6
    mean = (weights @ fine) / mass
    variance = torch.stack(
        [(weight * (fine - middle).square()).sum() for weight, middle in zip(weights, mean, strict=True)]
    )
    spread = fine.var() if len(fine) > 1 else torch.ones(())
    return Greys(mean, variance / mass + _LEAST_SPREAD * spread.clamp(min=1e-12))


def _decide(voxels: _Voxels, greys: Greys) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Label and certainty (n,) of every voxel."""
    rest = (1 - voxels.found[1:].sum(dim=0)).clamp(min=0)
    found = torch.cat([rest[None], voxels.found[1:]]) * greys.evidence(voxels.fine, voxels.coarse)
    found = found / found.sum(dim=0).clamp(min=1e-9)
    structures = [value for value in range(1, len(found)) if value != CSF]
    slab = found[structures]
    brain = slab.sum(dim=0)
    best, label = slab.max(dim=0)
    inside = (brain > 0.5).numpy()  # noqa: PLR2004
    around = np.where((brain + found[CSF] > 0.5).numpy(), CSF, 0)  # noqa: PLR2004
    values = np.where(inside, np.asarray(structures, np.uint8)[label.numpy()], around).astype(np.uint8)
    certain = torch.where(brain > 0.5, best / brain.clamp(min=1e-6), found[CSF])  # noqa: PLR2004
    return values, certain.double().numpy()


def _connected(probability: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(largest_part((probability > 0.3).numpy(), grow=True))  # noqa: PLR2004
