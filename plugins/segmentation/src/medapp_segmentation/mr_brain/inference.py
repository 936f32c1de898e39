"""Find the brain, look again at it alone, and bring the classes to the grid of the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp_segmentation.mr_brain import grid as grids
from medapp_segmentation.mr_brain.labels import CSF
from medapp_segmentation.mr_brain.network import MULTIPLE
from medapp_segmentation.mr_brain.synthesis import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_segmentation.mr_brain.grid import BrainGrid
    from medapp_segmentation.mr_brain.network import BrainNet

_MARGIN_MM = 24.0
_SLAB_VALUES = 24_000_000
_SMALLEST_ML = 200.0


def probabilities(network: BrainNet, image: NDArray[np.float32], *, mirror: bool = True) -> torch.Tensor:
    """Class probabilities (1, classes, D, H, W) of an image on the network's grid, sizes multiples of 16.

    Args:
        network: In eval mode.
        image: (superior, posterior, left) at 2 mm, any scale.
        mirror: Average with the mirror image, left to right.
    """
    device = next(network.parameters()).device
    tensor = torch.from_numpy(normalise(image))[None, None].to(device)
    if any(size % MULTIPLE for size in tensor.shape[2:]):
        message = f"sizes {tuple(tensor.shape[2:])} are not multiples of {MULTIPLE}"
        raise ValueError(message)
    with torch.inference_mode():
        found = torch.softmax(network(tensor).float(), dim=1)
        if mirror:
            found += torch.softmax(network(tensor.flip(-1)).float(), dim=1).flip(-1)
            found /= 2
    return found.cpu()


def brain_of(found: torch.Tensor) -> torch.Tensor:
    """Probability of brain (D, H, W): all classes but the background and the fluid around the brain."""
    return found[0, 1:].sum(dim=0) - found[0, CSF]


def find_brain(
    network: BrainNet, image: torch.Tensor, volume: Volume, report: Callable[[float, str], None]
) -> tuple[BrainGrid, torch.Tensor] | None:
    """Look at the whole series, then at the box around the brain.

    Returns:
        The box and the probabilities on it, None where no brain was found.
    """
    if float(image.min()) == float(image.max()):
        return None
    grid = grids.whole(volume)
    report(0.1, "looking for the brain")
    found = probabilities(network, grids.sample(image, volume, grid), mirror=False)
    mask = largest_part((brain_of(found) > 0.5).numpy())  # noqa: PLR2004
    if mask.sum() * grids.SPACING_MM**3 / 1000 < _SMALLEST_ML:
        return None
    index = np.argwhere(mask).astype(np.float64)
    ends = np.stack((index.min(axis=0), index.max(axis=0)))
    points = ends @ grid.affine[:3, :3].T + grid.affine[:3, 3]
    near = grids.box_around(points, _MARGIN_MM)
    report(0.35, "telling its structures apart")
    return near, probabilities(network, grids.sample(image, volume, near))


def draw(
    found: torch.Tensor,
    grid: BrainGrid,
    volume: Volume,
    report: Callable[[float, str], None],
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Labels on the grid of the series, and the mean probability of every class inside it.

    Inside the brain the likeliest structure is drawn, so that structures and mask agree.
    """
    keep = torch.from_numpy(largest_part((brain_of(found) > 0.3).numpy(), grow=True))  # noqa: PLR2004
    found = found * keep
    slices, rows, columns = volume.array.shape[:3]
    out = np.zeros((slices, rows, columns), np.uint8)
    sums, counts = np.zeros(found.shape[1]), np.zeros(found.shape[1])
    step = max(1, _SLAB_VALUES // (rows * columns * found.shape[1]))
    structures = [value for value in range(1, found.shape[1]) if value != CSF]
    for first in range(0, slices, step):
        report(0.6 + 0.4 * first / slices, "drawing on the series")
        last = min(first + step, slices)
        slab = grids.slab_of(found, volume, grid, (first, last))[structures]
        brain = slab.sum(dim=0)
        best, label = slab.max(dim=0)
        inside = (brain > 0.5).numpy()  # noqa: PLR2004
        values = np.where(inside, np.asarray(structures, np.uint8)[label.numpy()], 0)
        out[first:last] = values
        sums += np.bincount(values.ravel(), (best / brain.clamp(min=1e-6)).numpy().ravel(), len(sums))
        counts += np.bincount(values.ravel(), minlength=len(counts))
    return out, sums / np.maximum(counts, 1)


def largest_part(mask: NDArray[np.bool_], *, grow: bool = False) -> NDArray[np.bool_]:
    """The largest connected part; `grow` adds two voxels around it, so that its border stays soft."""
    from scipy import ndimage

    parts, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    largest = parts == sizes.argmax()
    return np.asarray(ndimage.binary_dilation(largest, iterations=2) if grow else largest)
